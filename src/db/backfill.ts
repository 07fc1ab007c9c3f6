import type { Db, Tx } from './client.ts';
import { countAllAgain } from './shop-numbers.ts';
import { transact } from './transact.ts';

export type BackfillReport = {
  orders: number;
  /** Items copied from the summary the customer accepted. */
  orderItems: number;
  /** Attempts written for paid orders that had none. */
  attempts: number;
  /** Payments written for attempts that were paid and had none. */
  payments: number;
  /** Refunds written for the payments of refunded orders that had none. */
  refunds: number;
  /** Numbers of orders without items and without a summary to copy them from. */
  unfillable: string[];
};

export type BackfillOptions = {
  /** Orders per transaction: the shop stays open meanwhile, and none of its writers waits for more than one batch. */
  batchSize?: number;
  /** Counts what would be filled and leaves everything as it is. */
  dryRun?: boolean;
  onProgress?: (progress: { done: number; total: number }) => void;
};

/**
 * Fills what orders imported from elsewhere lack: their customers' conversations, snapshots of their items, the attempt and payment
 * of those that are paid, the refund of those that are refunded. Only adds rows where there are none; safe to repeat, and to stop: each
 * batch of orders stands for itself.
 */
export async function backfillOrders(db: Db, options: BackfillOptions = {}): Promise<BackfillReport> {
  const { batchSize = 500, dryRun = false, onProgress } = options;
  const report: BackfillReport = { orders: 0, orderItems: 0, attempts: 0, payments: 0, refunds: 0, unfillable: [] };
  const total = await db.order.count();
  let after: string | undefined;
  for (;;) {
    const ids = await orderIdsAfter(db, after, batchSize);
    after = ids.at(-1);
    if (after === undefined) break;
    const filled = dryRun
      ? await rehearse(db, (tx) => fillBatch(tx, ids))
      : await transact(db, (tx) => fillBatch(tx, ids));
    report.orders += ids.length;
    report.orderItems += filled.orderItems;
    report.attempts += filled.attempts;
    report.payments += filled.payments;
    report.refunds += filled.refunds;
    report.unfillable.push(...filled.unfillable);
    // Orders placed meanwhile are looked at too.
    onProgress?.({ done: report.orders, total: Math.max(total, report.orders) });
  }
  // What was filled is of days that were counted long ago.
  if (!dryRun && report.attempts + report.payments + report.orderItems > 0) await countAllAgain(db);
  return { ...report, unfillable: report.unfillable.toSorted() };
}

async function orderIdsAfter(db: Db, after: string | undefined, limit: number): Promise<string[]> {
  const where = after === undefined ? {} : { id: { gt: after } };
  const orders = await db.order.findMany({ where, select: { id: true }, orderBy: { id: 'asc' }, take: limit });
  return orders.map(({ id }) => id);
}

class Rehearsed<T> extends Error {
  readonly result: T;
  constructor(result: T) {
    super('rolled back on purpose');
    this.result = result;
  }
}

/** Does the work for real, so that it is counted for real, and takes it back. */
async function rehearse<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  try {
    return await transact(db, async (tx): Promise<never> => {
      throw new Rehearsed(await work(tx));
    });
  } catch (error) {
    if (error instanceof Rehearsed) return error.result as T;
    throw error;
  }
}

type Filled = Omit<BackfillReport, 'orders'>;

async function fillBatch(tx: Tx, ids: readonly string[]): Promise<Filled> {
  await fillConversations(tx, ids);
  const orderItems = await fillItems(tx, ids);
  const attempts = await fillAttempts(tx, ids);
  const payments = await fillPayments(tx, ids);
  const refunds = await fillRefunds(tx, ids);
  const bare = await tx.order.findMany({
    where: { id: { in: [...ids] }, items: { none: {} } },
    select: { number: true },
  });
  return { orderItems, attempts, payments, refunds, unfillable: bare.map(({ number }) => number) };
}

