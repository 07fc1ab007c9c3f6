import { Prisma } from '../generated/prisma/client.ts';
import type { Db, Tx } from './client.ts';

/** Each query answers the rows that break its rule; none is what is hoped for. */
export const CHECKS: { rule: string; sql: string }[] = [
  {
    rule: 'the stock ledger adds up to every level',
    sql: `SELECT s.id AS level, s.on_hand, s.reserved, COALESCE(sum(m.on_hand_delta), 0)::int AS ledger_on_hand,
        COALESCE(sum(m.reserved_delta), 0)::int AS ledger_reserved
      FROM stock_levels s LEFT JOIN stock_movements m ON m.stock_level_id = s.id GROUP BY s.id
      HAVING s.on_hand <> COALESCE(sum(m.on_hand_delta), 0) OR s.reserved <> COALESCE(sum(m.reserved_delta), 0)`,
  },
  {
    rule: 'what is reserved is what held reservations say',
    sql: `SELECT s.id AS level, s.reserved, COALESCE(sum(r.quantity), 0)::int AS held
      FROM stock_levels s LEFT JOIN reservations r ON r.stock_level_id = s.id AND r.status = 'held' GROUP BY s.id
      HAVING s.reserved <> COALESCE(sum(r.quantity), 0)`,
  },
  {
    rule: 'a product is known to be out or low when its levels say so',
    sql: 'SELECT id AS product, sku, shelf, shelf_of(id) AS levels FROM products WHERE shelf IS DISTINCT FROM shelf_of(id)',
  },
  {
    rule: 'nothing is held for an order that is over',
    sql: `SELECT o.number, o.status::text, r.id AS reservation FROM reservations r
      JOIN order_items i ON i.id = r.order_item_id JOIN orders o ON o.id = i.order_id
      WHERE r.status = 'held' AND o.status <> 'pending_payment'`,
  },
  {
    rule: 'an order has items that add up to its total',
    sql: `SELECT o.number, o.total_minor, sum(i.subtotal_minor)::int AS items FROM orders o
      LEFT JOIN order_items i ON i.order_id = o.id GROUP BY o.id
      HAVING count(i.id) = 0 OR o.total_minor <> sum(i.subtotal_minor)`,
  },
  {
    rule: 'an order has at most one open payment attempt',
    sql: `SELECT o.number, count(*)::int AS open FROM payment_attempts a JOIN orders o ON o.id = a.order_id
      WHERE a.status IN ('PENDING', 'PROCESSING') GROUP BY o.id HAVING count(*) > 1`,
  },
  {
    rule: 'a paid order has a payment',
    sql: `SELECT o.number, o.status::text FROM orders o WHERE o.status IN ('confirmed', 'ready', 'collected', 'refunded')
      AND NOT EXISTS (SELECT 1 FROM payment_attempts a JOIN payments p ON p.attempt_id = a.id WHERE a.order_id = o.id)`,
  },
  {
    rule: 'money received belongs to a paid order or goes back',
    sql: `SELECT o.number, o.status::text, p.id AS payment FROM payments p
      JOIN payment_attempts a ON a.id = p.attempt_id JOIN orders o ON o.id = a.order_id
      WHERE o.status IN ('pending_payment', 'expired', 'cancelled') AND p.amount_minor > 0 AND o.review_reason IS NULL
      AND p.amount_minor > (SELECT COALESCE(sum(r.amount_minor), 0) FROM refunds r
        WHERE r.payment_id = p.id AND r.status NOT IN ('failed', 'canceled'))
        + (SELECT COALESCE(sum(d.amount_minor), 0) FROM disputes d WHERE d.payment_id = p.id AND d.status = 'lost')`,
  },
  {
    rule: 'an attempt that is paid has its payment',
    sql: `SELECT o.number, a.id AS attempt, a.status::text FROM payment_attempts a JOIN orders o ON o.id = a.order_id
      WHERE a.status IN ('PAID', 'REFUNDED') AND NOT EXISTS (SELECT 1 FROM payments p WHERE p.attempt_id = a.id)`,
  },
  {
    rule: 'money that counts as given back went back, by refunds or lost disputes',
    sql: `SELECT o.number, p.id AS payment, p.amount_minor FROM payments p
      JOIN payment_attempts a ON a.id = p.attempt_id JOIN orders o ON o.id = a.order_id
      WHERE a.status = 'REFUNDED' AND o.review_reason IS NULL
      AND NOT EXISTS (SELECT 1 FROM disputes d WHERE d.payment_id = p.id AND d.status = 'won')
      AND p.amount_minor > (SELECT COALESCE(sum(r.amount_minor), 0) FROM refunds r
        WHERE r.payment_id = p.id AND r.status NOT IN ('requested', 'failed', 'canceled'))
        + (SELECT COALESCE(sum(d.amount_minor), 0) FROM disputes d WHERE d.payment_id = p.id AND d.status = 'lost')`,
  },
  {
    rule: 'an order shows the gravest of its open reviews',
    sql: `SELECT o.number, o.review_reason FROM orders o
      WHERE (o.review_reason IS NOT NULL) <> EXISTS (SELECT 1 FROM reviews r WHERE r.order_id = o.id AND r.closed_at IS NULL)`,
  },
  {
    rule: 'pickup is frozen while a dispute is open, and only then',
    sql: `SELECT o.number, o.disputed_at::text FROM orders o
      LEFT JOIN payment_attempts a ON a.order_id = o.id LEFT JOIN payments p ON p.attempt_id = a.id
      LEFT JOIN disputes d ON d.payment_id = p.id AND d.closed_at IS NULL GROUP BY o.id
      HAVING (o.disputed_at IS NOT NULL) <> (count(d.id) > 0)`,
  },
  {
    rule: 'a paid order keeps its total and no more',
    sql: `SELECT o.number, o.total_minor, sum(p.amount_minor)::int AS received FROM orders o
      JOIN payment_attempts a ON a.order_id = o.id JOIN payments p ON p.attempt_id = a.id
      WHERE o.status IN ('confirmed', 'ready', 'collected') AND o.review_reason IS NULL GROUP BY o.id
      HAVING sum(p.amount_minor - CASE WHEN a.status = 'REFUNDED' OR EXISTS (
        SELECT 1 FROM refunds r WHERE r.payment_id = p.id AND r.reason = 'refund_duplicate') THEN p.amount_minor ELSE 0 END)
        <> o.total_minor`,
  },
  {
    rule: 'refunds do not exceed their payment, in its currency',
    sql: `SELECT p.id AS payment, p.amount_minor, sum(r.amount_minor)::int AS refunded FROM payments p
      JOIN refunds r ON r.payment_id = p.id AND r.status NOT IN ('failed', 'canceled') GROUP BY p.id
      HAVING sum(r.amount_minor) > p.amount_minor OR bool_or(r.currency <> p.currency)`,
  },
  {
    rule: 'a collected order says when it was collected',
    sql: `SELECT o.number FROM orders o LEFT JOIN pickups p ON p.order_id = o.id
      WHERE o.status = 'collected' AND p.collected_at IS NULL`,
  },
  {
    // Products that search has not read yet: "npm run db:migrate" reads them.
    rule: 'search knows every product on sale, and no other',
    sql: `SELECT p.sku, d.id AS document FROM products p FULL JOIN search_documents d ON d.product_id = p.id
      WHERE p.active IS DISTINCT FROM (d.id IS NOT NULL)`,
  },
  {
    rule: 'search finds a product by its own words only',
    sql: `SELECT COALESCE(d.id, p.document_id) AS document, d.words, p.postings FROM
      (SELECT id, cardinality(word_ids) AS words FROM search_documents) d FULL JOIN
      (SELECT document_id, count(*)::int AS postings FROM search_postings GROUP BY 1) p ON p.document_id = d.id
      WHERE d.words IS DISTINCT FROM p.postings`,
  },
  {
    rule: 'constraints and indexes are in force',
    sql: `SELECT conname::text AS name FROM pg_constraint WHERE NOT convalidated AND connamespace = 'public'::regnamespace
      UNION ALL SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid`,
  },
];

export type BrokenRule = { rule: string; rows: Record<string, unknown>[] };

/** The rules that do not hold, each with the rows that break it; `onRule` hears of each rule as it is done. */
export async function brokenRules(tx: Tx, onRule: (checked: BrokenRule) => void = () => {}): Promise<BrokenRule[]> {
  const found: BrokenRule[] = [];
  for (const { rule, sql } of CHECKS) {
    const rows = await tx.$queryRaw<Record<string, unknown>[]>(Prisma.raw(sql));
    if (rows.length > 0) found.push({ rule, rows });
    onRule({ rule, rows });
  }
  return found;
}

/** Reads everything once, in one snapshot. */
export async function verifyDatabase(
  db: Db,
  onRule?: (checked: BrokenRule) => void,
): Promise<{ rules: number; broken: BrokenRule[] }> {
  const broken = await db.$transaction((tx) => brokenRules(tx, onRule), {
    isolationLevel: 'RepeatableRead',
    timeout: 30 * 60_000,
  });
  return { rules: CHECKS.length, broken };
}
