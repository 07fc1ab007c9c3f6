import { madeOnce } from './made-once.ts';

const NUMBER = String.raw`\d{1,3}(?:[ .,]\d{3}){1,3}(?:[.,]\d{1,2})?(?!\d)|\d{1,9}(?:[.,]\d{1,2})?(?!\d)`;
// The rim of a size is no thousand of what follows: "205/55 R16 104,90 €".
const BEGINS = String.raw`(?<!\d|\d[.,/]|\bz?r)`;

/** How people write the shop's money: its sign, its code, its name; and anybody else's sign. */
const amountPattern = madeOnce((currency: string) => {
  const signs = ['fr', 'en', 'es'].map(
    (locale) =>
      new Intl.NumberFormat(locale, { style: 'currency', currency })
        .formatToParts(0)
        .find(({ type }) => type === 'currency')?.value ?? '',
  );
  const escaped = signs.map((sign) => sign.replace(/[\u00a0\u202f]/g, ' ').replace(/[.$]/g, String.raw`\$&`));
  // Elsewhere a weight.
  const pounds = currency === 'GBP' ? '|pounds?' : '';
  const unit = String.raw`(?:\p{Sc}|(?:${[...escaped, currency].join('|')}|euros?|dollars?|d[oó]lares|francs?${pounds})(?!\p{L}))`;
  return new RegExp(String.raw`${unit}\s?(${NUMBER})|${BEGINS}(${NUMBER})\s?${unit}`, 'giu');
});

/** "1 234,50" and "1,234.50" alike, in hundredths. */
function toCents(written: string): number {
  const [, whole = '', cents = ''] = /^(.*?)(?:[.,](\d{1,2}))?$/.exec(written) ?? [];
  return Number(whole.replace(/\D/g, '')) * 100 + Number(cents.padEnd(2, '0'));
}

/** "1０ €" is 10 €; every space is one. */
const asRead = (text: string) => text.normalize('NFKC').replace(/\p{Cf}/gu, '');

/** What a text says about a number, with the words around it. */
export type Said = { before: string; after: string };
/** In hundredths; `shorter` where a name may end in the first digits: "Michelin Primacy 4 104,90 €". */
export type Amount = Said & { cents: number; shorter?: number };
export type Percentage = Said & { percent: number };

const AROUND_CHARS = 60;
const around = (text: string, { 0: written, index }: RegExpExecArray): Said => ({
  before: text.slice(Math.max(0, index - AROUND_CHARS), index),
  after: text.slice(index + written.length).slice(0, AROUND_CHARS),
});

/** Every amount of money that a text says, as people and services write them: "89,90 €", "€89.90", "85 euros". */
export function readAmounts(text: string, currency = 'EUR'): Amount[] {
  const plain = asRead(text);
  return [...plain.matchAll(amountPattern(currency))].map((match) => {
    const written = (match[1] ?? match[2]) as string;
    const [, shorter] = /^\d{1,3} ([1-9].*)$/.exec(written) ?? [];
    return { cents: toCents(written), ...(shorter && { shorter: toCents(shorter) }), ...around(plain, match) };
  });
}

export const amountsIn = (text: string, currency = 'EUR'): number[] =>
  readAmounts(text, currency).map(({ cents }) => cents);

/** Every number of a text, whatever it counts, as the amount that it would be. */
export const numbersIn = (text: string): number[] =>
  [...asRead(text).matchAll(new RegExp(NUMBER, 'g'))].map(([written]) => toCents(written));

const PERCENT = /(\d{1,3})(?:[.,]\d{1,2})? ?(?:%|pour ?cent\b|per ?cent\b|por ?ciento\b)/gi;

export function readPercentages(text: string): Percentage[] {
  const plain = asRead(text);
  return [...plain.matchAll(PERCENT)].map((match) => ({ percent: Number(match[1]), ...around(plain, match) }));
}
