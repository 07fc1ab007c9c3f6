import { claimNextRefund, retryRefundLater } from '../db/refunds.ts';
import { describeError } from '../domain/errors.ts';
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
    const reason = describeError(error);
    needs.log.error(
      { orderId: claimed.orderId, tries: claimed.callAttempts, error: reason },
      'refund not accepted yet',
    );
    // Never given up by itself: it is the customer's money. The staff's page shows what keeps failing.
    await retryRefundLater(needs.db, claimed.id, backoffSeconds(claimed.callAttempts, 3600), reason);
  }
  return true;
}
