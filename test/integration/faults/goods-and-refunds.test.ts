import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { requestRefund } from '../../../src/db/refunds.ts';
import { consumeReservations, releaseReservations } from '../../../src/db/stock.ts';
import { verifyDatabase } from '../../../src/db/verify.ts';
import { derivePickupToken } from '../../../src/domain/pickup.ts';
import { confirmOrder } from '../../../src/flows/confirm-order.ts';
import { collectPickup } from '../../../src/flows/confirm-pickup.ts';
import { handleNextPaymentEvent } from '../../../src/flows/handle-payment-event.ts';
import { sendNextRefund } from '../../../src/flows/send-refund.ts';
import {
  addStaff,
  anotherAttempt,
  ledgerDifferences,
  type MoneyDesk,
  openMoneyDesk,
  paidOrder,
  placeOrder,
  stateOf,
} from '../../support/money-desk.ts';
import { proposeOne } from '../../support/proposed-order.ts';

// Faults 22 to 28 and 32: goods are reserved before money, leave once, and money goes back once (docs/payments.md).

let desk: MoneyDesk;
beforeAll(async () => {
  desk = await openMoneyDesk();
});
afterEach(async () => {
  expect(await ledgerDifferences(desk)).toEqual([]);
  expect((await verifyDatabase(desk.db)).broken).toEqual([]);
});
afterAll(() => desk.close());

type Placed = Awaited<ReturnType<typeof placeOrder>>;

/** Asks for a refund as the shop does; `key` makes it one of its own. */
const askRefund = (paymentId: string, amountMinor: number, key: string) =>
  desk.db.$transaction((tx) =>
    requestRefund(tx, {
      idempotencyKey: `refund:${key}`,
      ...{ paymentId, amountMinor, currency: 'EUR', reason: 'requested_by_customer', requestedBy: 'system' },
      createdAt: desk.clock.now(),
    }),
  );
const refundsOf = (paymentId: string) =>
  desk.db.refund.findMany({ where: { paymentId }, orderBy: { createdAt: 'asc' } });

test('fault 22: goods are set aside before the link is made, so that whoever pays gets them', async () => {
  const first = await placeOrder(desk, { onHand: 1 });
  expect(await stateOf(desk, first.orderId)).toMatchObject({ onHand: 1, reserved: 1 });
  expect(await confirmOrder(desk.needs, await first.proposeAgain())).toEqual({ kind: 'moved', reason: 'stock' });
  desk.stripe.checkout.pay(first.sessionId);
  await desk.work();
  expect(await stateOf(desk, first.orderId)).toMatchObject({ order: 'confirmed', onHand: 0, reserved: 0 });
});

test('fault 23: twelve customers who want the last three pieces at once get three', async () => {
  const shared = await proposeOne(desk, { onHand: 3 });
  const others = await Promise.all(Array.from({ length: 11 }, shared.proposeAgain));
  const results = await Promise.all([shared, ...others].map((proposed) => confirmOrder(desk.needs, proposed)));
  expect(results.filter(({ kind }) => kind === 'ordered')).toHaveLength(3);
  const level = await desk.db.stockLevel.findFirstOrThrow({ where: { productId: shared.product.id } });
  expect(level).toMatchObject({ onHand: 3, reserved: 3 });
  const oversell = desk.db.stockLevel.update({ where: { id: level.id }, data: { reserved: 4 } });
  await expect(oversell).rejects.toThrow('stock_reserved_within_on_hand');
  await desk.work();
});

test('fault 24: however often an order’s goods are taken out or given back, it happens once', async () => {
  const { orderId } = await placeOrder(desk);
  const end = (how: typeof consumeReservations) => desk.db.$transaction((tx) => how(tx, orderId));
  await Promise.all([consumeReservations, releaseReservations, consumeReservations, releaseReservations].map(end));
  const movements = await desk.db.stockMovement.findMany({ where: { reservation: { orderItem: { orderId } } } });
  expect(movements).toHaveLength(2);
  const [reservation] = await desk.db.reservation.findMany({ where: { orderItem: { orderId } } });
  const again = { stockLevelId: reservation?.stockLevelId as string, reservationId: reservation?.id as string };
  const twice = desk.db.stockMovement.create({
    data: { ...again, kind: reservation?.status as 'consumed', onHandDelta: 0, reservedDelta: 0 },
  });
  await expect(twice).rejects.toThrow('Unique constraint');
  // The order is brought to where its goods are, so that the books agree.
  const [status, attempt] =
    reservation?.status === 'consumed' ? (['confirmed', 'PAID'] as const) : (['cancelled', 'CANCELLED'] as const);
  await desk.db.order.update({ where: { id: orderId }, data: { status } });
  await desk.db.paymentAttempt.updateMany({ where: { orderId }, data: { status: attempt } });
  if (attempt === 'PAID') {
    const { id: attemptId } = await desk.db.paymentAttempt.findFirstOrThrow({ where: { orderId } });
    await desk.db.payment.create({
      data: { attemptId, amountMinor: 9000, currency: 'EUR', receivedAt: desk.clock.now() },
    });
  }
});

test('fault 25: the answer to our call and Stripe’s webhook record one refund, whichever comes first', async () => {
  const { paymentId, orderId } = await paidOrder(desk);
  await askRefund(paymentId, 9000, orderId);
  await Promise.all([sendNextRefund(desk.needs), handleNextPaymentEvent(desk.needs), desk.work()]);
  await desk.work();
  expect(await refundsOf(paymentId)).toMatchObject([{ amountMinor: 9000, status: 'succeeded' }]);
  expect((await stateOf(desk, orderId)).told).toEqual(['payment-link', 'thank-you', 'refunded']);
});

