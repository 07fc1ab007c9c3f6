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
  /** Which groups of words it has, a bit each. */
  mask: number;
  /** In stock somewhere, or a service. */
  available: boolean;
  /** In stock where the customer collects. */
  here: boolean;
};

const countBits = (mask: number): number => (mask === 0 ? 0 : (mask & 1) + countBits(mask >>> 1));
export const hitsOf = ({ mask }: Pick<Candidate, 'mask'>): number => countBits(mask);

/** What an order of candidates weighs beside BM25. */
export const WEIGHTS = { label: 0.3, phrase: 0.2, category: 0.3, early: 0.1 };

type Groups = Set<string>[];
const groupsOf = ({ terms, required }: Expansion): Groups =>
  Array.from(
    { length: required },
    (_, group) => new Set(terms.filter((term) => term.group === group).map(({ word }) => word)),
  );

/** How well its name says what was asked for, beside how many words agree. */
function relevance(candidate: Candidate, groups: Groups, weights = WEIGHTS): number {
  const label = searchWords(candidate.label);
  const category = searchWords(candidate.category);
  const at = groups.map((words) => label.findIndex((word) => words.has(word)));
  const named = at.filter((place) => place >= 0).length / Math.max(1, groups.length);
  const pairs = at.slice(1).filter((place, index) => place >= 0 && at[index] === place - 1).length;
  const phrase = groups.length > 1 ? pairs / (groups.length - 1) : 0;
  const last = at.filter((place) => place >= 0);
  const early = last.length > 0 ? 1 / (1 + Math.min(...last) / 4) : 0;
  const inCategory =
    category.filter((word) => groups.some((words) => words.has(word))).length / Math.max(1, category.length);
  return (
    candidate.score *
    (1 + weights.label * named + weights.phrase * phrase + weights.category * inCategory + weights.early * early)
  );
}

/**
 * The order in which they are shown: what has most of the words first, then what can be had (where the customer collects
 * before elsewhere), then by price where the wish leaves nothing else to choose by, else by how well it fits.
 */
export function rankCandidates<T extends Candidate>(
  candidates: readonly T[],
  query: SearchQuery,
  expansion: Expansion,
): T[] {
  const best = Math.max(0, ...candidates.map(hitsOf));
  const groups = groupsOf(expansion);
  const byPrice = isChosenByPrice(query);
  const isVague = query.groups.length === 0 && query.size.length === 0;
  const rows = candidates
    .filter((candidate) => hitsOf(candidate) === best)
    .map((candidate) => ({ candidate, fit: byPrice ? 0 : relevance(candidate, groups) }));
  const place = ({ available, here }: Candidate) => (here ? 2 : available ? 1 : 0);
  return rows
    .sort(
      (a, b) =>
        place(b.candidate) - place(a.candidate) ||
        (isVague ? Number(b.candidate.stocked) - Number(a.candidate.stocked) : 0) ||
        b.fit - a.fit ||
        a.candidate.priceMinor - b.candidate.priceMinor ||
        (a.candidate.label < b.candidate.label ? -1 : 1),
    )
    .map(({ candidate }) => candidate);
}

/** With a size, or nothing but "cheap" or "tyres", what fits does so alike: the price decides. */
export const isChosenByPrice = (query: SearchQuery): boolean =>
  query.size.length > 0 || query.groups.length === 0 || query.wantsCheap;

/** A word of a description alone ("contrôle" of the pressure) is no reason to show a thing that was not asked for. */
export function isNamed(candidate: Candidate, expansion: Expansion): boolean {
  const words = new Set(expansion.terms.map(({ word }) => word).filter((word) => /^[a-z]{3,}$/.test(word)));
  const { label, brand, model, category } = candidate;
  return searchWords([label, brand, model, category].join(' ')).some((word) => words.has(word));
}
