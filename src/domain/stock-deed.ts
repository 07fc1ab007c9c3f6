/** What staff say of the shelf. */
export const STOCK_CAUSES = ['count', 'receive', 'loss', 'correct'] as const;
export type StockCause = (typeof STOCK_CAUSES)[number];

/** The most one level holds, as in a catalogue file. */
export const MAX_ON_HAND = 1_000_000;

/** What the books say of one level. `paidWaiting`: paid pieces, no longer on hand, that wait there for their customers. */
export type Shelf = { onHand: number; paidWaiting: number };

/**
 * How many pieces lie there, as somebody who counts sees them. Orders that are made, paid or given up leave it as it is; only
 * what really comes or goes changes it.
 */
export const piecesOn = ({ onHand, paidWaiting }: Shelf): number => onHand + paidWaiting;

/**
 * What is on hand after a catalogue file that says how many pieces lie there. One that names fewer than are paid, 0 most of
 * all, leaves none: nobody stands at the shelf to be asked.
 */
export const onHandOfFile = (pieces: number, paidWaiting: number): number => Math.max(0, pieces - paidWaiting);

/** What is on hand afterwards; undefined for a number that makes no sense with this cause. */
export function onHandAfter(cause: StockCause, { onHand, paidWaiting }: Shelf, quantity: number): number | undefined {
  if (!Number.isSafeInteger(quantity) || (quantity < 0 && cause !== 'correct')) return undefined;
  // Whoever counts counts the paid pieces too: sold already, they are not sold again.
  const count = quantity - paidWaiting;
  const after = { count, receive: onHand + quantity, loss: onHand - quantity, correct: onHand + quantity };
  return after[cause] <= MAX_ON_HAND ? after[cause] : undefined;
}
