import type { Expansion } from './search-expansion.ts';
import type { SearchQuery } from './search-query.ts';
import { searchWords } from './search-text.ts';

/** A product that has some of the words, as the index found it. */
export type Candidate = {
  id: string;
  label: string;
  brand: string;
  model: string;
  category: string;
  priceMinor: number;
  stocked: boolean;
  /** BM25 over all fields. */
  score: number;
  /** Which of the required groups it has, a bit each. */
  mask: number;
  /** In stock somewhere, or a service. */
  available: boolean;
  /** In stock where the customer collects. */
  here: boolean;
};

/** What the name adds to BM25: words that stand in it, and words that stand side by side in it as they were said. */
const NAMED = 0.3;
const SIDE_BY_SIDE = 0.4;
/** "Cheap" sorts by price what fits about as well as the best. */
const ABOUT_AS_WELL = 0.6;
/** Below this share of the best fit, all the words in the small print are less than most of them in the name. */
const SHOWS = 0.4;
/** So few fit one list: all are shown, and the price is all that is left to choose by. */
const ONE_LIST = 10;

const countBits = (mask: number): number => (mask === 0 ? 0 : (mask & 1) + countBits(mask >>> 1));
/** How many of the groups asked for a product has. */
export const hitsOf = ({ mask }: Pick<Candidate, 'mask'>): number => countBits(mask);

type Groups = ReadonlySet<string>[];
const groupsOf = ({ terms, required }: Expansion): Groups =>
  Array.from({ length: required }, (_, group) => {
    return new Set(terms.filter((term) => term.group === group).map(({ word }) => word));
  });

const hasAll = (groups: Groups, words: readonly string[]) =>
  groups.every((group) => words.some((word) => group.has(word)));

function fitOf({ label, score }: Candidate, groups: Groups): number {
  const words = searchWords(label);
  const named = groups.filter((group) => words.some((word) => group.has(word))).length;
  const pairs = groups.slice(1).filter((next, index) => {
    return words.some((word, at) => groups[index]?.has(word) && next.has(words[at + 1] ?? ''));
  }).length;
  const total = Math.max(1, groups.length);
  return score * (1 + (NAMED * named) / total + (SIDE_BY_SIDE * pairs) / Math.max(1, total - 1));
}

/** "Michelin", "winter tyres": every product of the make or kind is one. */
function fitAlike(candidates: readonly Candidate[], groups: Groups): boolean {
  const kind = ({ brand, category }: Candidate) => searchWords(`${brand} ${category}`);
  const name = ({ brand, category, label }: Candidate) => searchWords(`${brand} ${category} ${label}`);
  if (candidates.every((each) => hasAll(groups, kind(each)))) return true;
  return candidates.length <= ONE_LIST && candidates.every((each) => hasAll(groups, name(each)));
}

/** With a size, or nothing but "cheap" or "tyres", what fits does so alike: the price decides. */
export const isChosenByPrice = (query: SearchQuery): boolean => query.size.length > 0 || query.groups.length === 0;

type Rated<T> = { candidate: T; fit: number };
export type Ranking<T> = {
  /** Those with most of what was asked for, where it shows. */
  best: T[];
  /** Those that lack more of it, or have it in the small print only. */
  others: T[];
};

const placeOf = ({ available, here }: Candidate) => (here ? 2 : available ? 1 : 0);

/** What can be had first (where the customer collects before elsewhere), then what fits best, then what costs least. */
const better = (a: Rated<Candidate>, b: Rated<Candidate>) =>
  placeOf(b.candidate) - placeOf(a.candidate) ||
  (a.fit === b.fit ? 0 : b.fit - a.fit) ||
  a.candidate.priceMinor - b.candidate.priceMinor ||
  (a.candidate.label < b.candidate.label ? -1 : 1);

const inOrder = <T extends Candidate>(rated: readonly Rated<T>[]): T[] =>
  rated.toSorted(better).map(({ candidate }) => candidate);

/** "Cheap tyres" are tyres: what is done to a tyre names it too, and costs less. */
const byPrice = <T extends Candidate>(candidates: readonly T[], query: SearchQuery): T[] => {
  const goodsFirst = query.groups.length === 0 && query.size.length === 0;
  return inOrder(candidates.map((candidate) => ({ candidate, fit: goodsFirst && candidate.stocked ? 1 : 0 })));
};

/** The order in which candidates are shown. */
export function rankCandidates<T extends Candidate>(
  candidates: readonly T[],
  query: SearchQuery,
  expansion: Expansion,
): Ranking<T> {
  const groups = groupsOf(expansion);
  const most = Math.max(0, ...candidates.map(hitsOf));
  const full = candidates.filter((each) => hitsOf(each) === most);
  const partial = candidates.filter((each) => hitsOf(each) < most);
  const rate = (candidate: T) => {
    const share = hitsOf(candidate) / Math.max(1, expansion.required);
    return { candidate, fit: fitOf(candidate, groups) * Math.sqrt(share) };
  };
  const lacking = partial.map(rate);
  if (isChosenByPrice(query) || fitAlike(full, groups)) return { best: byPrice(full, query), others: inOrder(lacking) };
  const rated = full.map(rate);
  const top = Math.max(0, ...[...rated, ...lacking].map(({ fit }) => fit));
  const anyShows = rated.some(({ fit }) => fit >= SHOWS * top);
  const shows = ({ fit }: Rated<T>) => lacking.length === 0 || !anyShows || fit >= SHOWS * top;
  const best = rated.filter(shows);
  const cheap = query.wantsCheap ? best.filter(({ fit }) => fit >= ABOUT_AS_WELL * top) : [];
  const byFit = best.filter((each) => !cheap.includes(each));
  return {
    best: [
      ...byPrice(
        cheap.map(({ candidate }) => candidate),
        query,
      ),
      ...inOrder(byFit),
    ],
    others: inOrder([...rated.filter((each) => !shows(each)), ...lacking]),
  };
}

/** A word of a description alone ("contrôle" of the pressure) is no reason to show a thing that was not asked for. */
export function isNamed({ label, brand, model, category }: Candidate, { terms, specific }: Expansion): boolean {
  const meant = new Set(
    terms.filter(({ group, word }) => group < specific && /^[a-z]{3,}$/.test(word)).map((t) => t.word),
  );
  return searchWords([label, brand, model, category].join(' ')).some((word) => meant.has(word));
}
