import type { Db } from '../db/client.ts';
import { type SearchResult, searchProducts } from '../db/search.ts';
import { minorUnitDigits } from '../domain/money.ts';
import { LIMITS } from '../domain/outbound-message.ts';
import type { SearchQuery } from '../domain/search-query.ts';

/** A wish that names no size, brand or kind gets a taste of the shop, not a page of it. */
const VAGUE_LIST_ITEMS = 5;
export const isVague = (query: SearchQuery): boolean => query.groups.length === 0 && query.size.length === 0;

type Wish = { query: SearchQuery; locationId: string | null; limit?: number };

/** What a customer at the counter is shown for these words; `limit` looks further down the same list. */
export function searchCounter(
  { db, currency }: { db: Db; currency: string },
  { query, locationId, limit }: Wish,
): Promise<SearchResult> {
  const { maxPrice } = query;
  const maxPriceMinor = maxPrice === undefined ? null : Math.round(maxPrice * 10 ** minorUnitDigits(currency));
  const shown = isVague(query) ? VAGUE_LIST_ITEMS : LIMITS.listItems;
  return searchProducts(db, query, { limit: limit ?? shown, maxPriceMinor, locationId });
}
