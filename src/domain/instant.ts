import type { Locale } from './locale.ts';
import { madeOnce } from './made-once.ts';

const instantFormat = madeOnce(
  (locale: Locale, timeZone: string) =>
    new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
      ...{ weekday: 'long', day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
      timeZone,
    }),
);

/**
 * `2026-11-21T18:00Z` -> "samedi 21 novembre à 14:00" in the shop's time zone. Put together here: what Intl puts between
 * day and time differs between versions of Node, and in Spanish reads like a form ("sábado, 21 de noviembre, 14:00").
 */
export function formatInstant(at: Date, locale: Locale, timezone: string): string {
  const parts = instantFormat(locale, timezone).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((each) => each.type === type)?.value ?? '';
  const [weekday, day, month, hour] = [part('weekday'), part('day'), part('month'), part('hour')];
  const time = `${hour}:${part('minute')}`;
  if (locale === 'fr') return `${weekday} ${day} ${month} à ${time}`;
  if (locale === 'en') return `${weekday} ${day} ${month} at ${time}`;
  return `${weekday} ${day} de ${month} ${hour === '01' ? 'a la' : 'a las'} ${time}`;
}
