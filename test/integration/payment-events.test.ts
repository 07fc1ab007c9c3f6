import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { verifyDatabase } from '../../src/db/verify.ts';
import { HANDLED_STRIPE_EVENTS } from '../../src/domain/stripe-events.ts';
import { recordDisputeOf } from '../../src/flows/record-dispute.ts';
import { applyRefund } from '../../src/flows/record-refund.ts';
import { releaseReview } from '../../src/flows/release-review.ts';
import { type MoneyDesk, openMoneyDesk, paidOrder, placeOrder, stateOf } from '../support/money-desk.ts';

// What every event means to order, stock, customer and team: the table of docs/payments.md, row by row.

let desk: MoneyDesk;
beforeAll(async () => {
  desk = await openMoneyDesk();
});
afterEach(async () => {
  expect((await verifyDatabase(desk.db)).broken).toEqual([]);
});
afterAll(() => desk.close());

type Placed = Awaited<ReturnType<typeof placeOrder>>;
const checkout = () => desk.stripe.checkout;

const orderOf = ({ orderId }: Placed) => desk.db.order.findUniqueOrThrow({ where: { id: orderId } });
/** What the team was told of an order, a line each for Slack and mail. */
const noticesOf = async ({ orderId }: Placed) => {
  const rows = await desk.db.notification.findMany({
    where: { orderId, channel: 'slack' },
    orderBy: { createdAt: 'asc' },
  });
  return rows.map(({ content }) => (content as { notice: { kind: string } }).notice.kind);
};
const actionsOf = async ({ orderId }: Placed) => {
  const entries = await desk.db.auditEntry.findMany({
    where: { subject: `order:${orderId}` },
    orderBy: { createdAt: 'asc' },
  });
  return entries.map(({ action }) => action);
};

describe('a Checkout Session', () => {
  test('completed and paid confirms, takes the goods out of stock, thanks and sends the receipt to the address that was typed', async () => {
    const order = await placeOrder(desk);
    checkout().pay(order.sessionId, { email: 'camille@example.org' });
    await desk.work();
    expect(await stateOf(desk, order.orderId)).toEqual({
      order: 'confirmed',
      attempts: ['PAID'],
      onHand: 3,
      reserved: 0,
      told: ['payment-link', 'thank-you'],
    });
    const mails = await desk.db.notification.findMany({ where: { orderId: order.orderId } });
    expect(mails).toMatchObject([
      {
        businessKey: `receipt:${order.orderId}`,
        channel: 'email',
        content: { kind: 'receipt', email: 'camille@example.org' },
      },
    ]);
    const thanks = await desk.db.outboundMessage.findFirstOrThrow({
      where: { businessKey: `thank-you:${order.orderId}` },
    });
    expect((thanks.content as { body: string }).body).toContain('Reçu envoyé à camille@example.org.');
  });

  test('completed and unpaid waits for the bank, reminds nobody, and says so once', async () => {
    const order = await placeOrder(desk);
    checkout().payLater(order.sessionId);
    await desk.work();
    expect(await stateOf(desk, order.orderId)).toMatchObject({
      order: 'pending_payment',
      attempts: ['PROCESSING'],
      reserved: 1,
      told: ['payment-link', 'processing'],
    });
    checkout().settleBank(order.sessionId, true);
    await desk.work();
    expect(await stateOf(desk, order.orderId)).toMatchObject({
      order: 'confirmed',
      told: ['payment-link', 'processing', 'thank-you'],
    });
  });

  test('completed with nothing to pay confirms an order of zero, with no payment intent on record', async () => {
    const order = await placeOrder(desk, { priceMinor: 0 });
    checkout().pay(order.sessionId);
    await desk.work();
    expect(await stateOf(desk, order.orderId)).toMatchObject({
      order: 'confirmed',
      attempts: ['PAID'],
      onHand: 3,
      reserved: 0,
    });
    const payment = await desk.db.payment.findUniqueOrThrow({ where: { attemptId: order.attemptId } });
    expect(payment).toMatchObject({ amountMinor: 0, paymentIntentId: null });
  });

  test('expired gives the goods back and offers to order again', async () => {
    const order = await placeOrder(desk);
    checkout().expire(order.sessionId);
    await desk.work();
    expect(await stateOf(desk, order.orderId)).toEqual({
      order: 'expired',
      attempts: ['EXPIRED'],
      onHand: 4,
      reserved: 0,
      told: ['payment-link', 'expired'],
    });
  });

  test('whose delayed payment failed ends the order, gives the goods back and says why', async () => {
    const order = await placeOrder(desk);
    checkout().payLater(order.sessionId);
    await desk.work();
    checkout().settleBank(order.sessionId, false);
    await desk.work();
    expect(await stateOf(desk, order.orderId)).toEqual({
      order: 'cancelled',
      attempts: ['FAILED'],
      onHand: 4,
      reserved: 0,
      told: ['payment-link', 'processing', 'payment-failed-final'],
    });
    expect(await actionsOf(order)).toEqual(['order.placed', 'payment.processing', 'payment.failed_for_good']);
  });
});

