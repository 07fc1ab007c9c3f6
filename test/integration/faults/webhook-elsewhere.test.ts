import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { reconcilePayments } from '../../../src/flows/reconcile-payments.ts';
import { watchShop } from '../../../src/flows/watch-shop.ts';
import { type MoneyDesk, openMoneyDesk, placeOrder, stateOf } from '../../support/money-desk.ts';

let desk: MoneyDesk;
beforeAll(async () => {
  desk = await openMoneyDesk();
});
afterAll(() => desk.close());

test('fault 30: webhooks that go elsewhere show in the numbers within a minute, and reconciliation finds the payment and tells the team', async () => {
  const { orderId, sessionId } = await placeOrder(desk);
  desk.stripe.events.lose();
  desk.stripe.checkout.pay(sessionId);
  await desk.sandbox.clock.advance(1);
  expect(await watchShop(desk.needs)).toMatchObject({ sessionsPendingOver30s: 1 });
  await desk.sandbox.clock.advance(5);
  await reconcilePayments(desk.needs);
  await desk.work();
  expect(await stateOf(desk, orderId)).toMatchObject({ order: 'confirmed', told: ['payment-link', 'thank-you'] });
  expect(await watchShop(desk.needs)).toMatchObject({ sessionsPendingOver30s: 0, paymentEventsRecovered: 2 });
  const notices = await desk.db.notification.findMany({ where: { businessKey: { startsWith: 'webhooks-missed' } } });
  expect(notices.map(({ channel }) => channel).sort()).toEqual(['email', 'slack']);
});
