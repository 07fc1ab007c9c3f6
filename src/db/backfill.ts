import type { Db, Tx } from './client.ts';
import { transact } from './transact.ts';

export type BackfillReport = {
  /** Items copied from the summary the customer accepted. */
  orderItems: number;
  /** PAID attempts written for paid orders that had none. */
  attempts: number;
  /** Payments written for PAID attempts that had none. */
  payments: number;
  /** Numbers of orders without items and without a summary to copy them from. */
  unfillable: string[];
};

/** Orders per transaction: the shop stays open meanwhile, and none of its writers waits for more than one batch. */
const BATCH = 500;

/**
 * Fills what orders imported from elsewhere lack: snapshots of their items, and the attempt and payment of those that are
 * paid. Only adds rows where there are none; safe to repeat, and to stop: each batch of orders stands for itself.
 */
export async function backfillOrders(db: Db, batchSize = BATCH): Promise<BackfillReport> {
  const report: BackfillReport = { orderItems: 0, attempts: 0, payments: 0, unfillable: [] };
  let after: string | undefined;
  for (;;) {
    const orders = await db.order.findMany({
      where: after === undefined ? {} : { id: { gt: after } },
      select: { id: true },
      orderBy: { id: 'asc' },
      take: batchSize,
    });
    const ids = orders.map(({ id }) => id);
    after = ids.at(-1);
    if (after === undefined) break;
    const filled = await transact(db, (tx) => fillBatch(tx, ids));
    report.orderItems += filled.orderItems;
    report.attempts += filled.attempts;
    report.payments += filled.payments;
    report.unfillable.push(...filled.unfillable);
  }
  return { ...report, unfillable: report.unfillable.toSorted() };
}

async function fillBatch(tx: Tx, ids: readonly string[]): Promise<BackfillReport> {
  // WITH ORDINALITY counts from 1, positions from 0 (db/orders.insertOrder).
  const orderItems = await tx.$executeRaw`
    INSERT INTO order_items (order_id, product_id, position, sku, label, unit_price_minor, quantity, subtotal_minor)
    SELECT o.id, l."productId", r.ordinal - 1, l.sku, l.label, l."unitPriceMinor", l.quantity, l."subtotalMinor"
    FROM orders o JOIN proposals p ON p.id = o.proposal_id
    CROSS JOIN LATERAL jsonb_array_elements(p.lines) WITH ORDINALITY AS r (line, ordinal)
    CROSS JOIN LATERAL jsonb_to_record(r.line) AS l ("productId" uuid, sku text, label text, "unitPriceMinor" int,
      quantity int, "subtotalMinor" int)
    WHERE o.id = ANY(${ids}::uuid[]) AND NOT EXISTS (SELECT 1 FROM order_items i WHERE i.order_id = o.id)`;
  const attempts = await tx.$executeRaw`
    INSERT INTO payment_attempts (order_id, status, idempotency_key, params, amount_minor, currency, expires_at,
      created_at, paid_at, closed_at)
    SELECT o.id, 'PAID', 'backfill:' || o.id, '{"backfilled": true}', o.total_minor, o.currency, o.expires_at,
      o.created_at, COALESCE(o.confirmed_at, o.created_at), COALESCE(o.confirmed_at, o.created_at)
    FROM orders o WHERE o.id = ANY(${ids}::uuid[]) AND o.status IN ('confirmed', 'ready', 'collected', 'refunded')
      AND NOT EXISTS (SELECT 1 FROM payment_attempts a WHERE a.order_id = o.id)
    ON CONFLICT (idempotency_key) DO NOTHING`;
  const payments = await tx.$executeRaw`
    INSERT INTO payments (attempt_id, payment_intent_id, amount_minor, currency, received_at)
    SELECT a.id, a.payment_intent_id, a.amount_minor, a.currency, COALESCE(a.paid_at, a.created_at)
    FROM payment_attempts a WHERE a.order_id = ANY(${ids}::uuid[]) AND a.status IN ('PAID', 'REFUNDED')
      AND NOT EXISTS (SELECT 1 FROM payments p WHERE p.attempt_id = a.id)
    ON CONFLICT DO NOTHING`;
  const bare = await tx.order.findMany({
    where: { id: { in: [...ids] }, items: { none: {} } },
    select: { number: true },
  });
  return { orderItems, attempts, payments, unfillable: bare.map(({ number }) => number) };
}
