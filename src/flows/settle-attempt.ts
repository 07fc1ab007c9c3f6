import { writeAudit } from '../db/audit.ts';
import { lockOrder, moveOrder } from '../db/orders.ts';
import { enqueueMessage } from '../db/outbox.ts';
import { type Attempt, moveAttempt } from '../db/payment-attempts.ts';
import { releaseReservations } from '../db/stock.ts';
import { transact } from '../db/transact.ts';
import { AppError } from '../domain/errors.ts';
import { paymentFailedFinalMessage } from '../domain/payment-messages.ts';
import type { Payments } from '../ports.ts';
import { type SettleNeeds, settleSession } from './settle-payment.ts';

export type SettleAttemptNeeds = SettleNeeds & {
  payments: Pick<Payments, 'retrieveCheckoutSession' | 'livemode' | 'lastPaymentError'>;
};

/**
 * Brings an attempt to what Stripe says of it now, a delayed payment (bank debit) that came to nothing included. True
 * when that changed something.
 */
export async function settleAttempt(needs: SettleAttemptNeeds, attempt: Attempt): Promise<boolean> {
  if (!attempt.sessionId)
    throw new AppError('session_not_recorded', 'the session is still being made', { retryable: true });
  const session = await needs.payments.retrieveCheckoutSession(attempt.sessionId);
  const settled = await settleSession(needs, attempt.id, session);
  if (settled !== 'processing' || !session.paymentIntentId) return settled !== 'nothing';
  const { status, code } = await needs.payments.lastPaymentError(session.paymentIntentId);
  const isRefused = status === 'requires_payment_method' || status === 'canceled';
  return isRefused && failDelayedPayment(needs, attempt, code ?? status);
}

/** The bank said no after the session was complete: nobody can try again with it, so the order is over. */
async function failDelayedPayment(needs: SettleAttemptNeeds, attempt: Attempt, reason: string): Promise<boolean> {
  const at = needs.clock.now();
  return transact(needs.db, async (tx) => {
    const order = await lockOrder(tx, attempt.orderId);
    if (!order) return false;
    const values = { at, lastError: reason };
    if (!(await moveAttempt(tx, attempt.id, ['PENDING', 'PROCESSING'], 'FAILED', values))) return false;
    if (!(await moveOrder(tx, order.id, ['pending_payment'], 'cancelled', at))) return true;
    await releaseReservations(tx, order.id);
    const subject = `order:${order.id}`;
    await writeAudit(tx, { actor: 'stripe', action: 'payment.failed_for_good', subject, details: { reason }, at });
    await enqueueMessage(tx, {
      businessKey: `payment-failed-final:${attempt.id}`,
      customerId: order.customerId,
      orderId: order.id,
      content: paymentFailedFinalMessage(needs.texts, order),
      at,
    });
    return true;
  });
}
