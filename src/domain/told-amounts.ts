import { madeOnce } from './made-once.ts';
import { plainText } from './plain-text.ts';

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
  const unit = String.raw`(?:\p{Sc}|(?:${[...escaped, currency].join('|')}|euros?|dollars?|d[oó]lares|francs?|pounds?)(?!\p{L}))`;
  return new RegExp(String.raw`${unit}\s?(${NUMBER})|${BEGINS}(${NUMBER})\s?${unit}`, 'giu');
});

/** "1 234,50" and "1,234.50" alike, in hundredths. */
function toCents(written: string): number {
  const [, whole = '', cents = ''] = /^(.*?)(?:[.,](\d{1,2}))?$/.exec(written) ?? [];
  return Number(whole.replace(/\D/g, '')) * 100 + Number(cents.padEnd(2, '0'));
}

const withPlainSpaces = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

type Amount = { cents: number; before: string; after: string };

const AROUND_CHARS = 30;
function readAmounts(text: string, currency: string): Amount[] {
  const plain = withPlainSpaces(text);
  return [...plain.matchAll(amountPattern(currency))].map((match) => ({
    cents: toCents((match[1] ?? match[2]) as string),
    before: plain.slice(Math.max(0, match.index - AROUND_CHARS), match.index),
    after: plain.slice(match.index + match[0].length).slice(0, AROUND_CHARS),
  }));
}

/** Every amount of money that a text says, in hundredths, as people and services write them: "89,90 €", "€89.90", "85 euros". */
export const amountsIn = (text: string, currency = 'EUR'): number[] =>
  readAmounts(text, currency).map(({ cents }) => cents);

/** What a seller may be given to answer with. */
export type Told = {
  /** By the shop: the state, the tools' results, what was said before. */
  given: string;
  /** By the customer: any number of theirs may be meant as money. */
  said: string;
  /** Of the shop's money, ISO 4217. */
  currency?: string;
};

/** A seller may say what four of them cost. */
const MOST = 20;
const TIMES = Array.from({ length: MOST }, (_, index) => index + 1);

/** Looked up, not compared with each other: whoever writes thousands of amounts is answered as soon. */
function some(told: ReadonlySet<number>, isIt: (cents: number) => boolean): boolean {
  for (const cents of told) if (isIt(cents)) return true;
  return false;
}

/** So many times one of them, or that to the whole unit. */
const isMultiple = (cents: number, told: ReadonlySet<number>): boolean =>
  TIMES.some((times) =>
    some(told, (one) => one * times === cents || (cents % 100 === 0 && Math.abs(one * times - cents) < 100)),
  );

const isWhole = (cents: number, times: number): boolean => cents % times === 0;

/** "Four tyres and their balancing", "four tyres and an alignment": never less than what was told, so nobody is promised less. */
const isSum = (cents: number, told: ReadonlySet<number>): boolean =>
  TIMES.some((times) =>
    some(told, (one) => told.has(cents - one * times) || (isWhole(cents, times) && told.has(cents / times - one))),
  );

const isDifference = (cents: number, told: ReadonlySet<number>): boolean =>
  TIMES.some((times) => isWhole(cents, times) && some(told, (one) => told.has(one - cents / times)));

const THAN =
  /^ ?(?:de |d |d')?(?:moins|plus|ecart|difference|economie|less|cheaper|more|dearer|menos|mas|diferencia|ahorro)\b/;
const BETWEEN =
  /\b(?:ecart|difference|econom\w+|save|saves|saving|diferencia|ahorr\w+)(?: (?:de|est de|of|is|you|es de|est))? ?$/;
/** "15 € de moins", "you save €15": what lies between two prices, no price itself. */
const saysDifference = ({ before, after }: Amount): boolean =>
  THAN.test(plainText(after)) || BETWEEN.test(plainText(before));

const numbersIn = (text: string): number[] =>
  [...withPlainSpaces(text).matchAll(new RegExp(NUMBER, 'g'))].map(([written]) => toCents(written));

/**
 * The amounts of `text`, in hundredths, that nobody told: no price that was given, nor what comes of one or two of them (some of it, a sum, where it is
 * said to be one a difference), nor a number of the customer's.
 */
export function untoldAmounts(text: string, { given, said, currency = 'EUR' }: Told): number[] {
  const told = new Set(amountsIn(`${given}\n${said}`, currency).filter((cents) => cents > 0));
  const theirs = new Set(numbersIn(said));
  const isTold = (amount: Amount) =>
    theirs.has(amount.cents) ||
    isMultiple(amount.cents, told) ||
    isSum(amount.cents, told) ||
    (saysDifference(amount) && isDifference(amount.cents, told));
  const free = amountsIn(given, currency).includes(0);
  return readAmounts(text, currency)
    .filter((amount) => !(amount.cents === 0 ? free : isTold(amount)))
    .map(({ cents }) => cents);
}

const PERCENT = /(\d{1,3})(?:[.,]\d{1,2})? ?(?:%|pour ?cent\b|per ?cent\b|por ?ciento\b)/gi;
const percentagesIn = (text: string): number[] =>
  [...withPlainSpaces(text).matchAll(PERCENT)].map(([, whole]) => Number(whole));

/** The percentages of `text` that nobody told; "sure at 100 %" is a way of speaking. */
export function untoldPercentages(text: string, { given, said }: Told): number[] {
  const told = new Set([100, ...percentagesIn(`${given}\n${said}`), ...numbersIn(said).map((cents) => cents / 100)]);
  return percentagesIn(text).filter((percentage) => !told.has(percentage));
}
