import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { verifyDatabase } from '../../../src/db/verify.ts';
import { cancelOrder } from '../../../src/flows/cancel-order.ts';
import { confirmOrder } from '../../../src/flows/confirm-order.ts';
import { expireCheckouts } from '../../../src/flows/expire-checkouts.ts';
import { reconcilePayments } from '../../../src/flows/reconcile-payments.ts';
import { startNextCheckout } from '../../../src/flows/start-checkout.ts';
import {
  anotherAttempt,
  ledgerDifferences,
  type MoneyDesk,
  openMoneyDesk,
  placeOrder,
  stateOf,
} from '../../support/money-desk.ts';
import { proposeOne } from '../../support/proposed-order.ts';

// Faults 10 to 17 and 21: events and money belong to their own attempt (docs/payments.md).

let desk: MoneyDesk;
beforeAll(async () => {
  desk = await openMoneyDesk();
});
afterEach(async () => {
  expect(await ledgerDifferences(desk)).toEqual([]);
  expect((await verifyDatabase(desk.db)).broken).toEqual([]);
});
afterAll(() => desk.close());

const sessionOf = (sessionId: string) => desk.payments.retrieveCheckoutSession(sessionId);

/**
 * An order with two attempts, as when a customer is given a second link: the first was given up here, and nobody has
 * told Stripe yet.
 */
async function orderWithTwoLinks() {
  const order = await placeOrder(desk);
  await desk.db.paymentAttempt.update({ where: { id: order.attemptId }, data: { status: 'CANCELLED' } });
  return { ...order, first: order, second: await anotherAttempt(desk, order) };
}

describe('an order with an earlier attempt', () => {
  test('fault 10: the old session’s expiry does not fail the order that was paid with the new one', async () => {
    const { orderId, first, second } = await orderWithTwoLinks();
    desk.stripe.checkout.pay(second.sessionId);
    desk.stripe.checkout.expire(first.sessionId);
    await desk.work();
    expect(await stateOf(desk, orderId)).toMatchObject({
      order: 'confirmed',
      told: ['payment-link', 'payment-link', 'thank-you'],
    });
  });

  test('fault 10: nor does it end the order while the new link is open', async () => {
    const { orderId, first } = await orderWithTwoLinks();
    desk.stripe.checkout.expire(first.sessionId);
    await desk.work();
    expect(await stateOf(desk, orderId)).toMatchObject({ order: 'pending_payment', reserved: 1 });
  });

  test('fault 11: a failure told after the payment changes nothing', async () => {
    const { orderId, sessionId } = await placeOrder(desk);
    desk.stripe.events.hold();
    desk.stripe.checkout.decline(sessionId);
    desk.stripe.checkout.pay(sessionId);
    const [failed] = desk.stripe.events.all().filter((event) => event.type === 'payment_intent.payment_failed');
    const [completed] = desk.stripe.events.all().filter((event) => event.type === 'checkout.session.completed');
    await desk.stripe.events.deliver(completed?.id as string);
    await desk.work();
    await desk.stripe.events.deliver(failed?.id as string);
    await desk.work();
    await desk.stripe.events.release();
    await desk.work();
    expect(await stateOf(desk, orderId)).toMatchObject({
      order: 'confirmed',
      attempts: ['PAID'],
      told: ['payment-link', 'thank-you'],
    });
  });

  test('fault 12: the earlier attempt’s failure says nothing of the later one', async () => {
    const { orderId, first, second } = await orderWithTwoLinks();
    desk.stripe.checkout.decline(first.sessionId);
    await desk.work();
    const { told, attempts, order } = await stateOf(desk, orderId);
    expect({ order, attempts: attempts.sort() }).toEqual({
      order: 'pending_payment',
      attempts: ['CANCELLED', 'PENDING'],
    });
    expect(told).not.toContain('payment-failed');
    desk.stripe.checkout.pay(second.sessionId);
    await desk.work();
    expect(await stateOf(desk, orderId)).toMatchObject({ order: 'confirmed' });
  });

  test('fault 14: the session that was given up is closed at Stripe, so that nobody pays it', async () => {
    const { first, second } = await orderWithTwoLinks();
    await desk.sandbox.clock.advance(6);
    await reconcilePayments(desk.needs);
    expect(await sessionOf(first.sessionId)).toMatchObject({ status: 'expired' });
    expect(await sessionOf(second.sessionId)).toMatchObject({ status: 'open' });
  });

  test('fault 15: the first session’s payment counts, and the second link is closed', async () => {
    const { orderId, first, second } = await orderWithTwoLinks();
    desk.stripe.checkout.pay(first.sessionId);
    await desk.work();
    const { order, attempts } = await stateOf(desk, orderId);
    expect({ order, attempts: attempts.sort() }).toEqual({ order: 'confirmed', attempts: ['CANCELLED', 'PAID'] });
    await desk.sandbox.clock.advance(6);
    await reconcilePayments(desk.needs);
    expect(await sessionOf(second.sessionId)).toMatchObject({ status: 'expired' });
  });
});

