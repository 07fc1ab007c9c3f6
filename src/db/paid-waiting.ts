import { COLLECTABLE } from '../domain/order.ts';
import type { Shelf } from '../domain/stock-deed.ts';
import { Prisma } from '../generated/prisma/client.ts';
import type { Db, Tx } from './client.ts';

/**
 * Reservations whose goods are paid and were not handed over, as what stands behind FROM: disputed, in review or refunded in
 * part, they lie on the shelf all the same. Asked from the orders' side, which are few; what a product ever sold is not.
 */
const WAITING = Prisma.sql`orders o JOIN order_items i ON i.order_id = o.id JOIN reservations r ON r.order_item_id = i.id
  WHERE o.status = ANY(${[...COLLECTABLE]}::"OrderStatus"[]) AND r.status = 'consumed'`;

/**
 * Paid pieces that wait at these levels, by level; none where there are none. Whoever changes what is on hand by it asks in a
 * statement of its own once the levels are locked: what moves goods between paid and on hand moves order and level together,
 * and commits before that lock is had or after it is gone.
 */
export async function paidWaiting(tx: Db | Tx, levelIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await tx.$queryRaw<{ levelId: string; quantity: number }[]>`
    SELECT r.stock_level_id AS "levelId", sum(r.quantity)::int AS quantity FROM ${WAITING}
      AND r.stock_level_id = ANY(${[...levelIds]}::uuid[]) GROUP BY 1`;
  return new Map(rows.map(({ levelId, quantity }) => [levelId, quantity]));
}

/** Numbers of the orders whose paid goods wait at a level, the oldest first; at most ten. */
export async function ordersPaidAt(tx: Tx, levelId: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ number: string }[]>`
    SELECT o.number FROM ${WAITING} AND r.stock_level_id = ${levelId}::uuid GROUP BY o.id ORDER BY o.created_at LIMIT 10`;
  return rows.map(({ number }) => number);
}

export type ShelfAt = Shelf & { locationId: string };

/** A product's levels as one moment has them. */
export function shelvesOf(db: Db, productId: string): Promise<ShelfAt[]> {
  return db.$queryRaw<ShelfAt[]>`
    WITH paid AS (
      SELECT r.stock_level_id, sum(r.quantity)::int AS quantity FROM ${WAITING} AND i.product_id = ${productId}::uuid GROUP BY 1
    )
    SELECT s.location_id AS "locationId", s.on_hand AS "onHand", COALESCE(p.quantity, 0) AS "paidWaiting"
    FROM stock_levels s LEFT JOIN paid p ON p.stock_level_id = s.id WHERE s.product_id = ${productId}::uuid`;
}
