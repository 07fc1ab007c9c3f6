import type { ReviewReason } from '../domain/review.ts';
import { RECONCILED_DAYS } from '../domain/utc-day.ts';
import { Prisma } from '../generated/prisma/client.ts';
import type { Db } from './client.ts';

type OrderName = { orderId: string; orderNumber: string };

/** What of the shop's money waits for a person, each list with the most pressing first. */
export type MoneyOverview = {
  reviews: (OrderName & { reason: ReviewReason })[];
  /** Open disputes and inquiries. */
  disputes: (OrderName & { amountMinor: number; currency: string; status: string; dueBy: Date | null })[];
  /** Refunds that Stripe has not taken yet, and what it said. */
  refunds: (OrderName & { amountMinor: number; currency: string; lastError: string | null; createdAt: Date })[];
  /** Stripe events that were given up. */
  failedEvents: EventRow[];
  /** Stripe events about no payment of ours, the latest. */
  foreignEvents: EventRow[];
  /** When the ledger was last compared with Stripe, and the UTC days of the last month on which they still differ. */
  comparison: { at: Date | null; differing: { day: string; remaining: number }[] };
  /** By day in the shop's time zone (YYYY-MM-DD), latest first: what came in, what went back, what disputes took. */
  days: { day: string; currency: string; receivedMinor: number; refundedMinor: number; lostMinor: number }[];
};
export type EventRow = { id: string; stripeEventId: string; type: string; at: Date; reason: string | null };

const SHOWN = 50;
const DAYS = 7;
const DAY_MS = 24 * 3600_000;
const ORDER = { select: { id: true, number: true } } as const;
const PAYMENT = { select: { attempt: { select: { order: ORDER } } } } as const;
type WithOrder = { payment: { attempt: { order: { id: string; number: string } } } };
const nameOf = ({ payment }: WithOrder): OrderName => ({
  orderId: payment.attempt.order.id,
  orderNumber: payment.attempt.order.number,
});

export async function moneyOverview(
  db: Db,
  { now, timezone }: { now: Date; timezone: string },
): Promise<MoneyOverview> {
  const [reviews, disputes, refunds, failedEvents, foreignEvents, days, comparison] = await Promise.all([
    db.review.findMany({
      where: { closedAt: null },
      orderBy: { openedAt: 'asc' },
      take: SHOWN,
      include: { order: ORDER },
    }),
    db.dispute.findMany({
      where: { closedAt: null },
      orderBy: { dueBy: { sort: 'asc', nulls: 'last' } },
      take: SHOWN,
      include: { payment: PAYMENT },
    }),
    db.refund.findMany({
      where: { status: 'requested' },
      orderBy: { createdAt: 'asc' },
      take: SHOWN,
      include: { payment: PAYMENT },
    }),
    eventsThatEnded(db, 'failed'),
    eventsThatEnded(db, 'foreign'),
    moneyByDay(db, now, timezone),
    ledgerComparison(db, now),
  ]);
  return {
    // openReview lets nothing else in.
    reviews: reviews.map(({ order, reason }) => ({
      ...{ orderId: order.id, orderNumber: order.number, reason: reason as ReviewReason },
    })),
    disputes: disputes.map((dispute) => {
      const { amountMinor, currency, status, dueBy } = dispute;
      return { ...nameOf(dispute), amountMinor, currency, status, dueBy };
    }),
    refunds: refunds.map((refund) => {
      const { amountMinor, currency, lastError, createdAt } = refund;
      return { ...nameOf(refund), amountMinor, currency, lastError, createdAt };
    }),
    ...{ failedEvents, foreignEvents, days, comparison },
  };
}

/** The outcome stands in the statement itself: as a parameter it would not be known to be in the partial index. */
function eventsThatEnded(db: Db, outcome: 'failed' | 'foreign'): Promise<EventRow[]> {
  return db.$queryRaw(Prisma.sql`
    SELECT id, stripe_event_id AS "stripeEventId", type, received_at AS at, COALESCE(reason, last_error) AS reason
    FROM payment_events WHERE outcome = ${Prisma.raw(`'${outcome}'`)} ORDER BY received_at DESC LIMIT ${SHOWN}`);
}

async function ledgerComparison(db: Db, now: Date): Promise<MoneyOverview['comparison']> {
  const days = await db.reconciliation.findMany({
    where: { part: 'ledger', day: { gte: new Date(now.getTime() - RECONCILED_DAYS * DAY_MS) } },
    orderBy: { day: 'desc' },
    select: { day: true, remaining: true, finishedAt: true },
  });
  const at = days.reduce((latest, { finishedAt }) => Math.max(latest, finishedAt?.getTime() ?? 0), 0);
  const differing = days.filter(({ remaining }) => remaining > 0);
  return {
    at: at > 0 ? new Date(at) : null,
    differing: differing.map(({ day, remaining }) => ({ day: day.toISOString().slice(0, 10), remaining })),
  };
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
