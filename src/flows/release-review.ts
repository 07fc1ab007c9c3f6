import { writeAudit } from '../db/audit.ts';
import type { Db, Tx } from '../db/client.ts';
import { lockOrder, type OrderWithFacts } from '../db/orders.ts';
import { findPayment } from '../db/payments.ts';
import { givenBackMinor, recordGivenBack } from '../db/refunds.ts';
import { closeReview, findReview, type Review } from '../db/reviews.ts';
import { transact } from '../db/transact.ts';
import { type ReviewOutcome, waysOut } from '../domain/review.ts';
import type { Clock } from '../ports.ts';
import { closeIfGivenBack } from './close-refunded-order.ts';

/** `note` is what the person found out, `by` who they are, as in audit_entries. */
export type ReviewRelease = { reviewId: string; outcome: ReviewOutcome; note: string; by: string };
export type ReleaseResult =
  | { kind: 'released' | 'not_in_review' | 'no_way_out' | 'unknown' }
  /** Stripe may still take a refund of this money: given back another way as well, it would go back twice. */
  | { kind: 'refund_waiting' };

/** Ends one review, as its person decided, who says why; whatever else is open of the order stays open. */
export async function releaseReview(needs: { db: Db; clock: Clock }, release: ReviewRelease): Promise<ReleaseResult> {
  return transact(needs.db, async (tx): Promise<ReleaseResult> => {
    const known = await findReview(tx, release.reviewId);
    const order = known && (await lockOrder(tx, known.orderId));
    // Read again under the lock: somebody else may have been quicker, or the money gone back.
    const review = order && (await findReview(tx, release.reviewId));
    if (!review) return { kind: 'unknown' };
    if (!review.isOpen) return { kind: 'not_in_review' };
    if (!waysOut(review.reason, review).includes(release.outcome)) {
      return { kind: release.outcome === 'given_back' && review.hasRefundWaiting ? 'refund_waiting' : 'no_way_out' };
    }
    const at = needs.clock.now();
    await closeReview(tx, review, { by: release.by, at });
    const details = { reason: review.reason, outcome: release.outcome, note: release.note };
    const subject = `order:${order.id}`;
    await writeAudit(tx, { actor: release.by, action: 'review.released', subject, details, at });
    if (release.outcome === 'given_back') await takeAsGivenBack(tx, { review, order, by: release.by, at });
    return { kind: 'released' };
  });
}

type GivenBack = { review: Review; order: OrderWithFacts; by: string; at: Date };

/** What was owed went back another way: on record like a refund, so that the books, the order and its goods follow. */
async function takeAsGivenBack(tx: Tx, { review, order, by, at }: GivenBack): Promise<void> {
  const payment = review.paymentId ? await findPayment(tx, review.paymentId) : undefined;
  if (!payment) return;
  const leftMinor = payment.amountMinor - (await givenBackMinor(tx, payment.id, { requested: true }));
  const amountMinor = Math.min(leftMinor, review.amountMinor ?? leftMinor);
  if (amountMinor > 0) {
    const { id: paymentId, currency } = payment;
    await recordGivenBack(tx, { paymentId, amountMinor, currency, requestedBy: by, createdAt: at });
    const details = { amountMinor, currency, reason: 'another_way' };
    const subject = `order:${order.id}`;
    await writeAudit(tx, { actor: by, action: 'refund.succeeded', subject, details, at });
  }
  await closeIfGivenBack(tx, { payment, order, at });
}
