import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { attemptsToReconcile, markAsked } from '../../src/db/attempts-to-ask.ts';
import { findAttempt } from '../../src/db/payment-attempts.ts';
import { openReview } from '../../src/db/reviews.ts';
import { confirmOrder } from '../../src/flows/confirm-order.ts';
import { reconcilePayments } from '../../src/flows/reconcile-payments.ts';
import { remindUnpaidOrders } from '../../src/flows/remind-unpaid.ts';
import { settlePayment, settleSession } from '../../src/flows/settle-payment.ts';
import { verifySession } from '../../src/flows/verify-session.ts';
import { ledgerDifferences, type MoneyDesk, openMoneyDesk, placeOrder, stateOf } from '../support/money-desk.ts';

// What Stripe says too late, in the wrong order, or not at all; single faults have their tests in faults/.

let desk: MoneyDesk;
beforeAll(async () => {
  desk = await openMoneyDesk();
});
afterEach(async () => {
  expect(await ledgerDifferences(desk)).toEqual([]);
});
afterAll(() => desk.close());

const attemptOf = async (attemptId: string) => {
  const attempt = await findAttempt(desk.db, { id: attemptId });
  if (!attempt) throw new Error('no such attempt');
  return attempt;
};

test('a payment whose webhook was lost is found by the success page after 30 seconds', async () => {
  const { orderId, sessionId } = await placeOrder(desk);
  desk.stripe.checkout.pay(sessionId);
  await desk.sandbox.idle();
  await desk.db.paymentEvent.deleteMany({ where: { outcome: 'received' } });
  expect(await verifySession(desk.needs, sessionId)).toMatchObject({ status: 'pending' });
  await desk.db.paymentAttempt.updateMany({
    where: { orderId },
    data: { createdAt: new Date(desk.clock.now().getTime() - 31_000) },
  });
  expect(await verifySession(desk.needs, sessionId)).toMatchObject({
    status: 'success',
    message: expect.any(String),
  });
  expect(await stateOf(desk, orderId)).toMatchObject({ order: 'confirmed' });
});
describe('a payment that goes back', () => {
  async function lateWithoutGoods() {
    const late = await placeOrder(desk, { onHand: 1 });
    const open = await desk.payments.retrieveCheckoutSession(late.sessionId);
    await settleSession(desk.needs, late.attemptId, { ...open, status: 'expired' });
    await confirmOrder(desk.needs, await late.proposeAgain());
    desk.stripe.checkout.pay(late.sessionId);
    return late;
  }

  test('is not shown as paid on the success page, from the moment it is recorded', async () => {
    const late = await lateWithoutGoods();
    await settlePayment(desk.needs, await attemptOf(late.attemptId));
    expect(await verifySession(desk.needs, late.sessionId)).toMatchObject({ status: 'error' });
    await desk.work();
  });

  test('and fails on its way is held for a person', async () => {
    const late = await lateWithoutGoods();
    await desk.work();
    const { stripeRefundId } = await desk.db.refund.findFirstOrThrow({
      where: { payment: { attemptId: late.attemptId } },
    });
    desk.stripe.refunds.setStatus(stripeRefundId as string, 'failed');
    await desk.work();
    const order = await desk.db.order.findUniqueOrThrow({ where: { id: late.orderId } });
    expect(order.reviewReason).toBe('refund_failed');
  });

  test('too late, after part of it went back from the Dashboard, gives back the rest and no more', async () => {
    const late = await lateWithoutGoods();
    const { paymentIntentId } = await desk.payments.retrieveCheckoutSession(late.sessionId);
    desk.stripe.refunds.create({ payment_intent: paymentIntentId as string, amount: '3000' });
    await desk.work();
    const refunds = await desk.db.refund.findMany({ where: { payment: { attemptId: late.attemptId } } });
    expect(refunds.map(({ amountMinor, status }) => `${amountMinor} ${status}`).sort()).toEqual([
      '3000 succeeded',
      '6000 succeeded',
    ]);
    expect((await stateOf(desk, late.orderId)).attempts).toEqual(['REFUNDED']);
  });
});

