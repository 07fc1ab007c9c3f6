import { ownWordsNear, type SearchQuery, sameMeaning } from './search-query.ts';
import { isOneEdit } from './search-spelling.ts';

/** A word of the catalogue that may be what an asked word means. */
export type KnownWord = {
  asked: string;
  id: number;
  word: string;
  /** They share a stem in one of the languages. */
  isForm: boolean;
  /** In how many products, counted up to a limit. */
  products: number;
};

export type Term = { wordId: number; word: string; group: number; boost: number };
export type Expansion = {
  terms: Term[];
  /** How many groups a product must have to have all that was asked for. */
  required: number;
};

const BOOST = { form: 0.9, meaning: 0.9, prefix: 0.7, joined: 1 };
const MOST_CORRECTIONS = 3;
const MOST_BEGINNINGS = 20;
/** A word that next to no product has, beside one that very many have: most likely the catalogue's own slip. */
const RARE = 2;
const OUTNUMBERS = 20;

type Weighed = { known: KnownWord; boost: number };

/** How likely each correction is: common words are meant more often, and slips rarely change the first letter. */
function corrections(asked: string, known: readonly KnownWord[]): Weighed[] {
  const near = known.filter(({ word, products }) => products > 0 && isOneEdit(asked, word));
  const rate = ({ word, products }: KnownWord) => Math.log(1 + products) * (word[0] === asked[0] ? 1 : 0.5);
  const rated = near.map((each) => ({ known: each, rate: rate(each) })).sort((a, b) => b.rate - a.rate);
  const best = rated[0]?.rate ?? 1;
  return rated
    .slice(0, MOST_CORRECTIONS)
    .map(({ known: each, rate: own }) => ({ known: each, boost: (own / best) ** 2 * 0.9 }));
}

function formsOf(asked: string, known: readonly KnownWord[]): Weighed[] {
  return known
    .filter(({ word, isForm, products }) => products > 0 && (word === asked || isForm))
    .map((each) => ({ known: each, boost: each.word === asked ? 1 : BOOST.form }));
}

/** What the catalogue calls one asked word: itself and its other forms, else what it may be a slip or the beginning of. */
function wordsFor(asked: string, known: readonly KnownWord[]): Weighed[] {
  const forms = formsOf(asked, known);
  const count = forms.reduce((sum, form) => sum + form.known.products, 0);
  const corrected = corrections(asked, known);
  if (count > RARE) return forms;
  const better = corrected.filter((each) => each.known.products >= OUTNUMBERS * Math.max(1, count));
  if (forms.length > 0) return [...forms, ...better];
  if (corrected.length > 0) return corrected;
  const beginnings = known.filter(({ word, products }) => asked.length >= 3 && products > 0 && word.startsWith(asked));
  return beginnings.slice(0, MOST_BEGINNINGS).map((each) => ({ known: each, boost: BOOST.prefix }));
}

/** Every word to ask the catalogue's vocabulary about before `expand`. */
export function wordsToLookUp(query: SearchQuery): string[] {
  return [...new Set([...query.groups.flat(), ...query.generic.flat(), ...query.joined, ...query.said])];
}

/** Words to ask about in addition, for those the catalogue does not know in any form: cut in two, and our own synonyms. */
export function wordsToTryFor(query: SearchQuery, known: readonly KnownWord[]): string[] {
  const unknown = query.groups.filter((group) =>
    group.every((word) => wordsFor(word, ofWord(known, word)).length === 0),
  );
  return unknown.flat().flatMap((word) => [...ownWordsNear(word).flatMap(sameMeaning), ...halves(word).flat()]);
}

const ofWord = (known: readonly KnownWord[], asked: string) => known.filter((each) => each.asked === asked);

function halves(word: string): [string, string][] {
  const cuts = /^[a-z]{6,24}$/.test(word) ? Array.from({ length: word.length - 5 }, (_, index) => index + 3) : [];
  return cuts.map((at) => [word.slice(0, at), word.slice(at)]);
}

/** The catalogue's words for what was asked, each with its group and how surely it is meant. */
export function expand(query: SearchQuery, known: readonly KnownWord[]): Expansion {
  const terms: Term[] = [];
  const add = (group: number, weighed: readonly Weighed[], factor = 1) =>
    terms.push(
      ...weighed.map(({ known: { id, word }, boost }) => ({ wordId: id, word, group, boost: boost * factor })),
    );
  let group = 0;
  for (const words of [...query.groups, ...query.generic]) {
    add(group, wordsOfGroup(words, known, query));
    const joined = query.joined.filter((each) => words.some((word) => each !== word && each.includes(word)));
    for (const each of joined) add(group, exactly(each, known), BOOST.joined);
    group++;
  }
  return { terms: mostSure(terms), required: group };
}

const exactly = (asked: string, known: readonly KnownWord[]): Weighed[] =>
  ofWord(known, asked)
    .filter(({ word, products }) => word === asked && products > 0)
    .map((each) => ({ known: each, boost: 1 }));

function wordsOfGroup(words: readonly string[], known: readonly KnownWord[], query: SearchQuery): Weighed[] {
  const said = words.filter((word) => query.said.includes(word));
  const direct = words.flatMap((word) => {
    const factor = said.includes(word) ? 1 : BOOST.meaning;
    const weighed = words.length > 1 ? formsOf(word, ofWord(known, word)) : wordsFor(word, ofWord(known, word));
    return weighed.map((each) => ({ ...each, boost: each.boost * factor }));
  });
  const [word] = words;
  if (direct.length > 0 || word === undefined) return direct;
  const meant = ownWordsNear(word)
    .flatMap(sameMeaning)
    .flatMap((own) => formsOf(own, ofWord(known, own)));
  return meant.map((each) => ({ ...each, boost: each.boost * BOOST.meaning }));
}

/** A word of the catalogue counts once in a group. */
function mostSure(terms: readonly Term[]): Term[] {
  const best = new Map<string, Term>();
  for (const term of terms) {
    const key = `${term.group} ${term.wordId}`;
    if ((best.get(key)?.boost ?? 0) < term.boost) best.set(key, term);
  }
  return [...best.values()];
}
