import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { completedEvent } from './stripe-event.ts';

export const PRICE_MINOR = 9000;

/** `cs_test_<order><attempt>`, both ids without dashes: Stripe's stand-in reads from the id what it is asked for. */
const sessionIdOf = (orderId: string, attemptId: string) => `cs_test_${`${orderId}${attemptId}`.replaceAll('-', '')}`;

const PRODUCTS = 200;
const ORDERS_PER_CUSTOMER = 10;

/** A shop of two places and some products, all of them well stocked. */
async function stockTheShelves(client: pg.Client): Promise<void> {
  await client.query(`INSERT INTO locations (code, name, address, hours) VALUES ('a', 'A', 'X', 'X'), ('b', 'B', 'X', 'X')
    ON CONFLICT DO NOTHING`);
  await client.query(
    `INSERT INTO products (sku, brand, model, label, description, category, price_minor, currency)
     SELECT 'T-' || n, 'Michelin', 'Primacy 4', 'Michelin Primacy 4 205/55 R16', '', 'pneu', $1, 'EUR'
     FROM generate_series(1, $2::int) n ON CONFLICT DO NOTHING`,
    [PRICE_MINOR, PRODUCTS],
  );
  await client.query(`WITH made AS (
      INSERT INTO stock_levels (product_id, location_id, on_hand) SELECT p.id, l.id, 1000000 FROM products p, locations l
      ON CONFLICT DO NOTHING RETURNING id)
    INSERT INTO stock_movements (stock_level_id, kind, on_hand_delta, reserved_delta)
    SELECT id, 'received', 1000000, 0 FROM made`);
}

// A temporary table holds the ids, so that a few plain statements write every table as the flows would.
const DRAFT = `CREATE TEMPORARY TABLE draft AS
  SELECT gen_random_uuid() AS order_id, gen_random_uuid() AS item_id, gen_random_uuid() AS attempt_id,
    gen_random_uuid() AS reservation_id, gen_random_uuid() AS payment_id, n, c.id AS customer_id, s.id AS level_id, s.product_id,
    s.location_id
  FROM generate_series(1, $1::int) n
  JOIN (SELECT id, row_number() OVER () - 1 AS k, count(*) OVER () AS of FROM customers) c ON c.k = n % c.of
  JOIN (SELECT id, product_id, location_id, row_number() OVER () - 1 AS k, count(*) OVER () AS of FROM stock_levels) s
    ON s.k = n % s.of`;

const insertOrders = (status: string, closed: string) => `
  INSERT INTO orders (id, number, customer_id, location_id, status, total_minor, currency, locale, expires_at, created_at,
    confirmed_at, closed_at)
  SELECT order_id, 'C-' || nextval('order_number'), customer_id, location_id, '${status}', ${PRICE_MINOR}, 'EUR', 'fr',
    now() + interval '1 day', now() - n * interval '1 second', ${closed}, ${closed} FROM draft`;
const INSERT_ITEMS = `
  INSERT INTO order_items (id, order_id, product_id, position, sku, label, unit_price_minor, quantity, subtotal_minor)
  SELECT item_id, order_id, product_id, 0, 'T', 'Michelin Primacy 4 205/55 R16', ${PRICE_MINOR}, 1, ${PRICE_MINOR} FROM draft`;
const insertAttempts = (status: string, sessionOpen: boolean, paid: string) => `
  INSERT INTO payment_attempts (id, order_id, status, idempotency_key, params, session_id, url, payment_intent_id, amount_minor,
    currency, expires_at, session_open, created_at, paid_at, closed_at)
  SELECT attempt_id, order_id, '${status}', 'checkout:' || attempt_id, '{}',
    'cs_test_' || replace(order_id::text || attempt_id::text, '-', ''), 'https://checkout.stripe.com/c/pay/x',
    ${sessionOpen ? 'NULL' : "'pi_' || replace(attempt_id::text, '-', '')"}, ${PRICE_MINOR}, 'EUR', now() + interval '1 day',
    ${sessionOpen}, now(), ${paid}, ${paid} FROM draft`;
const insertReservations = (status: string) => `
  INSERT INTO reservations (id, order_item_id, stock_level_id, quantity, status)
  SELECT reservation_id, item_id, level_id, 1, '${status}' FROM draft`;
const insertMovements = (kind: string, onHand: number, reserved: number) => `
  INSERT INTO stock_movements (stock_level_id, reservation_id, kind, on_hand_delta, reserved_delta)
  SELECT level_id, reservation_id, '${kind}', ${onHand}, ${reserved} FROM draft`;
const message = (key: string) => `
  INSERT INTO outbound_messages (business_key, customer_id, conversation_id, order_id, content, status, created_at)
  SELECT '${key}:' || order_id, d.customer_id, v.id, order_id, '{}', 'delivered', now()
  FROM draft d JOIN conversations v ON v.customer_id = d.customer_id`;

