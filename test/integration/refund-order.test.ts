import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { verifyDatabase } from '../../src/db/verify.ts';
import type { ReviewOutcome } from '../../src/domain/review.ts';
import { releaseReview } from '../../src/flows/release-review.ts';
import { sendNextRefund } from '../../src/flows/send-refund.ts';
import { settleSession } from '../../src/flows/settle-payment.ts';
import { managerAt } from '../support/manager.ts';
import {
  ledgerDifferences,
  type MoneyDesk,
  openMoneyDesk,
  paidOrder,
  placeOrder,
  stateOf,
} from '../support/money-desk.ts';

type Manager = ReturnType<typeof managerAt>;

let desk: MoneyDesk;
let manager: Manager;
beforeAll(async () => {
  desk = await openMoneyDesk();
  manager = managerAt(desk);
});
afterEach(async () => {
  expect(await ledgerDifferences(desk)).toEqual([]);
  expect((await verifyDatabase(desk.db)).broken).toEqual([]);
});
afterAll(() => desk.close());

const ask = (...wish: Parameters<Manager['asksRefund']>) => manager.asksRefund(...wish);
const refundsOf = (paymentId: string) => desk.db.refund.findMany({ where: { paymentId } });
const orderOf = (orderId: string) => desk.db.order.findUniqueOrThrow({ where: { id: orderId } });
const givenBackAtStripe = (paymentIntentId: string) =>
  desk.stripe.ledger.refunds
    .all()
    .filter((refund) => refund.payment_intent === paymentIntentId && refund.status === 'succeeded')
    .reduce((sum, { amount }) => sum + amount, 0);
const waitsAtOnce = (refundId: string) =>
  desk.db.refund.update({ where: { id: refundId }, data: { nextCallAt: new Date(0) } });

test('the whole goes back: the order ends, the goods are on the shelf again, the customer is told, and who asked is on record', async () => {
  const paid = await paidOrder(desk);
  expect(await ask(paid.paymentId)).toMatchObject({ kind: 'requested', amountMinor: 9000, currency: 'EUR' });
  await desk.work();
  const state = await stateOf(desk, paid.orderId);
  expect(state).toMatchObject({ order: 'refunded', attempts: ['REFUNDED'], onHand: 4, reserved: 0 });
  expect(state.told.filter((kind) => kind === 'refunded')).toHaveLength(1);
  expect(await refundsOf(paid.paymentId)).toMatchObject([{ status: 'succeeded', requestedBy: 'staff:lucie' }]);
  const trail = await desk.db.auditEntry.findMany({
    where: { subject: `order:${paid.orderId}`, action: { startsWith: 'refund.' } },
    orderBy: { seq: 'asc' },
  });
  expect(trail.map(({ actor, action }) => [actor, action])).toEqual([
    ['staff:lucie', 'refund.requested'],
    ['stripe', 'refund.succeeded'],
  ]);
});

test('a part leaves the order as it is; of the next only what is left can go back, and the last part ends it', async () => {
  const paid = await paidOrder(desk);
  expect(await ask(paid.paymentId, { amountMinor: 2500 })).toMatchObject({ kind: 'requested' });
  await desk.work();
  expect(await stateOf(desk, paid.orderId)).toMatchObject({ order: 'confirmed', attempts: ['PAID'], onHand: 3 });
  expect(await ask(paid.paymentId, { amountMinor: 6501 })).toMatchObject({ kind: 'too_much', leftMinor: 6500 });
  expect(await ask(paid.paymentId)).toMatchObject({ kind: 'requested', amountMinor: 6500 });
  await desk.work();
  expect(await stateOf(desk, paid.orderId)).toMatchObject({ order: 'refunded', attempts: ['REFUNDED'], onHand: 4 });
  expect(await ask(paid.paymentId)).toMatchObject({ kind: 'nothing_left' });
});

