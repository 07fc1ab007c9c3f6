import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openReviewsOf } from '../../src/db/reviews.ts';
import { verifyDatabase } from '../../src/db/verify.ts';
import { managerAt, mismatchedOrder } from '../support/manager.ts';
import { type MoneyDesk, openMoneyDesk, paidOrder, stateOf } from '../support/money-desk.ts';

// While a refund of its money still waits for Stripe, a review has no way out that would give it back a second time.

let desk: MoneyDesk;
let manager: ReturnType<typeof managerAt>;
beforeAll(async () => {
  desk = await openMoneyDesk();
  manager = managerAt(desk);
});
afterAll(() => desk.close());

const refundOf = (paymentId: string) => desk.db.refund.findFirstOrThrow({ where: { paymentId } });
const balanceIsShort = () =>
  desk.stripe.faults.add({
    ...{ method: 'POST', path: /refunds/, kind: 'status', status: 400, times: 1 },
    body: { error: { type: 'invalid_request_error', code: 'insufficient_funds', message: 'balance too low' } },
  });
const stripeIsAskedAgain = async (paymentId: string) => {
  await desk.db.refund.updateMany({ where: { paymentId, status: 'requested' }, data: { nextCallAt: new Date(0) } });
  await desk.work();
};
const backMinor = async (paymentId: string) => {
  const refunds = await desk.db.refund.findMany({ where: { paymentId, status: 'succeeded' } });
  return refunds.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
};

test('a failed refund is not given back another way: it would go back twice', async () => {
  const paid = await paidOrder(desk);
  await manager.asksRefund(paid.paymentId);
  await desk.work();
  desk.stripe.refunds.setStatus((await refundOf(paid.paymentId)).stripeRefundId as string, 'failed');
  await desk.work();
  balanceIsShort();
  await manager.asksRefund(paid.paymentId);
  await desk.work();
  expect(await manager.endsReview(paid.orderId, 'refund_failed', 'given_back')).toEqual({ kind: 'refund_waiting' });
  expect(await openReviewsOf(desk.db, paid.orderId)).toHaveLength(1);
  await stripeIsAskedAgain(paid.paymentId);
  expect(await backMinor(paid.paymentId)).toBe(9000);
  expect(await openReviewsOf(desk.db, paid.orderId)).toEqual([]);
  expect((await verifyDatabase(desk.db)).broken).toEqual([]);
});

test('money that did not match is not either, until Stripe has failed to take it', async () => {
  const order = await mismatchedOrder(desk);
  balanceIsShort();
  await manager.asksRefund(order.paymentId, { reason: 'mismatch' });
  await desk.work();
  expect(await manager.endsReview(order.orderId, 'amount_differs', 'given_back')).toEqual({ kind: 'refund_waiting' });
  await stripeIsAskedAgain(order.paymentId);
  desk.stripe.refunds.setStatus((await refundOf(order.paymentId)).stripeRefundId as string, 'failed');
  await desk.work();
  expect(await manager.endsReview(order.orderId, 'refund_failed', 'given_back')).toEqual({ kind: 'released' });
  expect(await backMinor(order.paymentId)).toBe(8000);
  expect(await stateOf(desk, order.orderId)).toMatchObject({ order: 'cancelled', reserved: 0 });
  expect((await verifyDatabase(desk.db)).broken).toEqual([]);
});
