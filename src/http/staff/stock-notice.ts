import type { Locale } from '../../domain/locale.ts';
import type { SlotResult, StockDeedResult } from '../../flows/correct-stock.ts';
import { CATALOGUE_WORDS } from './words/catalogue-words.ts';

type Result = Exclude<StockDeedResult | SlotResult, { kind: 'unknown' }> | { kind: 'reason_missing' };

/** What became of the shelf, in words. */
export function stockNotice(locale: Locale, result: Result): { isGood: boolean; text: string } {
  const { stock, product } = CATALOGUE_WORDS[locale];
  switch (result.kind) {
    case 'below_reserved':
      return { isGood: false, text: stock.belowReserved(result.reserved, result.orderNumbers.join(', ')) };
    case 'below_paid':
      return { isGood: false, text: stock.belowPaid(result, result.orderNumbers.join(', ')) };
    case 'shelf_changed':
      return { isGood: false, text: stock.shelfChanged(result.pieces) };
    case 'below_zero':
      return { isGood: false, text: stock.belowZero(result.onHand, result.paidWaiting) };
    case 'slot_taken':
      return { isGood: false, text: stock.slotTaken(result.sku) };
    case 'moved':
      return { isGood: true, text: movedText(locale, result) };
    case 'slotted':
      return { isGood: true, text: product.outcomes[result.kind] };
    case 'unchanged':
    case 'already_done':
    case 'bad_quantity':
    case 'reason_missing':
      return { isGood: result.kind === 'unchanged', text: product.outcomes[result.kind] };
  }
}

/** After a count, what it came to: who counted four and reads two must see why. */
function movedText(locale: Locale, { count }: Extract<StockDeedResult, { kind: 'moved' }>): string {
  const { stock, product } = CATALOGUE_WORDS[locale];
  return count?.paidWaiting ? `${product.outcomes.moved} ${stock.counted(count)}.` : product.outcomes.moved;
}
