import { AppError } from '../domain/errors.ts';
import type { Tx } from './client.ts';

export type Wanted = { productId: string; quantity: number };
export type Shortage = { productId: string; wanted: number; available: number };

type Level = { id: string; productId: string; available: number };

/**
 * Locks the levels of these products at a location (in id order, so that two orders cannot deadlock) and tells what is
 * short. The lock lasts until the transaction ends: what this answers stays true for `reserveStock`.
 */
export async function lockAndCheckStock(tx: Tx, locationId: string, wanted: readonly Wanted[]): Promise<Shortage[]> {
  const levels = await lockLevels(tx, locationId, wanted);
  return wanted
    .map(({ productId, quantity }) => {
      const available = levels.find((level) => level.productId === productId)?.available ?? 0;
      return { productId, wanted: quantity, available };
    })
    .filter((line) => line.available < line.wanted);
}

async function lockLevels(tx: Tx, locationId: string, wanted: readonly Wanted[]): Promise<Level[]> {
  const productIds = wanted.map((line) => line.productId);
  return tx.$queryRaw<Level[]>`
    SELECT id, product_id AS "productId", on_hand - reserved AS available FROM stock_levels
    WHERE location_id = ${locationId}::uuid AND product_id = ANY(${productIds}::uuid[])
    ORDER BY id FOR UPDATE`;
}

/** Reserves stock for order items that were just checked. The guard and the CHECK hold even if they were not. */
export async function reserveStock(
  tx: Tx,
  locationId: string,
  items: readonly { orderItemId: string; productId: string; quantity: number }[],
): Promise<void> {
  for (const item of items) {
    const rows = await tx.$queryRaw<{ id: string }[]>`
      WITH level AS (
        UPDATE stock_levels SET reserved = reserved + ${item.quantity}::int
        WHERE location_id = ${locationId}::uuid AND product_id = ${item.productId}::uuid
          AND on_hand - reserved >= ${item.quantity}::int
        RETURNING id
      ), reservation AS (
        INSERT INTO reservations (order_item_id, stock_level_id, quantity)
        SELECT ${item.orderItemId}::uuid, id, ${item.quantity}::int FROM level RETURNING id, stock_level_id, quantity
      )
      INSERT INTO stock_movements (stock_level_id, reservation_id, kind, on_hand_delta, reserved_delta)
      SELECT stock_level_id, id, 'reserved', 0, quantity FROM reservation RETURNING id`;
    if (rows.length !== 1) {
      throw new AppError('stock_gone', 'stock was checked under lock and is gone all the same', { retryable: true });
    }
  }
}

/** Takes an order's held goods out of stock: each reservation once, whoever calls how often. */
export async function consumeReservations(tx: Tx, orderId: string): Promise<void> {
  await tx.$executeRaw`
    WITH taken AS (
      UPDATE reservations r SET status = 'consumed' FROM order_items i
      WHERE i.id = r.order_item_id AND i.order_id = ${orderId}::uuid AND r.status = 'held'
      RETURNING r.id, r.stock_level_id, r.quantity
    ), levels AS (
      UPDATE stock_levels l SET on_hand = l.on_hand - t.quantity, reserved = l.reserved - t.quantity
      FROM (SELECT stock_level_id, sum(quantity)::int AS quantity FROM taken GROUP BY 1) t WHERE l.id = t.stock_level_id
    )
    INSERT INTO stock_movements (stock_level_id, reservation_id, kind, on_hand_delta, reserved_delta)
    SELECT stock_level_id, id, 'consumed', -quantity, -quantity FROM taken`;
}

/** Gives an order's held goods back to the shelf: each reservation once. */
export async function releaseReservations(tx: Tx, orderId: string): Promise<void> {
  await tx.$executeRaw`
    WITH freed AS (
      UPDATE reservations r SET status = 'released' FROM order_items i
      WHERE i.id = r.order_item_id AND i.order_id = ${orderId}::uuid AND r.status = 'held'
      RETURNING r.id, r.stock_level_id, r.quantity
    ), levels AS (
      UPDATE stock_levels l SET reserved = l.reserved - f.quantity
      FROM (SELECT stock_level_id, sum(quantity)::int AS quantity FROM freed GROUP BY 1) f WHERE l.id = f.stock_level_id
    )
    INSERT INTO stock_movements (stock_level_id, reservation_id, kind, on_hand_delta, reserved_delta)
    SELECT stock_level_id, id, 'released', 0, -quantity FROM freed`;
}

/** Puts goods that were paid but never left back on the shelf (full refund before collection): each once. */
export async function returnConsumed(tx: Tx, orderId: string, reason: string): Promise<void> {
  await tx.$executeRaw`
    WITH back AS (
      INSERT INTO stock_movements (stock_level_id, reservation_id, kind, on_hand_delta, reserved_delta, reason)
      SELECT r.stock_level_id, r.id, 'returned', r.quantity, 0, ${reason}
      FROM reservations r JOIN order_items i ON i.id = r.order_item_id
      WHERE i.order_id = ${orderId}::uuid AND r.status = 'consumed'
      ON CONFLICT (reservation_id, kind) DO NOTHING
      RETURNING stock_level_id, on_hand_delta
    )
    UPDATE stock_levels l SET on_hand = l.on_hand + b.quantity
    FROM (SELECT stock_level_id, sum(on_hand_delta)::int AS quantity FROM back GROUP BY 1) b WHERE l.id = b.stock_level_id`;
}
