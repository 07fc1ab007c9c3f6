import { randomUUID } from 'node:crypto';
import { writeAudit } from '../db/audit.ts';
import type { Db, Tx } from '../db/client.ts';
import { lockOrder, moveOrder, type OrderWithFacts, setReview, stockedItems } from '../db/orders.ts';
import { enqueueMessage } from '../db/outbox.ts';
import { type Attempt, findAttempt, markSessionOver, moveAttempt } from '../db/payment-attempts.ts';
import { recordPayment } from '../db/payments.ts';
import { insertPickup } from '../db/pickups.ts';
import { requestRefund } from '../db/refunds.ts';
import { consumeReservations, lockAndCheckStock, releaseReservations, reserveStock } from '../db/stock.ts';
import { transact } from '../db/transact.ts';
import { AppError } from '../domain/errors.ts';
import { expiredMessage, plainOrderMessage, refundMessage, thankYouMessage } from '../domain/messages.ts';
import { type CheckoutSession, decideSettlement, type Settlement } from '../domain/payment.ts';
import { derivePickupToken, hashPickupToken, PICKUP_MEDIA_DAYS } from '../domain/pickup.ts';
import type { Texts } from '../domain/texts.ts';
import type { Clock, Log, Payments } from '../ports.ts';

export type SettleNeeds = {
  db: Db;
  clock: Clock;
  log: Log;
  texts: Texts;
  payments: Pick<Payments, 'retrieveCheckoutSession' | 'livemode'>;
  sessionSecret: string;
};

/**
 * Brings an order to what Stripe says of one of its Checkout Sessions. Webhook, success page, expiry sweep and
 * reconciliation all end here; doing it again changes nothing. Answers what was decided.
 */
export async function settlePayment(needs: SettleNeeds, attempt: Attempt): Promise<Settlement['kind']> {
  if (!attempt.sessionId)
    throw new AppError('session_not_recorded', 'the session is still being made', { retryable: true });
  const session = await needs.payments.retrieveCheckoutSession(attempt.sessionId);
  return settleSession(needs, attempt.id, session);
}

/** The same with Stripe's answer at hand. One transaction, one writer per order. */
export async function settleSession(
  needs: SettleNeeds,
  attemptId: string,
  session: CheckoutSession,
): Promise<Settlement['kind']> {
  const decided = await transact(needs.db, async (tx) => {
    const known = await findAttempt(tx, { id: attemptId });
    const order = known && (await lockOrder(tx, known.orderId));
    // Read again under the lock: another settlement may just have finished.
    const attempt = order && (await findAttempt(tx, { id: attemptId }));
    if (!attempt) throw new AppError('attempt_unknown', 'no such payment attempt');
    if (session.status !== 'open') await markSessionOver(tx, attempt.id);
    const settlement = decideSettlement(session, attempt, order, needs.payments.livemode);
    await carryOut(needs, tx, { attempt, order, session, settlement });
    return { settlement, orderId: order.id };
  });
  const { settlement, orderId } = decided;
  if (settlement.kind === 'review') needs.log.error({ orderId, reason: settlement.reason }, 'payment needs a review');
  else if (settlement.kind !== 'nothing') needs.log.info({ orderId, settlement: settlement.kind }, 'payment settled');
  return settlement.kind;
}

type Case = { attempt: Attempt; order: OrderWithFacts; session: CheckoutSession; settlement: Settlement };

async function carryOut(needs: SettleNeeds, tx: Tx, facts: Case): Promise<void> {
  switch (facts.settlement.kind) {
    case 'confirm':
      return confirm(needs, tx, facts, { revived: false });
    case 'late_money':
      return acceptLateMoney(needs, tx, facts);
    case 'processing':
      return startProcessing(needs, tx, facts);
    case 'expire':
      return expire(needs, tx, facts);
    case 'review':
      return holdForReview(needs, tx, facts, facts.settlement.reason);
    case 'nothing':
      return;
    default:
      return facts.settlement satisfies never;
  }
}

async function takeMoney(needs: SettleNeeds, tx: Tx, { attempt, order, session }: Case): Promise<string> {
  const at = needs.clock.now();
  const { paymentIntentId, receiptUrl } = session;
  await moveAttempt(tx, attempt.id, ['PENDING', 'PROCESSING', 'FAILED', 'CANCELLED', 'EXPIRED'], 'PAID', {
    at,
    paymentIntentId,
  });
  await writeAudit(tx, { actor: 'stripe', action: 'payment.received', subject: `order:${order.id}`, at });
  const { amountMinor, currency } = attempt;
  return recordPayment(tx, {
    attemptId: attempt.id,
    paymentIntentId,
    amountMinor,
    currency,
    receiptUrl,
    receivedAt: at,
  });
}

