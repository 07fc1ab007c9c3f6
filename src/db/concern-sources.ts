import {
  APPROVAL_HOURS,
  type ConcernKind,
  FAILED_DAYS,
  FAILURE_MATTERS_WHILE,
  LINK_OVER_MINUTES,
  SELLS_DAYS,
} from '../domain/concern.ts';
import { PERSON_HOURS } from '../domain/takeover.ts';
import { RECONCILED_DAYS } from '../domain/utc-day.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { FORGOTTEN } from './erase-customer.ts';
import { MODEL_DOWN } from './model-pauses.ts';
import { stuckWork } from './stuck-work.ts';

/** What the rules of the list depend on; `day` is the shop's (domain/shop-day.ts), a budget of null is none. */
export type ConcernScope = { now: Date; day: string; dailyBudgetMicroUsd: number | null };

/**
 * One kind of concern. Counting and listing read the same `from` (a FROM and its WHERE), so that the badge and the list cannot
 * disagree. `id` says what it is about, `facts` is a JSON object (ConcernFacts in db/concerns.ts), `first` what comes first; `news`
 * what the team is told of once, where several concerns are one piece of news.
 */
type Source = {
  from: Prisma.Sql;
  id: Prisma.Sql;
  since: Prisma.Sql;
  facts: Prisma.Sql;
  first: Prisma.Sql;
  news?: Prisma.Sql;
};

/** A customer of an alias `c` whose conversation `v` waits for a person. */
export const waitsForPerson = (now: Date) => Prisma.sql`
  v.human_since IS NOT NULL AND (v.staff_last_at IS NULL OR v.staff_last_at < c.last_inbound_at)
  AND GREATEST(v.human_since, v.staff_last_at) >= ${now}::timestamptz - ${PERSON_HOURS}::int * interval '1 hour'`;

const sql = Prisma.sql;
const OF_PAYMENT = sql`JOIN payments p ON p.id = x.payment_id JOIN payment_attempts a ON a.id = p.attempt_id
  JOIN orders o ON o.id = a.order_id`;
const ORDER = sql`'orderId', o.id, 'orderNumber', o.number`;
const MONEY = sql`'amountMinor', x.amount_minor, 'currency', x.currency`;
const IS_GROWTH = (notification: Prisma.Sql) =>
  sql`${notification}.content #>> '{notice,kind}' IS NOT DISTINCT FROM 'concerns_grew'`;
const CUSTOMER = sql`'customerName', COALESCE(c.first_name, c.profile_name), 'conversationId', v.id`;

/** States stand in the statements themselves: as parameters they would not be known to be in the partial indexes. */
export function concernSources(scope: ConcernScope): Record<ConcernKind, Source> {
  return { ...moneySources(scope), ...customerSources(scope), ...machineSources(scope), ...stockSource };
}

function moneySources({ now }: ConcernScope) {
  const { refunds } = stuckWork(now);
  return {
    dispute: {
      from: sql`disputes x ${OF_PAYMENT} WHERE x.closed_at IS NULL
        AND x.status NOT IN ('under_review', 'warning_under_review')`,
      id: sql`x.id`,
      since: sql`x.created_at`,
      facts: sql`json_build_object(${ORDER}, ${MONEY}, 'status', x.status, 'dueBy', x.due_by)`,
      first: sql`x.due_by NULLS LAST`,
    },
    review: {
      from: sql`reviews x JOIN orders o ON o.id = x.order_id WHERE x.closed_at IS NULL`,
      id: sql`x.id`,
      since: sql`x.opened_at`,
      facts: sql`json_build_object(${ORDER}, 'reason', x.reason)`,
      first: sql`x.opened_at`,
    },
    event_failed: {
      from: sql`payment_events x WHERE x.outcome = 'failed'`,
      id: sql`x.id`,
      since: sql`x.received_at`,
      facts: sql`json_build_object('type', x.type, 'reason', COALESCE(x.reason, x.last_error))`,
      first: sql`x.received_at`,
    },
    refund_stuck: {
      // Refused is told at once; not taken, as everywhere, after an hour.
      from: sql`(SELECT * FROM refunds WHERE status = 'requested' AND last_error IS NOT NULL
          UNION SELECT * FROM ${refunds}) x ${OF_PAYMENT}`,
      id: sql`x.id`,
      since: sql`x.created_at`,
      facts: sql`json_build_object(${ORDER}, ${MONEY}, 'reason', x.last_error)`,
      first: sql`x.created_at`,
    },
    ledger_differs: {
      from: sql`reconciliations x WHERE x.part = 'ledger' AND x.remaining > 0
        AND x.day >= (${now}::timestamptz - ${RECONCILED_DAYS}::int * interval '1 day')::date`,
      id: sql`x.day`,
      // That day was over, by its own clock.
      since: sql`(x.day + 1)::timestamp AT TIME ZONE 'UTC'`,
      facts: sql`json_build_object('day', x.day, 'count', x.remaining)`,
      first: sql`x.day DESC`,
    },
  };
}

