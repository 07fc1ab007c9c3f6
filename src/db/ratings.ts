import { isLow, type Rating } from '../domain/rating.ts';
import { writeAudit } from './audit.ts';
import type { Tx } from './client.ts';
import { notifyTeam } from './notifications.ts';

export type GivenRating = {
  orderId: string;
  rating: Rating;
  /** In which they said so. */
  inboundMessageId: string;
};

/** The order whose liking a message of ours asks for (flows/request-reviews.ts). */
export const reviewKey = (orderId: string) => `review:${orderId}`;
export const ratingAskedBy = (businessKey: string | null): string | undefined =>
  /^review:([0-9a-f-]{36})$/.exec(businessKey ?? '')?.[1];

/**
 * Keeps what a customer said of an order they have collected: the last word counts. The team hears of a low one, once. Nothing where
 * the order is not theirs: what is tapped comes from outside.
 */
export async function saveRating(tx: Tx, given: GivenRating & { customerId: string; at: Date }): Promise<void> {
  const { orderId, rating, inboundMessageId, customerId, at } = given;
  const [order] = await tx.$queryRaw<{ number: string }[]>`
    WITH rated AS (
      INSERT INTO order_ratings AS r (order_id, rating, inbound_message_id, rated_at)
      SELECT o.id, ${rating}, ${inboundMessageId}::uuid, ${at}::timestamptz FROM orders o
      WHERE o.id = ${orderId}::uuid AND o.customer_id = ${customerId}::uuid AND o.status = 'collected'
      ON CONFLICT (order_id) DO UPDATE SET rating = EXCLUDED.rating, inbound_message_id = EXCLUDED.inbound_message_id,
        rated_at = EXCLUDED.rated_at
      RETURNING r.order_id)
    SELECT o.number FROM orders o JOIN rated ON rated.order_id = o.id`;
  if (!order) return;
  const entry = { actor: `customer:${customerId}`, action: 'order.rated', subject: `order:${orderId}`, at } as const;
  await writeAudit(tx, { ...entry, details: { reason: rating } });
  if (!isLow(rating)) return;
  await notifyTeam(tx, { kind: 'rated_low', orderNumber: order.number, orderId, key: `rated-low:${orderId}`, at });
}