async function confirm(needs: SettleNeeds, tx: Tx, facts: Case, { revived }: { revived: boolean }): Promise<void> {
  const { order, session } = facts;
  const now = needs.clock.now();
  await takeMoney(needs, tx, facts);
  await moveOrder(tx, order.id, ['pending_payment', 'expired', 'cancelled'], 'confirmed', now);
  await consumeReservations(tx, order.id);
  const pickupId = randomUUID();
  await insertPickup(tx, {
    id: pickupId,
    orderId: order.id,
    tokenHash: hashPickupToken(derivePickupToken(needs.sessionSecret, pickupId)),
    mediaUntil: new Date(now.getTime() + PICKUP_MEDIA_DAYS * 24 * 3600_000),
    createdAt: now,
  });
  await enqueueMessage(tx, {
    businessKey: `thank-you:${order.id}`,
    customerId: order.customerId,
    orderId: order.id,
    content: thankYouMessage(needs.texts, order, pickupId, { revived, receiptEmail: session.receiptEmail }),
    at: needs.clock.now(),
  });
}

/** Paid after expiry or cancellation, or paid twice: revive the order if its goods are still here, else refund once. */
async function acceptLateMoney(needs: SettleNeeds, tx: Tx, facts: Case): Promise<void> {
  const { order, attempt } = facts;
  const isOver = order.status === 'expired' || order.status === 'cancelled';
  if (isOver) {
    const items = await stockedItems(tx, order.id);
    const locationId = order.location.id;
    const short = await lockAndCheckStock(tx, locationId, items);
    if (short.length === 0) {
      await reserveStock(tx, locationId, items);
      return confirm(needs, tx, facts, { revived: true });
    }
  }
  const paymentId = await takeMoney(needs, tx, facts);
  const { amountMinor, currency } = attempt;
  const reason = isOver ? 'refund_late' : 'refund_duplicate';
  // Nothing was charged for a total of zero: nothing to give back.
  if (amountMinor === 0) return;
  const idempotencyKey = `refund:${reason}:${attempt.id}`;
  await requestRefund(tx, { idempotencyKey, paymentId, amountMinor, currency, reason, createdAt: needs.clock.now() });
  await enqueueMessage(tx, {
    businessKey: `${reason}:${attempt.id}`,
    customerId: order.customerId,
    orderId: order.id,
    content: refundMessage(needs.texts, order, amountMinor, reason),
    at: needs.clock.now(),
  });
}

/** Complete but unpaid: a delayed method (bank debit) is on its way; nothing is fulfilled yet (fault 21). */
async function startProcessing(needs: SettleNeeds, tx: Tx, { attempt, order, session }: Case): Promise<void> {
  const { paymentIntentId } = session;
  if (!(await moveAttempt(tx, attempt.id, ['PENDING'], 'PROCESSING', { at: needs.clock.now(), paymentIntentId })))
    return;
  await enqueueMessage(tx, {
    businessKey: `processing:${attempt.id}`,
    customerId: order.customerId,
    orderId: order.id,
    content: plainOrderMessage(needs.texts, order, 'processing'),
    at: needs.clock.now(),
  });
}

/** Only the attempt's own session speaks for it; the order expires when that was its open attempt (fault 10). */
async function expire(needs: SettleNeeds, tx: Tx, { attempt, order }: Case): Promise<void> {
  const now = needs.clock.now();
  if (!(await moveAttempt(tx, attempt.id, ['PENDING', 'PROCESSING'], 'EXPIRED', { at: now }))) return;
  if (!(await moveOrder(tx, order.id, ['pending_payment'], 'expired', now))) return;
  await writeAudit(tx, { actor: 'system', action: 'order.expired', subject: `order:${order.id}`, at: now });
  await releaseReservations(tx, order.id);
  await enqueueMessage(tx, {
    businessKey: `expired:${order.id}`,
    customerId: order.customerId,
    orderId: order.id,
    content: expiredMessage(needs.texts, order),
    at: needs.clock.now(),
  });
}

async function holdForReview(needs: SettleNeeds, tx: Tx, { order, attempt }: Case, reason: string): Promise<void> {
  if (order.reviewReason) return;
  await setReview(tx, order.id, reason);
  const at = needs.clock.now();
  await writeAudit(tx, {
    actor: 'stripe',
    action: 'payment.review',
    subject: `order:${order.id}`,
    details: { reason, attemptId: attempt.id },
    at,
  });
}
