/** What staff say of the shelf. */
export const STOCK_CAUSES = ['count', 'receive', 'loss', 'correct'] as const;
export type StockCause = (typeof STOCK_CAUSES)[number];

/** The most one level holds, as in a catalogue file. */
export const MAX_ON_HAND = 1_000_000;

/** What lies there afterwards; undefined for a number that makes no sense with this cause. */
export function onHandAfter(cause: StockCause, onHand: number, quantity: number): number | undefined {
  if (!Number.isSafeInteger(quantity) || (quantity < 0 && cause !== 'correct')) return undefined;
  const after = { count: quantity, receive: onHand + quantity, loss: onHand - quantity, correct: onHand + quantity };
  return after[cause] <= MAX_ON_HAND ? after[cause] : undefined;
}
