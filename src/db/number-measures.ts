import { BUY_AGAIN_HOURS, type Grain, PENDING_TOO_LONG_SECONDS } from '../domain/numbers.ts';
import { Prisma } from '../generated/prisma/client.ts';

const { sql } = Prisma;
type Sql = Prisma.Sql;

/** Which days, weeks or months are counted: the days from `firstDay` up to, not with, `endDay`, where the shop is. */
export type Counted = { grain: Grain; timezone: string; firstDay: string; endDay: string };

const between = (at: Sql, { timezone, firstDay, endDay }: Counted): Sql => sql`
  ${at} >= ${firstDay}::date::timestamp AT TIME ZONE ${timezone}::text
  AND ${at} < ${endDay}::date::timestamp AT TIME ZONE ${timezone}::text`;

/** The first day of the day, week or month an instant is in, where the shop is. */
const startOf = (at: Sql, { grain, timezone }: Counted): Sql =>
  sql`date_trunc(${grain}::text, ${at} AT TIME ZONE ${timezone}::text)::date`;

/** An order is paid when it was confirmed, from the moment Stripe had its first money; money sent back again is no sale. */
const paid = (counted: Counted): Sql => sql`
  SELECT ${startOf(sql`p.received_at`, counted)} AS starts_on, o.id, o.customer_id, o.total_minor, o.currency,
    greatest(extract(epoch FROM p.received_at - a.created_at), 0) AS link_to_payment
  FROM payments p JOIN payment_attempts a ON a.id = p.attempt_id JOIN orders o ON o.id = a.order_id
  WHERE ${between(sql`p.received_at`, counted)} AND o.confirmed_at IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM payment_attempts b JOIN payments q ON q.attempt_id = b.id
      WHERE b.order_id = o.id AND (q.received_at, q.id) < (p.received_at, p.id))`;

const placed = (counted: Counted): Sql => sql`
  SELECT ${startOf(sql`created_at`, counted)} AS starts_on, id, status, confirmed_at, reminders_sent
  FROM orders WHERE ${between(sql`created_at`, counted)}`;

/** That left; to `next_at`, when the order's next one did. What is paid in between is paid after this one. */
const reminders = sql`
  SELECT o.starts_on, split_part(m.business_key, ':', 3) || coalesce(' ' || m.variant, '') AS subject, m.sent_at,
    lead(m.sent_at) OVER (PARTITION BY o.id ORDER BY m.sent_at, m.seq) AS next_at,
    (SELECT min(p.received_at) FROM payment_attempts a JOIN payments p ON p.attempt_id = a.id
      WHERE a.order_id = o.id AND o.confirmed_at IS NOT NULL) AS paid_at
  FROM placed o JOIN outbound_messages m ON m.order_id = o.id AND starts_with(m.business_key, 'reminder:')
  WHERE o.reminders_sent > 0 AND m.status IN ('sent', 'delivered', 'read')`;

const thanked = sql`
  SELECT o.starts_on, EXISTS (
    SELECT 1 FROM orders n JOIN payment_attempts a ON a.order_id = n.id JOIN payments p ON p.attempt_id = a.id
    WHERE n.customer_id = o.customer_id AND n.created_at > m.sent_at AND n.confirmed_at IS NOT NULL
      AND p.received_at <= m.sent_at + make_interval(hours => ${BUY_AGAIN_HOURS}::int)) AS again
  FROM paid o JOIN outbound_messages m ON m.business_key = 'thank-you:' || o.id
  WHERE m.status IN ('sent', 'delivered', 'read')`;

/** Sessions whose customer had paid: how long until we knew. */
const sessions = (counted: Counted): Sql => sql`
  SELECT ${startOf(sql`p.received_at`, counted)} AS starts_on,
    extract(epoch FROM a.paid_at - p.received_at) > ${PENDING_TOO_LONG_SECONDS}::int AS pending_long
  FROM payments p JOIN payment_attempts a ON a.id = p.attempt_id WHERE ${between(sql`p.received_at`, counted)}`;

/** Stripe's word that a session is complete, as its webhook brought it. */
const webhooks = (counted: Counted): Sql => sql`
  SELECT ${startOf(sql`e.received_at`, counted)} AS starts_on,
    greatest(extract(epoch FROM e.received_at - a.created_at), 0) AS session_to_webhook,
    greatest(extract(epoch FROM e.received_at - e.happened_at), 0) AS webhook_delay
  FROM payment_events e JOIN payment_attempts a ON a.session_id = e.payload #>> '{data,object,id}'
  WHERE e.type = 'checkout.session.completed' AND ${between(sql`e.received_at`, counted)} AND NOT e.recovered`;

const failures = (counted: Counted): Sql => sql`
  SELECT ${startOf(sql`failed_at`, counted)} AS starts_on, coalesce(error_code::text, 'unknown') AS subject
  FROM outbound_messages WHERE status IN ('failed', 'undelivered') AND ${between(sql`failed_at`, counted)}`;

// Its days are the shop's already.
const spending = ({ grain, firstDay, endDay }: Counted): Sql => sql`
  SELECT date_trunc(${grain}::text, day::timestamp)::date AS starts_on, calls, input_tokens + output_tokens AS tokens,
    micro_usd FROM model_spending WHERE day >= ${firstDay}::date AND day < ${endDay}::date`;

