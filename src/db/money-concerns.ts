import { RECONCILED_DAYS } from '../domain/utc-day.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { type ConcernScope, ORDER } from './concern-source.ts';
import { stuckWork } from './stuck-work.ts';

const sql = Prisma.sql;
const OF_PAYMENT = sql`JOIN payments p ON p.id = x.payment_id JOIN payment_attempts a ON a.id = p.attempt_id
  JOIN orders o ON o.id = a.order_id`;
const MONEY = sql`'amountMinor', x.amount_minor, 'currency', x.currency`;

/** Money that is disputed, does not match, or does not go where it should. */
export function moneySources({ now }: ConcernScope) {
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
