import type { Locale } from './locale.ts';
import { madeOnce } from './made-once.ts';
import { shopDayOf } from './shop-day.ts';

/** How far ahead customers are told of a closed day. */
const TOLD_AHEAD_DAYS = 14;
const DAY_MS = 24 * 3600_000;

const dayFormat = madeOnce(
  (locale: Locale) =>
    new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' }),
);

/** "vendredi 25 décembre" of 2026-12-25; what is no day stays as it was typed. */
export function sayDay(day: string, locale: Locale): string {
  const noon = new Date(`${day}T12:00:00Z`);
  return Number.isNaN(noon.getTime()) ? day : dayFormat(locale).format(noon);
}

/** The closed days of the next two weeks, today among them, as customers are told of them. */
export function closedSoon(
  { closedDays, timezone, locale }: { closedDays: readonly string[]; timezone: string; locale: Locale },
  now: Date,
): string[] {
  const today = shopDayOf(now, timezone);
  const last = shopDayOf(new Date(now.getTime() + TOLD_AHEAD_DAYS * DAY_MS), timezone);
  return closedDays.filter((day) => day >= today && day <= last).map((day) => sayDay(day, locale));
}
