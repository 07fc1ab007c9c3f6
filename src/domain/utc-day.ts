const DAY_MS = 24 * 3600_000;

/**
 * Days as reconciliation cuts them: by UTC, the clock of Stripe's `created` and of its reports, so that both sides are
 * cut at the same instant whatever the shop's timezone and its summer time.
 */
export type UtcDay = { name: string; from: Date; until: Date };

export function utcDayOf(at: Date): UtcDay {
  const from = new Date(Math.floor(at.getTime() / DAY_MS) * DAY_MS);
  return { name: from.toISOString().slice(0, 10), from, until: new Date(from.getTime() + DAY_MS) };
}

/** The last `count` days, today first. */
export const lastUtcDays = (now: Date, count: number): UtcDay[] =>
  Array.from({ length: count }, (_, ago) => utcDayOf(new Date(now.getTime() - ago * DAY_MS)));

/** How many days back the ledger is compared, and how long Stripe keeps events: https://docs.stripe.com/api/events */
export const RECONCILED_DAYS = 30;
