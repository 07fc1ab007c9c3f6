import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { expireCheckouts } from '../../src/flows/expire-checkouts.ts';
import { remindUnpaidOrder, remindUnpaidOrders } from '../../src/flows/remind-unpaid.ts';
import { ledgerDifferences, type MoneyDesk, openMoneyDesk, placeOrder, stateOf } from '../support/money-desk.ts';

let desk: MoneyDesk;
beforeAll(async () => {
  desk = await openMoneyDesk();
});
afterEach(async () => {
  expect(await ledgerDifferences(desk)).toEqual([]);
});
afterAll(() => desk.close());

test('an unpaid order is reminded of once after an hour, however many ask at once', async () => {
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

test('nobody is reminded of a paid order, nor a customer who said stop', async () => {
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

test('an order expires after its link, gives the stock back and tells the customer once', async () => {
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
