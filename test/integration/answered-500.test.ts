import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import Stripe from 'stripe';
import { confirmOrder } from '../../src/flows/confirm-order.ts';
import { sendNextRefund } from '../../src/flows/send-refund.ts';
import { toStripeError } from '../../src/vendors/stripe-client.ts';
import { managerAt } from '../support/manager.ts';
import { type MoneyDesk, openMoneyDesk, paidOrder, stateOf } from '../support/money-desk.ts';
import { proposeOne } from '../support/proposed-order.ts';

// Stripe keeps a 500 under its idempotency key and answers it again for a day: whoever asks on under that key asks in vain.
let desk: MoneyDesk;

beforeAll(async () => {
  desk = await openMoneyDesk();
});
afterEach(() => desk.stripe.events.release());
afterAll(() => desk.close());

const CHECKOUTS = { method: 'POST', path: /checkout\/sessions$/ } as const;
const REFUNDS = { method: 'POST', path: /refunds$/ } as const;

async function orderedBy(options: Parameters<typeof proposeOne>[1] = {}): Promise<string> {
  const result = await confirmOrder(desk.needs, await proposeOne(desk, options));
  if (result.kind !== 'ordered') throw new Error(result.kind);
  return result.orderId;
}
const attemptOf = (orderId: string) => desk.db.paymentAttempt.findFirstOrThrow({ where: { orderId } });
const checkoutIsDue = (orderId: string) =>
  desk.db.paymentAttempt.updateMany({ where: { orderId }, data: { nextCallAt: new Date(0) } });
const refundOf = (paymentId: string) => desk.db.refund.findFirstOrThrow({ where: { paymentId } });
const refundIsDue = (paymentId: string) =>
  desk.db.refund.updateMany({ where: { paymentId }, data: { nextCallAt: new Date(0) } });
const refundsAtStripe = (paymentIntentId: string) =>
  desk.stripe.ledger.refunds.all().filter((refund) => refund.payment_intent === paymentIntentId);

test('a checkout that Stripe answered with a 500 is asked for under another key, and its customer gets one link', async () => {
  desk.stripe.faults.add({ ...CHECKOUTS, kind: 'status', status: 500 });
  const orderId = await orderedBy();
  await desk.work();
  expect(await attemptOf(orderId)).toMatchObject({ status: 'PENDING', sessionId: null });
  await checkoutIsDue(orderId);
  await desk.work();
  const attempt = await attemptOf(orderId);
  expect(attempt).toMatchObject({
    ...{ status: 'PENDING', sessionId: expect.stringMatching(/^cs_/), lastError: null },
    callKey: `${attempt.idempotencyKey}:try-2`,
  });
  expect((await stateOf(desk, orderId)).told).toEqual(['payment-link']);
});

test('each further 5xx spends a key of its own', async () => {
  desk.stripe.faults.add({ ...CHECKOUTS, kind: 'status', status: 503, times: 3 });
  const orderId = await orderedBy();
  await desk.work();
  for (const nextTry of [2, 3, 4]) {
    expect((await attemptOf(orderId)).callKey).toMatch(new RegExp(`^checkout:[0-9a-f-]{36}:try-${nextTry}$`));
    await checkoutIsDue(orderId);
    await desk.work();
  }
  expect(await attemptOf(orderId)).toMatchObject({ sessionId: expect.stringMatching(/^cs_/) });
});

test('a checkout whose answer was lost keeps its key: the session is the one that was made', async () => {
  desk.stripe.faults.add({ ...CHECKOUTS, kind: 'lost_answer', times: 3 });
  const orderId = await orderedBy();
  await desk.work();
  await checkoutIsDue(orderId);
  await desk.work();
  expect(await attemptOf(orderId)).toMatchObject({ sessionId: expect.stringMatching(/^cs_/), callKey: null });
  const made = desk.stripe.ledger.sessions.all().filter(({ session }) => session.metadata?.orderId === orderId);
  expect(made).toHaveLength(1);
});

