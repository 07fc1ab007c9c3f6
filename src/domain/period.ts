const DAY_MS = 24 * 3600_000;

export const PERIODS = ['today', 'yesterday', 'week', 'month'] as const;
/** `week` and `month` are the last 7 and 30 days, today among them. */
export type Period = (typeof PERIODS)[number];

/** Days as YYYY-MM-DD, both included; a bound that is absent is none. */
export type Days = { firstDay?: string; lastDay?: string };

/** A day of the calendar in this century; undefined for anything else. */
export function readDay(text: string): string | undefined {
  const at = /^20\d\d-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  // Some engines take 31 February for 3 March.
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text) ? text : undefined;
}

const daysBefore = (day: string, count: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) - count * DAY_MS).toISOString().slice(0, 10);

const LENGTHS: Record<Exclude<Period, 'yesterday'>, number> = { today: 1, week: 7, month: 30 };

/** The days of a period when it is `today` where the shop is. */
export function daysOf(period: Period, today: string): Required<Days> {
  if (period === 'yesterday') return { firstDay: daysBefore(today, 1), lastDay: daysBefore(today, 1) };
  return { firstDay: daysBefore(today, LENGTHS[period] - 1), lastDay: today };
}
