import type { Locale } from '../domain/locale.ts';

/** "21 nov. 2026, 14:05" in the shop's time zone. */
export function formatWhen(at: Date, locale: Locale, timezone: string): string {
  const language = locale === 'en' ? 'en-GB' : locale;
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone: timezone }).format(at);
}

/** "2026-11-21" as "sat. 21 nov.". */
export function formatDay(day: string, locale: Locale): string {
  const language = locale === 'en' ? 'en-GB' : locale;
  const at = new Date(`${day}T00:00:00Z`);
  const format = new Intl.DateTimeFormat(language, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  });
  return format.format(at);
}

const AGES = [
  { unit: 'day', ms: 24 * 3600_000 },
  { unit: 'hour', ms: 3600_000 },
  { unit: 'minute', ms: 60_000 },
] as const;

/** "3 hours", by the largest unit that is full; less than a minute is "0 minutes". */
export function formatAge(ageMs: number, locale: Locale): string {
  const { unit, ms } = AGES.find((each) => ageMs >= each.ms) ?? AGES[2];
  const count = Math.max(0, Math.floor(ageMs / ms));
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(count);
}
