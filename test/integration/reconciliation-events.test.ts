import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { HANDLED_STRIPE_EVENTS } from '../../src/domain/stripe-events.ts';
import { fetchMissedEvents, recoverEvents } from '../../src/flows/recover-events.ts';
import { watchShop } from '../../src/flows/watch-shop.ts';
import type { Period } from '../../src/ports.ts';
import { beginDay, type MoneyDesk, openMoneyDesk, placeOrder, stateOf } from '../support/money-desk.ts';
import { until } from '../support/until.ts';

// A month is a request for each of its hours.
jest.setTimeout(60_000);
let desk: MoneyDesk;
beforeEach(async () => {
  desk = await openMoneyDesk();
  await beginDay(desk);
});
afterEach(() => desk.close());

const DAY_MINUTES = 24 * 60;
const ALL_THE_TIME = { longestMs: 60_000 };
const recover = (limit = ALL_THE_TIME) => recoverEvents(desk.needs, limit);
const emit = (type: string, id: string) => desk.stripe.events.emit(type, { id, object: type.split('.')[0] });
const recovered = async () => {
  const rows = await desk.db.paymentEvent.findMany({ where: { recovered: true }, orderBy: { seq: 'asc' } });
  return rows.map(({ stripeEventId }) => stripeEventId);
};
const noticesOf = (kind: string) =>
  desk.db.notification.findMany({ where: { channel: 'slack', businessKey: { startsWith: kind } } });

test('lost events of every type that is handled are fetched, and nothing that is here already', async () => {
  await placeOrder(desk);
  emit('checkout.session.expired', 'cs_arrived');
  await desk.sandbox.idle();
  desk.stripe.events.lose();
  const lost = HANDLED_STRIPE_EVENTS.map((type, index) => emit(type, `obj_${index}`).id);
  desk.stripe.events.emit('customer.created', { id: 'cus_1', object: 'customer' });
  await desk.sandbox.clock.advance(3);
  expect(await recover()).toEqual({ processed: lost.length });
  expect((await recovered()).sort()).toEqual(lost.sort());
  expect(await desk.db.paymentEvent.count()).toBe(lost.length + 1);
});

test('what is fetched is worked on like any other event: payment, refund and dispute whose webhooks never came', async () => {
  const order = await placeOrder(desk);
  desk.stripe.events.lose();
  desk.stripe.checkout.pay(order.sessionId);
  const intent = desk.stripe.checkout.intent(order.sessionId);
  desk.stripe.refunds.create({ payment_intent: intent?.id as string, amount: '1000' });
  desk.stripe.refunds.openDispute(intent?.latest_charge as string, { amount: 500 });
  await desk.sandbox.clock.advance(3);
  await recover();
  await desk.work();
  const { order: status, told } = await stateOf(desk, order.orderId);
  expect({ status, told: told.sort() }).toEqual({
    status: 'confirmed',
    told: ['disputed', 'payment-link', 'refunded', 'thank-you'],
  });
});

test('an event younger than two minutes is left to its webhook, and fetched once it is older', async () => {
  await placeOrder(desk);
  desk.stripe.events.lose();
  emit('checkout.session.expired', 'cs_1');
  await desk.sandbox.clock.advance(1);
  expect(await recover()).toEqual({ processed: 0 });
  await desk.sandbox.clock.advance(2);
  expect(await recover()).toEqual({ processed: 1 });
});

test('two runs at once fetch each event once, and a run after them finds nothing', async () => {
  await placeOrder(desk);
  desk.stripe.events.lose();
  for (let index = 0; index < 30; index++) emit('charge.refunded', `ch_${index}`);
  await desk.sandbox.clock.advance(3);
  const [one, two] = await Promise.all([recover(), recover()]);
  expect(one.processed + two.processed).toBe(30);
  expect(await recovered()).toHaveLength(30);
  expect(await recover()).toEqual({ processed: 0 });
});

test('an outage of several pages is fetched as a whole', async () => {
  await placeOrder(desk);
  desk.stripe.events.lose();
  for (let index = 0; index < 250; index++) emit('charge.refunded', `ch_${index}`);
  await desk.sandbox.clock.advance(3);
  expect(await recover()).toEqual({ processed: 250 });
});

test('events are fetched from the last run on, with an overlap for those that Stripe listed late', async () => {
  await placeOrder(desk);
  await desk.sandbox.clock.advance(30);
  await recover();
  desk.stripe.events.lose();
  const late = emit('charge.refunded', 'ch_late');
  late.created -= 8 * 60;
  await desk.sandbox.clock.advance(3);
  expect(await recover()).toEqual({ processed: 1 });
});

