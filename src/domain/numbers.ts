const DAY_MS = 24 * 3600_000;

/** What the shop's numbers are counted by: days of the shop's own time zone, weeks from Monday, months. */
export const GRAINS = ['day', 'week', 'month'] as const;
export type Grain = (typeof GRAINS)[number];

/** How many of each a page shows. */
export const SHOWN: Record<Grain, number> = { day: 30, week: 26, month: 24 };

/** A thank-you counts as followed when the customer's next order is paid within so many hours of it. */
export const BUY_AGAIN_HOURS = 30 * 24;
/** A payment Stripe had for longer than this before we knew of it is one whose customer waited. */
export const PENDING_TOO_LONG_SECONDS = 30;

/**
 * After so many days nothing of a day changes any more: the time to buy again is over, links are dead, banks have answered
 * and messages have failed or not.
 */
export const SETTLED_AFTER_DAYS = 35;

/** What is counted; `subject` says of what. Amounts are in minor units, of the model in millionths of a US dollar. */
export const MEASURES = [
  // By the day the money came; subject: the currency.
  ...(['sales_orders', 'sales_minor'] as const),
  // Likewise; subject: the currency and the SKU, "EUR MI-PRI4-2055516".
  ...(['product_pieces', 'product_minor'] as const),
  // By the day the order was placed.
  ...(['orders_placed', 'orders_paid', 'orders_expired', 'orders_cancelled', 'orders_open'] as const),
  // Likewise; subject: the step, and the variant where there are several: "1", "2 B".
  ...(['reminders_sent', 'reminders_paid'] as const),
  // By the day the money came.
  ...(['thanked', 'bought_again'] as const),
  ...(['link_to_payment_median_seconds', 'link_to_payment_p90_seconds'] as const),
  ...(['sessions_paid', 'sessions_pending_over_30_s'] as const),
  // By the day the webhook came.
  ...(['session_to_webhook_median_seconds', 'session_to_webhook_p90_seconds'] as const),
  ...(['webhook_delay_median_seconds', 'webhook_delay_p90_seconds'] as const),
  // By the day it failed; subject: Twilio's error code, or "unknown".
  'messages_failed',
  // By the day of the call.
  ...(['model_calls', 'model_tokens', 'model_micro_usd'] as const),
] as const;
export type Measure = (typeof MEASURES)[number];

/** One number; `startsOn` is the first day (YYYY-MM-DD) of its day, week or month. What was zero may have none. */
export type ShopNumber = { measure: Measure; startsOn: string; subject: string; value: number };

const dayAt = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const msOf = (day: string): number => Date.parse(`${day}T00:00:00Z`);

export const daysLater = (day: string, count: number): string => dayAt(msOf(day) + count * DAY_MS);

/** The first day of the day, week or month a day is in. */
export function startOf(grain: Grain, day: string): string {
  if (grain === 'day') return day;
  if (grain === 'month') return `${day.slice(0, 7)}-01`;
  const weekday = (new Date(msOf(day)).getUTCDay() + 6) % 7;
  return daysLater(day, -weekday);
}

/** The start of the one `count` after (or before) that which begins at `start`. */
export function startAfter(grain: Grain, start: string, count = 1): string {
  if (grain !== 'month') return daysLater(start, count * (grain === 'week' ? 7 : 1));
  const at = new Date(msOf(start));
  return dayAt(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + count, 1));
}

/** The starts of those a page shows that ends with the one `day` is in, earliest first. */
export function startsUntil(grain: Grain, day: string): string[] {
  const last = startOf(grain, day);
  return Array.from({ length: SHOWN[grain] }, (_, nth) => startAfter(grain, last, nth + 1 - SHOWN[grain]));
}

/** The sum of a measure, of one start or subject where they are given; null where there is no number. */
export type ReadNumber = (measure: Measure, of?: { startsOn?: string; subject?: string }) => number | null;

export function readerOf(numbers: readonly ShopNumber[]): ReadNumber {
  const keyOf = (measure: Measure, startsOn = '', subject = '*') => `${measure} ${startsOn} ${subject}`;
  const sums = new Map<string, number>();
  for (const { measure, startsOn, subject, value } of numbers) {
    const keys = [
      keyOf(measure, startsOn, subject),
      keyOf(measure, startsOn),
      keyOf(measure, '', subject),
      keyOf(measure),
    ];
    for (const key of keys) sums.set(key, (sums.get(key) ?? 0) + value);
  }
  return (measure, { startsOn, subject } = {}) => sums.get(keyOf(measure, startsOn, subject)) ?? null;
}

/** Of what a measure was counted, the most first. */
export function subjectsOf(numbers: readonly ShopNumber[], measure: Measure): string[] {
  const sums = new Map<string, number>();
  for (const number of numbers)
    if (number.measure === measure) sums.set(number.subject, (sums.get(number.subject) ?? 0) + number.value);
  return [...sums].sort(([one, a], [other, b]) => b - a || one.localeCompare(other)).map(([subject]) => subject);
}

/** `part` for each of `whole`; null of none. */
export const perEach = (part: number | null, whole: number | null): number | null =>
  whole === null || whole === 0 ? null : (part ?? 0) / whole;
