import { writeAudit } from '../db/audit.ts';
import type { Tx } from '../db/client.ts';
import { moveOrder, type OrderWithFacts } from '../db/orders.ts';
import { hasPaidAttempt, moveAttempt } from '../db/payment-attempts.ts';
import { givenBackMinor, restockWish } from '../db/refunds.ts';
import { closeReviewsOfPayment } from '../db/reviews.ts';
import { releaseReservations, returnConsumed } from '../db/stock.ts';
import { PAID } from '../domain/order.ts';

export type KnownPayment = { id: string; amountMinor: number; orderId: string; attemptId: string };

/**
 * Ends an order whose money is no longer ours, by refunds and lost disputes together; with a part of it left nothing
 * changes. Goods that never left go back on the shelf unless somebody said otherwise. True when nothing is left.
 */
export async function closeIfGivenBack(
  tx: Tx,
  { payment, order, at }: { payment: KnownPayment; order: OrderWithFacts; at: Date },
): Promise<boolean> {
  if ((await givenBackMinor(tx, payment.id)) < payment.amountMinor) return false;
  await moveAttempt(tx, payment.attemptId, ['PAID'], 'REFUNDED', { at });
  await endReviews(tx, { payment, order, at });
  // Refunding a doubled payment must not void the order the other payment paid (fault 26).
  if (await hasPaidAttempt(tx, order.id)) return true;
  if (await moveOrder(tx, order.id, ['pending_payment'], 'cancelled', at)) {
    // Its money did not match and was never accepted: the goods are still held for it.
    await releaseReservations(tx, order.id);
    return true;
  }
  const hadLeft = order.status === 'collected';
  if (!(await moveOrder(tx, order.id, PAID, 'refunded', at))) return true;
  await putBack(tx, { order, at, isWished: (await restockWish(tx, order.id)) ?? !hadLeft });
  return true;
}

/** What was open about this money needs no decision any more; what is open about other money of the order stays. */
async function endReviews(tx: Tx, { payment, order, at }: { payment: KnownPayment; order: OrderWithFacts; at: Date }) {
  const ended = await closeReviewsOfPayment(tx, { paymentId: payment.id, orderId: order.id, at });
  for (const reason of ended) {
    const details = { reason, outcome: 'given_back' };
    const subject = `order:${order.id}`;
    await writeAudit(tx, { actor: 'system', action: 'review.released', subject, details, at });
  }
}

/** Whether the goods went back on the shelf is on record either way: stock is never returned by guess. */
async function putBack(tx: Tx, { order, at, isWished }: { order: OrderWithFacts; at: Date; isWished: boolean }) {
  if (isWished) await returnConsumed(tx, order.id, `order ${order.number} refunded`);
  const action = isWished ? 'stock.returned' : 'stock.not_returned';
  await writeAudit(tx, { actor: 'system', action, subject: `order:${order.id}`, at });
}
