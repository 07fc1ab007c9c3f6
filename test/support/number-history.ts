import { randomUUID } from 'node:crypto';
import type { SqlPool } from '../../src/db/client.ts';

type Line = { sku: string; quantity: number; priceMinor: number };
type Money = { at: string; session?: string; knownAt?: string };
type WrittenOrder = {
  customer: string;
  placedAt: string;
  status: 'pending_payment' | 'collected' | 'expired' | 'cancelled';
  lines?: Line[];
  currency?: string;
  /** The first confirms the order, unless it was sent back. */
  paid?: Money[];
  sentBack?: boolean;
};
type WrittenMessage = {
  key: string;
  orderId?: string;
  customer: string;
  status: 'sent' | 'delivered' | 'read' | 'failed' | 'undelivered' | 'superseded' | 'queued';
  sentAt?: string;
  failedAt?: string;
  code?: number;
  variant?: string;
};

const ONE_TYRE: Line[] = [{ sku: 'T1', quantity: 1, priceMinor: 3000 }];

/** Writes rows as the flows leave them, at times of the test's choice. */
export async function openHistory(pool: SqlPool) {
  const one = async (sql: string, values: unknown[]) => (await pool.query(sql, values)).rows[0];
  const location = await one(
    "INSERT INTO locations (code, name, address, hours) VALUES ('l', 'L', '', '') RETURNING id",
    [],
  );
  const products = new Map<string, string>();
  const customers = new Map<string, { id: string; conversationId: string }>();
  let [orders, sessions] = [0, 0];

  async function productId(sku: string): Promise<string> {
    const known = products.get(sku);
    if (known) return known;
    const { id } = await one(
      `INSERT INTO products (sku, brand, model, label, description, category, price_minor, currency)
       VALUES ($1, '', '', $2, '', '', 1, 'EUR') RETURNING id`,
      [sku, `=Tyre <b>${sku}</b>`],
    );
    products.set(sku, id);
    return id;
  }

  async function customerOf(name: string) {
    const known = customers.get(name);
    if (known) return known;
    const { id } = await one('INSERT INTO customers (channel_address) VALUES ($1) RETURNING id', [`whatsapp:${name}`]);
    const conversation = await one('INSERT INTO conversations (customer_id) VALUES ($1) RETURNING id', [id]);
    const customer = { id, conversationId: conversation.id };
    customers.set(name, customer);
    return customer;
  }

  async function addItems(orderId: string, lines: Line[]) {
    for (const [position, { sku, quantity, priceMinor }] of lines.entries())
      await pool.query(
        `INSERT INTO order_items (order_id, product_id, position, sku, label, unit_price_minor, quantity, subtotal_minor)
         VALUES ($1, $2, $3, $4, '', $5, $6, $7)`,
        [orderId, await productId(sku), position, sku, priceMinor, quantity, priceMinor * quantity],
      );
  }

  /** A session of an order that was paid. */
  async function addPayment(orderId: string, { at, session, knownAt }: Money, totalMinor: number, currency: string) {
    const sessionId = `cs_test_${++sessions}`;
    const attempt = await one(
      `INSERT INTO payment_attempts (order_id, status, idempotency_key, params, session_id, amount_minor, currency, expires_at,
         session_open, created_at, paid_at)
       SELECT id, 'PAID', gen_random_uuid(), '{}', $2, $3, $4, expires_at, false, coalesce($5, created_at), $6
       FROM orders WHERE id = $1 RETURNING id`,
      [orderId, sessionId, totalMinor, currency, session ?? null, knownAt ?? at],
    );
    await pool.query('INSERT INTO payments (attempt_id, amount_minor, currency, received_at) VALUES ($1, $2, $3, $4)', [
      ...[attempt.id, totalMinor, currency, at],
    ]);
    return sessionId;
  }

  return {
    /** An order and the sessions it was paid by. */
    async order({ customer, placedAt, status, lines = ONE_TYRE, currency = 'EUR', paid = [], sentBack }: WrittenOrder) {
      const totalMinor = lines.reduce((sum, { quantity, priceMinor }) => sum + quantity * priceMinor, 0);
      const { id } = await one(
        `INSERT INTO orders (number, customer_id, location_id, status, total_minor, currency, locale, expires_at, created_at,
           confirmed_at)
         VALUES ($1, $2, $3, $4::"OrderStatus", $5, $6, 'fr', $7::timestamptz + interval '1 day', $7, $8) RETURNING id`,
        [
          ...[`N-${++orders}`, (await customerOf(customer)).id, location.id, status, totalMinor, currency, placedAt],
          sentBack ? null : (paid[0]?.at ?? null),
        ],
      );
      await addItems(id, lines);
      const sessionIds: string[] = [];
      for (const money of paid) sessionIds.push(await addPayment(id, money, totalMinor, currency));
      return { orderId: id as string, sessionIds };
    },

    async message({ key, orderId, customer, status, sentAt, failedAt, code, variant }: WrittenMessage) {
      const { id, conversationId } = await customerOf(customer);
      await pool.query(
        `INSERT INTO outbound_messages (business_key, customer_id, conversation_id, order_id, content, status, sent_at,
           failed_at, error_code, variant)
         VALUES ($1, $2, $3, $4, '{}', $5::"OutboundStatus", $6, $7, $8, $9)`,
        [
          ...[key, id, conversationId, orderId ?? null, status, sentAt ?? null, failedAt ?? null, code ?? null],
          variant ?? null,
        ],
      );
      if (key.startsWith('reminder:'))
        await pool.query('UPDATE orders SET reminders_sent = reminders_sent + 1 WHERE id = $1', [orderId]);
    },

    async webhook({
      sessionId,
      happenedAt,
      receivedAt,
      recovered = false,
    }: {
      sessionId: string;
      happenedAt: string;
      receivedAt: string;
      recovered?: boolean;
    }) {
      await pool.query(
        `INSERT INTO payment_events (stripe_event_id, type, livemode, payload, outcome, happened_at, received_at, recovered)
         VALUES ($1, 'checkout.session.completed', false, $2, 'handled', $3, $4, $5)`,
        [`evt_${randomUUID()}`, { data: { object: { id: sessionId } } }, happenedAt, receivedAt, recovered],
      );
    },

    customerOf,
  };
}
export type History = Awaited<ReturnType<typeof openHistory>>;
