import { afterAll, beforeAll, expect, test } from '@jest/globals';
import Stripe from 'stripe';
import { handleNextPaymentEvent } from '../../../src/flows/handle-payment-event.ts';
import { receivePaymentEvent } from '../../../src/flows/receive-payment-event.ts';
import { countOpenConcerns } from '../../../src/flows/show-concerns.ts';
import { type MoneyDesk, openMoneyDesk, placeOrder, stateOf } from '../../support/money-desk.ts';
import { startWeb, type Web } from '../../support/web.ts';

// Fault 29, and what the inbox of Stripe's events promises (docs/payments.md): nothing answered 2xx that is not stored,
// answered before worked on, tried again with patience, given up visibly.

let desk: MoneyDesk;
let web: Web;
beforeAll(async () => {
  desk = await openMoneyDesk();
  web = await startWeb({
    verifyPaymentEvent: (rawBody, signature) => desk.payments.verifyEvent(rawBody, signature),
    receivePaymentEvent: (event) => receivePaymentEvent(desk.needs, event),
  });
});
afterAll(async () => {
  await web.close();
  await desk.close();
});

const stripe = new Stripe('sk_test_unused');
let made = 0;
function post(event: object) {
  const body = JSON.stringify({ id: `evt_${++made}`, created: 1_790_000_000, livemode: false, ...event });
  const signature = stripe.webhooks.generateTestHeaderString({ payload: body, secret: 'whsec_for_tests' });
  return web.fetch('/webhook/stripe', {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', 'stripe-signature': signature },
  });
}
const about = (object: object) => ({ data: { object } });
const stored = (stripeEventId: string) => desk.db.paymentEvent.findUnique({ where: { stripeEventId } });
/** The event works through the inbox and ends, or waits for its next try. */
async function worked(event: object) {
  expect((await post(event)).status).toBe(200);
  while (await handleNextPaymentEvent(desk.needs));
  return stored(`evt_${made}`);
}
const tryNow = (id: string) =>
  desk.db.$executeRaw`UPDATE payment_events SET next_attempt_at = now() WHERE id = ${id}::uuid`;

test('fault 29: an event that could not be stored is not acknowledged, and Stripe’s next delivery is taken', async () => {
  const event = { id: 'evt_29', type: 'charge.updated', ...about({ id: 'ch_1', object: 'charge' }) };
  await desk.db.$executeRaw`ALTER TABLE payment_events RENAME TO payment_events_away`;
  const refused = await post(event);
  await desk.db.$executeRaw`ALTER TABLE payment_events_away RENAME TO payment_events`;
  expect(refused.status).toBeGreaterThanOrEqual(500);
  expect(await stored('evt_29')).toBeNull();
  const [first, repeated] = [await post(event), await post(event)];
  expect([first.status, repeated.status]).toEqual([200, 200]);
  expect(await first.json()).toEqual({ received: true });
  expect(await desk.db.paymentEvent.count({ where: { stripeEventId: 'evt_29' } })).toBe(1);
});

