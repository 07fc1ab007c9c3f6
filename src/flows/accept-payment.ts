import { randomUUID } from 'node:crypto';
import { writeAudit } from '../db/audit.ts';
import type { Tx } from '../db/client.ts';
import { rememberEmail } from '../db/customers.ts';
import { enqueueReceipt, notifyTeam } from '../db/notifications.ts';
import { moveOrder, type OrderWithFacts, stockedItems } from '../db/orders.ts';
import { enqueueMessage } from '../db/outbox.ts';
import { type Attempt, cancelOtherAttempts, moveAttempt } from '../db/payment-attempts.ts';
import { recordPayment } from '../db/payments.ts';
import { holdOpenPlace } from '../db/pickup-places.ts';
import { insertPickup } from '../db/pickups.ts';
import { requestRefund } from '../db/refunds.ts';
import { openReview } from '../db/reviews.ts';
import { consumeReservations, lockAndCheckStock, reserveStock } from '../db/stock.ts';
import { thankYouMessage } from '../domain/messages.ts';
import type { CheckoutSession } from '../domain/payment.ts';
import { refundMessage } from '../domain/payment-messages.ts';
import { derivePickupToken, hashPickupToken, PICKUP_MEDIA_DAYS } from '../domain/pickup.ts';
import type { Mismatch } from '../domain/review.ts';
import type { Texts } from '../domain/texts.ts';
import type { Clock } from '../ports.ts';

export type AcceptNeeds = {
  clock: Clock;
  texts: Texts;
  sessionSecret: string;
  /** Whether a confirmation mail really leaves: only then is it promised. */
  sendsMail: boolean;
};

/** A session that Stripe says is paid, with its attempt and the order under lock. */
export type PaidSession = { attempt: Attempt; order: OrderWithFacts; session: CheckoutSession };

/** Confirms the order its payment is for: goods out of stock, pickup code, thank-you and receipt, once. */
export async function fulfilOrder(
  needs: AcceptNeeds,
  tx: Tx,
  paid: PaidSession,
  { revived = false } = {},
): Promise<void> {
  const { order, session, attempt } = paid;
  const now = needs.clock.now();
  await takeMoney(needs, tx, paid);
  await cancelOtherAttempts(tx, attempt, now);
  await moveOrder(tx, order.id, ['pending_payment', 'expired', 'cancelled'], 'confirmed', now);
  if (revived)
    await writeAudit(tx, { actor: 'system', action: 'order.revived', subject: `order:${order.id}`, at: now });
  await consumeReservations(tx, order.id);
  const pickupId = randomUUID();
  await insertPickup(tx, {
    id: pickupId,
    orderId: order.id,
    tokenHash: hashPickupToken(derivePickupToken(needs.sessionSecret, pickupId)),
    mediaUntil: new Date(now.getTime() + PICKUP_MEDIA_DAYS * 24 * 3600_000),
    createdAt: now,
  });
  const email = session.customerEmail;
  if (email) {
    await rememberEmail(tx, order.customerId, email);
    await enqueueReceipt(tx, { orderId: order.id, email, at: now });
  }
  const receiptEmail = needs.sendsMail ? (email ?? session.receiptEmail) : session.receiptEmail;
  await enqueueMessage(tx, {
    businessKey: `thank-you:${order.id}`,
    customerId: order.customerId,
    orderId: order.id,
    content: thankYouMessage(needs.texts, order, pickupId, { revived, receiptEmail }),
    at: now,
  });
}

/**
 * Paid after expiry or cancellation, or paid twice: revives the order if its goods can be reserved again and be fetched,
 * else asks for one refund, keyed by the attempt. The customer is told which (faults 9, 15, 22, 26). Who was forgotten could
 * not be sent a pickup code: their money goes back.
 */