test('fault 25: the webhook comes although the answer was lost, and the repeated call finds the same refund', async () => {
  const { paymentId, orderId, paymentIntentId } = await paidOrder(desk);
  await askRefund(paymentId, 4000, orderId);
  desk.stripe.faults.add({ method: 'POST', path: /refunds$/, kind: 'lost_answer', times: 3 });
  await desk.work();
  expect(await refundsOf(paymentId)).toMatchObject([{ status: 'succeeded', stripeRefundId: expect.any(String) }]);
  const atStripe = desk.stripe.ledger.refunds.all().filter((refund) => refund.payment_intent === paymentIntentId);
  expect(atStripe).toHaveLength(1);
});

test('fault 25: two equal refunds of one payment are two, whoever hears of which first', async () => {
  const { paymentId, orderId, paymentIntentId } = await paidOrder(desk);
  await askRefund(paymentId, 2000, `${orderId}:a`);
  await askRefund(paymentId, 2000, `${orderId}:b`);
  await Promise.all([sendNextRefund(desk.needs), sendNextRefund(desk.needs)]);
  await desk.work();
  expect(await refundsOf(paymentId)).toMatchObject([{ status: 'succeeded' }, { status: 'succeeded' }]);
  const atStripe = desk.stripe.ledger.refunds.all().filter((refund) => refund.payment_intent === paymentIntentId);
  expect(atStripe.map((refund) => refund.amount)).toEqual([2000, 2000]);
  expect(await stateOf(desk, orderId)).toMatchObject({ order: 'confirmed', attempts: ['PAID'] });
});

test('fault 26: giving back a second payment leaves the order that the first one paid', async () => {
  const order = await placeOrder(desk);
  await desk.db.paymentAttempt.update({ where: { id: order.attemptId }, data: { status: 'CANCELLED' } });
  const second = await anotherAttempt(desk, order);
  desk.stripe.checkout.pay(second.sessionId);
  desk.stripe.checkout.pay(order.sessionId);
  await desk.work();
  const { told, attempts, ...state } = await stateOf(desk, order.orderId);
  expect(state).toEqual({ order: 'confirmed', onHand: 3, reserved: 0 });
  expect(attempts.sort()).toEqual(['PAID', 'REFUNDED']);
  expect(told.filter((kind) => kind === 'refund_duplicate')).toHaveLength(1);
  expect(told.filter((kind) => kind === 'thank-you')).toHaveLength(1);
});

const loseDispute = async ({ chargeId }: { chargeId: string }, amount: number) => {
  const dispute = desk.stripe.refunds.openDispute(chargeId, { amount });
  await desk.work();
  desk.stripe.refunds.closeDispute(dispute.id, 'lost');
  await desk.work();
};

test('fault 27: a dispute about a part, when lost, takes that part: no refund is made of it, and a person decides', async () => {
  const paid = await paidOrder(desk);
  await loseDispute(paid, 3000);
  const order = await desk.db.order.findUniqueOrThrow({ where: { id: paid.orderId } });
  expect(order).toMatchObject({ status: 'confirmed', disputedAt: null, reviewReason: 'dispute_lost_in_part' });
  expect(await refundsOf(paid.paymentId)).toEqual([]);
  expect(await stateOf(desk, paid.orderId)).toMatchObject({ attempts: ['PAID'], onHand: 3 });
  await expect(desk.db.dispute.findFirstOrThrow({ where: { paymentId: paid.paymentId } })).resolves.toMatchObject({
    amountMinor: 3000,
    status: 'lost',
  });
});

test('fault 27: one about all of it ends the order, and goods that never left are back on the shelf', async () => {
  const paid = await paidOrder(desk);
  await loseDispute(paid, 9000);
  expect(await stateOf(desk, paid.orderId)).toMatchObject({ order: 'refunded', attempts: ['REFUNDED'], onHand: 4 });
  expect(await refundsOf(paid.paymentId)).toEqual([]);
});

test('fault 28: a refund in another currency than its payment’s is refused by the database itself', async () => {
  const { paymentId, orderId } = await paidOrder(desk);
  const wrong = desk.db.refund.create({
    data: {
      paymentId,
      amountMinor: 100,
      currency: 'USD',
      status: 'requested',
      createdAt: desk.clock.now(),
      reason: orderId,
    },
  });
  await expect(wrong).rejects.toThrow("is not in its payment's currency");
});

async function collectTwice({ orderId }: Pick<Placed, 'orderId'>) {
  const staff = await addStaff(desk, { id: 'staff-1', name: 'Lucie' });
  const { id } = await desk.db.pickup.findUniqueOrThrow({ where: { orderId } });
  const input = { code: { token: derivePickupToken(desk.needs.sessionSecret, id) }, staff };
  return Promise.all([1, 2, 3, 4].map(() => collectPickup(desk.needs, input)));
}

test('fault 32: a code scanned four times at once is redeemed once, and goods that left do not come back by a refund', async () => {
  const paid = await paidOrder(desk);
  const results = await collectTwice(paid);
  expect(results.map(({ kind }) => kind).sort()).toEqual([
    'already_collected',
    'already_collected',
    'already_collected',
    'collected',
  ]);
  expect((await stateOf(desk, paid.orderId)).told.filter((kind) => kind === 'collected')).toHaveLength(1);
  desk.stripe.refunds.create({ payment_intent: paid.paymentIntentId });
  await desk.work();
  expect(await stateOf(desk, paid.orderId)).toMatchObject({ order: 'refunded', onHand: 3 });
  const actions = await desk.db.auditEntry.findMany({ where: { subject: `order:${paid.orderId}` } });
  expect(actions.map(({ action }) => action)).toContain('stock.not_returned');
});