const SETTLED = [
  insertOrders('collected', 'now()'),
  INSERT_ITEMS,
  insertAttempts('PAID', false, 'now()'),
  `INSERT INTO payments (id, attempt_id, payment_intent_id, amount_minor, currency, received_at)
   SELECT payment_id, attempt_id, 'pi_' || replace(attempt_id::text, '-', ''), ${PRICE_MINOR}, 'EUR', now() FROM draft`,
  insertReservations('consumed'),
  insertMovements('reserved', 0, 1),
  insertMovements('consumed', -1, -1),
  `INSERT INTO pickups (order_id, token_hash, media_until, created_at, collected_at)
   SELECT order_id, md5(order_id::text), now(), now(), now() FROM draft`,
  message('payment-link'),
  message('thank-you'),
  `INSERT INTO audit_entries (actor, action, subject, created_at)
   SELECT 'stripe', 'payment.received', 'order:' || order_id, now() FROM draft`,
];
const OPEN = [
  insertOrders('pending_payment', 'NULL'),
  INSERT_ITEMS,
  insertAttempts('PENDING', true, 'NULL'),
  insertReservations('held'),
  insertMovements('reserved', 0, 1),
  message('payment-link'),
];

async function write(client: pg.Client, count: number, statements: readonly string[], more?: () => Promise<void>) {
  await client.query('BEGIN');
  await client.query(`INSERT INTO customers (channel_address, last_inbound_at)
    SELECT 'whatsapp:bench-' || gen_random_uuid(), now() FROM generate_series(1, ${Math.ceil(count / ORDERS_PER_CUSTOMER)})`);
  await client.query(`INSERT INTO conversations (customer_id) SELECT id FROM customers ON CONFLICT DO NOTHING`);
  await client.query(DRAFT, [count]);
  for (const statement of statements) await client.query(statement);
  await more?.();
  await client.query('DROP TABLE draft');
  // Levels are what the ledger says, as db:verify will ask.
  await client.query(`UPDATE stock_levels s SET on_hand = m.on_hand, reserved = m.reserved FROM (
      SELECT stock_level_id, sum(on_hand_delta)::int AS on_hand, sum(reserved_delta)::int AS reserved FROM stock_movements
      GROUP BY 1) m WHERE m.stock_level_id = s.id`);
  await client.query('COMMIT');
}

/** So many orders that were paid and collected, with everything the flows would have left of them. */
export async function writeHistory(client: pg.Client, orders: number): Promise<void> {
  await stockTheShelves(client);
  await write(client, orders, [
    ...SETTLED,
    `INSERT INTO payment_events (stripe_event_id, type, livemode, payload, outcome, order_id, attempts, happened_at, received_at,
       handled_at)
     SELECT 'evt_' || replace(attempt_id::text, '-', ''), 'checkout.session.completed', false,
       '${completedEvent('evt_of_history').replaceAll("'", "''")}', 'handled', order_id, 1, now(), now(), now() FROM draft`,
  ]);
  await client.query('VACUUM ANALYZE');
}

/** So many orders that wait for their payment, each with Stripe's stored word that it was paid. */
export async function writePaidOrders(client: pg.Client, orders: number): Promise<void> {
  const run = randomBytes(4).toString('hex');
  await write(client, orders, OPEN, async () => {
    const { rows } = await client.query<{ order_id: string; attempt_id: string }>(
      'SELECT order_id, attempt_id FROM draft',
    );
    const events = rows.map(({ order_id, attempt_id }, index) => {
      const id = `evt_${run}_${index}`;
      const event = JSON.parse(completedEvent(id));
      const metadata = { orderId: order_id, attemptId: attempt_id };
      return {
        id,
        payload: {
          ...event,
          data: { object: { ...event.data.object, id: sessionIdOf(order_id, attempt_id), metadata } },
        },
      };
    });
    await client.query(
      `INSERT INTO payment_events (stripe_event_id, type, livemode, payload, next_attempt_at, happened_at, received_at)
       SELECT e.id, 'checkout.session.completed', false, e.payload, now() - (10000 - ordinality) * interval '1 ms', now(), now()
       FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (id text, payload jsonb)) WITH ORDINALITY AS e (id, payload, ordinality)`,
      [JSON.stringify(events)],
    );
  });
}

/** So many orders with an open link, made `minutesAgo`, that nobody was reminded of. */
export async function writeUnpaidOrders(client: pg.Client, orders: number, minutesAgo: number): Promise<void> {
  await stockTheShelves(client);
  await write(client, orders, OPEN);
  await client.query('ALTER TABLE orders DISABLE TRIGGER USER');
  await client.query(
    `UPDATE orders SET created_at = now() - $1::int * interval '1 minute' - random() * interval '10 minutes'`,
    [minutesAgo],
  );
  await client.query('ALTER TABLE orders ENABLE TRIGGER USER');
  await client.query('VACUUM ANALYZE');
}
