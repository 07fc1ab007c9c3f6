import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { backfillOrders } from '../../src/db/backfill.ts';
import { orderDetail } from '../../src/db/staff-orders.ts';
import { verifyDatabase } from '../../src/db/verify.ts';
import type { OutboundContent } from '../../src/domain/outbound-message.ts';
import { releaseReview } from '../../src/flows/release-review.ts';
import { sendNextRefund } from '../../src/flows/send-refund.ts';
import { settleSession } from '../../src/flows/settle-payment.ts';
import { managerAt, mismatchedOrder } from '../support/manager.ts';
import {
  anotherAttempt,
  type MoneyDesk,
  openMoneyDesk,
  paidOrder,
  placeOrder,
  stateOf,
} from '../support/money-desk.ts';

// Several matters of one order at once: each waits for its own decision, and none hides another.

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
const brokenFor = async (orderNumber: string) =>
  (await verifyDatabase(desk.db)).broken
    .filter(({ rows }) => rows.some(({ number }) => number === orderNumber))
    .map(({ rule }) => rule);
const reviewsOf = (orderId: string) =>
  desk.db.review.findMany({ where: { orderId, closedAt: null }, orderBy: { openedAt: 'asc' } });
const release = (...wish: Parameters<Manager['endsReview']>) => manager.endsReview(...wish);

test('money that did not match stays unreleasable after a refund of it failed before it was whole', async () => {
  const order = await mismatchedOrder(desk);
  await ask(order.paymentId, { amountMinor: 3000, reason: 'mismatch' });
  await desk.work();
  desk.stripe.refunds.setStatus((await refundOf(order.paymentId)).stripeRefundId as string, 'failed');
  await desk.work();
  expect(await release(order.orderId, 'refund_failed', 'goes_on')).toEqual({ kind: 'no_way_out' });
  expect(await release(order.orderId, 'refund_failed', 'given_back')).toEqual({ kind: 'released' });
  expect(await orderOf(order.orderId)).toMatchObject({ status: 'pending_payment', reviewReason: 'amount_differs' });
  expect(await release(order.orderId, 'amount_differs', 'goes_on')).toEqual({ kind: 'no_way_out' });
  // The rest goes back by Stripe: then the order is over, and its goods are free.
  expect(await ask(order.paymentId, { reason: 'mismatch' })).toMatchObject({ kind: 'requested', amountMinor: 5000 });
  await desk.work();
  expect(await stateOf(desk, order.orderId)).toMatchObject({ order: 'cancelled', reserved: 0 });
  expect(await reviewsOf(order.orderId)).toEqual([]);
  expect(await brokenFor(order.orderNumber)).toEqual([]);
});

test('a lost part of a dispute does not make mismatched money releasable', async () => {
  const order = await mismatchedOrder(desk);
  const dispute = desk.stripe.refunds.openDispute(order.chargeId, { amount: 2000 });
  await desk.work();
  desk.stripe.refunds.closeDispute(dispute.id, 'lost');
  await desk.work();
  expect(await ask(order.paymentId)).toMatchObject({ kind: 'charged_back' });
  await release(order.orderId, 'dispute_lost_in_part', 'goes_on');
  expect(await orderOf(order.orderId)).toMatchObject({ status: 'pending_payment', reviewReason: 'amount_differs' });
  // Stripe refunds nothing of it any more: what is left is given back another way, and that ends the order.
  expect(await release(order.orderId, 'amount_differs', 'given_back')).toEqual({ kind: 'released' });
  expect(await stateOf(desk, order.orderId)).toMatchObject({ order: 'cancelled', reserved: 0 });
  expect(await brokenFor(order.orderNumber)).toEqual([]);
});

