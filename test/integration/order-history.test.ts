import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { orderDetail } from '../../src/db/staff-orders.ts';
import { expireCheckouts } from '../../src/flows/expire-checkouts.ts';
import { remindUnpaidOrders } from '../../src/flows/remind-unpaid.ts';
import { type MoneyDesk, openMoneyDesk, placeOrder } from '../support/money-desk.ts';

let desk: MoneyDesk;
beforeAll(async () => {
  desk = await openMoneyDesk();
});
afterAll(() => desk.close());

const historyOf = async (orderId: string) =>
  (await orderDetail(desk.db, orderId))?.timeline.map(({ what }) => what).filter((what) => what !== 'order.placed');

test('the history of an order nobody pays tells its reminder and its end, once each', async () => {
  const { orderId } = await placeOrder(desk);
  await desk.sandbox.clock.advance(61);
  await remindUnpaidOrders(desk.needs);
  await remindUnpaidOrders(desk.needs);
  await desk.sandbox.clock.advance(24 * 60);
  await expireCheckouts(desk.needs);
  await desk.work();
  expect(await historyOf(orderId)).toEqual(['order.reminded', 'order.expired']);
});

test('the history of a paid order tells its payment', async () => {
  const { orderId, sessionId } = await placeOrder(desk);
  desk.stripe.checkout.pay(sessionId);
  await desk.work();
  expect(await historyOf(orderId)).toEqual(['payment.received']);
});