export async function acceptLateMoney(needs: AcceptNeeds, tx: Tx, paid: PaidSession): Promise<void> {
  const { order } = paid;
  const isOver = order.status === 'expired' || order.status === 'cancelled';
  if (!isOver) return sendBack(needs, tx, paid, 'refund_duplicate');
  if (order.isForgotten) return sendBack(needs, tx, paid, 'refund_late');
  // Places close while no order waits there: one that comes back would wait where nobody is.
  if (!(await holdOpenPlace(tx, order.location.id))) return sendBack(needs, tx, paid, 'refund_place_closed');
  const items = await stockedItems(tx, order.id);
  const short = await lockAndCheckStock(tx, order.location.id, items);
  if (short.length > 0) return sendBack(needs, tx, paid, 'refund_late');
  await reserveStock(tx, order.location.id, items);
  return fulfilOrder(needs, tx, paid, { revived: true });
}

async function sendBack(
  needs: AcceptNeeds,
  tx: Tx,
  paid: PaidSession,
  why: 'refund_late' | 'refund_place_closed' | 'refund_duplicate',
): Promise<void> {
  const { order, attempt } = paid;
  const reason = why === 'refund_duplicate' ? why : 'refund_late';
  const at = needs.clock.now();
  const { paymentId, amountMinor, currency } = await takeMoney(needs, tx, paid);
  // Nothing was charged for a total of zero: nothing to give back.
  if (amountMinor === 0) return;
  await requestRefund(tx, {
    idempotencyKey: `refund:${reason}:${attempt.id}`,
    ...{ paymentId, amountMinor, currency, reason, requestedBy: 'system', createdAt: at },
  });
  const subject = `order:${order.id}`;
  const details = { reason, amountMinor, currency };
  await writeAudit(tx, { actor: 'system', action: 'refund.requested', subject, details, at });
  await enqueueMessage(tx, {
    businessKey: `${reason}:${attempt.id}`,
    customerId: order.customerId,
    orderId: order.id,
    content: refundMessage(needs.texts, order, { amountMinor, currency }, why),
    at,
  });
}

/** Money that is not what we asked for: kept on record as Stripe has it, and nothing is fulfilled (fault 19). */
export async function holdMismatch(needs: AcceptNeeds, tx: Tx, paid: PaidSession, reason: Mismatch): Promise<void> {
  const { order, attempt } = paid;
  const at = needs.clock.now();
  // Of the other mode it is no money of this shop's: nothing is recorded, so this may come again.
  const paymentId = reason === 'livemode_differs' ? null : (await takeMoney(needs, tx, paid)).paymentId;
  const key = `mismatch:${attempt.id}:${reason}`;
  if (!(await openReview(tx, { orderId: order.id, paymentId, reason, key, at }))) return;
  const details = { reason, attemptId: attempt.id };
  await writeAudit(tx, { actor: 'stripe', action: 'payment.review', subject: `order:${order.id}`, details, at });
  const money = {
    amountMinor: paid.session.amountTotalMinor ?? 0,
    currency: paid.session.currency ?? attempt.currency,
  };
  const { number: orderNumber, id: orderId } = order;
  await notifyTeam(tx, {
    key: `review:${key}:${at.toISOString()}`,
    kind: 'review',
    orderNumber,
    money,
    values: { reason },
    orderId,
    at,
  });
}

async function takeMoney(needs: AcceptNeeds, tx: Tx, { attempt, order, session }: PaidSession) {
  const at = needs.clock.now();
  const { paymentIntentId } = session;
  // Stripe's receipt names who paid.
  const receiptUrl = order.isForgotten ? null : session.receiptUrl;
  await moveAttempt(tx, attempt.id, ['PENDING', 'PROCESSING', 'FAILED', 'CANCELLED', 'EXPIRED'], 'PAID', {
    at,
    paymentIntentId,
  });
  const amountMinor = session.amountTotalMinor ?? attempt.amountMinor;
  const subject = `order:${order.id}`;
  const currency = session.currency ?? attempt.currency;
  const details = { amountMinor, currency };
  await writeAudit(tx, { actor: 'stripe', action: 'payment.received', subject, details, at });
  const receivedAt = session.chargedAt ?? at;
  const money = { attemptId: attempt.id, paymentIntentId, amountMinor, currency, receiptUrl, receivedAt };
  return { paymentId: await recordPayment(tx, money), amountMinor, currency };
}