test('a session that was made behind a 500 changes nothing about the one that was sent', async () => {
  const orderId = await orderedBy();
  const { params, idempotencyKey } = await attemptOf(orderId);
  const { id: orphan } = await desk.payments.createCheckoutSession(
    params as Record<string, unknown>,
    `${idempotencyKey}:lost`,
  );
  await desk.work();
  await desk.payments.expireCheckoutSession(orphan);
  await desk.work();
  expect(await stateOf(desk, orderId)).toMatchObject({ order: 'pending_payment', attempts: ['PENDING'], reserved: 1 });
  desk.stripe.checkout.pay((await attemptOf(orderId)).sessionId as string);
  await desk.work();
  expect(await stateOf(desk, orderId)).toMatchObject({ order: 'confirmed', attempts: ['PAID'] });
});

test('a refund that Stripe answered with a 500 waits until Stripe’s list can be trusted, then goes out under another key', async () => {
  const paid = await paidOrder(desk);
  desk.stripe.faults.add({ ...REFUNDS, kind: 'status', status: 500 });
  await managerAt(desk).asksRefund(paid.paymentId);
  await desk.work();
  const [waits] = await desk.db.$queryRaw<{ forLong: boolean; callKey: string }[]>`
    SELECT next_call_at > now() + interval '9 minutes' AS "forLong", call_key AS "callKey" FROM refunds
    WHERE payment_id = ${paid.paymentId}::uuid AND status = 'requested'`;
  expect(waits).toEqual({ forLong: true, callKey: expect.stringMatching(/:try-2$/) });
  await refundIsDue(paid.paymentId);
  await desk.work();
  expect(await refundOf(paid.paymentId)).toMatchObject({ status: 'succeeded', lastError: null });
  expect(refundsAtStripe(paid.paymentIntentId)).toHaveLength(1);
});

test('a part that Stripe gave back behind a 500 is found, and does not go back a second time', async () => {
  const paid = await paidOrder(desk);
  await managerAt(desk).asksRefund(paid.paymentId, { amountMinor: 1000 });
  desk.stripe.events.lose();
  const answered = new Stripe.errors.StripeAPIError({ type: 'api_error', message: 'x', statusCode: 500 } as never);
  const behindA500 = async (...call: Parameters<typeof desk.payments.refund>): Promise<never> => {
    await desk.payments.refund(...call);
    throw toStripeError(answered, { underKey: true });
  };
  await sendNextRefund({ ...desk.needs, payments: { ...desk.payments, refund: behindA500 } });
  expect(await refundOf(paid.paymentId)).toMatchObject({ status: 'requested', stripeRefundId: null });
  await refundIsDue(paid.paymentId);
  await desk.work();
  expect(await refundOf(paid.paymentId)).toMatchObject({ status: 'succeeded', amountMinor: 1000 });
  expect(refundsAtStripe(paid.paymentIntentId)).toHaveLength(1);
});

test('a look-up that Stripe answers with a 500 spends no key', async () => {
  const paid = await paidOrder(desk);
  await managerAt(desk).asksRefund(paid.paymentId, { amountMinor: 1000 });
  desk.stripe.events.lose();
  desk.stripe.faults.add({ ...REFUNDS, kind: 'lost_answer', times: 3 });
  await desk.work();
  desk.stripe.faults.add({ ...REFUNDS, method: 'GET', kind: 'status', status: 500, times: 3 });
  await refundIsDue(paid.paymentId);
  await desk.work();
  expect(await refundOf(paid.paymentId)).toMatchObject({ status: 'requested', callKey: null });
  await refundIsDue(paid.paymentId);
  await desk.work();
  expect(await refundOf(paid.paymentId)).toMatchObject({ status: 'succeeded' });
  expect(refundsAtStripe(paid.paymentIntentId)).toHaveLength(1);
});
