import { isBound, isBudget, isDenied, saysDifference } from './amount-words.ts';
import { plainText } from './plain-text.ts';
import { type Amount, amountsIn, numbersIn, readAmounts, readPercentages } from './said-amounts.ts';
import { withoutSizes } from './tyre-size.ts';

/** What a seller may be given to answer with. */
export type Told = {
  /** By the shop: its facts, the state, the tools' results. */
  given: string;
  /** By the customer. */
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

/** 89,40 € is about 89 € and 90 €, 89,90 € no 89 €. */
const isRounded = (cents: number, told: number): boolean =>
  cents % 100 === 0 && cents - told < 100 && told - cents < 50;

/** So many times one of them, or that to the whole unit. */
const isMultiple = (cents: number, told: ReadonlySet<number>): boolean =>
  TIMES.some((times) => some(told, (one) => one * times === cents || isRounded(cents, one * times)));

const isWhole = (cents: number, times: number): boolean => cents % times === 0;

/** "Four tyres and their balancing", "four tyres and an alignment": never less than what was told, so nobody is promised less. */
const isSum = (cents: number, told: ReadonlySet<number>): boolean =>
  TIMES.some((times) =>
    some(told, (one) => told.has(cents - one * times) || (isWhole(cents, times) && told.has(cents / times - one))),
  );

const isDifference = (cents: number, told: ReadonlySet<number>): boolean =>
  TIMES.some((times) => isWhole(cents, times) && some(told, (one) => told.has(one - cents / times)));

const OF_MONEY =
  /\p{Sc}|%|\b(?:euros?|eur|budget|presupuesto|prix|price|precio|cher|cheap|faites|remise|discount|descuento|payer|pay|pagar|j ai|i have|tengo|max\p{L}*|moins|menos|less|under|below|jusqu|up to|hasta|avec|with|con)(?!\p{L})/u;

/** What a customer may mean as money: no part of a size, and no number of a sentence that speaks of none. */
const moneySaid = (said: string): Set<number> =>
  new Set(
    said
      .split(/[.!?;\n]+(?=\s|$)/)
      .map((sentence) => withoutSizes(plainText(sentence)))
      .filter((sentence) => OF_MONEY.test(sentence))
      .flatMap(numbersIn),
  );

/**
 * The amounts of `text`, in hundredths, that nobody told: no price that the shop gave, nor what comes of one or two of them (some of it, a
 * sum, where it is said to be one a difference). What the customer said makes no price: it is only repeated, as their budget or refused.
 */
export function untoldAmounts(text: string, { given, said, currency = 'EUR' }: Told): number[] {
  const amounts = amountsIn(given, currency);
  const told = new Set(amounts.filter((cents) => cents > 0));
  const theirs = moneySaid(said);
  const isTold = (amount: Amount) =>
    isDenied(amount) ||
    (theirs.has(amount.cents) && (isBudget(amount) || isBound(amount))) ||
    isMultiple(amount.cents, told) ||
    isSum(amount.cents, told) ||
    (saysDifference(amount) && isDifference(amount.cents, told));
  const free = amounts.includes(0);
  return readAmounts(text, currency)
    .filter((amount) => !(amount.cents === 0 ? free : isTold(amount)))
    .map(({ cents }) => cents);
}

/** The percentages of `text` that the shop did not tell, unless they are refused; "sure at 100 %" is a way of speaking. */
export function untoldPercentages(text: string, { given }: Told): number[] {
  const told = new Set([100, ...readPercentages(given).map(({ percent }) => percent)]);
  return readPercentages(text)
    .filter((percentage) => !told.has(percentage.percent) && !isDenied(percentage))
    .map(({ percent }) => percent);
}
