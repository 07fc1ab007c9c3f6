import type { ProductWithStock } from '../domain/catalogue.ts';
import {
  type Expansion,
  expand,
  type KnownWord,
  type ReadAs,
  readingOf,
  wordsToLookUp,
  wordsToTryFor,
} from '../domain/search-expansion.ts';
import { isEmptySearch, type SearchQuery } from '../domain/search-query.ts';
import { type Candidate, hitsOf, isChosenByPrice, isNamed, rankCandidates } from '../domain/search-ranking.ts';
import { searchWords } from '../domain/search-text.ts';
import { sizeWord } from '../domain/tyre-size.ts';
import { findProducts } from './catalogue.ts';
import type { Db } from './client.ts';
import { findCandidates, listBelowPrice, lookUpSize, lookUpWords } from './search-candidates.ts';

export type SearchResult = {
  /** False when what was found lacks something that was asked for: say so. */
  exact: boolean;
  /** What was asked for, then, where that is a short list, what lacks a word or has it in the small print only. */
  products: ProductWithStock[];
  /** How many of the products, from the first, are what was asked for; when none is, those that come closest. */
  closest: number;
  /** Typed words that were taken for others of the catalogue. */
  readAs: ReadAs[];
};
export type SearchOptions = {
  limit: number;
  maxPriceMinor: number | null;
  /** Where the customer collects: what is in stock there comes before what is in stock elsewhere. */
  locationId?: string | null;
};

type Found = { exact: boolean; best: Candidate[]; others: Candidate[]; readAs: ReadAs[] };
const NOTHING: Found = { exact: false, best: [], others: [], readAs: [] };

async function knownWords(db: Db, query: SearchQuery): Promise<KnownWord[]> {
  const known = await lookUpWords(db, wordsToLookUp(query), query.typed);
  const more = wordsToTryFor(query, known);
  return more.length === 0 ? known : [...known, ...(await lookUpWords(db, more))];
}

async function searchOnce(db: Db, query: SearchQuery, options: SearchOptions): Promise<Found> {
  const size = sizeWord(query.size);
  const [sizeId, known] = await Promise.all([size === undefined ? null : lookUpSize(db, size), knownWords(db, query)]);
  if (sizeId === undefined) return NOTHING;
  const expansion = expand(query, known);
  const search = async (meant: Expansion): Promise<Found> => ({
    ...(await searchExpanded(db, query, meant, sizeId, options)),
    readAs: readingOf(meant, known),
  });
  const found = await search(expansion);
  if (found.exact) return found;
  const doubting = expand(query, known, true);
  if (doubting.terms.length === expansion.terms.length) return found;
  const doubted = await search(doubting);
  // Not the words that were said: whatever it finds is only near.
  return doubted.exact ? { ...doubted, exact: false } : found;
}

async function searchExpanded(
  db: Db,
  query: SearchQuery,
  expansion: Expansion,
  sizeId: number | null,
  options: SearchOptions,
): Promise<Omit<Found, 'readAs'>> {
  const { terms, required, specific } = expansion;
  // What "tyre" finds alone is no answer to a wish that names more than that.
  if (specific > 0 && sizeId === null && terms.every(({ group }) => group >= specific)) return NOTHING;
  const { maxPriceMinor, locationId = null } = options;
  const search = { terms, required, sizeId, maxPriceMinor, locationId, byPrice: isChosenByPrice(query) };
  const ranked = rankCandidates(await findCandidates(db, search), query, expansion);
  const exact = ranked.best.length > 0 && ranked.best.every((each) => hitsOf(each) === required);
  const isShown = (each: Candidate) => exact || sizeId !== null || isNamed(each, expansion);
  return {
    exact,
    best: ranked.best.filter(isShown),
    others: exact && sizeId === null ? ranked.others.filter(({ mask }) => (mask & ((1 << specific) - 1)) !== 0) : [],
  };
}

/**
 * Inches are a rim where tyres are sold ("pneus en 16 pouces"), and a word elsewhere ("17 inch monitor"). What is done to a
 * tyre has no size of its own: where nothing of that rim is all that was asked for, "montage 16 pouces" is a service.
 */
async function searchSized(db: Db, query: SearchQuery, options: SearchOptions): Promise<Found> {
  const found = await searchOnce(db, query, options);
  if (found.exact || !query.sizeMayBeOther) return found;
  const asWord = await searchOnce(db, { ...query, size: [], groups: [...query.groups, query.size] }, options);
  if (asWord.exact) return asWord;
  const unsized = query.groups.length > 0 ? await searchOnce(db, { ...query, size: [] }, options) : NOTHING;
  if (unsized.exact && unsized.best.every(({ stocked }) => !stocked)) return unsized;
  return found.best.length > 0 ? found : asWord;
}

/** What other makes have for the same wish, when the customer said so: "Michelin ou équivalent". */
async function findEquivalents(db: Db, query: SearchQuery, options: SearchOptions, first: Found): Promise<Candidate[]> {
  const [best] = first.best;
  const brands = new Set(first.best.flatMap(({ brand }) => searchWords(brand)));
  const groups = query.groups.filter((group) => !group.some((word) => brands.has(word)));
  const isOpen = groups.length === 0 && query.size.length === 0 && query.generic.length === 0;
  const kind = best && isOpen ? searchWords(best.category).map((word) => [word]) : [];
  const { best: found } = await searchOnce(db, { ...query, groups: [...groups, ...kind] }, options);
  return found;
}

/**
 * Products for a customer's words: those with all words, else with the most of them; a size, when given, always fits.
 * In stock first; then the best fitting, or the cheapest where all fit alike. Misspelt words are taken for the catalogue's
 * nearest (docs/search.md). Above the price limit only when nothing is below it, and then not `exact`. At most `limit`.
 */
export async function searchProducts(db: Db, query: SearchQuery, options: SearchOptions): Promise<SearchResult> {
  const { maxPriceMinor, limit } = options;
  if (isEmptySearch(query)) {
    const ids = maxPriceMinor === null ? [] : await listBelowPrice(db, maxPriceMinor, limit);
    return { exact: ids.length > 0, products: await findProducts(db, ids), closest: ids.length, readAs: [] };
  }
  let found = await searchSized(db, query, options);
  if (found.best.length === 0 && maxPriceMinor !== null) {
    const dearer = await searchSized(db, { ...query, wantsCheap: true }, { ...options, maxPriceMinor: null });
    found = { ...dearer, exact: false };
  }
  const equivalents = query.orEquivalent ? await findEquivalents(db, query, options, found) : [];
  const closest = await findProducts(db, idsOf([...found.best, ...equivalents]).slice(0, limit));
  const shown = new Set(closest.map(({ id }) => id));
  const others = idsOf(found.others).filter((id) => !shown.has(id));
  const more = await findProducts(db, others.slice(0, limit - closest.length));
  return { exact: found.exact, products: [...closest, ...more], closest: closest.length, readAs: found.readAs };
}

const idsOf = (candidates: readonly Candidate[]) => [...new Set(candidates.map(({ id }) => id))];