test('twenty deliveries of one event at once are one row, and all are acknowledged', async () => {
  const event = { id: 'evt_20', type: 'charge.updated', ...about({ id: 'ch_1', object: 'charge' }) };
  const answers = await Promise.all(Array.from({ length: 20 }, () => post(event)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(await desk.db.paymentEvent.count({ where: { stripeEventId: 'evt_20' } })).toBe(1);
});

test('an event is answered while Stripe itself does not answer us', async () => {
  const { orderId, sessionId } = await placeOrder(desk);
  desk.stripe.faults.add({ method: 'GET', path: /checkout\/sessions/, kind: 'status', status: 500, times: 3 });
  desk.stripe.checkout.pay(sessionId);
  await desk.sandbox.idle();
  const undelivered = desk.stripe.events.all().filter((event) => !desk.stripe.events.isDelivered(event.id));
  expect(undelivered).toEqual([]);
  await desk.work();
  // The first two events met the fault; they wait for their next try with the reason at hand.
  const waiting = await desk.db.paymentEvent.findMany({ where: { outcome: 'received' } });
  expect(waiting).toMatchObject([{ attempts: 1, lastError: expect.stringContaining('stripe_') }]);
  expect(waiting[0]?.nextAttemptAt.getTime()).toBeGreaterThan(Date.now());
  for (const { id } of waiting) await tryNow(id);
  await desk.work();
  expect((await stateOf(desk, orderId)).told).toEqual(['payment-link', 'thank-you']);
  expect(await desk.db.paymentEvent.count({ where: { outcome: 'received' } })).toBe(0);
});

test.each([
  ['of the other mode', { livemode: true }, 'of the live mode'],
  ['of a connected account', { account: 'acct_other' }, 'of another account'],
  ['about a session that we never made', {}, 'about no payment of ours'],
])('an event %s is kept and flagged', async (_what, difference, reason) => {
  const session = { id: 'cs_test_theirs', object: 'checkout.session', metadata: {} };
  const event = await worked({ type: 'checkout.session.completed', ...about(session), ...difference });
  expect(event).toMatchObject({ outcome: 'foreign', reason, orderId: null, payload: { data: { object: session } } });
});

test('an event of a type that is not handled is kept with its payload and ignored', async () => {
  const object = { id: 'cus_1', object: 'customer', name: 'whole' };
  const event = await worked({ type: 'customer.created', ...about(object) });
  expect(event).toMatchObject({ outcome: 'ignored', reason: expect.any(String), payload: { data: { object } } });
});

test('an event is linked to the order it turned out to be about', async () => {
  const { orderId, sessionId } = await placeOrder(desk);
  desk.stripe.checkout.pay(sessionId);
  await desk.work();
  // Stripe promises no order of delivery: each event is told by its type, not by its place.
  const events = await desk.db.paymentEvent.findMany({ where: { orderId }, orderBy: { type: 'asc' } });
  expect(events.map(({ type, outcome }) => [type, outcome])).toEqual([
    ['checkout.session.completed', 'handled'],
    ['payment_intent.succeeded', 'handled'],
  ]);
});

test('a poison event stops after its last try, stands on the team’s list, and holds up no other', async () => {
  const { orderId, sessionId } = await placeOrder(desk);
  // A refund that Stripe does not find, at first for passing reasons.
  const poison = { type: 'refund.created', ...about({ id: 're_1', object: 'refund', payment_intent: 'pi_1' }) };
  desk.stripe.faults.add({ method: 'GET', path: /refunds/, kind: 'status', status: 503, times: 3 });
  const first = await worked(poison);
  expect(first).toMatchObject({ outcome: 'received', attempts: 1, lastError: expect.stringContaining('503') });
  desk.stripe.checkout.pay(sessionId);
  await desk.work();
  expect((await stateOf(desk, orderId)).order).toBe('confirmed');

  const { id } = first as { id: string };
  await desk.db.paymentEvent.update({ where: { id }, data: { attempts: 23 } });
  await tryNow(id);
  desk.stripe.faults.add({ method: 'GET', path: /refunds/, kind: 'status', status: 503, times: 3 });
  await desk.work();
  const last = await desk.db.paymentEvent.findUniqueOrThrow({ where: { id } });
  expect(last).toMatchObject({ outcome: 'failed', attempts: 24, lastError: expect.stringContaining('503') });
  expect(await countOpenConcerns({ ...desk, modelTerms: { shopDailyMicroUsd: null } })).toMatchObject({
    event_failed: 1,
  });
  await tryNow(id);
  expect(await handleNextPaymentEvent(desk.needs)).toBe(false);
});

test.each([401, 403])(
  'while Stripe refuses the key (%i) events and orders wait; once it is mended all is done',
  async (status) => {
    const paid = await placeOrder(desk);
    desk.stripe.faults.add({ method: 'GET', path: /checkout\/sessions/, kind: 'status', status, times: 1000 });
    desk.stripe.faults.add({ method: 'POST', path: /checkout\/sessions/, kind: 'status', status, times: 1000 });
    desk.stripe.checkout.pay(paid.sessionId);
    const { orderId } = await placeOrder(desk);
    const waiting = await desk.db.paymentEvent.findMany({ where: { outcome: 'received' } });
    expect(waiting).not.toEqual([]);
    for (const { lastError } of waiting) expect(lastError).toContain('STRIPE_SECRET_KEY');
    expect((await stateOf(desk, orderId)).order).toBe('pending_payment');

    desk.stripe.faults.clear();
    for (const { id } of waiting) await tryNow(id);
    await desk.db.$executeRaw`UPDATE payment_attempts SET next_call_at = now() WHERE session_id IS NULL`;
    await desk.work();
    expect((await stateOf(desk, paid.orderId)).order).toBe('confirmed');
    expect(
      await desk.db.outboundMessage.count({ where: { orderId, businessKey: { startsWith: 'payment-link:' } } }),
    ).toBe(1);
  },
);
