import { isAdded, isBound, isBudget, isDenied, isTotal, isWished, isWith, saysDifference } from './amount-words.ts';
import { plainText } from './plain-text.ts';
import { type Amount, amountsIn, numbersIn, readAmounts, readPercentages, type Said } from './said-amounts.ts';
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

/** "Four tyres and two valves": never less than what was told, so nobody is promised less. */
const isSum = (cents: number, told: ReadonlySet<number>): boolean =>
  TIMES.some((times) =>
    some(told, (one) => {
      const rest = cents - one * times;
      return rest > 0 && TIMES.some((more) => isWhole(rest, more) && told.has(rest / more));
    }),
  );

/** Of a shop's answer there are a few; only these are compared with each other. */
const COMPARED = 40;
const comparedOf = (told: ReadonlySet<number>): number[] => [...told].slice(0, COMPARED);

/** "Four tyres with their balancing, and an alignment", as a cart comes to it. */
function isSumOfThree(cents: number, told: ReadonlySet<number>): boolean {
  const compared = comparedOf(told);
  const pairs = new Set(compared.flatMap((one) => compared.map((other) => one + other)));
  return TIMES.some((times) =>
    some(
      told,
      (one) => pairs.has(cents - one * times) || (isWhole(cents - one, times) && pairs.has((cents - one) / times)),
    ),
  );
}

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

/** Whether a shop that told these prices may say so: one of them, or what comes of one or two, of three in a total. */
const isPrice = (cents: number, told: ReadonlySet<number>, said: Said): boolean =>
  isMultiple(cents, told) ||
  isSum(cents, told) ||
  (isTotal(said) && isSumOfThree(cents, told)) ||
  (saysDifference(said) && isDifference(cents, told)) ||
  (isBound(said) && some(told, (one) => one <= cents && cents <= 2 * one));

/**
 * The amounts of `text`, in hundredths, that nobody told: no price that the shop gave, nor what comes of some of them (where it is said
 * to be one a difference). What the customer said makes no price: it is only repeated, as their budget or refused.
 */
export function untoldAmounts(text: string, { given, said, currency = 'EUR' }: Told): number[] {
  const amounts = amountsIn(given, currency);
  const told = new Set(amounts.filter((cents) => cents > 0));
  const theirs = moneySaid(said);
  const isFree = (amount: Amount) => amounts.includes(0) || isAdded(amount);
  const isTold = (amount: Amount) =>
    isDenied(amount) ||
    isBudget(amount) ||
    (theirs.has(amount.cents) && (isWith(amount) || isWished(amount))) ||
    [amount.cents, amount.shorter].some((cents) => cents !== undefined && isPrice(cents, told, amount));
  return readAmounts(text, currency)
    .filter((amount) => !(amount.cents === 0 ? isFree(amount) : isTold(amount)))
    .map(({ cents }) => cents);
}

/** "33 % less" of what was told. */
const isSaving = (percent: number, told: readonly number[]): boolean =>
  told.some((one) => told.some((other) => other < one && Math.round((100 * (one - other)) / one) === percent));

/** The percentages of `text` that the shop did not tell, unless they are refused; "sure at 100 %" is a way of speaking. */
export function untoldPercentages(text: string, { given, currency = 'EUR' }: Told): number[] {
  const told = new Set([100, ...readPercentages(given).map(({ percent }) => percent)]);
  const prices = comparedOf(new Set(amountsIn(given, currency)));
  return readPercentages(text)
    .filter((said) => !told.has(said.percent) && !isDenied(said))
    .filter((said) => !(saysDifference(said) && isSaving(said.percent, prices)))
    .map(({ percent }) => percent);
}