describe('a payment intent', () => {
  test('that succeeded confirms the order even when no session event ever comes', async () => {
    const order = await placeOrder(desk);
    desk.stripe.events.lose();
    checkout().pay(order.sessionId);
    await desk.stripe.events.release();
    const [succeeded] = desk.stripe.events.all().filter(({ type }) => type === 'payment_intent.succeeded');
    await desk.stripe.events.deliver(succeeded?.id as string);
    await desk.work();
    expect(await stateOf(desk, order.orderId)).toMatchObject({ order: 'confirmed', attempts: ['PAID'] });
  });

  test('that failed tells the reason once per try, with the link still good', async () => {
    const order = await placeOrder(desk);
    for (let tries = 0; tries < 2; tries++) {
      checkout().decline(order.sessionId);
      await desk.work();
    }
    for (const event of desk.stripe.events.all().slice(0, 2)) await desk.stripe.events.deliver(event.id);
    await desk.work();
    expect(await stateOf(desk, order.orderId)).toMatchObject({
      order: 'pending_payment',
      attempts: ['PENDING'],
      reserved: 1,
      told: ['payment-link', 'payment-failed', 'payment-failed'],
    });
    expect(await actionsOf(order)).toEqual(['order.placed', 'payment.failed', 'payment.failed']);
  });

  test('that needs 3-D Secure asks the customer to finish, unless they did meanwhile', async () => {
    const [asked, finished] = [await placeOrder(desk), await placeOrder(desk)];
    checkout().challenge(asked.sessionId);
    desk.stripe.events.hold();
    checkout().challenge(finished.sessionId);
    checkout().pay(finished.sessionId);
    await desk.stripe.events.release();
    await desk.work();
    expect((await stateOf(desk, asked.orderId)).told).toEqual(['payment-link', 'action-required']);
    expect((await stateOf(desk, finished.orderId)).told).toEqual(['payment-link', 'thank-you']);
  });

  test('that was cancelled with its session ends the order once', async () => {
    const order = await placeOrder(desk);
    checkout().decline(order.sessionId);
    await desk.work();
    checkout().expire(order.sessionId);
    await desk.work();
    const types = desk.stripe.events
      .all()
      .slice(0, 2)
      .map(({ type }) => type);
    expect(types.sort()).toEqual(['checkout.session.expired', 'payment_intent.canceled']);
    expect(await stateOf(desk, order.orderId)).toMatchObject({
      order: 'expired',
      told: ['payment-link', 'payment-failed', 'expired'],
    });
  });
});

describe('a refund', () => {
  test('of a part is told to the customer and leaves the order to be fetched', async () => {
    const order = await paidOrder(desk);
    desk.stripe.refunds.create({ payment_intent: order.paymentIntentId, amount: '2500' });
    await desk.work();
    expect(await stateOf(desk, order.orderId)).toMatchObject({
      order: 'confirmed',
      attempts: ['PAID'],
      onHand: 3,
      told: ['payment-link', 'thank-you', 'refunded'],
    });
  });

  test('in several parts ends the order with the last of them, and the goods are back', async () => {
    const order = await paidOrder(desk);
    for (const amount of ['2000', '3000', '4000']) {
      desk.stripe.refunds.create({ payment_intent: order.paymentIntentId, amount });
      await desk.work();
    }
    expect(await stateOf(desk, order.orderId)).toMatchObject({ order: 'refunded', attempts: ['REFUNDED'], onHand: 4 });
    expect((await stateOf(desk, order.orderId)).told.filter((kind) => kind === 'refunded')).toHaveLength(3);
    expect(await actionsOf(order)).toContain('stock.returned');
  });

  test('that is pending is on record, and told to the customer when it succeeds', async () => {
    const order = await paidOrder(desk);
    const refund = desk.stripe.refunds.create({ payment_intent: order.paymentIntentId }, { status: 'pending' });
    await desk.work();
    expect((await stateOf(desk, order.orderId)).told).toEqual(['payment-link', 'thank-you']);
    desk.stripe.refunds.setStatus(refund.id, 'succeeded');
    await desk.work();
    expect((await stateOf(desk, order.orderId)).told).toEqual(['payment-link', 'thank-you', 'refunded']);
  });

  test('that fails at the bank is held for a person, and the team is told', async () => {
    const order = await paidOrder(desk);
    const refund = desk.stripe.refunds.create({ payment_intent: order.paymentIntentId, amount: '1000' });
    await desk.work();
    desk.stripe.refunds.setStatus(refund.id, 'failed');
    await desk.work();
    expect(await orderOf(order)).toMatchObject({ status: 'confirmed', reviewReason: 'refund_failed' });
    expect(await noticesOf(order)).toEqual(['refund_failed']);
    // An answer of Stripe's that is older than what we know, as a slow worker may still hold it, changes nothing.
    const known = await desk.payments.retrieveRefund(refund.id);
    for (const status of ['pending', 'succeeded']) await applyRefund(desk.needs, { ...known, status });
    const [row] = await desk.db.refund.findMany({ where: { payment: { attemptId: order.attemptId } } });
    expect(row?.status).toBe('failed');
  });
});