test('fault 14: a session made for an order that was cancelled meanwhile is closed later, when Stripe could not close it at once', async () => {
  const { customerId, ...proposed } = await proposeOne(desk);
  expect(await confirmOrder(desk.needs, { customerId, ...proposed })).toMatchObject({ kind: 'ordered' });
  const payments = {
    ...desk.payments,
    async createCheckoutSession(...args: Parameters<typeof desk.payments.createCheckoutSession>) {
      const session = await desk.payments.createCheckoutSession(...args);
      const wish = { customerId, orderNumber: null, askedAt: desk.clock.now() };
      expect(await cancelOrder(desk.needs, wish)).toMatchObject({ kind: 'cancelled' });
      return session;
    },
    expireCheckoutSession: () => Promise.reject(new Error('Stripe does not answer')),
  };
  await startNextCheckout({ ...desk.needs, payments });
  const { sessionId } = await desk.db.paymentAttempt.findFirstOrThrow({ where: { order: { customerId } } });
  expect(await sessionOf(sessionId as string)).toMatchObject({ status: 'open' });
  await desk.sandbox.clock.advance(6);
  await reconcilePayments(desk.needs);
  expect(await sessionOf(sessionId as string)).toMatchObject({ status: 'expired' });
});

test('fault 13: a declined card leaves the link good, tells why, and the next try is taken', async () => {
  const { orderId, sessionId } = await placeOrder(desk);
  desk.stripe.checkout.decline(sessionId);
  await desk.work();
  desk.stripe.checkout.failChallenge(sessionId);
  await desk.work();
  expect(await stateOf(desk, orderId)).toMatchObject({ order: 'pending_payment', attempts: ['PENDING'], reserved: 1 });
  const told = await desk.db.outboundMessage.findMany({ where: { orderId }, orderBy: { seq: 'asc' } });
  const [declined, unfinished] = told.slice(1).map((message) => (message.content as { body: string }).body);
  expect(declined).toContain('La banque a refusé la carte.');
  expect(unfinished).toContain('La vérification demandée par la banque n’a pas abouti.');
  desk.stripe.checkout.pay(sessionId);
  await desk.work();
  expect(await stateOf(desk, orderId)).toMatchObject({ order: 'confirmed', attempts: ['PAID'] });
});

test('fault 16: a session that has expired already is expired again without harm', async () => {
  const { orderId, sessionId } = await placeOrder(desk);
  desk.stripe.checkout.expire(sessionId);
  await expect(desk.payments.expireCheckoutSession(sessionId)).resolves.toMatchObject({ status: 'expired' });
  await desk.sandbox.clock.advance(24 * 60);
  await Promise.all([expireCheckouts(desk.needs), expireCheckouts(desk.needs), desk.work()]);
  expect(await stateOf(desk, orderId)).toMatchObject({
    order: 'expired',
    reserved: 0,
    told: ['payment-link', 'expired'],
  });
});

test('fault 17: a session that turns out complete when it is closed is settled, not cancelled', async () => {
  const cancelled = await placeOrder(desk);
  const overdue = await placeOrder(desk);
  desk.stripe.events.hold();
  for (const { sessionId } of [cancelled, overdue]) desk.stripe.checkout.pay(sessionId);
  await expect(
    cancelOrder(desk.needs, { customerId: cancelled.customerId, orderNumber: null, askedAt: desk.clock.now() }),
  ).resolves.toMatchObject({
    kind: 'already_paid',
  });
  expect(await stateOf(desk, cancelled.orderId)).toMatchObject({ order: 'confirmed', attempts: ['PAID'] });
  await desk.sandbox.clock.advance(24 * 60);
  await expireCheckouts(desk.needs);
  for (const { orderId } of [cancelled, overdue]) {
    expect(await stateOf(desk, orderId)).toMatchObject({ order: 'confirmed', attempts: ['PAID'] });
  }
  await desk.stripe.events.release();
  await desk.work();
});

test('fault 21: complete and unpaid fulfils nothing, and the bank’s later yes always does', async () => {
  const { orderId, sessionId } = await placeOrder(desk);
  desk.stripe.checkout.payLater(sessionId);
  await desk.work();
  expect(await stateOf(desk, orderId)).toMatchObject({
    order: 'pending_payment',
    attempts: ['PROCESSING'],
    onHand: 4,
    reserved: 1,
  });
  await desk.sandbox.clock.advance(5);
  desk.stripe.checkout.settleBank(sessionId, true);
  await desk.work();
  expect(await stateOf(desk, orderId)).toMatchObject({
    order: 'confirmed',
    attempts: ['PAID'],
    onHand: 3,
    reserved: 0,
  });
});