const medianAndP90 = (seconds: Sql): Sql => sql`percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY ${seconds})`;

/** Rows of measure, starts_on, subject, value: every number of these days, weeks or months, each from the tables it is about. */
export const numbersOf = (counted: Counted): Sql => sql`
  WITH paid AS MATERIALIZED (${paid(counted)}), placed AS MATERIALIZED (${placed(counted)}),
    sales AS (SELECT starts_on, currency, count(*) AS orders, sum(total_minor) AS minor FROM paid GROUP BY 1, 2),
    products AS (SELECT o.starts_on, o.currency || ' ' || i.sku AS subject, sum(i.quantity) AS pieces,
      sum(i.subtotal_minor) AS minor FROM paid o JOIN order_items i ON i.order_id = o.id GROUP BY 1, 2),
    outcomes AS (SELECT starts_on, count(*) AS placed, count(confirmed_at) AS paid,
      count(*) FILTER (WHERE status = 'expired') AS expired, count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
      count(*) FILTER (WHERE status = 'pending_payment') AS open FROM placed GROUP BY 1),
    reminded AS (SELECT starts_on, subject, count(*) AS sent,
      count(*) FILTER (WHERE paid_at > sent_at AND (next_at IS NULL OR paid_at <= next_at)) AS paid
      FROM (${reminders}) r GROUP BY 1, 2),
    thanks AS (SELECT starts_on, count(*) AS thanked, count(*) FILTER (WHERE again) AS again FROM (${thanked}) t GROUP BY 1),
    links AS (SELECT starts_on, ${medianAndP90(sql`link_to_payment`)} AS took FROM paid GROUP BY 1),
    waits AS (SELECT starts_on, count(*) AS paid, count(*) FILTER (WHERE pending_long) AS long
      FROM (${sessions(counted)}) s GROUP BY 1),
    hooks AS (SELECT starts_on, ${medianAndP90(sql`session_to_webhook`)} AS session,
      ${medianAndP90(sql`webhook_delay`)} AS delay FROM (${webhooks(counted)}) w GROUP BY 1),
    failed AS (SELECT starts_on, subject, count(*) AS messages FROM (${failures(counted)}) f GROUP BY 1, 2),
    spent AS (SELECT starts_on, sum(calls) AS calls, sum(tokens) AS tokens, sum(micro_usd) AS micro_usd
      FROM (${spending(counted)}) m GROUP BY 1)
  SELECT v.measure, n.starts_on, n.currency AS subject, v.value::float8 AS value FROM sales n
    CROSS JOIN LATERAL (VALUES ('sales_orders', n.orders), ('sales_minor', n.minor)) v (measure, value)
  UNION ALL SELECT v.measure, n.starts_on, n.subject, v.value::float8 FROM products n
    CROSS JOIN LATERAL (VALUES ('product_pieces', n.pieces), ('product_minor', n.minor)) v (measure, value)
  UNION ALL SELECT v.measure, n.starts_on, '', v.value::float8 FROM outcomes n
    CROSS JOIN LATERAL (VALUES ('orders_placed', n.placed), ('orders_paid', n.paid), ('orders_expired', n.expired),
      ('orders_cancelled', n.cancelled), ('orders_open', n.open)) v (measure, value)
  UNION ALL SELECT v.measure, n.starts_on, n.subject, v.value::float8 FROM reminded n
    CROSS JOIN LATERAL (VALUES ('reminders_sent', n.sent), ('reminders_paid', n.paid)) v (measure, value)
  UNION ALL SELECT v.measure, n.starts_on, '', v.value::float8 FROM thanks n
    CROSS JOIN LATERAL (VALUES ('thanked', n.thanked), ('bought_again', n.again)) v (measure, value)
  UNION ALL SELECT v.measure, n.starts_on, '', v.value FROM links n
    CROSS JOIN LATERAL (VALUES ('link_to_payment_median_seconds', n.took[1]),
      ('link_to_payment_p90_seconds', n.took[2])) v (measure, value)
  UNION ALL SELECT v.measure, n.starts_on, '', v.value::float8 FROM waits n
    CROSS JOIN LATERAL (VALUES ('sessions_paid', n.paid), ('sessions_pending_over_30_s', n.long)) v (measure, value)
  UNION ALL SELECT v.measure, n.starts_on, '', v.value FROM hooks n
    CROSS JOIN LATERAL (VALUES ('session_to_webhook_median_seconds', n.session[1]),
      ('session_to_webhook_p90_seconds', n.session[2]), ('webhook_delay_median_seconds', n.delay[1]),
      ('webhook_delay_p90_seconds', n.delay[2])) v (measure, value)
  UNION ALL SELECT 'messages_failed', starts_on, subject, messages::float8 FROM failed
  UNION ALL SELECT v.measure, n.starts_on, '', v.value::float8 FROM spent n
    CROSS JOIN LATERAL (VALUES ('model_calls', n.calls), ('model_tokens', n.tokens),
      ('model_micro_usd', n.micro_usd)) v (measure, value)`;
