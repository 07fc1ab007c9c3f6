import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { cancelOrder } from '../../src/flows/cancel-order.ts';
import { confirmOrder } from '../../src/flows/confirm-order.ts';
import { settleSession } from '../../src/flows/settle-payment.ts';
import { verifySession } from '../../src/flows/verify-session.ts';
import { mismatchedOrder } from '../support/manager.ts';
import { ledgerDifferences, type MoneyDesk, openMoneyDesk, placeOrder, stateOf } from '../support/money-desk.ts';
import { proposeOne } from '../support/proposed-order.ts';

let desk: MoneyDesk;
beforeAll(async () => {
  desk = await openMoneyDesk();
});
afterEach(async () => {
  expect(await ledgerDifferences(desk)).toEqual([]);
});
afterAll(() => desk.close());

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
});

describe('cancelling', () => {
  test('closes the link at Stripe and frees the stock', async () => {
    const { orderId, sessionId, customerId, orderNumber } = await placeOrder(desk);
    expect(await cancelOrder(desk.needs, { customerId, orderNumber: null, askedAt: desk.clock.now() })).toEqual({
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
    expect(await cancelOrder(desk.needs, { customerId, orderNumber: null, askedAt: desk.clock.now() })).toMatchObject({
      kind: 'already_paid',
    });
    await desk.work();
    expect(await stateOf(desk, orderId)).toMatchObject({ order: 'confirmed' });
  });

  test('an order whose money is here and does not match is refused: it would be told as not charged', async () => {
    const { orderId, orderNumber, customerId, sessionId } = await mismatchedOrder(desk);
    const refused = { kind: 'money_held', orderNumber };
    expect(await cancelOrder(desk.needs, { customerId, orderNumber: null, askedAt: desk.clock.now() })).toEqual(
      refused,
    );
    expect(await stateOf(desk, orderId)).toMatchObject({ order: 'pending_payment', attempts: ['PAID'], reserved: 1 });
    const page = { status: 'pending', message: expect.stringContaining('vérifie votre paiement') };
    expect(await verifySession(desk.needs, sessionId)).toMatchObject(page);
  });

  test('at the moment in which money comes that does not match is refused as well', async () => {
    const { orderId, orderNumber, customerId, sessionId } = await placeOrder(desk);
    desk.stripe.checkout.pay(sessionId);
    const payments = {
      ...desk.payments,
      expireCheckoutSession: async (id: string) => ({
        ...(await desk.payments.expireCheckoutSession(id)),
        amountTotalMinor: 8000,
      }),
    };
    const refused = { kind: 'money_held', orderNumber };
    expect(
      await cancelOrder({ ...desk.needs, payments }, { customerId, orderNumber: null, askedAt: desk.clock.now() }),
    ).toEqual(refused);
    expect(await stateOf(desk, orderId)).toMatchObject({ order: 'pending_payment', attempts: ['PAID'] });
  });

  test('is no confirmation of money that comes later and does not match: the page says that it is checked', async () => {
    const { attemptId, customerId, sessionId } = await placeOrder(desk);
    const open = await desk.payments.retrieveCheckoutSession(sessionId);
    await cancelOrder(desk.needs, { customerId, orderNumber: null, askedAt: desk.clock.now() });
    const paid = { status: 'complete', paymentStatus: 'paid', amountTotalMinor: 8000 } as const;
    await settleSession(desk.needs, attemptId, { ...open, ...paid });
    expect(await verifySession(desk.needs, sessionId)).toMatchObject({ status: 'pending' });
  });

  test("never touches another customer's order", async () => {
    const theirs = await placeOrder(desk);
    const mine = await proposeOne(desk);
    const input = { customerId: mine.customerId, orderNumber: theirs.orderNumber, askedAt: desk.clock.now() };
    expect(await cancelOrder(desk.needs, input)).toEqual({ kind: 'nothing_to_cancel' });
    expect(await stateOf(desk, theirs.orderId)).toMatchObject({ order: 'pending_payment' });
  });
});