test('giving back one payment does not wave through the failed refund of the other', async () => {
  const order = await placeOrder(desk);
  await desk.db.paymentAttempt.update({ where: { id: order.attemptId }, data: { status: 'CANCELLED' } });
  const second = await anotherAttempt(desk, order);
  desk.stripe.checkout.pay(second.sessionId);
  await desk.work();
  desk.stripe.checkout.pay(order.sessionId);
  await desk.work();
  const doubled = await desk.db.payment.findUniqueOrThrow({ where: { attemptId: order.attemptId } });
  const kept = await desk.db.payment.findUniqueOrThrow({ where: { attemptId: second.attemptId } });
  desk.stripe.refunds.setStatus((await refundOf(doubled.id)).stripeRefundId as string, 'failed');
  await desk.work();
  expect(await orderOf(order.orderId)).toMatchObject({ status: 'confirmed', reviewReason: 'refund_failed' });
  // It was promised back when it came: it cannot be kept, also while the order goes on.
  expect(await release(order.orderId, 'refund_failed', 'goes_on')).toEqual({ kind: 'no_way_out' });
  await ask(kept.id);
  await desk.work();
  expect((await refundOf(kept.id)).status).toBe('succeeded');
  // 90 of the customer's are still ours.
  expect(await brokenFor(order.orderNumber)).toEqual([]);
  expect(await orderOf(order.orderId)).toMatchObject({ status: 'refunded', reviewReason: 'refund_failed' });
  expect(await release(order.orderId, 'refund_failed', 'goes_on')).toEqual({ kind: 'no_way_out' });
  expect(await release(order.orderId, 'refund_failed', 'given_back')).toEqual({ kind: 'released' });
  expect(await brokenFor(order.orderNumber)).toEqual([]);
});

test('a failed refund that was given back another way and released leaves nothing for db:verify', async () => {
  const paid = await paidOrder(desk);
  await ask(paid.paymentId);
  await desk.work();
  desk.stripe.refunds.setStatus((await refundOf(paid.paymentId)).stripeRefundId as string, 'failed');
  await desk.work();
  expect(await release(paid.orderId, 'refund_failed', 'given_back')).toEqual({ kind: 'released' });
  expect(await brokenFor(paid.orderNumber)).toEqual([]);
  const refunds = await desk.db.refund.findMany({
    where: { paymentId: paid.paymentId },
    orderBy: { createdAt: 'asc' },
  });
  expect(refunds.map(({ status, reason }) => [status, reason])).toEqual([
    ['failed', 'requested_by_customer'],
    ['succeeded', 'another_way'],
  ]);
});

test('a dispute lost and then won after all brings the money back to somebody’s attention', async () => {
  const paid = await paidOrder(desk);
  const dispute = desk.stripe.refunds.openDispute(paid.chargeId);
  await desk.work();
  desk.stripe.refunds.closeDispute(dispute.id, 'lost');
  await desk.work();
  expect(await orderOf(paid.orderId)).toMatchObject({ status: 'refunded' });
  desk.stripe.refunds.closeDispute(dispute.id, 'won');
  await desk.work();
  expect(await orderOf(paid.orderId)).toMatchObject({ status: 'refunded', reviewReason: 'dispute_reversed' });
  expect(await release(paid.orderId, 'dispute_reversed', 'goes_on')).toEqual({ kind: 'released' });
  expect(await brokenFor(paid.orderNumber)).toEqual([]);
});

test('the backfill invents no refund of money that a dispute gave back to us', async () => {
  const paid = await paidOrder(desk);
  const dispute = desk.stripe.refunds.openDispute(paid.chargeId);
  await desk.work();
  desk.stripe.refunds.closeDispute(dispute.id, 'lost');
  await desk.work();
  desk.stripe.refunds.closeDispute(dispute.id, 'won');
  await desk.work();
  await backfillOrders(desk.db);
  expect(await desk.db.refund.findMany({ where: { paymentId: paid.paymentId } })).toEqual([]);
});

test('an order that waits because nothing was charged for it can be left', async () => {
  const order = await placeOrder(desk);
  const session = await desk.payments.retrieveCheckoutSession(order.sessionId);
  await settleSession(desk.needs, order.attemptId, {
    ...session,
    ...{ status: 'complete', paymentStatus: 'no_payment_required', amountTotalMinor: 0, paymentIntentId: null },
  });
  expect(await orderOf(order.orderId)).toMatchObject({ reviewReason: 'amount_differs' });
  const payment = await desk.db.payment.findUniqueOrThrow({ where: { attemptId: order.attemptId } });
  expect(await ask(payment.id)).toMatchObject({ kind: 'nothing_left' });
  expect(await release(order.orderId, 'amount_differs', 'given_back')).toEqual({ kind: 'released' });
  expect(await stateOf(desk, order.orderId)).toMatchObject({ order: 'cancelled', reserved: 0 });
});

