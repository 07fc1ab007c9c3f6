import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AppError } from '../../src/domain/errors.ts';
import { releaseReview } from '../../src/flows/release-review.ts';
import { sendNextRefund } from '../../src/flows/send-refund.ts';
import { verifySession } from '../../src/flows/verify-session.ts';
import { managerAt, mismatchedOrder } from '../support/manager.ts';
import {
  anotherAttempt,
  type MoneyDesk,
  openMoneyDesk,
  paidOrder,
  placeOrder,
  stateOf,
} from '../support/money-desk.ts';

// Goods and their money never both leave; a refund ends, once, whatever Stripe says or forgets.

type Manager = ReturnType<typeof managerAt>;

let desk: MoneyDesk;
let manager: Manager;
beforeAll(async () => {
  desk = await openMoneyDesk();
  manager = managerAt(desk);
});
afterAll(() => desk.close());

const ask = (...wish: Parameters<Manager['asksRefund']>) => manager.asksRefund(...wish);
const orderOf = (orderId: string) => desk.db.order.findUniqueOrThrow({ where: { id: orderId } });
const refundOf = (paymentId: string) => desk.db.refund.findFirstOrThrow({ where: { paymentId } });
const dueAtOnce = () =>
  desk.db.$executeRaw`UPDATE refunds SET next_call_at = to_timestamp(0) WHERE status = 'requested'`;

test('goods are not handed over while the refund of all their money waits for Stripe', async () => {
  const paid = await paidOrder(desk);
  expect(await ask(paid.paymentId)).toMatchObject({ kind: 'requested', amountMinor: 9000 });
  const collected = await manager.handsOver(paid.orderId);
  await desk.work();
  expect((await refundOf(paid.paymentId)).status).toBe('succeeded');
  expect(collected).toMatchObject({ kind: 'not_collectable', reason: 'being_refunded' });
});

test('a release does not hand over goods whose money is on its way back', async () => {
  const paid = await paidOrder(desk);
  desk.stripe.refunds.warnOfFraud(paid.chargeId);
  await desk.work();
  await ask(paid.paymentId, { reason: 'fraudulent' });
  const review = await desk.db.review.findFirstOrThrow({ where: { orderId: paid.orderId } });
  await releaseReview(desk, { reviewId: review.id, outcome: 'goes_on', note: 'x', by: 'staff:lucie' });
  const collected = await manager.handsOver(paid.orderId);
  await desk.work();
  expect(collected).toMatchObject({ kind: 'not_collectable', reason: 'being_refunded' });
  expect(await orderOf(paid.orderId)).toMatchObject({ status: 'refunded' });
});

/** Paid twice; the second payment's refund waits at Stripe's door, the first one's was asked for and is done. */
async function bothGoingBack() {
  const order = await placeOrder(desk);
  await desk.db.paymentAttempt.update({ where: { id: order.attemptId }, data: { status: 'CANCELLED' } });
  const second = await anotherAttempt(desk, order);
  desk.stripe.checkout.pay(second.sessionId);
  await desk.work();
  desk.stripe.faults.add({ method: 'POST', path: /refunds/, kind: 'status', status: 500, times: 3 });
  desk.stripe.checkout.pay(order.sessionId);
  await desk.work();
  await desk.db.$executeRaw`UPDATE refunds SET next_call_at = now() + interval '1 hour' WHERE status = 'requested'`;
  desk.stripe.faults.clear();
  const kept = await desk.db.payment.findUniqueOrThrow({ where: { attemptId: second.attemptId } });
  await ask(kept.id, { reason: 'out_of_stock', restock: false });
  await desk.work();
  expect((await refundOf(kept.id)).status).toBe('succeeded');
  return order;
}

test('goods do not leave while one payment went back and the other is about to', async () => {
  const order = await bothGoingBack();
  const { kind } = await manager.handsOver(order.orderId);
  await dueAtOnce();
  await desk.work();
  expect(kind).toBe('not_collectable');
});

test('broken goods stay off the shelf although a doubled payment went back later than the good one', async () => {
  const order = await bothGoingBack();
  await dueAtOnce();
  await desk.work();
  expect(await orderOf(order.orderId)).toMatchObject({ status: 'refunded' });
  expect(await stateOf(desk, order.orderId)).toMatchObject({ onHand: 3 });
});

test('a refund that Stripe keeps refusing is given up after two days, and a person is asked to give the money back', async () => {
  const paid = await paidOrder(desk);
  await ask(paid.paymentId);
  const keys = new Set<string>();
  const refusing = {
    ...desk.payments,
    refund: async (_: unknown, key: string): Promise<never> => {
      keys.add(key);
      throw new AppError('stripe_refused', 'too old to refund', { vendorCode: 'charge_expired_for_refund' });
    },
  };
  for (let tries = 0; tries < 60; tries++) {
    expect((await refundOf(paid.paymentId)).status).toBe('requested');
    await dueAtOnce();
    await sendNextRefund({ ...desk.needs, payments: refusing });
  }
  // Stripe would repeat a refusal it has kept under its key: each call has another.
  expect(keys.size).toBe(60);
  expect(await refundOf(paid.paymentId)).toMatchObject({ status: 'failed' });
  expect(await orderOf(paid.orderId)).toMatchObject({ reviewReason: 'refund_failed' });
  const again = await ask(paid.paymentId);
  expect(again).toMatchObject({ kind: 'requested' });
  await desk.work();
  expect(await stateOf(desk, paid.orderId)).toMatchObject({ order: 'refunded' });
});

test('a refund whose answer was lost is looked for before it is asked for anew a day later', async () => {
  const paid = await paidOrder(desk);
  await ask(paid.paymentId, { amountMinor: 3000 });
  // Made at Stripe; neither its answer nor its webhook arrives before the shop is down.
  desk.stripe.events.lose();
  desk.stripe.faults.add({ method: 'POST', path: /refunds/, kind: 'lost_answer', times: 3 });
  await sendNextRefund(desk.needs);
  desk.stripe.faults.clear();
  await desk.stripe.events.release();
  await desk.sandbox.clock.advance(26 * 60);
  await dueAtOnce();
  // Stripe keeps keys for 24 hours: after that the same key is a new one.
  const forgotten = (...[refund, key]: Parameters<typeof desk.payments.refund>) =>
    desk.payments.refund(refund, `${key}:forgotten`);
  await sendNextRefund({ ...desk.needs, payments: { ...desk.payments, refund: forgotten } });
  const made = desk.stripe.ledger.refunds.all().filter((refund) => refund.payment_intent === paid.paymentIntentId);
  expect(made.map(({ amount }) => amount)).toEqual([3000]);
});

test('the success page promises nothing for money that waits for a person', async () => {
  const order = await mismatchedOrder(desk);
  const page = await verifySession(desk.needs, order.sessionId);
  expect(page).toMatchObject({ status: 'pending', message: expect.stringContaining('vérifie votre paiement') });
});
