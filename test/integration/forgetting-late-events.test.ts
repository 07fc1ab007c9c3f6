import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eraseCustomer } from '../../src/db/erase-customer.ts';
import { type MoneyDesk, openMoneyDesk, paidOrder } from '../support/money-desk.ts';

let desk: MoneyDesk;
beforeAll(async () => {
  desk = await openMoneyDesk();
});
afterAll(() => desk.close());

test('what Stripe tells of somebody after they were forgotten is kept without the person', async () => {
  const { customerId, orderId, chargeId } = await paidOrder(desk);
  const { db } = desk;
  await db.order.update({ where: { id: orderId }, data: { status: 'collected' } });
  const conversation = await db.conversation.findUniqueOrThrow({ where: { customerId } });
  const wish = { customerId, conversationId: conversation.id, turnId: null, at: desk.clock.now() };
  await db.$transaction((tx) => eraseCustomer(tx, { ...wish, optOutKey: Buffer.alloc(32) }));

  desk.stripe.refunds.openDispute(chargeId);
  await desk.work();
  const events = await db.paymentEvent.findMany({ where: { orderId }, select: { type: true, payload: true } });
  expect(events.map(({ type }) => type)).toContain('charge.dispute.created');
  expect(JSON.stringify(events)).not.toMatch(
    /"(billing_details|customer_details|payment_method_details|evidence|receipt_url)":|@/,
  );
  const payments = await db.payment.findMany({ where: { attempt: { orderId } } });
  expect(payments.map(({ receiptUrl }) => receiptUrl)).toEqual([null]);
});
