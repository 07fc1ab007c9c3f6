import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { reconcilePayments } from '../../src/flows/reconcile-payments.ts';
import { tellStuckWork } from '../../src/flows/tell-stuck-work.ts';
import { verifySession } from '../../src/flows/verify-session.ts';
import { watchShop } from '../../src/flows/watch-shop.ts';
import { shopMeasurements } from '../../src/shop-measurements.ts';
import { beginDay, type MoneyDesk, openMoneyDesk, paidUnheard, placeOrder, stateOf } from '../support/money-desk.ts';

let desk: MoneyDesk;
beforeEach(async () => {
  desk = await openMoneyDesk();
  await beginDay(desk);
});
afterEach(() => desk.close());

const DAY_MINUTES = 24 * 60;
const told = async (kind: string) => {
  const rows = await desk.db.notification.findMany({
    where: { channel: 'slack', businessKey: { startsWith: kind } },
    orderBy: { businessKey: 'asc' },
  });
  return rows.map(({ content }) => (content as { notice: { values: object } }).notice.values);
};
const runs = async () => {
  const rows = await desk.db.reconciliation.findMany({ where: { part: { not: 'ledger' } } });
  return Object.fromEntries(rows.map(({ part, error }) => [part, error]));
};

describe('a run', () => {
  test.each([
    ['events', /v1\/events/],
    ['ledger', /v1\/charges/],
  ])('in which Stripe does not list what %s need does the other parts, and says so', async (part, path) => {
    const { orderId } = await paidUnheard(desk);
    await desk.sandbox.clock.advance(10);
    desk.stripe.faults.add({ method: 'GET', path, kind: 'status', status: 400, times: 100 });
    await expect(reconcilePayments(desk.needs)).rejects.toMatchObject({
      code: 'reconciliation_incomplete',
      message: expect.stringContaining(part),
    });
    expect(await stateOf(desk, orderId)).toMatchObject({ order: 'confirmed' });
    const failed = await desk.db.reconciliation.findMany({ where: { error: { not: null } } });
    expect([...new Set(failed.map((row) => row.part))]).toEqual([part]);
    const done = (await desk.db.reconciliation.findMany({ where: { error: null } })).map((row) => row.part);
    expect(new Set([...done, part])).toEqual(new Set(['stuck', 'attempts', 'events', 'ledger']));
    desk.stripe.faults.clear();
    await desk.sandbox.clock.advance(5);
    await reconcilePayments(desk.needs);
    expect(await desk.db.reconciliation.count({ where: { error: { not: null } } })).toBe(0);
  });

  test('started by two processes at once does everything once', async () => {
    const orders = [await placeOrder(desk), await placeOrder(desk), await placeOrder(desk)];
    desk.stripe.events.lose();
    for (const { sessionId } of orders) desk.stripe.checkout.pay(sessionId);
    const intent = desk.stripe.checkout.intent(orders[0]?.sessionId as string);
    desk.stripe.refunds.create({ payment_intent: intent?.id as string, amount: '1000' });
    await desk.sandbox.clock.advance(10);
    await Promise.all([reconcilePayments(desk.needs), reconcilePayments(desk.needs)]);
    await desk.work();
    const [refunded, ...others] = await Promise.all(orders.map(({ orderId }) => stateOf(desk, orderId)));
    expect(refunded).toMatchObject({ order: 'confirmed', told: ['payment-link', 'thank-you', 'refunded'], onHand: 3 });
    for (const other of others)
      expect(other).toMatchObject({ order: 'confirmed', told: ['payment-link', 'thank-you'], onHand: 3, reserved: 0 });
    expect([await desk.db.payment.count(), await desk.db.refund.count()]).toEqual([3, 1]);
    expect(await told('webhooks-missed')).toHaveLength(1);
    expect(await runs()).toEqual({ stuck: null, attempts: null, events: null });
  });

  test('shows on /metrics how long ago each part got to its end', async () => {
    await placeOrder(desk);
    await desk.sandbox.clock.advance(10);
    await reconcilePayments(desk.needs);
    await desk.sandbox.clock.advance(60);
    const ages = shopMeasurements(await watchShop(desk.needs)).find(
      ({ name }) => name === 'reconciliation_age_seconds',
    );
    expect(ages?.values.map(({ labels }) => labels?.part).sort()).toEqual(['attempts', 'events', 'ledger', 'stuck']);
    for (const { value } of ages?.values ?? []) expect(value).toBeGreaterThanOrEqual(3600);
  });
});