test('a mismatched second payment that went back does not block the order the first one paid', async () => {
  const order = await placeOrder(desk);
  await desk.db.paymentAttempt.update({ where: { id: order.attemptId }, data: { status: 'CANCELLED' } });
  const second = await anotherAttempt(desk, order);
  desk.stripe.checkout.pay(second.sessionId);
  await desk.work();
  desk.stripe.events.hold();
  desk.stripe.checkout.pay(order.sessionId);
  const session = await desk.payments.retrieveCheckoutSession(order.sessionId);
  await settleSession(desk.needs, order.attemptId, { ...session, amountTotalMinor: 8000 });
  await desk.stripe.events.release();
  await desk.work();
  expect(await orderOf(order.orderId)).toMatchObject({ status: 'confirmed', reviewReason: 'amount_differs' });
  const wrong = await desk.db.payment.findUniqueOrThrow({ where: { attemptId: order.attemptId } });
  await ask(wrong.id, { reason: 'mismatch' });
  await desk.work();
  expect((await refundOf(wrong.id)).status).toBe('succeeded');
  expect(await orderOf(order.orderId)).toMatchObject({ status: 'confirmed', reviewReason: null });
});

test('a fraud warning does not make a failed refund forgotten', async () => {
  const paid = await paidOrder(desk);
  await ask(paid.paymentId, { amountMinor: 3000 });
  await desk.work();
  desk.stripe.refunds.setStatus((await refundOf(paid.paymentId)).stripeRefundId as string, 'failed');
  await desk.work();
  expect(await orderOf(paid.orderId)).toMatchObject({ reviewReason: 'refund_failed' });
  desk.stripe.refunds.warnOfFraud(paid.chargeId);
  await desk.work();
  await release(paid.orderId, 'fraud_warning', 'goes_on');
  expect(await orderOf(paid.orderId)).toMatchObject({ reviewReason: 'refund_failed' });
});

test('a second refund that failed since the manager looked is not released with the first', async () => {
  const paid = await paidOrder(desk);
  for (const amountMinor of [2000, 3000]) await ask(paid.paymentId, { amountMinor });
  await desk.work();
  const [first, second] = await desk.db.refund.findMany({
    where: { paymentId: paid.paymentId },
    orderBy: { amountMinor: 'asc' },
  });
  desk.stripe.refunds.setStatus(first?.stripeRefundId as string, 'failed');
  await desk.work();
  const [seen] = await reviewsOf(paid.orderId);
  desk.stripe.refunds.setStatus(second?.stripeRefundId as string, 'failed');
  await desk.work();
  const released = { reviewId: seen?.id as string, outcome: 'goes_on' as const, note: 'x', by: 'staff:lucie' };
  expect(await releaseReview(desk, released)).toEqual({ kind: 'released' });
  expect(await reviewsOf(paid.orderId)).toMatchObject([{ reason: 'refund_failed', amountMinor: 3000 }]);
  expect(await orderOf(paid.orderId)).toMatchObject({ reviewReason: 'refund_failed' });
});

test('money of another currency is told in its own, to the customer and to the team', async () => {
  const order = await mismatchedOrder(desk, { currency: 'XPF' });
  desk.stripe.refunds.warnOfFraud(order.chargeId);
  await desk.work();
  const warning = { orderId: order.orderId, businessKey: { startsWith: 'fraud-warning:' } };
  const notice = await desk.db.notification.findFirstOrThrow({ where: warning });
  expect(notice.content).toMatchObject({ notice: { money: { amountMinor: 9000, currency: 'XPF' } } });
  await ask(order.paymentId, { reason: 'mismatch' });
  // As Stripe answers for a charge in that currency.
  const refund: typeof desk.payments.refund = async (...asked) => ({
    ...(await desk.payments.refund(...asked)),
    currency: 'XPF',
  });
  await sendNextRefund({ ...desk.needs, payments: { ...desk.payments, refund } });
  await desk.work();
  const said = await desk.db.outboundMessage.findFirstOrThrow({
    where: { orderId: order.orderId, businessKey: { startsWith: 'refunded:' } },
  });
  const { body, template } = said.content as OutboundContent;
  expect(body.replace(/\s/g, ' ')).toContain('9 000 FCFP');
  expect(template?.variables['1']?.replace(/\s/g, ' ')).toBe('9 000 FCFP');
  desk.stripe.refunds.openDispute(order.chargeId);
  await desk.work();
  const detail = await orderDetail(desk.db, order.orderId);
  const amounts = detail?.timeline.filter(({ amountMinor }) => amountMinor !== null) ?? [];
  expect(amounts.map(({ what, currency }) => `${what} ${currency}`)).toEqual([
    'payment.received XPF',
    'refund.requested XPF',
    'refund.succeeded XPF',
    // The stand-in knows nothing of the other currency.
    'dispute.needs_response EUR',
  ]);
});