test('what a clock that was years ahead has noted keeps no event from being fetched, nor the age of the last run from being told', async () => {
  await placeOrder(desk);
  await recover();
  const ahead = { now: () => new Date(desk.clock.now().getTime() + 4 * 365 * DAY_MINUTES * 60_000) };
  await recoverEvents({ ...desk.needs, clock: ahead }, { longestMs: 60_000 });
  const dayAhead = { part: 'events', day: { gt: desk.clock.now() } } as const;
  expect(await desk.db.reconciliation.count({ where: { ...dayAhead, coveredUntil: { gt: desk.clock.now() } } })).toBe(
    1,
  );
  const [from, until] = [ahead.now(), ahead.now()];
  await desk.db.reconciliation.updateMany({
    where: dayAhead,
    data: { details: { unread: { from, until, coveredUntil: until } } },
  });
  desk.stripe.events.lose();
  emit('charge.refunded', 'ch_1');
  await desk.sandbox.clock.advance(30);
  const { reconciliationAges } = await watchShop(desk.needs);
  expect(reconciliationAges.find(({ part }) => part === 'events')?.seconds).toBeGreaterThanOrEqual(30 * 60);
  expect(await recover()).toEqual({ processed: 1 });
});

test('a clock that was minutes ahead keeps no event from being fetched', async () => {
  await placeOrder(desk);
  const ahead = { now: () => new Date(desk.clock.now().getTime() + 55 * 60_000) };
  await recoverEvents({ ...desk.needs, clock: ahead }, ALL_THE_TIME);
  desk.stripe.events.lose();
  emit('charge.refunded', 'ch_1');
  await desk.sandbox.clock.advance(3);
  expect(await recover()).toEqual({ processed: 1 });
});

test('a month without a run is fetched by the runs after it, and what is older than 30 days is gone', async () => {
  await placeOrder(desk);
  await recover();
  desk.stripe.events.lose();
  const forgotten = emit('charge.refunded', 'ch_forgotten');
  await desk.sandbox.clock.advance(DAY_MINUTES);
  const first = emit('charge.refunded', 'ch_first');
  await desk.sandbox.clock.advance(30 * DAY_MINUTES - 60);
  const last = emit('charge.refunded', 'ch_last');
  await desk.sandbox.clock.advance(5);
  const isFetched = async () => {
    await recover({ longestMs: 120 });
    return (await recovered()).includes(last.id);
  };
  await until('the newest is fetched', isFetched, { timeoutMs: 50_000 });
  expect(await recovered()).toContain(first.id);
  expect(await recovered()).not.toContain(forgotten.id);
});

test('a shop that begins fetches nothing from before its first order', async () => {
  desk.stripe.events.lose();
  emit('charge.refunded', 'ch_other_product');
  await desk.sandbox.clock.advance(60);
  expect(await recover()).toEqual({ processed: 0 });
  await placeOrder(desk);
  expect(await recover()).toEqual({ processed: 0 });
});

test('the team is told once a day how many were missing, and all of them are counted', async () => {
  await placeOrder(desk);
  desk.stripe.events.lose();
  for (const charge of ['ch_1', 'ch_2', 'ch_3']) {
    emit('charge.refunded', charge);
    await desk.sandbox.clock.advance(3);
    await recover();
  }
  const told = { kind: 'webhooks_missed', values: { count: 1 } };
  expect(await noticesOf('webhooks-missed')).toMatchObject([{ content: { notice: told } }]);
  expect(await watchShop(desk.needs)).toMatchObject({ paymentEventsRecovered: 3 });
  emit('charge.refunded', 'ch_4');
  await desk.sandbox.clock.advance(DAY_MINUTES);
  await recover();
  expect(await noticesOf('webhooks-missed')).toHaveLength(2);
});

test('what was stored before a run was cut short is told by the next, and the list begins where it was', async () => {
  await placeOrder(desk);
  desk.stripe.events.lose();
  for (let index = 0; index < 150; index++) emit('charge.refunded', `ch_${index}`);
  await desk.sandbox.clock.advance(3);
  // The first page is stored; then the process is gone, and tells nobody.
  async function* firstPage(period: Period) {
    let left = 100;
    for await (const event of desk.payments.listEvents(period)) {
      if (left-- === 0) throw new Error('killed');
      yield event;
    }
  }
  const payments = { ...desk.payments, listEvents: firstPage };
  const period = { from: new Date(0), until: desk.clock.now() };
  await expect(fetchMissedEvents({ ...desk.needs, payments }, period)).rejects.toThrow('killed');
  expect(await noticesOf('webhooks-missed')).toEqual([]);
  expect(await recover()).toEqual({ processed: 50 });
  expect(await noticesOf('webhooks-missed')).toMatchObject([{ content: { notice: { values: { count: 150 } } } }]);
});
