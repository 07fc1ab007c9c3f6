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
    case 'below_zero':
      return { isGood: false, text: stock.belowZero(result.onHand) };
    case 'slot_taken':
      return { isGood: false, text: stock.slotTaken(result.sku) };
    case 'moved':
    case 'slotted':
      return { isGood: true, text: product.outcomes[result.kind] };
    case 'unchanged':
    case 'already_done':
    case 'bad_quantity':
    case 'reason_missing':
      return { isGood: result.kind === 'unchanged', text: product.outcomes[result.kind] };
  }
}
