import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addSpending } from '../../src/db/model-spending.ts';
import { GRAINS, MEASURES } from '../../src/domain/numbers.ts';
import { shopDayOf } from '../../src/domain/shop-day.ts';
import { countNumbers } from '../../src/flows/count-numbers.ts';
import { type History, openHistory } from '../support/number-history.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

// Each number once more, as somebody would ask for it who has nothing but psql: nothing of the shop's own SQL is used.

const timezone = 'Europe/Paris';
const clock = { now: () => new Date('2026-11-10T11:00:00Z') };
let database: TestDatabase;
let history: History;
beforeAll(async () => {
  database = await createTestDatabase();
  history = await openHistory(database.pool);
  await writeMuch();
  await countNumbers({ db: database.db, clock, timezone });
});
afterAll(() => database.close());

const FORMATS = { day: 'YYYY-MM-DD', week: 'IYYY-"W"IW', month: 'YYYY-MM' } as const;

/** `at` as the name of its day, week or month, `$1` saying which. */
const named = (at: string) => `to_char(${at} AT TIME ZONE 'Europe/Paris', $1) AS name`;
const PAID = `(SELECT o.*, (SELECT min(received_at) FROM payments JOIN payment_attempts a ON a.id = attempt_id
  WHERE a.order_id = o.id) AS paid_at FROM orders o WHERE confirmed_at IS NOT NULL) o`;
const LEFT = `m.status IN ('sent', 'delivered', 'read')`;
const step = (of: string) => `concat_ws(' ', reverse(split_part(reverse(${of}.business_key), ':', 1)), ${of}.variant)`;

const placed = (where: string) =>
  `SELECT ${named('created_at')}, '' AS subject, count(*) AS value FROM orders WHERE ${where} GROUP BY 1`;
const percentile = (share: number, seconds: string, at: string, from: string) =>
  `SELECT ${named(at)}, '' AS subject, percentile_cont(${share}) WITHIN GROUP (ORDER BY extract(epoch FROM ${seconds}))
     AS value FROM ${from} GROUP BY 1`;
const LINKS = `${PAID} JOIN payment_attempts a ON a.order_id = o.id
  AND EXISTS (SELECT 1 FROM payments p WHERE p.attempt_id = a.id AND p.received_at = o.paid_at)`;
const HOOKS = `(SELECT e.* , a.created_at AS session_at FROM payment_events e, payment_attempts a
  WHERE e.payload->'data'->'object'->>'id' = a.session_id AND NOT recovered) e`;
const spent = (what: string) =>
  `SELECT to_char(day, $1) AS name, '' AS subject, sum(${what}) AS value FROM model_spending GROUP BY 1`;

const PLAIN: Record<(typeof MEASURES)[number], string> = {
  sales_orders: `SELECT ${named('o.paid_at')}, currency AS subject, count(*) AS value FROM ${PAID} GROUP BY 1, 2`,
  sales_minor: `SELECT ${named('o.paid_at')}, currency AS subject, sum(total_minor) AS value FROM ${PAID} GROUP BY 1, 2`,
  product_pieces: `SELECT ${named('o.paid_at')}, o.currency || ' ' || i.sku AS subject, sum(quantity) AS value
    FROM order_items i JOIN ${PAID} ON o.id = i.order_id GROUP BY 1, 2`,
  product_minor: `SELECT ${named('o.paid_at')}, o.currency || ' ' || i.sku AS subject, sum(unit_price_minor * quantity) AS value
    FROM order_items i JOIN ${PAID} ON o.id = i.order_id GROUP BY 1, 2`,
  orders_placed: placed('true'),
  orders_paid: placed('confirmed_at IS NOT NULL'),
  orders_expired: placed("status = 'expired'"),
  orders_cancelled: placed("status = 'cancelled'"),
  orders_open: placed("status = 'pending_payment'"),
  reminders_sent: `SELECT ${named('o.created_at')}, ${step('m')} AS subject, count(*) AS value
    FROM outbound_messages m JOIN orders o ON o.id = order_id WHERE business_key LIKE 'reminder:%' AND ${LEFT} GROUP BY 1, 2`,
  reminders_paid: `SELECT ${named('o.created_at')}, ${step('last')} AS subject, count(*) AS value FROM ${PAID}
    CROSS JOIN LATERAL (SELECT * FROM outbound_messages m WHERE order_id = o.id AND business_key LIKE 'reminder:%'
      AND ${LEFT} AND sent_at < o.paid_at ORDER BY sent_at DESC LIMIT 1) last GROUP BY 1, 2`,
  thanked: `SELECT ${named('o.paid_at')}, '' AS subject, count(*) AS value FROM outbound_messages m JOIN ${PAID}
    ON o.id = order_id WHERE business_key LIKE 'thank-you:%' AND ${LEFT} GROUP BY 1`,
  bought_again: `SELECT ${named('o.paid_at')}, '' AS subject, count(DISTINCT m.id) AS value FROM outbound_messages m
    JOIN ${PAID} ON o.id = order_id JOIN orders n ON n.customer_id = o.customer_id AND n.created_at > sent_at
    JOIN payment_attempts b ON b.order_id = n.id JOIN payments q ON q.attempt_id = b.id
    WHERE business_key LIKE 'thank-you:%' AND ${LEFT} AND n.confirmed_at IS NOT NULL
      AND q.received_at - sent_at <= interval '720:00:00' GROUP BY 1`,
  link_to_payment_median_seconds: percentile(0.5, 'o.paid_at - a.created_at', 'o.paid_at', LINKS),
  link_to_payment_p90_seconds: percentile(0.9, 'o.paid_at - a.created_at', 'o.paid_at', LINKS),
  sessions_paid: `SELECT ${named('received_at')}, '' AS subject, count(*) AS value FROM payments GROUP BY 1`,
  sessions_pending_over_30_s: `SELECT ${named('received_at')}, '' AS subject, count(*) AS value FROM payments
    JOIN payment_attempts a ON a.id = attempt_id WHERE a.paid_at > received_at + interval '30 s' GROUP BY 1`,
  session_to_webhook_median_seconds: percentile(0.5, 'received_at - session_at', 'received_at', HOOKS),
  session_to_webhook_p90_seconds: percentile(0.9, 'received_at - session_at', 'received_at', HOOKS),
  webhook_delay_median_seconds: percentile(0.5, 'received_at - happened_at', 'received_at', HOOKS),
  webhook_delay_p90_seconds: percentile(0.9, 'received_at - happened_at', 'received_at', HOOKS),
  messages_failed: `SELECT ${named('failed_at')}, coalesce(error_code::text, 'unknown') AS subject, count(*) AS value
    FROM outbound_messages WHERE status IN ('failed', 'undelivered') GROUP BY 1, 2`,
  model_calls: spent('calls'),
  model_tokens: spent('input_tokens + output_tokens'),
  model_micro_usd: spent('micro_usd'),
};

