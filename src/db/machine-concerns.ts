import { APPROVAL_HOURS, FAILED_DAYS } from '../domain/concern.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { type ConcernScope, ORDER } from './concern-source.ts';
import { MODEL_DOWN } from './model-pauses.ts';
import { stuckWork } from './stuck-work.ts';

const sql = Prisma.sql;
const IS_GROWTH = (notification: Prisma.Sql) =>
  sql`${notification}.content #>> '{notice,kind}' IS NOT DISTINCT FROM 'concerns_grew'`;

/** What does not work: stuck work, the model, notices, wordings. */
export function machineSources({ now, day, dailyBudgetMicroUsd }: ConcernScope) {
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
