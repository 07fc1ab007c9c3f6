import { LOCALES, type Locale } from './locale.ts';
import { plainText } from './plain-text.ts';

/** From Monday on, as people write them; a day may also be cut to its first three letters. */
const DAYS: Record<Locale, readonly string[]> = {
  fr: 'lundi mardi mercredi jeudi vendredi samedi dimanche'.split(' '),
  en: 'monday tuesday wednesday thursday friday saturday sunday'.split(' '),
  es: 'lunes martes miercoles jueves viernes sabado domingo'.split(' '),
};
const SAID: Record<Locale, { to: string; closed: string; time(hour: number, minute: string): string }> = {
  fr: { to: 'à', closed: 'fermé', time: (hour, minute) => (minute === '00' ? `${hour} h` : `${hour} h ${minute}`) },
  en: { to: 'to', closed: 'closed', time: (hour, minute) => `${hour}:${minute}` },
  es: { to: 'a', closed: 'cerrado', time: (hour, minute) => `${hour}:${minute}` },
};
// 7 h 30, 7h30, 7:30, 8 h, 8, 8:30 am
const TIME = String.raw`\d{1,2}(?:\s?[h:.]\s?\d{2}(?!\d)|\s?h\b)?(?:\s?[ap]\.?m\b\.?)?`;
const TOKENS = new RegExp(`${TIME}|[a-z]+|[-–—]|[^\\s]`, 'g');
const RANGE = new Set(['-', '–', '—', 'a', 'au', 'to', 'al', 'until', 'hasta', 'through']);
const SKIPPED = new Set(', ; : . / & et and y e de du from del le les el los the horas heures hours hs'.split(' '));
const CLOSED = new Set('ferme fermee closed cerrado cerrada'.split(' '));

type Token =
  | { kind: 'day'; day: number; languages: readonly Locale[] }
  | { kind: 'time'; minutes: number }
  | { kind: 'range' | 'closed' };
type Span = [from: number, to: number];
type Entry = { days: Span[]; times: Span[] };

function dayIn(word: string): Token | undefined {
  const dayOf = (language: Locale) =>
    DAYS[language].findIndex((name) => name === word || name === word.replace(/s$/, '') || name.slice(0, 3) === word);
  const languages = LOCALES.filter((language) => dayOf(language) >= 0);
  const [first] = languages;
  return first && { kind: 'day', day: dayOf(first), languages };
}

function timeIn(word: string): Token | undefined {
  const match = /^(\d{1,2})\D*?(\d{2})?\D*$/.exec(word);
  const half = /([ap])\.?m/.exec(word)?.[1];
  const [hour, minute] = [Number(match?.[1]), Number(match?.[2] ?? 0)];
  if (!match || hour > (half ? 12 : 24) || minute > 59) return undefined;
  return { kind: 'time', minutes: (half ? (hour % 12) + (half === 'p' ? 12 : 0) : hour) * 60 + minute };
}

function tokensIn(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  for (const [word] of plainText(text).matchAll(TOKENS)) {
    if (SKIPPED.has(word)) continue;
    const token: Token | undefined = RANGE.has(word)
      ? { kind: 'range' }
      : CLOSED.has(word)
        ? { kind: 'closed' }
        : (dayIn(word) ?? timeIn(word));
    if (!token) return undefined;
    tokens.push(token);
  }
  return tokens;
}

/** Days, then their times, and so on; undefined for whatever does not read like that from beginning to end. */
function entriesIn(tokens: readonly Token[]): Entry[] | undefined {
  const entries: Entry[] = [];
  for (let at = 0; at < tokens.length; ) {
    const entry: Entry = { days: [], times: [] };
    for (let token = tokens[at]; token?.kind === 'day'; token = tokens[at]) {
      const until = tokens[at + 1]?.kind === 'range' ? tokens[at + 2] : undefined;
      if (tokens[at + 1]?.kind === 'range' && until?.kind !== 'day') return undefined;
      entry.days.push([token.day, until?.kind === 'day' ? until.day : token.day]);
      at += until ? 3 : 1;
    }
    const isClosed = tokens[at]?.kind === 'closed';
    if (isClosed) at++;
    for (let token = tokens[at]; token?.kind === 'time'; token = tokens[at]) {
      const until = tokens[at + 2];
      if (tokens[at + 1]?.kind !== 'range' || until?.kind !== 'time' || until.minutes <= token.minutes)
        return undefined;
      entry.times.push([token.minutes, until.minutes]);
      at += 3;
    }
    if (entry.days.length === 0 || isClosed === entry.times.length > 0) return undefined;
    entries.push(entry);
  }
  return entries.length > 0 ? entries : undefined;
}

function render({ days, times }: Entry, locale: Locale): string {
  const { to, closed, time } = SAID[locale];
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' });
  // The first of January 2024 was a Monday.
  const dayName = (day: number) => weekday.format(Date.UTC(2024, 0, 1 + day));
  const clock = (minutes: number) => time(Math.floor(minutes / 60), String(minutes % 60).padStart(2, '0'));
  const list = new Intl.ListFormat(locale === 'en' ? 'en-GB' : locale);
  const when = list.format(days.map(([a, b]) => (a === b ? dayName(a) : `${dayName(a)} ${to} ${dayName(b)}`)));
  return `${when} ${times.length === 0 ? closed : list.format(times.map(([a, b]) => `${clock(a)} - ${clock(b)}`))}`;
}

/**
 * Opening hours as the shop wrote them, in the customer's language: days with their times are said anew
 * (`"Lun-Sam 8h-18h", 'en'` -> "Monday to Saturday 8:00 - 18:00"); anything else, and what is in that language already, stays
 * word for word.
 */
export function hoursIn(text: string, locale: Locale): string {
  const tokens = tokensIn(text);
  const entries = tokens && entriesIn(tokens);
  if (!entries) return text;
  const isTheirs = tokens.every((token) => token.kind !== 'day' || token.languages.includes(locale));
  if (isTheirs) return text;
  const said = entries.map((entry) => render(entry, locale)).join(', ');
  return said.charAt(0).toUpperCase() + said.slice(1);
}
