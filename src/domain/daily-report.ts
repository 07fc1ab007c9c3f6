import type { Locale } from './locale.ts';
import { formatMoney } from './money.ts';
import { daysLater } from './numbers.ts';
import { quietHoursAt } from './quiet-hours.ts';
import { shopDayOf } from './shop-day.ts';

/** From this hour on, where the shop is, the team may read of the day before. */
export const REPORT_HOUR = 8;

type Amount = { amountMinor: number; currency: string };

/** What a day of the shop came to; `waiting` and `needs` are of the moment the report is written. */
export type DailyReport = {
  /** Orders placed on that day; of them, as they are now, paid, unpaid and cancelled. */
  placed: number;
  paid: number;
  unpaid: number;
  cancelled: number;
  /** Orders of any day whose time to pay ended on that day. */
  expired: number;
  /** Money that came, and went back, on that day, by currency. */
  sales: Amount[];
  refunded: Amount[];
  /** In which customers wrote. */
  conversations: number;
  /** Customers who wait for a person. */
  waiting: number;
  /** How much is on the list of what needs somebody, up to `MOST_NEEDS`. */
  needs: number;
  modelCalls: number;
  modelMicroUsd: number;
};

/** What is more than this is a lot. */
export const MOST_NEEDS = 100;

/** So many days back a report may still come, where no sweep ran in time. */
export const LATEST_AFTER_DAYS = 3;

/**
 * The days (YYYY-MM-DD) that may be reported at `at`, from 8:00 on: the last three. The oldest comes first: the team reads them in
 * their order, yesterday's stands last, and the one that is told before the others is the one that would be the first to be lost.
 */
export function daysToReport(at: Date, timezone: string): string[] {
  if (quietHoursAt(at, { timezone, beginHour: 0, endHour: REPORT_HOUR })) return [];
  const today = shopDayOf(at, timezone);
  return Array.from({ length: LATEST_AFTER_DAYS }, (_, nth) => daysLater(today, nth - LATEST_AFTER_DAYS));
}

/** Of a day on which nothing at all happened there is nothing to say: nor of those before there was a shop. */
export const isWorthTelling = (report: Omit<DailyReport, 'waiting' | 'needs'>): boolean =>
  [report.placed, report.expired, report.conversations, report.modelCalls].some((count) => count > 0) ||
  [...report.sales, ...report.refunded].length > 0;

const NOTHING: DailyReport = {
  ...{ placed: 0, paid: 0, unpaid: 0, cancelled: 0, expired: 0, sales: [], refunded: [] },
  ...{ conversations: 0, waiting: 0, needs: 0, modelCalls: 0, modelMicroUsd: 0 },
};

/** What the texts daily_report_title and _text name. */
export function reportVariables(report: DailyReport = NOTHING, locale: Locale): Record<string, string | number> {
  const { sales, refunded, modelMicroUsd, ...counts } = report;
  const amounts = (of: Amount[]) =>
    of.map(({ amountMinor, currency }) => formatMoney(amountMinor, currency, locale)).join(' + ') || 'none';
  // A shopkeeper counts in cents; what cost something costs one at least.
  const cents = modelMicroUsd > 0 ? Math.max(1, Math.round(modelMicroUsd / 10_000)) : 0;
  return {
    ...counts,
    sales: amounts(sales),
    refunded: amounts(refunded),
    modelCost: cents > 0 ? formatMoney(cents, 'USD', locale) : 'none',
  };
}
