import type { Locale } from '../../domain/locale.ts';
import { type Grain, perEach, type ReadNumber, readerOf, subjectsOf } from '../../domain/numbers.ts';
import type { NumbersShown } from '../../flows/show-numbers.ts';
import { formatNumber, type NumberKind } from './number-format.ts';
import { type ColumnKey, NUMBERS_WORDS, type NumbersWords, type SectionKey } from './words/numbers-words.ts';

export type NumberColumn = { key: ColumnKey; label: string; kind: NumberKind };

/** The numbers behind a chart; the chart draws columns of it. */
export type NumbersTable = {
  id: string;
  title: string;
  meaning: string;
  /** Over the rows. */
  head: string;
  columns: NumberColumn[];
  rows: { label: string; values: (number | null)[] }[];
  /** Of all rows; null where numbers of rows make none together. */
  total: (number | null)[] | null;
  /** A bar for each row upwards, or a rank of rows. */
  shape: 'time' | 'ranks';
  /** Which columns are drawn, the widest bars first. */
  drawn: number[];
  /** Said large: the column's total. */
  headline: number | null;
  more?: string;
};

type Row = { startsOn?: string; subject?: string };
type Given = readonly [key: ColumnKey, kind: NumberKind, of: (row: Row) => number | null];

const shortDay = (locale: Locale, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, { ...options, timeZone: 'UTC' });

/** "Sat 21 Nov", "from 16 Nov", "November 2026": how a row of time is called. */
function rowNames(grain: Grain, locale: Locale, { weekOf }: NumbersWords): (startsOn: string) => string {
  const format =
    grain === 'month'
      ? shortDay(locale, { month: 'short', year: 'numeric' })
      : shortDay(locale, { day: 'numeric', month: 'short', ...(grain === 'day' && { weekday: 'short' }) });
  const before = grain === 'week' ? `${weekOf} ` : '';
  return (startsOn) => before + format.format(new Date(`${startsOn}T00:00:00Z`));
}

type Facts = { shown: NumbersShown; words: NumbersWords; locale: Locale };

const columnsOf = ({ words }: Facts, given: readonly Given[]): NumberColumn[] =>
  given.map(([key, kind]) => ({ key, kind, label: words.columns[key] }));

const valuesOf = (given: readonly Given[], row: Row) => given.map(([, , of]) => of(row));

/** A row for each day, week or month shown. Without `totals` nothing is said of all of them together, as of medians. */
function overTime(
  facts: Facts,
  { key, given, drawn, headline }: { key: SectionKey; given: Given[]; drawn: number[]; headline?: number },
  subject?: string,
): NumbersTable {
  const { shown, words, locale } = facts;
  const nameOf = rowNames(shown.grain, locale, words);
  const of = subject === undefined ? {} : { subject };
  return {
    ...{ id: subject ? `${key}-${subject}` : key, ...words.sections[key], head: words.starts[shown.grain] },
    columns: columnsOf(facts, given),
    rows: shown.starts.map((startsOn) => ({
      label: nameOf(startsOn),
      values: valuesOf(given, { startsOn, ...of }),
    })),
    total: headline === undefined ? null : valuesOf(given, of),
    ...{ shape: 'time', drawn, headline: headline ?? null },
  };
}

const count =
  (read: ReadNumber, measure: Parameters<ReadNumber>[0]): Given[2] =>
  (row) =>
    read(measure, row) ?? 0;

function salesTables(facts: Facts, read: ReadNumber, currencies: string[]): NumbersTable[] {
  return currencies.flatMap((currency) => {
    const given: Given[] = [
      ['orders', 'count', count(read, 'sales_orders')],
      ['amount', { currency }, count(read, 'sales_minor')],
    ];
    const sales = overTime(facts, { key: 'sales', given, drawn: [1], headline: 1 }, currency);
    const of = currencies.length > 1 ? ` · ${currency}` : '';
    return [sales, productTable(facts, currency)].map((table) => ({ ...table, title: table.title + of }));
  });
}

function productTable(facts: Facts, currency: string): NumbersTable {
  const { shown, words } = facts;
  const products = shown.products.filter((product) => product.currency === currency);
  return {
    ...{ id: `products-${currency}`, ...words.sections.products, head: words.product },
    columns: columnsOf(facts, [
      ['pieces', 'count', () => null],
      ['amount', { currency }, () => null],
    ]),
    rows: products.map(({ label, sku, pieces, minor }) => ({
      label: label ? `${label} (${sku})` : sku,
      values: [pieces, minor],
    })),
    ...{ total: null, shape: 'ranks', drawn: [1], headline: null },
    ...(shown.moreProducts > 0 && { more: words.more(shown.moreProducts) }),
  };
}

/** A row for each of what a measure was counted of. */
function bySubject(
  facts: Facts,
  { key, given, drawn, head }: { key: SectionKey; given: Given[]; drawn: number[]; head: string },
  subjects: { subject: string; label: string }[],
): NumbersTable {
  return {
    ...{ id: key, ...facts.words.sections[key], head, columns: columnsOf(facts, given) },
    rows: subjects.map(({ subject, label }) => ({ label, values: valuesOf(given, { subject }) })),
    ...{ total: null, shape: 'ranks', drawn, headline: null },
  };
}

