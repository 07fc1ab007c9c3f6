import type { Locale } from '../../domain/locale.ts';
import { madeOnce } from '../../domain/made-once.ts';
import { formatMicroUsd } from '../../domain/model-cost.ts';
import { formatMoney, minorUnitDigits } from '../../domain/money.ts';

/** What a number is: it says how it is written and where the steps of its axis are. */
export type NumberKind = 'count' | 'each' | 'share' | 'seconds' | 'micro_usd' | { currency: string };

const plain = madeOnce(
  (locale: string, digits: number) => new Intl.NumberFormat(locale, { maximumFractionDigits: digits }),
);
const percent = madeOnce(
  (locale: string) => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }),
);
const compact = madeOnce(
  (locale: string, currency: string) =>
    new Intl.NumberFormat(locale, {
      ...{ notation: 'compact', minimumFractionDigits: 0, maximumFractionDigits: 2 },
      ...(currency && ({ style: 'currency', currency } as const)),
    }),
);

/** "4.2 s", "42 s", "12 min 30 s", "3 h 5 min": no more of it than says something. */
function formatSeconds(seconds: number, locale: Locale): string {
  if (seconds < 10) return `${plain(locale, 1).format(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const [unit, part, step] = whole < 3600 ? (['min', 's', 60] as const) : (['h', 'min', 3600] as const);
  const rest = Math.floor((whole % step) / (step / 60));
  return `${plain(locale, 0).format(Math.floor(whole / step))} ${unit}${rest > 0 ? ` ${rest} ${part}` : ''}`;
}

/** As it stands in a table; a dash where there is nothing to count from. */
export function formatNumber(value: number | null, kind: NumberKind, locale: Locale): string {
  if (value === null) return '–';
  if (kind === 'count') return plain(locale, 0).format(value);
  if (kind === 'each') return plain(locale, value < 10 ? 1 : 0).format(value);
  if (kind === 'share') return percent(locale).format(value);
  if (kind === 'seconds') return formatSeconds(value, locale);
  if (kind === 'micro_usd') return formatMicroUsd(value, locale);
  return formatMoney(value, kind.currency, locale);
}

/** What an axis counts by, so that its steps are round: minutes where there are several, whole euros of cents. */
export function axisUnit(kind: NumberKind, highest: number): number {
  if (kind === 'share') return 0.01;
  if (kind === 'micro_usd') return 1_000_000;
  if (kind === 'seconds') return highest > 7200 ? 3600 : highest > 120 ? 60 : 1;
  return typeof kind === 'object' ? 10 ** minorUnitDigits(kind.currency) : 1;
}

/** As it stands at an axis, short. */
export function formatTick(value: number, kind: NumberKind, locale: Locale): string {
  if (kind === 'micro_usd') return compact(locale, 'USD').format(value / 1_000_000);
  if (typeof kind === 'object') return compact(locale, kind.currency).format(value / axisUnit(kind, value));
  if (kind === 'count' || kind === 'each') return compact(locale, '').format(value);
  return formatNumber(value, kind, locale);
}