// Whoever has none is told nothing of their order (db/outbox.ts), and is never forgotten (db/silent-customers.ts).
const fillConversations = (tx: Tx, ids: readonly string[]) => tx.$executeRaw`
  INSERT INTO conversations (customer_id)
  SELECT DISTINCT customer_id FROM orders WHERE id = ANY(${ids}::uuid[]) ORDER BY customer_id ON CONFLICT (customer_id) DO NOTHING`;

// WITH ORDINALITY counts from 1, positions from 0 (db/orders.insertOrder).
const fillItems = (tx: Tx, ids: readonly string[]) => tx.$executeRaw`
  INSERT INTO order_items (order_id, product_id, position, sku, label, unit_price_minor, quantity, subtotal_minor)
  SELECT o.id, l."productId", r.ordinal - 1, l.sku, l.label, l."unitPriceMinor", l.quantity, l."subtotalMinor"
  FROM orders o JOIN proposals p ON p.id = o.proposal_id
  CROSS JOIN LATERAL jsonb_array_elements(p.lines) WITH ORDINALITY AS r (line, ordinal)
  CROSS JOIN LATERAL jsonb_to_record(r.line) AS l ("productId" uuid, sku text, label text, "unitPriceMinor" int,
    quantity int, "subtotalMinor" int)
  WHERE o.id = ANY(${ids}::uuid[]) AND NOT EXISTS (SELECT 1 FROM order_items i WHERE i.order_id = o.id)
  ON CONFLICT (order_id, position) DO NOTHING`;

const fillAttempts = (tx: Tx, ids: readonly string[]) => tx.$executeRaw`
  INSERT INTO payment_attempts (order_id, status, idempotency_key, params, amount_minor, currency, session_open,
    expires_at, created_at, paid_at, closed_at)
  SELECT o.id, (CASE o.status WHEN 'refunded' THEN 'REFUNDED' ELSE 'PAID' END)::"PaymentAttemptStatus",
    'backfill:' || o.id, '{"backfilled": true}', o.total_minor, o.currency, false, o.expires_at, o.created_at,
    COALESCE(o.confirmed_at, o.created_at), COALESCE(o.closed_at, o.confirmed_at, o.created_at)
  FROM orders o WHERE o.id = ANY(${ids}::uuid[]) AND o.status IN ('confirmed', 'ready', 'collected', 'refunded')
    AND NOT EXISTS (SELECT 1 FROM payment_attempts a WHERE a.order_id = o.id)
  ON CONFLICT (idempotency_key) DO NOTHING`;

const fillPayments = (tx: Tx, ids: readonly string[]) => tx.$executeRaw`
  INSERT INTO payments (attempt_id, payment_intent_id, amount_minor, currency, received_at)
  SELECT a.id, a.payment_intent_id, a.amount_minor, a.currency, COALESCE(a.paid_at, a.created_at)
  FROM payment_attempts a WHERE a.order_id = ANY(${ids}::uuid[]) AND a.status IN ('PAID', 'REFUNDED')
    AND NOT EXISTS (SELECT 1 FROM payments p WHERE p.attempt_id = a.id)
  ON CONFLICT DO NOTHING`;

// Only where nothing is on record of the money but that it went back: what Stripe knows of is Stripe's to tell.
const fillRefunds = (tx: Tx, ids: readonly string[]) => tx.$executeRaw`
  INSERT INTO refunds (payment_id, idempotency_key, amount_minor, currency, status, requested_by, created_at)
  SELECT p.id, 'backfill:' || p.id, p.amount_minor, p.currency, 'succeeded', 'system', COALESCE(o.closed_at, p.received_at)
  FROM orders o JOIN payment_attempts a ON a.order_id = o.id JOIN payments p ON p.attempt_id = a.id
  WHERE o.id = ANY(${ids}::uuid[]) AND o.status = 'refunded' AND a.status = 'REFUNDED' AND p.amount_minor > 0
    AND NOT EXISTS (SELECT 1 FROM refunds r WHERE r.payment_id = p.id)
    AND p.payment_intent_id IS NULL AND NOT EXISTS (SELECT 1 FROM disputes d WHERE d.payment_id = p.id)
  ON CONFLICT (idempotency_key) DO NOTHING`;
