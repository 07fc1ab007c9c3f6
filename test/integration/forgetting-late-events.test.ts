import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eraseCustomer, eraseWhenOver } from '../../src/db/erase-customer.ts';
import { enqueueMessage } from '../../src/db/outbox.ts';
import { asAttempt } from '../../src/db/payment-attempts.ts';
import { releaseReservations } from '../../src/db/stock.ts';
import { settlePayment } from '../../src/flows/settle-payment.ts';
import { type MoneyDesk, openMoneyDesk, paidOrder, placeOrder } from '../support/money-desk.ts';
import { findIn } from '../support/traces.ts';
import { until } from '../support/until.ts';

let desk: MoneyDesk;
beforeAll(async () => {
  desk = await openMoneyDesk();
});
afterAll(() => desk.close());

const optOutKey = Buffer.alloc(32);

/** A cancellation that could not reach Stripe: nobody waits for the order, and its link can be paid. */
async function cancelledWithOpenSession() {
  const placed = await placeOrder(desk);
  const { db, clock } = desk;
  const { customerId, orderId: id, attemptId } = placed;
  await db.order.update({ where: { id }, data: { status: 'cancelled' } });
  await db.$transaction((tx) => releaseReservations(tx, id));
  await db.paymentAttempt.update({ where: { id: attemptId }, data: { status: 'CANCELLED' } });
  await db.outboundMessage.updateMany({ data: { status: 'delivered' } });
  await db.customer.update({ where: { id: customerId }, data: { eraseAskedAt: clock.now() } });
  const conversation = await db.conversation.findUniqueOrThrow({ where: { customerId } });
  const at = clock.now();
  return { ...placed, wish: { customerId, conversationId: conversation.id, at, quietSince: at, optOutKey } };
}

test('nobody is forgotten while a link of theirs can still be paid at Stripe, and they are once it cannot', async () => {
  const { wish, sessionId } = await cancelledWithOpenSession();
  expect(await eraseWhenOver(desk.db, wish)).toBe(false);
  desk.stripe.checkout.expire(sessionId);
  await desk.work();
  expect(await eraseWhenOver(desk.db, wish)).toBe(true);
});

test('a session that was asked for and whose answer was lost may be paid until its time is over', async () => {
  const { wish, attemptId } = await cancelledWithOpenSession();
  const where = { id: attemptId };
  await desk.db.paymentAttempt.update({ where, data: { sessionId: null, callAttempts: 1 } });
  expect(await eraseWhenOver(desk.db, wish)).toBe(false);
  await desk.db.paymentAttempt.update({ where, data: { expiresAt: new Date(Date.now() - 1000) } });
  expect(await eraseWhenOver(desk.db, wish)).toBe(true);
});

test('money that comes all the same goes back, and nothing is learnt of who paid', async () => {
  const { wish, sessionId, orderId, customerId } = await cancelledWithOpenSession();
  const { db } = desk;
  await db.$transaction((tx) => eraseCustomer(tx, { ...wish, turnId: null }));
  desk.stripe.checkout.pay(sessionId);
  await desk.work();
  const refunds = await db.refund.findMany({ where: { payment: { attempt: { orderId } } } });
  expect(refunds.map(({ status }) => status)).toEqual(['succeeded']);
  expect(await db.notification.count({ where: { orderId } })).toBe(0);
  const customer = await db.customer.findUniqueOrThrow({ where: { id: customerId } });
  expect(customer).toMatchObject({
    email: null,
    firstName: null,
    phone: null,
    channelAddress: `forgotten:${customerId}`,
  });
  expect(await db.outboundMessage.count({ where: { customerId, status: 'queued' } })).toBe(0);
  const events = await db.paymentEvent.findMany({ where: { orderId }, select: { payload: true } });
  expect(events.length).toBeGreaterThan(0);
  expect(JSON.stringify(events)).not.toMatch(/"(billing_details|customer_details|receipt_url)":|@/);
});

test('money that the sweep finds, not an event, brings no receipt of who paid either', async () => {
  const { wish, sessionId, attemptId } = await cancelledWithOpenSession();
  await desk.db.$transaction((tx) => eraseCustomer(tx, { ...wish, turnId: null }));
  desk.stripe.checkout.pay(sessionId);
  await settlePayment(
    desk.needs,
    asAttempt(await desk.db.paymentAttempt.findUniqueOrThrow({ where: { id: attemptId } })),
  );
  expect(await desk.db.payment.findUniqueOrThrow({ where: { attemptId } })).toMatchObject({ receiptUrl: null });
});

test('an event that cannot be handled loses the person too', async () => {
  const { wish, sessionId } = await cancelledWithOpenSession();
  await desk.db.$transaction((tx) => eraseCustomer(tx, { ...wish, turnId: null }));
  desk.stripe.faults.add({ method: 'GET', path: new RegExp(sessionId), kind: 'status', status: 400, times: 9 });
  desk.stripe.checkout.pay(sessionId, { email: 'poison@exemple.org' });
  await desk.work();
  expect(await desk.db.paymentEvent.count({ where: { outcome: 'failed' } })).toBeGreaterThan(0);
  expect(await findIn(desk.db, ['poison@exemple.org'])).toEqual([]);
});

test('what is decided for somebody while they are erased is written to nobody', async () => {
  const { wish, customerId } = await cancelledWithOpenSession();
  const { db, clock } = desk;
  const message = { businessKey: `late:${customerId}`, customerId, content: { body: 'Bonjour Revenante' } };
  const written: Promise<boolean>[] = [];
  await db.$transaction(async (tx) => {
    await eraseCustomer(tx, { ...wish, turnId: null });
    written.push(enqueueMessage(db, { ...message, at: clock.now() }));
    await until('it waits for the erasure', async () => {
      const waiting = await db.$queryRaw<unknown[]>`
        SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      return waiting.length > 0;
    });
  });
  expect(await Promise.all(written)).toEqual([false]);
  expect(await findIn(db, ['Revenante'])).toEqual([]);
});

test('what Stripe tells of somebody after they were forgotten is kept without the person', async () => {
  const { customerId, orderId, chargeId } = await paidOrder(desk);
  const { db } = desk;
  await db.order.update({ where: { id: orderId }, data: { status: 'collected' } });
  const conversation = await db.conversation.findUniqueOrThrow({ where: { customerId } });
  const wish = { customerId, conversationId: conversation.id, turnId: null, at: desk.clock.now() };
  await db.$transaction((tx) => eraseCustomer(tx, { ...wish, optOutKey }));

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