describe('a dispute', () => {
  test('freezes the pickup, tells customer and team, and thaws when it is won', async () => {
    const order = await paidOrder(desk);
    const dispute = desk.stripe.refunds.openDispute(order.chargeId);
    await desk.work();
    expect(await orderOf(order)).toMatchObject({ status: 'confirmed', disputedAt: expect.any(Date) });
    expect(await noticesOf(order)).toEqual(['dispute_opened']);
    const stored = () => desk.db.dispute.findUniqueOrThrow({ where: { stripeDisputeId: dispute.id } });
    expect(await stored()).toMatchObject({ fundsWithdrawn: true, dueBy: expect.any(Date), closedAt: null });

    desk.stripe.refunds.updateDispute(dispute.id, 'under_review');
    await desk.work();
    expect(await stored()).toMatchObject({ status: 'under_review' });
    expect(await orderOf(order)).toMatchObject({ disputedAt: expect.any(Date) });

    desk.stripe.refunds.closeDispute(dispute.id, 'won');
    await desk.work();
    expect(await orderOf(order)).toMatchObject({ status: 'confirmed', disputedAt: null, reviewReason: null });
    expect(await stored()).toMatchObject({ status: 'won', fundsWithdrawn: false, closedAt: expect.any(Date) });
    expect(await noticesOf(order)).toEqual(['dispute_opened', 'dispute_closed']);
    expect((await stateOf(desk, order.orderId)).told).toEqual([
      'payment-link',
      'thank-you',
      'disputed',
      'dispute-over',
    ]);
  });

  test('that was only an inquiry takes no money and thaws when it is closed', async () => {
    const order = await paidOrder(desk);
    const inquiry = desk.stripe.refunds.openDispute(order.chargeId, { status: 'warning_needs_response' });
    await desk.work();
    await expect(desk.db.dispute.findUniqueOrThrow({ where: { stripeDisputeId: inquiry.id } })).resolves.toMatchObject({
      fundsWithdrawn: false,
    });
    expect(await orderOf(order)).toMatchObject({ disputedAt: expect.any(Date) });
    desk.stripe.refunds.closeDispute(inquiry.id, 'warning_closed');
    await desk.work();
    expect(await orderOf(order)).toMatchObject({ disputedAt: null });
  });

  test('of two, only the last that ends well thaws the order', async () => {
    const order = await paidOrder(desk);
    const first = desk.stripe.refunds.openDispute(order.chargeId, { amount: 3000 });
    const second = desk.stripe.refunds.openDispute(order.chargeId, { amount: 2000 });
    await desk.work();
    desk.stripe.refunds.closeDispute(first.id, 'won');
    await desk.work();
    expect(await orderOf(order)).toMatchObject({ disputedAt: expect.any(Date) });
    desk.stripe.refunds.closeDispute(second.id, 'won');
    await desk.work();
    expect(await orderOf(order)).toMatchObject({ disputedAt: null });
  });

  test('that has ended is not reopened by an answer of Stripe’s that is older', async () => {
    const order = await paidOrder(desk);
    const dispute = desk.stripe.refunds.openDispute(order.chargeId);
    const older = await desk.payments.retrieveDispute(dispute.id);
    desk.stripe.refunds.closeDispute(dispute.id, 'won');
    await desk.work();
    const [event] = desk.stripe.events.all().filter(({ type }) => type === 'charge.dispute.created');
    const slow = { ...desk.needs, payments: { ...desk.payments, retrieveDispute: async () => older } };
    await recordDisputeOf(slow, desk.payments.readEvent(event));
    expect(await orderOf(order)).toMatchObject({ disputedAt: null });
  });
});

test('an early fraud warning holds the goods for a person, tells the team, and nothing to the customer', async () => {
  const order = await paidOrder(desk);
  desk.stripe.refunds.warnOfFraud(order.chargeId);
  await desk.work();
  expect(await orderOf(order)).toMatchObject({ status: 'confirmed', reviewReason: 'fraud_warning' });
  expect(await noticesOf(order)).toEqual(['fraud_warning']);
  expect((await stateOf(desk, order.orderId)).told).toEqual(['payment-link', 'thank-you']);
  // A person has looked; the same event again does not hold the goods anew.
  const { id: reviewId } = await desk.db.review.findFirstOrThrow({ where: { orderId: order.orderId } });
  await releaseReview(desk, { reviewId, outcome: 'goes_on', note: 'known', by: 'staff:lucie' });
  for (const event of desk.stripe.events.all().slice(0, 1)) await desk.stripe.events.deliver(event.id);
  await desk.db.$executeRaw`UPDATE payment_events SET outcome = 'received' WHERE type LIKE 'radar%'`;
  await desk.work();
  expect(await orderOf(order)).toMatchObject({ reviewReason: null });
});

test('every type that is subscribed to was heard in these tests and handled as one of ours', async () => {
  const events = await desk.db.paymentEvent.findMany({ select: { type: true, outcome: true, orderId: true } });
  expect(events.filter(({ outcome, orderId }) => outcome !== 'handled' || orderId === null)).toEqual([]);
  expect([...new Set(events.map(({ type }) => type))].sort()).toEqual([...HANDLED_STRIPE_EVENTS].sort());
});