test('the same form sent four times at once is one refund', async () => {
  const paid = await paidOrder(desk);
  const wish = { amountMinor: 1000, requestKey: 'form-1' };
  const results = await Promise.all([1, 2, 3, 4].map(() => ask(paid.paymentId, wish)));
  const kinds = results.map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'requested')).toHaveLength(1);
  expect(kinds.filter((kind) => kind === 'already_requested')).toHaveLength(3);
  await desk.work();
  expect(givenBackAtStripe(paid.paymentIntentId)).toBe(1000);
});

test('two managers at once can never give back more than was paid', async () => {
  const paid = await paidOrder(desk);
  const results = await Promise.all([6000, 6000].map((amountMinor) => ask(paid.paymentId, { amountMinor })));
  expect(results.map(({ kind }) => kind).sort()).toEqual(['requested', 'too_much']);
  await desk.work();
  expect(givenBackAtStripe(paid.paymentIntentId)).toBe(6000);
});

test('goods that were handed over stay out unless the manager says that they came back', async () => {
  const [stayed, returned] = [await paidOrder(desk), await paidOrder(desk)];
  for (const { orderId } of [stayed, returned]) await manager.handsOver(orderId);
  await ask(stayed.paymentId);
  await ask(returned.paymentId, { restock: true });
  await desk.work();
  expect(await stateOf(desk, stayed.orderId)).toMatchObject({ order: 'refunded', onHand: 3 });
  expect(await stateOf(desk, returned.orderId)).toMatchObject({ order: 'refunded', onHand: 4 });
});

test('goods that are broken are not put back although they never left', async () => {
  const paid = await paidOrder(desk);
  await ask(paid.paymentId, { restock: false, reason: 'out_of_stock' });
  await desk.work();
  expect(await stateOf(desk, paid.orderId)).toMatchObject({ order: 'refunded', onHand: 3 });
});

test('an unknown payment is told as such, and one of nothing has nothing to give back', async () => {
  expect(await ask(randomUUID())).toEqual({ kind: 'unknown' });
  const free = await paidOrder(desk);
  await desk.db.payment.update({ where: { id: free.paymentId }, data: { paymentIntentId: null } });
  expect(await ask(free.paymentId)).toMatchObject({ kind: 'nothing_left' });
});

describe('while the customer’s bank disputes the payment', () => {
  test('nothing is asked of Stripe, which would refuse; an inquiry may be settled by a refund', async () => {
    const [disputed, inquired] = [await paidOrder(desk), await paidOrder(desk)];
    desk.stripe.refunds.openDispute(disputed.chargeId);
    const inquiry = desk.stripe.refunds.openDispute(inquired.chargeId, { status: 'warning_needs_response' });
    await desk.work();
    expect(await ask(disputed.paymentId)).toMatchObject({ kind: 'disputed' });
    expect(await ask(inquired.paymentId)).toMatchObject({ kind: 'requested' });
    await desk.work();
    expect(await stateOf(desk, inquired.orderId)).toMatchObject({ order: 'refunded' });
    desk.stripe.refunds.closeDispute(inquiry.id, 'warning_closed');
    await desk.work();
  });

  test('a refund asked for before waits, the team is told once, and it leaves when the dispute is won', async () => {
    const paid = await paidOrder(desk);
    await ask(paid.paymentId);
    const dispute = desk.stripe.refunds.openDispute(paid.chargeId);
    await desk.work();
    const [refund] = await refundsOf(paid.paymentId);
    expect(refund).toMatchObject({ status: 'requested', lastError: expect.stringContaining('charge_disputed') });
    await waitsAtOnce(refund?.id as string);
    await sendNextRefund(desk.needs);
    const told = { orderId: paid.orderId, businessKey: { startsWith: 'refund-refused:' } };
    expect(await desk.db.notification.count({ where: told })).toBe(2);
    desk.stripe.refunds.closeDispute(dispute.id, 'won');
    await desk.work();
    await waitsAtOnce(refund?.id as string);
    await desk.work();
    expect(givenBackAtStripe(paid.paymentIntentId)).toBe(9000);
    expect(await stateOf(desk, paid.orderId)).toMatchObject({ order: 'refunded' });
  });

  test('when it is lost Stripe refunds nothing of the charge any more: a person is asked to', async () => {
    const paid = await paidOrder(desk);
    await ask(paid.paymentId, { amountMinor: 5000 });
    const dispute = desk.stripe.refunds.openDispute(paid.chargeId, { amount: 6000 });
    await desk.work();
    desk.stripe.refunds.closeDispute(dispute.id, 'lost');
    await desk.work();
    const [refund] = await refundsOf(paid.paymentId);
    await waitsAtOnce(refund?.id as string);
    await desk.work();
    await waitsAtOnce(refund?.id as string);
    await desk.work();
    // Cut to what the dispute left, then refused for good.
    expect(await refundsOf(paid.paymentId)).toMatchObject([{ amountMinor: 3000, status: 'failed' }]);
    expect(await orderOf(paid.orderId)).toMatchObject({ status: 'confirmed', reviewReason: 'refund_failed' });
    const told = { orderId: paid.orderId, businessKey: `refund-failed:${refund?.id}:slack` };
    expect(await desk.db.notification.count({ where: told })).toBe(1);
    expect(await ask(paid.paymentId)).toMatchObject({ kind: 'charged_back' });
  });
});

