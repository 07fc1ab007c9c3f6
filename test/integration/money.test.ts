import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { attemptsToReconcile, markAsked } from '../../src/db/attempts-to-ask.ts';
import { findAttempt } from '../../src/db/payment-attempts.ts';
import { releaseReservations } from '../../src/db/stock.ts';
import { cancelOrder } from '../../src/flows/cancel-order.ts';
import { confirmOrder } from '../../src/flows/confirm-order.ts';
import { expireCheckouts } from '../../src/flows/expire-checkouts.ts';
import { reconcilePayments } from '../../src/flows/reconcile-payments.ts';
import { remindUnpaidOrder, remindUnpaidOrders } from '../../src/flows/remind-unpaid.ts';
import { settlePayment, settleSession } from '../../src/flows/settle-payment.ts';
import { verifySession } from '../../src/flows/verify-session.ts';
import {
  ledgerDifferences,
  type MoneyDesk,
  openMoneyDesk,
  placeOrder,
  proposeOne,
  stateOf,
} from '../support/money-desk.ts';

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

describe('an order', () => {
  test('reserves its stock and sends one payment link', async () => {
    const { orderId } = await placeOrder(desk, { quantity: 2 });
    expect(await stateOf(desk, orderId)).toEqual({
      order: 'pending_payment',
      attempts: ['PENDING'],
      onHand: 4,
      reserved: 2,
      told: ['payment-link'],
    });
  });

  test('is made once however often and at once the customer says yes', async () => {
    const proposed = await proposeOne(desk);
    const results = await Promise.all(Array.from({ length: 8 }, () => confirmOrder(desk.needs, proposed)));
    expect(results.filter((result) => result.kind === 'ordered')).toHaveLength(1);
    expect(results.filter((result) => result.kind === 'already_ordered')).toHaveLength(7);
    expect(await desk.db.order.count({ where: { customerId: proposed.customerId } })).toBe(1);
    await desk.work();
  });

  test('is refused when the cart changed since the proposal', async () => {
    const proposed = await proposeOne(desk);
    await desk.db.cart.update({ where: { id: proposed.cartId }, data: { version: 2 } });
    expect(await confirmOrder(desk.needs, proposed)).toEqual({ kind: 'cart_changed' });
  });

  test('is refused when the price moved since the proposal', async () => {
    const proposed = await proposeOne(desk);
    await desk.db.product.update({ where: { id: proposed.product.id }, data: { priceMinor: 1 } });
    expect(await confirmOrder(desk.needs, proposed)).toEqual({ kind: 'moved', reason: 'price' });
  });

  test("is refused for another customer's proposal", async () => {
    const theirs = await proposeOne(desk);
    const mine = await proposeOne(desk);
    const stolen = { customerId: mine.customerId, proposalId: theirs.proposalId };
    expect(await confirmOrder(desk.needs, stolen)).toEqual({ kind: 'no_open_proposal' });
  });

  test('never oversells: of five customers who want the last piece at once, one gets it', async () => {
    const shared = await proposeOne(desk, { onHand: 1 });
    const others = await Promise.all(Array.from({ length: 4 }, shared.proposeAgain));
    const results = await Promise.all([shared, ...others].map((proposed) => confirmOrder(desk.needs, proposed)));
    expect(results.filter((result) => result.kind === 'ordered')).toHaveLength(1);
    expect(results.filter((result) => result.kind === 'moved')).toHaveLength(4);
    await desk.work();
  });
});