describe('stuck work', () => {
  const stuck = async () => (await watchShop(desk.needs)).stuckWork;
  const NONE = { payment_events: 0, checkouts: 0, refunds: 0, notifications: 0, leases: 0 };

  test('of each kind is counted once its time is over, and told once a day for each kind', async () => {
    const { db } = desk;
    const order = await placeOrder(desk);
    desk.stripe.checkout.pay(order.sessionId);
    await desk.work();
    const waiting = await placeOrder(desk);
    const payment = await db.payment.findFirstOrThrow();
    const at = desk.clock.now();
    await db.refund.create({
      data: { paymentId: payment.id, amountMinor: 1, currency: 'EUR', status: 'requested', createdAt: at },
    });
    await db.notification.create({ data: { businessKey: 'n', channel: 'email', content: {}, createdAt: at } });
    await db.$executeRaw`UPDATE payment_attempts SET session_id = NULL WHERE id = ${waiting.attemptId}::uuid`;
    await db.$executeRaw`UPDATE payment_events SET outcome = 'received', attempts = 0, next_attempt_at = now()`;
    expect(await stuck()).toEqual(NONE);

    await desk.sandbox.clock.advance(61);
    await db.$executeRaw`UPDATE payment_events SET next_attempt_at = now() - interval '11 minutes'`;
    await db.$executeRaw`
      UPDATE conversations SET turn_due_at = now(), claimed_until = now() - interval '11 minutes'
      WHERE customer_id = ${order.customerId}::uuid`;
    const events = await db.paymentEvent.count();
    expect(await stuck()).toEqual({ payment_events: events, checkouts: 1, refunds: 1, notifications: 1, leases: 1 });
    await Promise.all([tellStuckWork(desk.needs), tellStuckWork(desk.needs)]);
    await tellStuckWork(desk.needs);
    expect(await told('work-stuck')).toEqual([
      { work: 'checkouts', count: 1 },
      { work: 'leases', count: 1 },
      { work: 'notifications', count: 1 },
      { work: 'payment_events', count: events },
      { work: 'refunds', count: 1 },
    ]);
    await desk.sandbox.clock.advance(DAY_MINUTES);
    await tellStuckWork(desk.needs);
    expect(await told('work-stuck')).toHaveLength(10);
  });

  test('is also an event that fails again and again, however soon its next try', async () => {
    await placeOrder(desk);
    desk.stripe.events.emit('charge.refunded', { id: 'ch_1', object: 'charge' });
    await desk.sandbox.idle();
    await desk.db.$executeRaw`UPDATE payment_events SET attempts = 9, next_attempt_at = now() + interval '1 minute'`;
    expect(await stuck()).toEqual(NONE);
    await desk.db.$executeRaw`UPDATE payment_events SET attempts = 10`;
    expect(await stuck()).toEqual({ ...NONE, payment_events: 1 });
  });

  test('shows on /metrics by kind', async () => {
    const measured = shopMeasurements(await watchShop(desk.needs)).find(({ name }) => name === 'work_stuck');
    expect(measured?.values).toContainEqual({ labels: { work: 'refunds' }, value: 0 });
  });
});

describe('the success page', () => {
  test('asks Stripe only when the session is pending for 30 s, and of many processes at once only one, every 10 s', async () => {
    const { sessionId, attemptId } = await placeOrder(desk);
    let asked = 0;
    const retrieveCheckoutSession: typeof desk.payments.retrieveCheckoutSession = (id) => {
      asked++;
      return desk.payments.retrieveCheckoutSession(id);
    };
    let secondsLater = 0;
    /** A process of its own: shares nothing with the others but the database. */
    const page = () => {
      const clock = { now: () => new Date(createdAt.getTime() + secondsLater * 1000) };
      return verifySession(
        { ...desk.needs, clock, payments: { ...desk.payments, retrieveCheckoutSession } },
        sessionId,
      );
    };
    const { createdAt } = await desk.db.paymentAttempt.findUniqueOrThrow({ where: { id: attemptId } });
    const askedAfter = async (seconds: number) => {
      secondsLater = seconds;
      const pages = await Promise.all([page(), page(), page()]);
      expect(pages.map(({ status }) => status)).toEqual(['pending', 'pending', 'pending']);
      return asked;
    };
    expect(await askedAfter(29)).toBe(0);
    expect(await askedAfter(30)).toBe(1);
    expect(await askedAfter(39)).toBe(1);
    expect(await askedAfter(40)).toBe(2);
    desk.stripe.events.lose();
    desk.stripe.checkout.pay(sessionId);
    secondsLater = 50;
    await Promise.all([page(), page()]);
    expect(await page()).toMatchObject({ status: 'success' });
    expect(asked).toBe(3);
  });
});
