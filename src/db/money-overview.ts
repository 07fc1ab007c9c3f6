import { RECONCILED_DAYS } from '../domain/utc-day.ts';
import type { Db } from './client.ts';

/** What moved of the shop's money, and what is decided elsewhere. What waits for a person is in db/concerns.ts. */
export type MoneyOverview = {
  /** Disputes and inquiries that the customer's bank decides now. */
  disputes: { orderId: string; orderNumber: string; amountMinor: number; currency: string; status: string }[];
  /** Stripe events about no payment of ours, the latest. */
  foreignEvents: EventRow[];
  /** When the ledger was last compared with Stripe. */
  comparedAt: Date | null;
  /** By day in the shop's time zone (YYYY-MM-DD), latest first: what came in, what went back, what disputes took. */
  days: { day: string; currency: string; receivedMinor: number; refundedMinor: number; lostMinor: number }[];
};
export type EventRow = { id: string; type: string; at: Date; reason: string | null };

const SHOWN = 50;
const DAYS = 7;
const DAY_MS = 24 * 3600_000;
export async function moneyOverview(
  db: Db,
  { now, timezone }: { now: Date; timezone: string },
): Promise<MoneyOverview> {
  const [disputes, foreignEvents, days, comparedAt] = await Promise.all([
    disputesUnderReview(db),
    foreignEventsOf(db),
    moneyByDay(db, now, timezone),
    lastComparison(db, now),
  ]);
  return { disputes, foreignEvents, days, comparedAt };
}

function disputesUnderReview(db: Db): Promise<MoneyOverview['disputes']> {
  return db.$queryRaw`
    SELECT o.id AS "orderId", o.number AS "orderNumber", d.amount_minor AS "amountMinor", d.currency, d.status
    FROM disputes d JOIN payments p ON p.id = d.payment_id JOIN payment_attempts a ON a.id = p.attempt_id
      JOIN orders o ON o.id = a.order_id
    WHERE d.closed_at IS NULL AND d.status IN ('under_review', 'warning_under_review')
    ORDER BY d.created_at LIMIT ${SHOWN}`;
}

/** The outcome stands in the statement itself: as a parameter it would not be known to be in the partial index. */
function foreignEventsOf(db: Db): Promise<EventRow[]> {
  return db.$queryRaw`
    SELECT id, type, received_at AS at, COALESCE(reason, last_error) AS reason
    FROM payment_events WHERE outcome = 'foreign' ORDER BY received_at DESC LIMIT ${SHOWN}`;
}

async function lastComparison(db: Db, now: Date): Promise<Date | null> {
  const { _max } = await db.reconciliation.aggregate({
    where: { part: 'ledger', day: { gte: new Date(now.getTime() - RECONCILED_DAYS * DAY_MS) } },
    _max: { finishedAt: true },
  });
  return _max.finishedAt;
}

/** From midnight on, there: a day cut short would look like a poor one. */
async function midnightDaysAgo(db: Db, now: Date, timezone: string): Promise<Date> {
  const [row] = await db.$queryRaw<{ at: Date }[]>`
    SELECT (date_trunc('day', ${now}::timestamptz AT TIME ZONE ${timezone}) - ${DAYS - 1} * interval '1 day')
      AT TIME ZONE ${timezone} AS at`;
  return row?.at ?? now;
}

async function moneyByDay(db: Db, now: Date, timezone: string): Promise<MoneyOverview['days']> {
  const since = await midnightDaysAgo(db, now, timezone);
  return db.$queryRaw`
    WITH moved AS (
      SELECT received_at AS at, currency, amount_minor AS received, 0 AS refunded, 0 AS lost FROM payments
        WHERE received_at >= ${since}::timestamptz
      UNION ALL SELECT created_at, currency, 0, amount_minor, 0 FROM refunds
        WHERE created_at >= ${since}::timestamptz AND status NOT IN ('requested', 'failed', 'canceled')
      UNION ALL SELECT closed_at, currency, 0, 0, amount_minor FROM disputes
        WHERE closed_at >= ${since}::timestamptz AND status = 'lost')
    SELECT to_char(at AT TIME ZONE ${timezone}, 'YYYY-MM-DD') AS day, currency, sum(received)::float AS "receivedMinor",
      sum(refunded)::float AS "refundedMinor", sum(lost)::float AS "lostMinor"
    FROM moved GROUP BY 1, 2 ORDER BY 1 DESC, 2`;
}