function reminderTables(facts: Facts, read: ReadNumber): NumbersTable[] {
  const { words, shown } = facts;
  const given: Given[] = [
    ['sent', 'count', count(read, 'reminders_sent')],
    ['paidAfter', 'count', count(read, 'reminders_paid')],
    ['paidShare', 'share', (row) => perEach(read('reminders_paid', row), read('reminders_sent', row))],
  ];
  const steps = subjectsOf(shown.numbers, 'reminders_sent')
    .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }))
    .map((subject) => {
      const [step, variant] = subject.split(/ (.*)/);
      return { subject, label: `${words.step} ${step}${variant ? `, ${words.variant} ${variant}` : ''}` };
    });
  return [
    bySubject(facts, { key: 'steps', given, drawn: [2], head: words.step }, steps),
    overTime(facts, { key: 'reminders', given, drawn: [2], headline: 2 }),
  ];
}

function orderTables(facts: Facts, read: ReadNumber): NumbersTable[] {
  const decided: Given[2] = (row) => (read('orders_placed', row) ?? 0) - (read('orders_open', row) ?? 0);
  const outcomes: Given[] = [
    ['placed', 'count', count(read, 'orders_placed')],
    ['paid', 'count', count(read, 'orders_paid')],
    ['expired', 'count', count(read, 'orders_expired')],
    ['cancelled', 'count', count(read, 'orders_cancelled')],
    ['open', 'count', count(read, 'orders_open')],
    ['expiredShare', 'share', (row) => perEach(read('orders_expired', row), decided(row))],
  ];
  const again: Given[] = [
    ['thanked', 'count', count(read, 'thanked')],
    ['again', 'count', count(read, 'bought_again')],
    ['againShare', 'share', (row) => perEach(read('bought_again', row), read('thanked', row))],
  ];
  return [
    overTime(facts, { key: 'outcomes', given: outcomes, drawn: [5], headline: 5 }),
    ...reminderTables(facts, read),
    overTime(facts, { key: 'again', given: again, drawn: [2], headline: 2 }),
  ];
}

function paymentTables(facts: Facts, read: ReadNumber): NumbersTable[] {
  const link: Given[] = [
    ['p90', 'seconds', (row) => read('link_to_payment_p90_seconds', row)],
    ['median', 'seconds', (row) => read('link_to_payment_median_seconds', row)],
  ];
  const webhook: Given[] = [
    ['p90', 'seconds', (row) => read('session_to_webhook_p90_seconds', row)],
    ['median', 'seconds', (row) => read('session_to_webhook_median_seconds', row)],
    ['delayP90', 'seconds', (row) => read('webhook_delay_p90_seconds', row)],
    ['delayMedian', 'seconds', (row) => read('webhook_delay_median_seconds', row)],
  ];
  const pending: Given[] = [
    ['sessions', 'count', count(read, 'sessions_paid')],
    ['pending', 'count', count(read, 'sessions_pending_over_30_s')],
    ['pendingShare', 'share', (row) => perEach(read('sessions_pending_over_30_s', row), read('sessions_paid', row))],
  ];
  return [
    overTime(facts, { key: 'link', given: link, drawn: [0, 1] }),
    overTime(facts, { key: 'webhook', given: webhook, drawn: [0, 1] }),
    overTime(facts, { key: 'pending', given: pending, drawn: [2], headline: 2 }),
  ];
}

function failureTables(facts: Facts, read: ReadNumber): NumbersTable[] {
  const { words, shown } = facts;
  const given: Given[] = [['messages', 'count', count(read, 'messages_failed')]];
  const codes = subjectsOf(shown.numbers, 'messages_failed').map((subject) => ({
    ...{ subject, label: subject === 'unknown' ? words.unknownCode : subject },
  }));
  return [
    overTime(facts, { key: 'failures', given, drawn: [0], headline: 0 }),
    bySubject(facts, { key: 'codes', given, drawn: [0], head: words.code }, codes),
  ];
}

function modelTable(facts: Facts, read: ReadNumber): NumbersTable {
  // Of all currencies.
  const orders: Given[2] = (row) => read('sales_orders', row);
  const given: Given[] = [
    ['orders', 'count', (row) => orders(row) ?? 0],
    ['tokens', 'count', count(read, 'model_tokens')],
    ['cost', 'micro_usd', count(read, 'model_micro_usd')],
    ['tokensPerOrder', 'each', (row) => perEach(read('model_tokens', row), orders(row))],
    ['costPerOrder', 'micro_usd', (row) => perEach(read('model_micro_usd', row), orders(row))],
  ];
  return overTime(facts, { key: 'model', given, drawn: [4], headline: 4 });
}

/** Everything the page of numbers shows, in its order. */
export function numbersTables(shown: NumbersShown, locale: Locale): NumbersTable[] {
  const facts: Facts = { shown, locale, words: NUMBERS_WORDS[locale] };
  const read = readerOf(shown.numbers);
  return [
    ...salesTables(facts, read, subjectsOf(shown.numbers, 'sales_minor')),
    ...orderTables(facts, read),
    ...paymentTables(facts, read),
    ...failureTables(facts, read),
    modelTable(facts, read),
  ];
}

/** A cell as it is read. */
export const cellText = (value: number | null | undefined, { kind }: NumberColumn, locale: Locale): string =>
  formatNumber(value ?? null, kind, locale);
