import type { Locale } from '../domain/locale.ts';

/** "21 nov. 2026, 14:05" in the shop's time zone. */
export function formatWhen(at: Date, locale: Locale, timezone: string): string {
  const language = locale === 'en' ? 'en-GB' : locale;
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone: timezone }).format(at);
}
