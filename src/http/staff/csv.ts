import { type Stringifier, stringify } from 'csv-stringify';
import type { Locale } from '../../domain/locale.ts';

/** Excel reads commas or semicolons, points or commas, as the country of its computer has them. */
export const CSV_MARKS: Record<Locale, { delimiter: string; decimal: string }> = {
  fr: { delimiter: ';', decimal: ',' },
  en: { delimiter: ',', decimal: '.' },
  es: { delimiter: ';', decimal: ',' },
};

/** Takes rows and gives UTF-8 that Excel opens: cells that would be formulas begin with an apostrophe. */
export const csvFor = (locale: Locale, columns: string[]): Stringifier =>
  stringify({
    header: true,
    columns,
    bom: true,
    delimiter: CSV_MARKS[locale].delimiter,
    record_delimiter: 'windows',
    escape_formulas: true,
  });
