import { writeAudit } from '../db/audit.ts';
import type { Db } from '../db/client.ts';
import { lockOrder, setReview } from '../db/orders.ts';
import { transact } from '../db/transact.ts';
import { mayBeReleased, type ReviewReason } from '../domain/review.ts';
import type { Clock } from '../ports.ts';

/** `seen` is the reason the person saw, `note` what they found out, `by` who they are, as in audit_entries. */
export type ReviewRelease = { orderId: string; seen: ReviewReason; note: string; by: string };
export type ReleaseResult = { kind: 'released' | 'not_in_review' | 'must_be_refunded' | 'unknown' };

/**
 * Lets an order go on that waited for a person, who says why. What has come up since they looked is not waved through. Money that does not match is never released, only refunded (fault 19).
 */
export async function releaseReview(needs: { db: Db; clock: Clock }, input: ReviewRelease): Promise<ReleaseResult> {
  return transact(needs.db, async (tx): Promise<ReleaseResult> => {
    const order = await lockOrder(tx, input.orderId);
    if (!order) return { kind: 'unknown' };
    if (order.reviewReason !== input.seen) return { kind: 'not_in_review' };
    if (!mayBeReleased(order.reviewReason)) return { kind: 'must_be_refunded' };
    await setReview(tx, order.id, null);
    const details = { reason: input.seen, note: input.note };
    const subject = `order:${order.id}`;
    await writeAudit(tx, { actor: input.by, action: 'review.released', subject, details, at: needs.clock.now() });
    return { kind: 'released' };
  });
}
