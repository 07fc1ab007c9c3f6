import type { StockCause } from '../domain/stock-deed.ts';
import { onHandAfter } from '../domain/stock-deed.ts';
import type { Db, Tx } from './client.ts';

export type StockDeed = {
  productId: string;
  locationId: string;
  cause: StockCause;
  /** What was counted; else by how much it changes. */
  quantity: number;
  reason: string;
  /** The form's own: the same one again changes nothing. */
  requestKey: string;
  /** staff:<id> */
  actor: string;
  at: Date;
};
export type StockDeedResult =
  | { kind: 'moved'; before: number; after: number }
  | { kind: 'unchanged' | 'already_done' | 'bad_quantity' }
  | { kind: 'unknown' }
  | { kind: 'below_reserved'; reserved: number; orderNumbers: string[] }
  | { kind: 'below_zero'; onHand: number };

type Level = { id: string; onHand: number; reserved: number; slot: string | null };

/** The level of a stocked product at a location, made when there is none, and locked. */
async function lockLevel(tx: Tx, productId: string, locationId: string): Promise<Level | undefined> {
  await tx.$executeRaw`
    INSERT INTO stock_levels (product_id, location_id)
    SELECT p.id, l.id FROM products p, locations l
    WHERE p.id = ${productId}::uuid AND p.stocked AND l.id = ${locationId}::uuid
    ON CONFLICT (location_id, product_id) DO NOTHING`;
  const [level] = await tx.$queryRaw<Level[]>`
    SELECT s.id, s.on_hand AS "onHand", s.reserved, s.slot FROM stock_levels s JOIN products p ON p.id = s.product_id
    WHERE s.product_id = ${productId}::uuid AND s.location_id = ${locationId}::uuid AND p.stocked FOR UPDATE OF s`;
  return level;
}

/** Numbers of the orders that hold goods of a level, the oldest first; at most ten. */
async function ordersHolding(tx: Tx, levelId: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ number: string }[]>`
    SELECT o.number FROM reservations r JOIN order_items i ON i.id = r.order_item_id JOIN orders o ON o.id = i.order_id
    WHERE r.stock_level_id = ${levelId}::uuid AND r.status = 'held' GROUP BY o.id ORDER BY o.created_at LIMIT 10`;
  return rows.map(({ number }) => number);
}

/** Changes what lies at a location and its ledger together. What orders have reserved stays there. */
export async function moveStock(tx: Tx, deed: StockDeed): Promise<StockDeedResult> {
  const level = await lockLevel(tx, deed.productId, deed.locationId);
  if (!level) return { kind: 'unknown' };
  // Asked under the level's lock: the same form sent twice at once waits here for the first.
  if (await tx.stockMovement.findUnique({ where: { requestKey: deed.requestKey } })) return { kind: 'already_done' };
  const after = onHandAfter(deed.cause, level.onHand, deed.quantity);
  if (after === undefined) return { kind: 'bad_quantity' };
  if (after === level.onHand) return { kind: 'unchanged' };
  if (after < 0) return { kind: 'below_zero', onHand: level.onHand };
  if (after < level.reserved) {
    return { kind: 'below_reserved', reserved: level.reserved, orderNumbers: await ordersHolding(tx, level.id) };
  }
  await tx.stockLevel.update({ where: { id: level.id }, data: { onHand: after } });
  await tx.stockMovement.create({
    data: {
      stockLevelId: level.id,
      kind: deed.cause === 'receive' ? 'received' : 'adjusted',
      onHandDelta: after - level.onHand,
      reservedDelta: 0,
      reason: deed.reason,
      cause: deed.cause,
      actor: deed.actor,
      requestKey: deed.requestKey,
      createdAt: deed.at,
    },
  });
  return { kind: 'moved', before: level.onHand, after };
}

export type SlotResult =
  | { kind: 'slotted'; before: string | null }
  | { kind: 'unchanged' }
  | { kind: 'unknown' }
  | { kind: 'slot_taken'; sku: string };

/** Where at a location it lies; null for nowhere in particular. A slot holds one product. */
export async function moveSlot(
  tx: Tx,
  { productId, locationId, slot }: { productId: string; locationId: string; slot: string | null },
): Promise<SlotResult> {
  // Two products may want the same slot at the same moment: one location's slots change one after the other.
  await tx.$executeRaw`SELECT id FROM locations WHERE id = ${locationId}::uuid FOR NO KEY UPDATE`;
  const level = await lockLevel(tx, productId, locationId);
  if (!level) return { kind: 'unknown' };
  if (level.slot === slot) return { kind: 'unchanged' };
  const holder = slot && (await tx.stockLevel.findFirst({ where: { locationId, slot }, include: { product: true } }));
  if (holder) return { kind: 'slot_taken', sku: holder.product.sku };
  await tx.stockLevel.update({ where: { id: level.id }, data: { slot } });
  return { kind: 'slotted', before: level.slot };
}

export type StockMovementShown = {
  at: Date;
  kind: string;
  cause: string | null;
  onHandDelta: number;
  reservedDelta: number;
  reason: string | null;
  locationName: string;
  /** Of the member of staff, or of the order. */
  staffName: string | null;
  orderNumber: string | null;
  orderId: string | null;
};

/** The latest movements of a product everywhere, newest first. */
export function stockHistory(db: Db, productId: string, limit: number): Promise<StockMovementShown[]> {
  return db.$queryRaw<StockMovementShown[]>`
    SELECT m.created_at AS at, m.kind::text, m.cause, m.on_hand_delta AS "onHandDelta",
      m.reserved_delta AS "reservedDelta", m.reason, l.name AS "locationName", u.name AS "staffName",
      o.number AS "orderNumber", o.id AS "orderId"
    FROM stock_levels s JOIN locations l ON l.id = s.location_id JOIN stock_movements m ON m.stock_level_id = s.id
    LEFT JOIN staff_members u ON m.actor = 'staff:' || u.id
    LEFT JOIN reservations r ON r.id = m.reservation_id LEFT JOIN order_items i ON i.id = r.order_item_id
    LEFT JOIN orders o ON o.id = i.order_id
    WHERE s.product_id = ${productId}::uuid ORDER BY m.created_at DESC, m.id LIMIT ${limit}`;
}
