import { type ClaimedRefund, claimNextRefund, cutRefundToRest, retryRefundLater } from '../db/refunds.ts';
import { AppError, describeError } from '../domain/errors.ts';
import { backoffSeconds } from '../domain/retry.ts';
import type { Payments } from '../ports.ts';
import { applyRefund, type RefundNeeds } from './record-refund.ts';

type Needs = RefundNeeds & { payments: Pick<Payments, 'refund'> };

/** Carries the next requested refund to Stripe under its stored key. False when none was waiting. */
export async function sendNextRefund(needs: Needs): Promise<boolean> {
  const claimed = await claimNextRefund(needs.db);
  if (!claimed) return false;
  try {
    const refund = await needs.payments.refund(claimed, claimed.idempotencyKey);
    await applyRefund(needs, refund);
  } catch (error) {
    if (await wasRefundedElsewhere(needs, claimed, error)) return true;
    const reason = describeError(error);
    needs.log.error(
      { orderId: claimed.orderId, tries: claimed.callAttempts, error: reason },
      'refund not accepted yet',
    );
    // Never given up by itself: it is the customer's money. The metric refunds_waiting shows what keeps failing.
    await retryRefundLater(needs.db, claimed.refundId, backoffSeconds(claimed.callAttempts, 3600), reason);
  }
  return true;
}

/** Stripe refuses more than is left: part of the money may have gone back from its Dashboard. Then the rest is asked for. */
async function wasRefundedElsewhere(needs: Needs, claimed: ClaimedRefund, error: unknown): Promise<boolean> {
  if (!(error instanceof AppError) || error.retryable || error.ambiguous) return false;
  const refunds = await needs.payments.listRefunds({ paymentIntentId: claimed.paymentIntentId });
  for (const refund of refunds) await applyRefund(needs, refund);
  const restMinor = refunds.length > 0 ? await cutRefundToRest(needs.db, claimed.refundId) : claimed.amountMinor;
  return restMinor !== claimed.amountMinor;
}
