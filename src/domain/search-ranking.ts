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

function rate<T extends Candidate>(candidates: readonly T[], query: SearchQuery, groups: Groups): Rated<T>[] {
  if (isChosenByPrice(query) || fitAlike(candidates, groups)) {
    return candidates.map((candidate) => ({ candidate, fit: 0 }));
  }
  const rated = candidates.map((candidate) => ({ candidate, fit: fitOf(candidate, groups) }));
  if (!query.wantsCheap) return rated;
  const enough = ABOUT_AS_WELL * Math.max(...rated.map(({ fit }) => fit));
  return rated.map((each) => (each.fit >= enough ? { ...each, fit: Number.POSITIVE_INFINITY } : each));
}

/**
 * The candidates in the order they are shown: those with most of the words first; of these, what can be had (where the
 * customer collects before elsewhere), then what fits best, then what costs least.
 */
export function rankCandidates<T extends Candidate>(
  candidates: readonly T[],
  query: SearchQuery,
  expansion: Expansion,
): T[] {
  const groups = groupsOf(expansion);
  const isVague = query.groups.length === 0 && query.size.length === 0;
  const place = ({ available, here }: Candidate) => (here ? 2 : available ? 1 : 0);
  const better = (a: Rated<T>, b: Rated<T>) =>
    place(b.candidate) - place(a.candidate) ||
    // "Cheap tyres" are tyres: what is done to a tyre names it too, and costs less.
    (isVague ? Number(b.candidate.stocked) - Number(a.candidate.stocked) : 0) ||
    (a.fit === b.fit ? 0 : b.fit - a.fit) ||
    a.candidate.priceMinor - b.candidate.priceMinor ||
    (a.candidate.label < b.candidate.label ? -1 : 1);
  const counts = [...new Set(candidates.map(hitsOf))].sort((a, b) => b - a);
  return counts.flatMap((count) => {
    const alike = candidates.filter((candidate) => hitsOf(candidate) === count);
    return rate(alike, query, groups)
      .sort(better)
      .map(({ candidate }) => candidate);
  });
}

/** A word of a description alone ("contrôle" of the pressure) is no reason to show a thing that was not asked for. */
export function isNamed({ label, brand, model, category }: Candidate, { terms, specific }: Expansion): boolean {
  const meant = new Set(
    terms.filter(({ group, word }) => group < specific && /^[a-z]{3,}$/.test(word)).map((t) => t.word),
  );
  return searchWords([label, brand, model, category].join(' ')).some((word) => meant.has(word));
}
