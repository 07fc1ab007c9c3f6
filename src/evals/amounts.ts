const NUMBER = String.raw`\d{1,3}(?:[ .,]\d{3})*(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?`;
const AMOUNT = new RegExp(
  String.raw`(?:€|EUR)\s?(${NUMBER})(?!\d)|(?<![\d.,])(${NUMBER})\s?(?:€|EUR\b|euros?\b)`,
  'giu',
);

/** "1 234,50" and "1,234.50" alike, in cents. */
function toCents(written: string): number {
  const [, whole = '', cents = ''] = /^(.*?)(?:[.,](\d{1,2}))?$/.exec(written) ?? [];
  return Number(whole.replace(/\D/g, '')) * 100 + Number(cents.padEnd(2, '0'));
}

/** Every amount of money in euros that a text says, in cents, as people and services write them: "89,90 €", "€89.90", "85 euros". */
export function amountsIn(text: string): number[] {
  const plain = text.replace(/[\u00a0\u202f]/g, ' ');
  return [...plain.matchAll(AMOUNT)].map(([, after, before]) => toCents((after ?? before) as string));
}

/** A seller may say what four of them cost. */
const MOST = 20;

/** The amounts of `text` that are in none of `sources`, nor so many times one that is: nobody told them. */
export function inventedAmounts(text: string, sources: string): number[] {
  const told = new Set(amountsIn(sources));
  const isTold = (cents: number) =>
    cents === 0 || Array.from({ length: MOST }, (_, index) => cents / (index + 1)).some((one) => told.has(one));
  return amountsIn(text).filter((cents) => !isTold(cents));
}
