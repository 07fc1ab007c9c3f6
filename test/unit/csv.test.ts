import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LOCALES, type Locale } from '../../src/domain/locale.ts';
import { csvFor } from '../../src/http/staff/csv.ts';

/** The cells of a file as Excel reads them: quotes hold a cell together only where it begins with one. */
function cellsOf(file: string, separator: string): string[] {
  const cell = new RegExp(`(?:"((?:[^"]|"")*)")?([^${separator}\r\n]*)(?:${separator}|\r\n|\r|\n|$)`, 'g');
  return [...file.replace('\ufeff', '').matchAll(cell)].map(
    ([, quoted = '', rest]) => quoted.replaceAll('""', '"') + rest,
  );
}

async function written(locale: Locale, cells: (string | number)[]): Promise<string> {
  const file = csvFor(locale, ['a', 'b', 'c']);
  file.end(cells);
  return text(file);
}

test('no text of others begins a cell as a formula, whatever the file is split at', async () => {
  const hostile = fc.string({ unit: fc.constantFrom(...'=+-@＝,;\t\r\n" \'x1'.split('')), maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...LOCALES), fc.tuple(hostile, hostile, hostile), async (locale, cells) => {
      const file = await written(locale, cells);
      for (const separator of [',', ';', '\t'])
        expect(cellsOf(file, separator).filter((cell) => /^[=+\-@＝]/.test(cell))).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});

test('a formula behind the other separator is defused, and what is none stays as it was', async () => {
  expect(await written('fr', ['x,=HYPERLINK(A1)', '=1+1', 'Pneu 205/55, été; 4 pièces'])).toContain(
    `\r\nx,'=HYPERLINK(A1);'=1+1;"Pneu 205/55, été; 4 pièces"`,
  );
});

test('numbers stay numbers', async () => {
  expect(await written('en', [-5, 12.5, '2026-11-21 14:05'])).toContain('\r\n-5,12.5,2026-11-21 14:05');
});
