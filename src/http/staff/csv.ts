import { type Options, type Stringifier, stringify } from 'csv-stringify';
import type { Locale } from '../../domain/locale.ts';

/** Excel reads commas or semicolons, points or commas, as the country of its computer has them. */
export const CSV_MARKS: Record<Locale, { delimiter: string; decimal: string }> = {
  fr: { delimiter: ';', decimal: ',' },
  en: { delimiter: ',', decimal: '.' },
  es: { delimiter: ';', decimal: ',' },
};

// Quotes do not hold a cell together in a program that splits at another separator than ours: whatever it may take for a separator
// makes a new beginning.
const BEGINNING_WITHIN = /(?<=[,;\t\r\n]["\s]*)(?=[=+\-@＝＋－＠])/gu;

/** UTF-8 that Excel opens, and no formulas: what would be one, at whichever separator the file is split, begins with an apostrophe. */
export const CSV_OPTIONS = {
  bom: true,
  escape_formulas: true,
  cast: { string: (text: string) => text.replace(BEGINNING_WITHIN, "'") },
} satisfies Options;

/** Takes rows and gives a file as `CSV_OPTIONS` has it. */
export const csvFor = (locale: Locale, columns: string[]): Stringifier =>
  stringify({
    ...CSV_OPTIONS,
    header: true,
    columns,
    delimiter: CSV_MARKS[locale].delimiter,
    record_delimiter: 'windows',
  });