describe('an order that waits for a person', () => {
  const reviewsOf = (orderId: string) => desk.db.review.findMany({ where: { orderId, closedAt: null } });
  const release = async (orderId: string, outcome: ReviewOutcome = 'goes_on') => {
    const [review] = await reviewsOf(orderId);
    return releaseReview(desk, {
      ...{ reviewId: review?.id ?? randomUUID(), outcome, note: 'I called the customer', by: 'staff:lucie' },
    });
  };

  test('goes on when a manager releases it, once, with the reason on record', async () => {
    const paid = await paidOrder(desk);
    desk.stripe.refunds.warnOfFraud(paid.chargeId);
    await desk.work();
    expect(await orderOf(paid.orderId)).toMatchObject({ reviewReason: 'fraud_warning' });
    expect(await release(paid.orderId, 'given_back')).toEqual({ kind: 'no_way_out' });
    const both = await Promise.all([release(paid.orderId), release(paid.orderId)]);
    expect(both.map(({ kind }) => kind).sort()).toEqual(['not_in_review', 'released']);
    expect(await release(randomUUID())).toEqual({ kind: 'unknown' });
    expect(await orderOf(paid.orderId)).toMatchObject({ reviewReason: null });
    const entries = await desk.db.auditEntry.findMany({
      where: { subject: `order:${paid.orderId}`, action: 'review.released' },
    });
    expect(entries).toMatchObject([
      { actor: 'staff:lucie', details: { reason: 'fraud_warning', outcome: 'goes_on', note: 'I called the customer' } },
    ]);
    await manager.handsOver(paid.orderId);
    expect(await orderOf(paid.orderId)).toMatchObject({ status: 'collected' });
  });

  test('whose money does not match cannot be waved through: it goes back', async () => {
    const order = await placeOrder(desk);
    desk.stripe.checkout.pay(order.sessionId);
    const session = await desk.payments.retrieveCheckoutSession(order.sessionId);
    await settleSession(desk.needs, order.attemptId, { ...session, amountTotalMinor: 8000 });
    await desk.work();
    expect(await orderOf(order.orderId)).toMatchObject({ reviewReason: 'amount_differs', status: 'pending_payment' });
    expect(await release(order.orderId)).toEqual({ kind: 'no_way_out' });
    const { id } = await desk.db.payment.findUniqueOrThrow({ where: { attemptId: order.attemptId } });
    await ask(id, { reason: 'mismatch' });
    await desk.work();
    expect(await stateOf(desk, order.orderId)).toMatchObject({ order: 'cancelled', reserved: 0, onHand: 4 });
    expect(await orderOf(order.orderId)).toMatchObject({ reviewReason: null });
  });
});