function customerSources({ now }: ConcernScope) {
  const { checkouts } = stuckWork(now);
  const kind = sql`split_part(x.business_key, ':', 1)`;
  const mattersWhile = JSON.stringify(FAILURE_MATTERS_WHILE);
  return {
    person_waiting: {
      from: sql`conversations v JOIN customers c ON c.id = v.customer_id WHERE ${waitsForPerson(now)}`,
      id: sql`v.id`,
      since: sql`COALESCE(c.last_inbound_at, v.human_since)`,
      facts: sql`json_build_object(${CUSTOMER})`,
      first: sql`COALESCE(c.last_inbound_at, v.human_since)`,
    },
    checkout_stuck: {
      from: sql`(SELECT * FROM ${checkouts}) x JOIN orders o ON o.id = x.order_id`,
      id: sql`x.id`,
      since: sql`x.created_at`,
      facts: sql`json_build_object(${ORDER}, 'reason', x.last_error)`,
      first: sql`x.created_at`,
    },
    checkout_given_up: {
      // Whoever has ordered since needs nobody to write to them.
      from: sql`payment_attempts x JOIN orders o ON o.id = x.order_id JOIN customers c ON c.id = o.customer_id
          JOIN conversations v ON v.customer_id = c.id
        WHERE x.status = 'FAILED' AND x.session_id IS NULL AND o.status = 'cancelled'
          AND x.closed_at >= ${now}::timestamptz - ${FAILED_DAYS}::int * interval '1 day'
          AND NOT starts_with(c.channel_address, ${FORGOTTEN})
          AND NOT EXISTS (SELECT 1 FROM orders later WHERE later.customer_id = c.id AND later.created_at > o.created_at)`,
      id: sql`x.id`,
      since: sql`x.closed_at`,
      facts: sql`json_build_object(${CUSTOMER}, ${ORDER}, 'reason', x.last_error)`,
      first: sql`x.closed_at`,
    },
    link_stuck: {
      from: sql`orders o WHERE o.status = 'pending_payment' AND o.review_reason IS NULL
        AND o.expires_at < ${now}::timestamptz - ${LINK_OVER_MINUTES}::int * interval '1 minute'
        AND NOT EXISTS (SELECT 1 FROM payment_attempts a WHERE a.order_id = o.id AND a.status = 'PROCESSING')`,
      id: sql`o.id`,
      since: sql`o.expires_at`,
      facts: sql`json_build_object(${ORDER})`,
      first: sql`o.expires_at`,
    },
    message_failed: {
      from: sql`outbound_messages x JOIN customers c ON c.id = x.customer_id
          JOIN conversations v ON v.id = x.conversation_id LEFT JOIN orders o ON o.id = x.order_id
        WHERE x.status IN ('failed', 'undelivered') AND x.settled_at IS NULL
          AND x.failed_at >= ${now}::timestamptz - ${FAILED_DAYS}::int * interval '1 day'
          AND NOT starts_with(c.channel_address, ${FORGOTTEN})
          AND CASE WHEN o.id IS NULL
            -- An answer of a chat that has gone on is nothing to see to.
            THEN NOT EXISTS (SELECT 1 FROM outbound_messages later
              WHERE later.conversation_id = x.conversation_id AND later.seq > x.seq)
            ELSE COALESCE((SELECT ${mattersWhile}::jsonb) -> ${kind} ? o.status::text, true) END`,
      id: sql`x.id`,
      since: sql`x.failed_at`,
      facts: sql`json_build_object(${CUSTOMER}, ${ORDER}, 'message', ${kind}, 'status', x.status, 'errorCode', x.error_code)`,
      first: sql`x.failed_at`,
    },
  };
}

