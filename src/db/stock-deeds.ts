import type { StockCause } from '../domain/stock-deed.ts';
import { onHandAfter, piecesOn } from '../domain/stock-deed.ts';
import type { Db, Tx } from './client.ts';
import { ordersPaidAt, paidWaiting } from './paid-waiting.ts';

export type StockDeed = {
  productId: string;
  locationId: string;
  cause: StockCause;
  /** What was counted, paid pieces too; else by how much it changes. */
  quantity: number;
  /** How many pieces whoever counted was told lie there (piecesOn); undefined where nobody was told. */
  piecesSeen?: number | undefined;
  reason: string;
  /** The form's own: the same one again changes nothing. */
  requestKey: string;
  /** staff:<id> */
  actor: string;
  at: Date;
};
/** What a count found, and how much of it is paid and waits for its customers. */
export type Count = { counted: number; paidWaiting: number };
export type StockDeedResult =
  | { kind: 'moved'; before: number; after: number; count: Count | null }
  | { kind: 'unchanged' | 'already_done' | 'bad_quantity' }
  | { kind: 'unknown' }
  | { kind: 'below_reserved'; reserved: number; orderNumbers: string[] }
  | { kind: 'below_paid'; paidWaiting: number; reserved: number; free: number; orderNumbers: string[] }
  | { kind: 'shelf_changed'; pieces: number }
  | { kind: 'below_zero'; onHand: number; paidWaiting: number };

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

/** Why nothing may be changed so; undefined where it may. Orders keep what they were promised. */
async function refusal(
  tx: Tx,
  { level, deed, after, paid }: { level: Level; deed: StockDeed; after: number; paid: number },
): Promise<StockDeedResult | undefined> {
  const { onHand, reserved } = level;
  const isCount = deed.cause === 'count';
  const pieces = piecesOn({ onHand, paidWaiting: paid });
  // Goods came or went since the form was opened, by a handover most likely: nobody knows whether they were counted.
  if (isCount && deed.piecesSeen !== undefined && deed.piecesSeen !== pieces) return { kind: 'shelf_changed', pieces };
  if (isCount && paid > 0 && after < reserved) {
    const orderNumbers = [...(await ordersPaidAt(tx, level.id)), ...(await ordersHolding(tx, level.id))];
    return { kind: 'below_paid', paidWaiting: paid, reserved, free: onHand - reserved, orderNumbers };
  }
  if (after < 0) return { kind: 'below_zero', onHand, paidWaiting: paid };
  if (after < reserved) return { kind: 'below_reserved', reserved, orderNumbers: await ordersHolding(tx, level.id) };
  return undefined;
}

/** Changes what lies at a location and its ledger together. What orders have reserved or paid stays theirs. */
export async function moveStock(tx: Tx, deed: StockDeed): Promise<StockDeedResult> {
  const level = await lockLevel(tx, deed.productId, deed.locationId);
  if (!level) return { kind: 'unknown' };
  // Asked under the level's lock: the same form sent twice at once waits here for the first.
  if (await tx.stockMovement.findUnique({ where: { requestKey: deed.requestKey } })) return { kind: 'already_done' };
  const paid = (await paidWaiting(tx, [level.id])).get(level.id) ?? 0;
  const after = onHandAfter(deed.cause, { onHand: level.onHand, paidWaiting: paid }, deed.quantity);
  if (after === undefined) return { kind: 'bad_quantity' };
  const refused = await refusal(tx, { level, deed, after, paid });
  if (refused) return refused;
  if (after === level.onHand) return { kind: 'unchanged' };
  const count = deed.cause === 'count' ? { counted: deed.quantity, paidWaiting: paid } : null;
  await tx.stockLevel.update({ where: { id: level.id }, data: { onHand: after } });
  await tx.stockMovement.create({
    data: {
      stockLevelId: level.id,
      kind: deed.cause === 'receive' ? 'received' : 'adjusted',
      onHandDelta: after - level.onHand,
      reservedDelta: 0,
      reason: deed.reason,
      cause: deed.cause,
      ...count,
      actor: deed.actor,
      requestKey: deed.requestKey,
      createdAt: deed.at,
    },
  });
  return { kind: 'moved', before: level.onHand, after, count };
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
  /** Of a count; null for anything else, and for counts before it was kept. */
  count: Count | null;
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
      m.reserved_delta AS "reservedDelta", m.reason, CASE WHEN m.counted IS NOT NULL THEN
        json_build_object('counted', m.counted, 'paidWaiting', m.paid_waiting) END AS count, l.name AS "locationName", u.name AS "staffName",
      o.number AS "orderNumber", o.id AS "orderId"
    FROM stock_levels s JOIN locations l ON l.id = s.location_id JOIN stock_movements m ON m.stock_level_id = s.id
    LEFT JOIN staff_members u ON m.actor = 'staff:' || u.id
    LEFT JOIN reservations r ON r.id = m.reservation_id LEFT JOIN order_items i ON i.id = r.order_item_id
    LEFT JOIN orders o ON o.id = i.order_id
    WHERE s.product_id = ${productId}::uuid ORDER BY m.created_at DESC, m.id LIMIT ${limit}`;
}