/** Eight months at random times, with both changes of the clock: the same on every run. */
async function writeMuch() {
  const start = Date.parse('2026-03-01T00:00:00Z');
  const span = Date.parse('2026-11-10T10:00:00Z') - start;
  let seed = 7;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const pick = <T>(...of: T[]): T => of[Math.floor(random() * of.length)] as T;
  const iso = (ms: number) => new Date(Math.round(ms)).toISOString();
  const { order, message, webhook } = history;
  for (let count = 0; count < 150; count++) {
    // Half of them on the nights the clocks change.
    const nights = ['2026-03-28T12:00:00Z', '2026-10-24T12:00:00Z'].map((night) => Date.parse(night));
    const placedMs = random() < 0.5 ? start + random() * span : pick(...nights) + random() * 48 * 3600_000;
    const paidMs = placedMs + random() * 20 * 3600_000;
    const isPaid = random() < 0.7;
    const customer = `c${Math.floor(random() * 30)}`;
    const { orderId, sessionIds } = await order({
      ...{ customer, placedAt: iso(placedMs), currency: pick('EUR', 'EUR', 'USD') },
      status: isPaid ? 'collected' : pick('expired', 'cancelled', 'pending_payment'),
      lines: [{ sku: pick('A', 'B'), quantity: pick(1, 2, 4), priceMinor: pick(1999, 8990) }],
      paid: [
        ...(isPaid ? [{ at: iso(paidMs), knownAt: iso(paidMs + random() * 60_000) }] : []),
        ...(isPaid && random() < 0.1 ? [{ at: iso(paidMs + 3600_000) }] : []),
      ],
    });
    for (let nth = 1; nth <= pick(0, 1, 2, 3); nth++) {
      const sentMs = placedMs + nth * 5 * 3600_000;
      const variant = pick('A', 'B', undefined);
      await message({
        ...{
          key: `reminder:${orderId}:${nth}`,
          orderId,
          customer,
          status: pick('sent', 'read', 'failed', 'superseded'),
        },
        ...{ sentAt: iso(sentMs), failedAt: iso(sentMs + 9_000) },
        ...(variant && { variant }),
        ...(random() < 0.5 && { code: pick(63003, 63016) }),
      });
    }
    if (isPaid)
      await message({
        ...{ key: `thank-you:${orderId}`, orderId, customer, status: pick('read', 'read', 'undelivered') },
        ...{ sentAt: iso(paidMs + 5_000), failedAt: iso(paidMs + 6_000), code: 63024 },
      });
    const receivedAt = iso(paidMs + random() * 100_000);
    for (const sessionId of sessionIds)
      await webhook({ sessionId, happenedAt: iso(paidMs), receivedAt, recovered: random() < 0.1 });
    const usage = { inputTokens: 2_000, cachedInputTokens: 0, outputTokens: pick(10, 20) };
    const day = shopDayOf(new Date(placedMs), timezone);
    const { id: customerId } = await history.customerOf(customer);
    await addSpending(database.db, { day, customerId }, { usage, microUsd: pick(100, 250) });
  }
}

type Row = { name: string; subject: string; value: number | string };
/** Percentiles to a microsecond: two ways of adding up may differ in the last bit. */
const told = (rows: Row[]) =>
  rows
    .map(({ name, subject, value }) => `${name} ${subject} ${Math.round(Number(value) * 1e6) / 1e6}`)
    .filter((line) => !line.endsWith(' 0'))
    .sort();

test.each(MEASURES.flatMap((measure) => GRAINS.map((grain) => [measure, grain] as const)))(
  '%s by %s is what plain SQL finds',
  async (measure, grain) => {
    const counted = await database.pool.query<Row>(
      'SELECT to_char(starts_on, $1) AS name, subject, value FROM shop_numbers WHERE measure = $2 AND grain = $3',
      [FORMATS[grain], measure, grain],
    );
    const asked = await database.pool.query<Row>(PLAIN[measure], [FORMATS[grain]]);
    expect(asked.rows.length).toBeGreaterThan(3);
    expect(told(counted.rows)).toEqual(told(asked.rows));
  },
);
