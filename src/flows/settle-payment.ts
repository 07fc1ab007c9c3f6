import { writeAudit } from '../db/audit.ts';
import type { Db, Tx } from '../db/client.ts';
import { lockOrder, moveOrder } from '../db/orders.ts';
import { enqueueMessage } from '../db/outbox.ts';
import { type Attempt, findAttempt, markSessionOver, moveAttempt } from '../db/payment-attempts.ts';
import { releaseReservations } from '../db/stock.ts';
import { transact } from '../db/transact.ts';
import { AppError } from '../domain/errors.ts';
import { expiredMessage, plainOrderMessage } from '../domain/messages.ts';
import { type CheckoutSession, decideSettlement, type Settlement } from '../domain/payment.ts';
import type { Log, Payments } from '../ports.ts';
import { type AcceptNeeds, acceptLateMoney, fulfilOrder, holdMismatch, type PaidSession } from './accept-payment.ts';

export type SettleNeeds = AcceptNeeds & {
  db: Db;
  log: Log;
  payments: Pick<Payments, 'retrieveCheckoutSession' | 'livemode'>;
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
    await carryOut(needs, tx, { attempt, order, session }, settlement);
    return { settlement, orderId: order.id };
  });
  const { settlement, orderId } = decided;
  if (settlement.kind === 'review') needs.log.error({ orderId, reason: settlement.reason }, 'payment needs a review');
  else if (settlement.kind !== 'nothing') needs.log.info({ orderId, settlement: settlement.kind }, 'payment settled');
  return settlement.kind;
}

async function carryOut(needs: SettleNeeds, tx: Tx, facts: PaidSession, settlement: Settlement): Promise<void> {
  switch (settlement.kind) {
    case 'confirm':
      return fulfilOrder(needs, tx, facts);
    case 'late_money':
      return acceptLateMoney(needs, tx, facts);
    case 'review':
      return holdMismatch(needs, tx, facts, settlement.reason);
    case 'processing':
      return startProcessing(needs, tx, facts);
    case 'expire':
      return expire(needs, tx, facts);
    case 'nothing':
      return;
    default:
      return settlement satisfies never;
  }
}

/** Complete but unpaid: a delayed method (bank debit) is on its way; nothing is fulfilled yet (fault 21). */
async function startProcessing(needs: SettleNeeds, tx: Tx, { attempt, order, session }: PaidSession): Promise<void> {
  const { paymentIntentId } = session;
  const at = needs.clock.now();
  if (!(await moveAttempt(tx, attempt.id, ['PENDING'], 'PROCESSING', { at, paymentIntentId }))) return;
  await writeAudit(tx, { actor: 'stripe', action: 'payment.processing', subject: `order:${order.id}`, at });
  await enqueueMessage(tx, {
    businessKey: `processing:${attempt.id}`,
    customerId: order.customerId,
    orderId: order.id,
    content: plainOrderMessage(needs.texts, order, 'processing'),
    at,
  });
}

/** Only the attempt's own session speaks for it; the order expires when that was its open attempt (fault 10). */
async function expire(needs: SettleNeeds, tx: Tx, { attempt, order }: PaidSession): Promise<void> {
  const at = needs.clock.now();
  if (!(await moveAttempt(tx, attempt.id, ['PENDING', 'PROCESSING'], 'EXPIRED', { at }))) return;
  if (!(await moveOrder(tx, order.id, ['pending_payment'], 'expired', at))) return;
  await writeAudit(tx, { actor: 'system', action: 'order.expired', subject: `order:${order.id}`, at });
  await releaseReservations(tx, order.id);
  await enqueueMessage(tx, {
    businessKey: `expired:${order.id}`,
    customerId: order.customerId,
    orderId: order.id,
    content: expiredMessage(needs.texts, order),
    at,
  });
}
