import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { findAttempt } from '../../../src/db/payment-attempts.ts';
import { cancelOrder } from '../../../src/flows/cancel-order.ts';
import { confirmOrder } from '../../../src/flows/confirm-order.ts';
import { expireCheckouts } from '../../../src/flows/expire-checkouts.ts';
import { handleNextPaymentEvent } from '../../../src/flows/handle-payment-event.ts';
import { openOrClosePlace } from '../../../src/flows/manage-places.ts';
import { settlePayment, settleSession } from '../../../src/flows/settle-payment.ts';
import { verifySession } from '../../../src/flows/verify-session.ts';
import { ledgerDifferences, type MoneyDesk, openMoneyDesk, placeOrder, stateOf } from '../../support/money-desk.ts';
import { proposeOne } from '../../support/proposed-order.ts';
import { until } from '../../support/until.ts';

// Faults 1 to 9: one payment, one settlement, whatever comes how often and in which order (docs/payments.md).

let desk: MoneyDesk;
beforeAll(async () => {
  desk = await openMoneyDesk();
});
afterEach(async () => {
  expect(await ledgerDifferences(desk)).toEqual([]);
});
afterAll(() => desk.close());

const CONFIRMED_ONCE = {
  order: 'confirmed',
  attempts: ['PAID'],
  onHand: 3,
  reserved: 0,
  told: ['payment-link', 'thank-you'],
};
/** Holds a row; `waiters` counts the statements of this database that wait for a lock. */
async function heldRow(sql: string, id: string) {
  const holder = await desk.database.pool.connect();
  await holder.query('BEGIN');
  await holder.query(sql, [id]);
  return {
    async waiters() {
      // Not by the holder: within a transaction PostgreSQL shows the activity of its beginning.
      const { rows } = await desk.database.pool.query(
        `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return rows[0].n as number;
    },
    async letGo() {
      await holder.query('ROLLBACK');
      holder.release();
    },
  };
}
const attemptOf = async (id: string) => {
  const attempt = await findAttempt(desk.db, { id });
  if (!attempt) throw new Error('no such attempt');
  return attempt;
};
/** The stored events, none of which was worked on yet. */
const eventsWaiting = () => desk.db.paymentEvent.count({ where: { outcome: 'received' } });
const forgetEvents = () => desk.db.paymentEvent.deleteMany({ where: { outcome: 'received' } });

test('fault 1: three workers with three events of one payment settle it once', async () => {
  const { orderId, sessionId, attemptId } = await placeOrder(desk);
  desk.stripe.checkout.pay(sessionId);
  await desk.sandbox.idle();
  const [completed] = desk.stripe.events.all().filter((event) => event.type === 'checkout.session.completed');
  // Stripe may tell the same under another event id.
  const { id: _id, ...row } = await desk.db.paymentEvent.findUniqueOrThrow({
    where: { stripeEventId: completed?.id as string },
    omit: { seq: true },
  });
  await desk.db.paymentEvent.create({
    data: { ...row, payload: row.payload as object, stripeEventId: 'evt_the_same' },
  });
  expect(await eventsWaiting()).toBe(3);
  // All three have begun before any may write.
  const attempt = await heldRow('SELECT 1 FROM payment_attempts WHERE id = $1 FOR UPDATE', attemptId);
  const working = Promise.all([1, 2, 3].map(() => handleNextPaymentEvent(desk.needs)));
  await until('all three wait', async () => (await attempt.waiters()) === 3);
  await attempt.letGo();
  await working;
  expect(await eventsWaiting()).toBe(0);
  expect(await stateOf(desk, orderId)).toEqual(CONFIRMED_ONCE);
  expect(await desk.db.payment.count({ where: { attemptId } })).toBe(1);
  expect(await desk.db.pickup.count({ where: { orderId } })).toBe(1);
});

test('fault 2: success page and webhook at the same moment find the order and confirm it once', async () => {
  const { orderId, sessionId } = await placeOrder(desk);
  const createdAt = new Date(desk.clock.now().getTime() - 31_000);
  await desk.db.paymentAttempt.updateMany({ where: { orderId }, data: { createdAt } });
  desk.stripe.checkout.pay(sessionId);
  await desk.sandbox.idle();
  const [status] = await Promise.all([verifySession(desk.needs, sessionId), desk.work()]);
  expect(status).toMatchObject({ status: 'success', orderNumber: expect.any(String) });
  expect(await stateOf(desk, orderId)).toEqual(CONFIRMED_ONCE);
});

test('fault 2: a payment heard of before the answer that made its session is kept until that is recorded', async () => {
  // Every answer to the call is lost: Stripe has the session, we do not know it.
  desk.stripe.faults.add({ method: 'POST', path: /checkout\/sessions$/, kind: 'lost_answer', times: 3 });
  const result = await confirmOrder(desk.needs, await proposeOne(desk));
  if (result.kind !== 'ordered') throw new Error(result.kind);
  const { orderId } = result;
  await desk.work();
  const atStripe = desk.stripe.ledger.sessions.all().filter(({ session }) => session.metadata?.orderId === orderId);
  expect(atStripe).toHaveLength(1);
  desk.stripe.checkout.pay(atStripe[0]?.session.id as string);
  await desk.work();
  expect((await stateOf(desk, orderId)).order).toBe('pending_payment');
  expect(await eventsWaiting()).toBeGreaterThan(0);
  await desk.db.$executeRaw`UPDATE payment_attempts SET next_call_at = now() WHERE order_id = ${orderId}::uuid`;
  await desk.work();
  await desk.db.$executeRaw`UPDATE payment_events SET next_attempt_at = now() WHERE outcome = 'received'`;
  await desk.work();
  expect(await stateOf(desk, orderId)).toMatchObject({ order: 'confirmed', attempts: ['PAID'] });
  expect(desk.stripe.ledger.sessions.all().filter(({ session }) => session.metadata?.orderId === orderId)).toHaveLength(
    1,
  );
});

test('fault 4: what is done already is a success when it is asked for again', async () => {
  const { orderId, sessionId, attemptId } = await placeOrder(desk);
  desk.stripe.checkout.pay(sessionId);
  await desk.work();
  for (const event of desk.stripe.events
    .all()
    .filter((event) => event.type === 'checkout.session.completed')
    .slice(0, 1)) {
    expect((await desk.stripe.events.deliver(event.id)).status).toBe(200);
  }
  expect(await settlePayment(desk.needs, await attemptOf(attemptId))).toBe('nothing');
  await expireCheckouts(desk.needs);
  await desk.work();
  expect(await stateOf(desk, orderId)).toEqual(CONFIRMED_ONCE);
});

test('fault 5: nothing that Stripe says before the money is there has an effect on order, stock or numbering', async () => {
  const { orderId, sessionId, orderNumber } = await placeOrder(desk);
  desk.stripe.checkout.challenge(sessionId);
  desk.stripe.checkout.decline(sessionId);
  desk.stripe.events.emit('payment_intent.created', desk.stripe.checkout.intent(sessionId) as object);
  desk.stripe.checkout.payLater(sessionId);
  await desk.work();
  expect(await stateOf(desk, orderId)).toMatchObject({ order: 'pending_payment', onHand: 4, reserved: 1 });
  expect(await desk.db.pickup.count({ where: { orderId } })).toBe(0);
  const next = await placeOrder(desk);
  expect(Number(next.orderNumber.slice(2))).toBe(Number(orderNumber.slice(2)) + 1);
});

test('fault 6: paid and cancelled at the same moment, one of the two wins and nothing is left in between', async () => {
  const orders: Awaited<ReturnType<typeof placeOrder>>[] = [];
  while (orders.length < 6) orders.push(await placeOrder(desk));
  await Promise.all(
    orders.map(async ({ sessionId, customerId }, index) => {
      const cancelling = cancelOrder(desk.needs, { customerId, orderNumber: null, askedAt: desk.clock.now() });
      if (index % 2 === 0) desk.stripe.checkout.pay(sessionId);
      else void cancelling.then(() => desk.stripe.checkout.pay(sessionId));
      await Promise.all([cancelling, handleNextPaymentEvent(desk.needs)]);
    }),
  );
  await desk.work();
  const ends: string[] = [];
  for (const { orderId, sessionId } of orders) {
    const isPaid = (await desk.payments.retrieveCheckoutSession(sessionId)).paymentStatus === 'paid';
    const expected = isPaid
      ? { order: 'confirmed', attempts: ['PAID'], onHand: 3, reserved: 0 }
      : { order: 'cancelled', attempts: ['CANCELLED'], onHand: 4, reserved: 0 };
    expect(await stateOf(desk, orderId)).toMatchObject(expected);
    // Nobody was told of a cancellation that was taken back.
    const history = await desk.db.auditEntry.findMany({ where: { subject: `order:${orderId}` } });
    expect(history.map(({ action }) => action).sort()).toEqual(
      [isPaid ? 'payment.received' : 'order.cancelled', 'order.placed'].sort(),
    );
    ends.push(expected.order);
  }
  expect(new Set(ends)).toEqual(new Set(['confirmed', 'cancelled']));
});

test.each([
  ['by the sweep that closes old links', (): Promise<unknown> => expireCheckouts(desk.needs)],
  [
    'by an expiry event that was meant for another moment',
    async () => {
      const [stored] = desk.stripe.ledger.sessions.all().slice(-1);
      desk.stripe.events.emit('checkout.session.expired', { ...stored?.session, status: 'expired' });
      await desk.work();
    },
  ],
])('faults 7 and 8: a paid order whose webhook was lost is never ended as unpaid %s', async (_how, end) => {
  const { orderId, sessionId } = await placeOrder(desk);
  desk.stripe.checkout.pay(sessionId);
  await desk.sandbox.idle();
  await forgetEvents();
  await desk.sandbox.clock.advance(24 * 60);
  await end();
  expect(await stateOf(desk, orderId)).toEqual(CONFIRMED_ONCE);
});

test('fault 9: money that comes after a cancellation goes back when the place has closed since, and the customer hears why', async () => {
  const order = await placeOrder(desk);
  const open = await desk.payments.retrieveCheckoutSession(order.sessionId);
  await settleSession(desk.needs, order.attemptId, { ...open, status: 'expired' });
  await placeOrder(desk);
  const wish = { placeId: order.location.id, staffId: 'lucie' };
  expect(await openOrClosePlace(desk, { ...wish, active: false })).toEqual({ kind: 'saved' });
  desk.stripe.checkout.pay(order.sessionId);
  await desk.work();
  expect(await stateOf(desk, order.orderId)).toMatchObject({
    ...{ order: 'expired', attempts: ['REFUNDED'], onHand: 4, reserved: 0 },
    told: ['payment-link', 'expired', 'refund_late'],
  });
  const said = await desk.db.outboundMessage.findFirstOrThrow({
    where: { businessKey: `refund_late:${order.attemptId}` },
  });
  expect(said.content).toMatchObject({ body: expect.stringContaining('le lieu de retrait a fermé') });
});

test('fault 9: money that comes after a cancellation revives the order, or goes back once', async () => {
  const sold = await placeOrder(desk, { onHand: 1 });
  const kept = await placeOrder(desk, { onHand: 1 });
  for (const { customerId, sessionId, attemptId } of [sold, kept]) {
    const open = await desk.payments.retrieveCheckoutSession(sessionId);
    await settleSession(desk.needs, attemptId, { ...open, status: 'expired' });
    await cancelOrder(desk.needs, { customerId, orderNumber: null, askedAt: desk.clock.now() });
  }
  expect(await confirmOrder(desk.needs, await sold.proposeAgain())).toMatchObject({ kind: 'ordered' });
  desk.stripe.checkout.pay(sold.sessionId);
  desk.stripe.checkout.pay(kept.sessionId);
  await desk.work();
  expect(await stateOf(desk, kept.orderId)).toMatchObject({
    order: 'confirmed',
    onHand: 0,
    told: expect.arrayContaining(['thank-you']),
  });
  expect(await stateOf(desk, sold.orderId)).toMatchObject({
    order: 'expired',
    attempts: ['REFUNDED'],
    told: expect.arrayContaining(['refund_late']),
  });
  const refunds = await desk.db.refund.findMany({ where: { payment: { attemptId: sold.attemptId } } });
  expect(refunds).toMatchObject([{ status: 'succeeded', amountMinor: 9000, requestedBy: 'system' }]);
  expect(desk.stripe.ledger.refunds.all().filter((refund) => refund.metadata?.orderId === sold.orderId)).toHaveLength(
    1,
  );
});
