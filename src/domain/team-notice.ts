import { TOLD_TOGETHER } from './concern.ts';
import { reportVariables } from './daily-report.ts';
import { formatInstant } from './instant.ts';
import type { Locale } from './locale.ts';
import { formatMoney } from './money.ts';
import type { TeamNotice } from './notification.ts';
import type { Texts, TextVariables } from './texts.ts';

// What a text asks `select` about: the absence of a value is a value there.
const NONE = 'none';
const NAMED = new Set<string>([
  ...['reason', 'status', 'dueBy', 'day', 'count', 'work', 'details', 'firstName', 'conversationId', 'since'],
  ...TOLD_TOGETHER,
]);

const formatDay = (day: string, locale: Locale): string =>
  new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, { dateStyle: 'long', timeZone: 'UTC' }).format(
    new Date(`${day}T00:00:00Z`),
  );

function variablesOf(notice: TeamNotice, locale: Locale, timezone: string): TextVariables {
  const { orderNumber = NONE, money, values = {} } = notice;
  const { reason, status, dueBy, day, count = 0, work, details, firstName, since } = values;
  const others = Object.entries(values)
    .filter(([name]) => !NAMED.has(name))
    .map(([name, value]) => `${name.replaceAll('_', ' ')}: ${value}`);
  const instant = (value: unknown) => {
    const at = new Date(String(value));
    return Number.isNaN(at.getTime()) ? NONE : formatInstant(at, locale, timezone);
  };
  return {
    ...reportVariables(notice.report, locale),
    ...Object.fromEntries(TOLD_TOGETHER.map((kind) => [kind, Number(values[kind]) || 0])),
    since: instant(since),
    orderNumber,
    amount: money ? formatMoney(money.amountMinor, money.currency, locale) : NONE,
    reason: reason || NONE,
    status: status || NONE,
    dueBy: instant(dueBy),
    day: day ? (/^\d{4}-\d{2}-\d{2}$/.test(String(day)) ? formatDay(String(day), locale) : day) : NONE,
    work: work || NONE,
    firstName: firstName || NONE,
    details: [details, ...others].filter(Boolean).join(', ') || NONE,
    count: Number(count) || 0,
  };
}

/** A notice in the team's words; the text ends with `pageUrl` when there is a page that shows it. */
export function teamNoticeWords(
  texts: Texts,
  notice: TeamNotice,
  input: { locale: Locale; timezone: string; pageUrl: string | null },
): { title: string; text: string } {
  const { locale, timezone, pageUrl } = input;
  const variables = variablesOf(notice, locale, timezone);
  const text = texts(locale, `${notice.kind}_text`, variables);
  return {
    title: texts(locale, `${notice.kind}_title`, variables),
    text: pageUrl ? `${text}\n\n${pageUrl}` : text,
  };
}