function machineSources({ now, day, dailyBudgetMicroUsd }: ConcernScope) {
  const { payment_events, notifications, turns, sends } = stuckWork(now);
  return {
    work_stuck: {
      from: sql`(
        SELECT 'payment_events' AS work, count(*)::int AS n, min(received_at) AS since FROM ${payment_events} HAVING count(*) > 0
        UNION ALL SELECT 'notifications', count(*)::int, min(created_at) FROM ${notifications} HAVING count(*) > 0
        UNION ALL SELECT 'leases', count(*)::int, min(until) FROM (
          SELECT claimed_until AS until FROM ${turns} UNION ALL SELECT claimed_until FROM ${sends}) held
          HAVING count(*) > 0) x`,
      id: sql`x.work`,
      since: sql`x.since`,
      facts: sql`json_build_object('work', x.work, 'count', x.n)`,
      first: sql`x.since`,
    },
    model_paused: {
      from: sql`${MODEL_DOWN} x`,
      id: sql`x.since`,
      since: sql`x.since`,
      facts: sql`'{}'::json`,
      first: sql`x.since`,
    },
    model_budget_spent: {
      from: sql`(SELECT sum(micro_usd) AS spent FROM model_spending
        WHERE day = ${day}::date AND ${dailyBudgetMicroUsd}::bigint IS NOT NULL
        HAVING sum(micro_usd) >= ${dailyBudgetMicroUsd}::bigint) x`,
      id: sql`${day}::text`,
      since: sql`COALESCE((SELECT created_at FROM notifications WHERE business_key = 'model-budget:' || ${day}::text || ':slack'),
        ${now}::timestamptz)`,
      facts: sql`json_build_object('microUsd', x.spent)`,
      first: sql`x.spent`,
    },
    notification_failed: {
      from: sql`notifications x LEFT JOIN orders o ON o.id = x.order_id WHERE x.status = 'failed' AND x.settled_at IS NULL
        AND x.created_at >= ${now}::timestamptz - ${FAILED_DAYS}::int * interval '1 day'
        -- "The list has grown" is nothing any more once the next one says it.
        AND NOT (${IS_GROWTH(sql`x`)} AND EXISTS (SELECT 1 FROM notifications later WHERE later.emptied_at IS NULL
          AND later.created_at > x.created_at AND later.channel = x.channel AND ${IS_GROWTH(sql`later`)}))`,
      id: sql`x.id`,
      // A channel to the team that is broken is told once, until it has worked again: each telling would be one more notice that fails by it.
      news: sql`CASE WHEN x.content->>'to' = 'team' THEN x.channel || ' ' || COALESCE((
          SELECT worked.created_at FROM notifications worked WHERE worked.emptied_at IS NULL AND worked.channel = x.channel
            AND worked.status = 'sent' AND worked.content->>'to' = 'team' AND worked.created_at < x.created_at
          ORDER BY worked.created_at DESC LIMIT 1)::text, '') ELSE x.id::text END`,
      since: sql`x.created_at`,
      facts: sql`json_build_object(${ORDER}, 'channel', x.channel, 'to', x.content->>'to', 'reason', x.last_error)`,
      first: sql`x.created_at`,
    },
    template: {
      from: sql`(SELECT DISTINCT ON (key, locale) * FROM message_templates ORDER BY key, locale, wanted_at DESC) x
        WHERE x.approval <> 'approved' AND (x.approval NOT IN ('received', 'pending')
          OR x.wanted_at < ${now}::timestamptz - ${APPROVAL_HOURS}::int * interval '1 hour')`,
      id: sql`x.content_sid || ' ' || x.approval`,
      since: sql`CASE WHEN x.approval IN ('received', 'pending') THEN x.wanted_at ELSE x.updated_at END`,
      facts: sql`json_build_object('key', x.key, 'locale', x.locale, 'approval', x.approval)`,
      first: sql`x.key, x.locale`,
    },
  };
}

const soldLately = sql`m.stock_level_id = s.id AND m.kind = 'consumed'
  AND m.created_at >= now() - ${SELLS_DAYS}::int * interval '1 day'`;
const stockSource = {
  stock_low: {
    from: sql`stock_levels s JOIN products p ON p.id = s.product_id AND p.active AND p.stocked
        JOIN locations l ON l.id = s.location_id AND l.active
      WHERE s.low_since IS NOT NULL AND EXISTS (SELECT 1 FROM stock_movements m WHERE ${soldLately})`,
    id: sql`s.id`,
    since: sql`s.low_since`,
    facts: sql`json_build_object('productId', p.id, 'label', p.label, 'place', l.name, 'left', s.on_hand - s.reserved,
      'sold', (SELECT -sum(m.on_hand_delta) FROM stock_movements m WHERE ${soldLately}))`,
    // Of what sells, what there is nothing left of, and for the longest.
    first: sql`s.on_hand - s.reserved > 0, s.low_since`,
  },
};
