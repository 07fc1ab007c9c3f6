import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { fillSearchIndex } from '../../../src/db/search-index.ts';
import { verifyDatabase } from '../../../src/db/verify.ts';
import type { CheckoutSession } from '../../../src/domain/payment.ts';
import { confirmOrder } from '../../../src/flows/confirm-order.ts';
import { settleSession } from '../../../src/flows/settle-payment.ts';
import { ledgerDifferences, type MoneyDesk, openMoneyDesk, placeOrder, stateOf } from '../../support/money-desk.ts';
import { proposeOne } from '../../support/proposed-order.ts';

// Faults 18 to 20: what is charged is what was agreed (docs/payments.md).

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

test('fault 18: a price edited after the order changes neither what is charged nor what was sold', async () => {
  const { orderId, sessionId, product } = await placeOrder(desk, { quantity: 2 });
  await desk.db.product.update({ where: { id: product.id }, data: { priceMinor: 1, label: 'Something else' } });
  await fillSearchIndex(desk.db);
  expect(await sessionOf(sessionId)).toMatchObject({ amountTotalMinor: 18_000 });
  const edit = desk.db.orderItem.updateMany({ where: { orderId }, data: { unitPriceMinor: 1, subtotalMinor: 2 } });
  await expect(edit).rejects.toThrow('order items are immutable snapshots');
  desk.stripe.checkout.pay(sessionId);
  await desk.work();
  const order = await desk.db.order.findUniqueOrThrow({ where: { id: orderId }, include: { items: true } });
  expect(order).toMatchObject({ totalMinor: 18_000, items: [{ unitPriceMinor: 9000, label: product.label }] });
});

test.each<[string, string, Partial<CheckoutSession>, object]>([
  ['amount', 'amount_differs', { amountTotalMinor: 50 }, { amountMinor: 50, currency: 'EUR' }],
  ['currency', 'currency_differs', { currency: 'XPF' }, { amountMinor: 9000, currency: 'XPF' }],
  ['order', 'order_differs', { orderId: 'another order' }, { amountMinor: 9000, currency: 'EUR' }],
])(
  'fault 19: a payment with another %s goes to a person with its money on record, and fulfils nothing',
  async (_what, reason, difference, money) => {
    const { orderId, sessionId, attemptId } = await placeOrder(desk);
    desk.stripe.events.hold();
    desk.stripe.checkout.pay(sessionId);
    const session = { ...(await sessionOf(sessionId)), ...difference };
    expect(await settleSession(desk.needs, attemptId, session)).toBe('review');
    expect(await settleSession(desk.needs, attemptId, session)).toBe('nothing');
    expect(await stateOf(desk, orderId)).toMatchObject({
      order: 'pending_payment',
      onHand: 4,
      reserved: 1,
      told: ['payment-link'],
    });
    await expect(desk.db.order.findUniqueOrThrow({ where: { id: orderId } })).resolves.toMatchObject({
      reviewReason: reason,
    });
    await expect(desk.db.payment.findMany({ where: { attemptId } })).resolves.toMatchObject([money]);
    await expect(desk.db.notification.count({ where: { orderId } })).resolves.toBe(2);
    // The rest of what Stripe says of it finds the payment taken.
    await desk.stripe.events.release();
    await desk.work();
    expect((await stateOf(desk, orderId)).order).toBe('pending_payment');
  },
);

test('fault 19: a payment of the other mode is no money of this shop’s', async () => {
  const { orderId, sessionId, attemptId } = await placeOrder(desk);
  desk.stripe.checkout.pay(sessionId);
  const session = { ...(await sessionOf(sessionId)), livemode: true };
  expect(await settleSession(desk.needs, attemptId, session)).toBe('review');
  expect(await settleSession(desk.needs, attemptId, session)).toBe('review');
  await expect(desk.db.payment.count({ where: { attemptId } })).resolves.toBe(0);
  await expect(
    desk.db.auditEntry.count({ where: { subject: `order:${orderId}`, action: 'payment.review' } }),
  ).resolves.toBe(1);
  await desk.work();
});

test('fault 20: a call to Stripe that is repeated later sends the very parameters its key was first used with', async () => {
  desk.stripe.faults.add({ method: 'POST', path: /checkout\/sessions$/, kind: 'lost_answer', times: 3 });
  const result = await confirmOrder(desk.needs, await proposeOne(desk));
  if (result.kind !== 'ordered') throw new Error(result.kind);
  const { orderId } = result;
  await desk.work();
  await desk.sandbox.clock.advance(10);
  await desk.db.$executeRaw`UPDATE payment_attempts SET next_call_at = now() WHERE order_id = ${orderId}::uuid`;
  await desk.work();
  const attempt = await desk.db.paymentAttempt.findFirstOrThrow({ where: { orderId } });
  // The stand-in refuses a key with other parameters, as Stripe does: then there would be no session.
  expect(attempt).toMatchObject({ status: 'PENDING', sessionId: expect.stringMatching(/^cs_/), lastError: null });
  const made = desk.stripe.ledger.sessions.all().filter(({ session }) => session.metadata?.orderId === orderId);
  expect(made.map(({ session }) => session.expires_at)).toEqual([Math.floor(attempt.expiresAt.getTime() / 1000)]);
});