describe('a payment', () => {
  test('confirms the order, takes the goods out of stock and says thank you once', async () => {
    const { orderId, sessionId } = await placeOrder(desk);
    desk.stripe.checkout.pay(sessionId);
    await desk.work();
    expect(await stateOf(desk, orderId)).toEqual({
      order: 'confirmed',
      attempts: ['PAID'],
      onHand: 3,
      reserved: 0,
      told: ['payment-link', 'thank-you'],
    });
  });

  test('settled five times at once is one settlement', async () => {
    const { orderId, sessionId, attemptId } = await placeOrder(desk);
    desk.stripe.checkout.pay(sessionId);
    const attempt = await attemptOf(attemptId);
    await Promise.all(Array.from({ length: 5 }, () => settlePayment(desk.needs, attempt)));
    await desk.work();
    const state = await stateOf(desk, orderId);
    expect(state).toMatchObject({ order: 'confirmed', onHand: 3, told: ['payment-link', 'thank-you'] });
    expect(await desk.db.payment.count({ where: { attemptId } })).toBe(1);
  });

  test('declined leaves the link good and tells the customer why', async () => {
    const { orderId, sessionId } = await placeOrder(desk);
    desk.stripe.checkout.decline(sessionId);
    await desk.work();
    expect(await stateOf(desk, orderId)).toMatchObject({
      order: 'pending_payment',
      reserved: 1,
      told: ['payment-link', 'payment-failed'],
    });
    desk.stripe.checkout.pay(sessionId);
    await desk.work();
    expect(await stateOf(desk, orderId)).toMatchObject({ order: 'confirmed' });
  });

  test('that needs 3-D Secure tells the customer to finish', async () => {
    const { orderId, sessionId } = await placeOrder(desk);
    desk.stripe.checkout.challenge(sessionId);
    await desk.work();
    expect((await stateOf(desk, orderId)).told).toEqual(['payment-link', 'action-required']);
  });

  test('by a slow method fulfils nothing until the bank has paid', async () => {
    const { orderId, sessionId } = await placeOrder(desk);
    desk.stripe.checkout.payLater(sessionId);
    await desk.work();
    expect(await stateOf(desk, orderId)).toMatchObject({
      order: 'pending_payment',
      attempts: ['PROCESSING'],
      reserved: 1,
    });
    desk.stripe.checkout.settleBank(sessionId, true);
    await desk.work();
    expect(await stateOf(desk, orderId)).toMatchObject({
      order: 'confirmed',
      told: ['payment-link', 'processing', 'thank-you'],
    });
  });

  test('by a slow method that fails frees the stock and says so', async () => {
    const { orderId, sessionId } = await placeOrder(desk);
    desk.stripe.checkout.payLater(sessionId);
    await desk.work();
    desk.stripe.checkout.settleBank(sessionId, false);
    await desk.work();
    expect(await stateOf(desk, orderId)).toMatchObject({
      order: 'cancelled',
      attempts: ['FAILED'],
      reserved: 0,
      told: ['payment-link', 'processing', 'payment-failed-final'],
    });
  });

  test.each([
    ['amount', { amountTotalMinor: 1 }],
    ['currency', { currency: 'USD' }],
    ['order', { orderId: 'another order' }],
    ['mode', { livemode: true }],
  ])('with another %s goes to a person and fulfils nothing', async (_what, difference) => {
    const { orderId, sessionId, attemptId } = await placeOrder(desk);
    desk.stripe.checkout.pay(sessionId);
    const session = await desk.payments.retrieveCheckoutSession(sessionId);
    expect(await settleSession(desk.needs, attemptId, { ...session, ...difference })).toBe('review');
    expect(await stateOf(desk, orderId)).toMatchObject({ order: 'pending_payment', told: ['payment-link'] });
  });

  test('whose webhook was lost is found by the success page after 30 seconds', async () => {
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

  test('whose webhook was lost is found by reconciliation', async () => {
    const { orderId, sessionId } = await placeOrder(desk);
    desk.stripe.checkout.pay(sessionId);
    await desk.sandbox.idle();
    await desk.db.paymentEvent.deleteMany({ where: { outcome: 'received' } });
    await desk.sandbox.clock.advance(6);
    expect((await reconcilePayments(desk.needs)).processed).toBeGreaterThan(0);
    expect(await stateOf(desk, orderId)).toMatchObject({ order: 'confirmed' });
    await desk.work();
  });

  test('that comes after the order expired revives it when the goods are still here', async () => {
    const { orderId, sessionId, attemptId } = await placeOrder(desk);
    const open = await desk.payments.retrieveCheckoutSession(sessionId);
    await settleSession(desk.needs, attemptId, { ...open, status: 'expired' });
    expect(await stateOf(desk, orderId)).toMatchObject({ order: 'expired', reserved: 0 });
    desk.stripe.checkout.pay(sessionId);
    await desk.work();
    expect(await stateOf(desk, orderId)).toMatchObject({
      order: 'confirmed',
      attempts: ['PAID'],
      onHand: 3,
      reserved: 0,
    });
  });

  test('that comes when the goods are gone is refunded once, and the customer is told', async () => {
    const late = await placeOrder(desk, { onHand: 1 });
    const open = await desk.payments.retrieveCheckoutSession(late.sessionId);
    await settleSession(desk.needs, late.attemptId, { ...open, status: 'expired' });
    const quick = await late.proposeAgain();
    expect(await confirmOrder(desk.needs, quick)).toMatchObject({ kind: 'ordered' });
    desk.stripe.checkout.pay(late.sessionId);
    await desk.work();
    const state = await stateOf(desk, late.orderId);
    expect(state).toMatchObject({ order: 'expired', attempts: ['REFUNDED'] });
    expect(state.told).toEqual(['payment-link', 'expired', 'refund_late']);
    const refunds = await desk.db.refund.findMany({ where: { payment: { attemptId: late.attemptId } } });
    expect(refunds).toHaveLength(1);
    expect(refunds[0]).toMatchObject({ status: 'succeeded', amountMinor: 9000 });
  });
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

  test('in full before pickup ends the order, returns the goods and tells the customer', async () => {
    const { orderId, sessionId, attemptId } = await placeOrder(desk);
    desk.stripe.checkout.pay(sessionId);
    await desk.work();
    const { paymentIntentId } = await attemptOf(attemptId);
    desk.stripe.refunds.create({ payment_intent: paymentIntentId as string, amount: '4000' });
    await desk.work();
    expect(await stateOf(desk, orderId)).toMatchObject({ order: 'confirmed', onHand: 3 });
    desk.stripe.refunds.create({ payment_intent: paymentIntentId as string, amount: '5000' });
    await desk.work();
    expect(await stateOf(desk, orderId)).toMatchObject({
      order: 'refunded',
      attempts: ['REFUNDED'],
      onHand: 4,
      told: ['payment-link', 'thank-you', 'refunded', 'refunded'],
    });
    expect(await desk.db.refund.count({ where: { payment: { attemptId } } })).toBe(2);
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
  test('closes a session that outlived its cancelled order because Stripe could not be reached', async () => {
    const { orderId, sessionId, attemptId } = await placeOrder(desk);
    await desk.db.paymentAttempt.update({ where: { id: attemptId }, data: { status: 'CANCELLED' } });
    await desk.db.order.update({ where: { id: orderId }, data: { status: 'cancelled' } });
    await desk.sandbox.clock.advance(6);
    await reconcilePayments(desk.needs);
    expect((await desk.payments.retrieveCheckoutSession(sessionId)).status).toBe('expired');
    await desk.db.$transaction((tx) => releaseReservations(tx, orderId));
    await desk.work();
  });

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
    await desk.db.order.update({ where: { id: inReview.orderId }, data: { reviewReason: 'livemode_differs' } });
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

describe('time', () => {
  test('reminds once after an hour, however many ask at once', async () => {
    const { orderId } = await placeOrder(desk);
    expect(desk.scheduled.some((wake) => wake.orderId === orderId)).toBe(true);
    expect(await remindUnpaidOrder(desk.needs, orderId)).toBe(false);
    await desk.sandbox.clock.advance(61);
    await Promise.all([
      remindUnpaidOrder(desk.needs, orderId),
      remindUnpaidOrder(desk.needs, orderId),
      remindUnpaidOrders(desk.needs),
      remindUnpaidOrders(desk.needs),
    ]);
    expect((await stateOf(desk, orderId)).told).toEqual(['payment-link', 'reminder']);
  });

  test('never reminds of a paid order, nor a customer who said stop', async () => {
    const paid = await placeOrder(desk);
    desk.stripe.checkout.pay(paid.sessionId);
    const stopped = await placeOrder(desk);
    await desk.db.customer.update({ where: { id: stopped.customerId }, data: { optedOutAt: new Date() } });
    await desk.work();
    await desk.sandbox.clock.advance(61);
    await remindUnpaidOrders(desk.needs);
    expect((await stateOf(desk, paid.orderId)).told).not.toContain('reminder');
    expect((await stateOf(desk, stopped.orderId)).told).not.toContain('reminder');
  });

  test('expires the order after its link, gives the stock back and tells the customer once', async () => {
    const { orderId } = await placeOrder(desk);
    await desk.sandbox.clock.advance(24 * 60);
    await Promise.all([desk.work(), expireCheckouts(desk.needs), expireCheckouts(desk.needs)]);
    expect(await stateOf(desk, orderId)).toEqual({
      order: 'expired',
      attempts: ['EXPIRED'],
      onHand: 4,
      reserved: 0,
      told: ['payment-link', 'expired'],
    });
  });

  test('does not expire what was paid although the webhook is lost', async () => {
    const { orderId, sessionId } = await placeOrder(desk);
    desk.stripe.checkout.pay(sessionId);
    await desk.sandbox.idle();
    await desk.db.paymentEvent.deleteMany({ where: { outcome: 'received' } });
    await desk.sandbox.clock.advance(24 * 60);
    await expireCheckouts(desk.needs);
    expect(await stateOf(desk, orderId)).toMatchObject({ order: 'confirmed' });
    await desk.work();
  });
});

describe('cancelling', () => {
  test('closes the link at Stripe and frees the stock', async () => {
    const { orderId, sessionId, customerId, orderNumber } = await placeOrder(desk);
    expect(await cancelOrder(desk.needs, { customerId, orderNumber: null })).toEqual({
      kind: 'cancelled',
      orderNumber,
    });
    await desk.work();
    expect((await desk.payments.retrieveCheckoutSession(sessionId)).status).toBe('expired');
    expect(await stateOf(desk, orderId)).toMatchObject({ order: 'cancelled', reserved: 0, told: ['payment-link'] });
  });

  test('at the moment of payment keeps the payment and confirms the order', async () => {
    const { orderId, sessionId, customerId } = await placeOrder(desk);
    desk.stripe.checkout.pay(sessionId);
    expect(await cancelOrder(desk.needs, { customerId, orderNumber: null })).toMatchObject({ kind: 'already_paid' });
    await desk.work();
    expect(await stateOf(desk, orderId)).toMatchObject({ order: 'confirmed' });
  });

  test("never touches another customer's order", async () => {
    const theirs = await placeOrder(desk);
    const mine = await proposeOne(desk);
    const input = { customerId: mine.customerId, orderNumber: theirs.orderNumber };
    expect(await cancelOrder(desk.needs, input)).toEqual({ kind: 'nothing_to_cancel' });
    expect(await stateOf(desk, theirs.orderId)).toMatchObject({ order: 'pending_payment' });
  });
});