describe('a dispute', () => {
  test('freezes the order, and of two only the last that ends well thaws it', async () => {
    const { orderId, sessionId, attemptId } = await placeOrder(desk);
    desk.stripe.checkout.pay(sessionId);
    await desk.work();
    const { paymentIntentId } = await attemptOf(attemptId);
    const frozen = async () => (await desk.db.order.findUniqueOrThrow({ where: { id: orderId } })).disputedAt !== null;
    const charge = desk.stripe.ledger.intent(paymentIntentId as string).latest_charge as string;
    const first = desk.stripe.refunds.openDispute(charge);
    const second = desk.stripe.refunds.openDispute(charge);
    await desk.work();
    expect(await frozen()).toBe(true);
    desk.stripe.refunds.closeDispute(first.id, 'won');
    await desk.work();
    expect(await frozen()).toBe(true);
    desk.stripe.refunds.closeDispute(second.id, 'won');
    await desk.work();
    expect(await frozen()).toBe(false);
  });
});

describe('events in the wrong order', () => {
  /** Everything Stripe has to say of a paid session, with the settling events kept back until the end. */
  async function paidUnheard() {
    const order = await placeOrder(desk);
    desk.stripe.checkout.pay(order.sessionId);
    await desk.sandbox.idle();
    await desk.db.paymentEvent.deleteMany({ where: { outcome: 'received' } });
    const session = await desk.payments.retrieveCheckoutSession(order.sessionId);
    return { ...order, paymentIntentId: session.paymentIntentId as string };
  }

  test('a refund heard of before its payment settles the payment first, and is not lost', async () => {
    const { orderId, paymentIntentId } = await paidUnheard();
    desk.stripe.refunds.create({ payment_intent: paymentIntentId, amount: '9000' });
    await desk.work();
    expect(await stateOf(desk, orderId)).toMatchObject({ order: 'refunded', attempts: ['REFUNDED'], onHand: 4 });
  });

  test('a dispute heard of before its payment freezes the pickup', async () => {
    const { orderId, paymentIntentId } = await paidUnheard();
    desk.stripe.refunds.openDispute(desk.stripe.ledger.intent(paymentIntentId).latest_charge as string);
    await desk.work();
    const order = await desk.db.order.findUniqueOrThrow({ where: { id: orderId } });
    expect(order).toMatchObject({ status: 'confirmed', disputedAt: expect.any(Date) });
  });
});

describe('reconciliation', () => {
  test('frees the stock of a slow payment whose failure was never reported', async () => {
    const { orderId, sessionId } = await placeOrder(desk);
    desk.stripe.checkout.payLater(sessionId);
    await desk.work();
    desk.stripe.checkout.settleBank(sessionId, false);
    await desk.sandbox.idle();
    await desk.db.paymentEvent.deleteMany({ where: { outcome: 'received' } });
    await desk.sandbox.clock.advance(6);
    await reconcilePayments(desk.needs);
    expect(await stateOf(desk, orderId)).toMatchObject({ order: 'cancelled', attempts: ['FAILED'], reserved: 0 });
  });

  test('asks those first that were asked longest ago, and leaves an order in review to its person', async () => {
    const inReview = await placeOrder(desk);
    const waiting = await placeOrder(desk);
    const matter = { orderId: inReview.orderId, paymentId: null, reason: 'livemode_differs' as const, key: 'x' };
    await desk.db.$transaction((tx) => openReview(tx, { ...matter, at: desk.clock.now() }));
    await desk.sandbox.clock.advance(6);
    const dueNow = () => {
      const [createdBefore, askedBefore] = [desk.clock.now(), new Date(desk.clock.now().getTime() + 1)];
      return attemptsToReconcile(desk.db, { createdBefore, askedBefore, limit: 100 });
    };
    const due = await dueNow();
    expect(due.map((attempt) => attempt.id)).toContain(waiting.attemptId);
    expect(due.map((attempt) => attempt.id)).not.toContain(inReview.attemptId);
    await markAsked(desk.db, waiting.attemptId, desk.clock.now());
    const [next] = (await dueNow()).slice(-1);
    expect(next?.id).toBe(waiting.attemptId);
    await desk.sandbox.clock.advance(60);
    await remindUnpaidOrders(desk.needs);
    expect((await stateOf(desk, inReview.orderId)).told).not.toContain('reminder');
  });
});
