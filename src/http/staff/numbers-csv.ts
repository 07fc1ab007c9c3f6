import type { Locale } from '../../domain/locale.ts';
import type { Grain, ShopNumber } from '../../domain/numbers.ts';
import { CSV_MARKS, csvFor } from './csv.ts';

/** Takes `numbersCsvRow`s. A number a row: what pivot tables want. */
export const numbersCsv = (locale: Locale) => csvFor(locale, ['by', 'starts_on', 'measure', 'of', 'name', 'value']);

export const numbersCsvRow =
  (locale: Locale, grain: Grain) =>
  ({ startsOn, measure, subject, name, value }: ShopNumber & { name: string | null }): string[] => {
    const written = String(Math.round(value * 1000) / 1000).replace('.', CSV_MARKS[locale].decimal);
    return [grain, startsOn, measure, subject, name ?? '', written];
  };
