import { ownWordsNear, type SearchQuery, sameMeaning } from './search-query.ts';
import { isOneEdit } from './search-spelling.ts';

/** A word of the catalogue that may be what an asked word means. */
export type KnownWord = {
  asked: string;
  /** `asked` before its plural's s was trimmed. */
  typed: string;
  id: number;
  word: string;
  /** They share a stem in one of the languages. */
  isForm: boolean;
  /** In how many products, counted up to `COMMON`. */
  products: number;
};
/** A word in so many products tells nothing when it is only said by the way. */
export const COMMON = 2_000;

export type Term = {
  wordId: number;
  word: string;
  /** Words of one group are interchangeable. */
  group: number;
  /** How surely it is what was meant, 1 for the word as it was typed. */
  boost: number;
};
export type Expansion = {
  terms: Term[];
  /** How many groups a product must have to have all that was asked for: those numbered below it. Others only add to the score. */
  required: number;
  /** The first of them are about the thing itself; the others are words such as "tyre". */
  specific: number;
};

/** How surely a word is meant that is not the one typed. */
const BOOST = { form: 0.9, meaning: 0.9, slip: 0.9, beginning: 0.7, aside: 0.5 };
const MOST_CORRECTIONS = 3;
const MOST_ASIDES = 6;
const MOST_BEGINNINGS = 20;
/** A word that next to no product has, beside one that very many have: most likely the catalogue's own slip. */
const RARE = 2;
const OUTNUMBERS = 20;

type Weighed = { known: KnownWord; boost: number };

/** How likely each correction is: common words are meant more often, and slips rarely change the first letter. */
function corrections(asked: string, known: readonly KnownWord[]): Weighed[] {
  const near = known.filter(
    ({ word, typed, products }) => products > 0 && (isOneEdit(asked, word) || isOneEdit(typed, word)),
  );
  const rate = ({ word, products }: KnownWord) => Math.log(1 + products) * (word[0] === asked[0] ? 1 : 0.5);
  const rated = near.map((each) => ({ known: each, rate: rate(each) })).sort((a, b) => b.rate - a.rate);
  const best = rated[0]?.rate ?? 1;
  return rated
    .slice(0, MOST_CORRECTIONS)
    .map(({ known: each, rate: own }) => ({ known: each, boost: (own / best) ** 2 * BOOST.slip }));
}

/** A stem alone is too generous across languages: "camera" is no form of the French "came". */
function isInflected(a: string, b: string): boolean {
  let common = 0;
  while (common < a.length && a[common] === b[common]) common++;
  const rest = Math.max(a.length, b.length) - common;
  return rest <= 1 || (common >= 4 && rest <= 3);
}

function formsOf(asked: string, known: readonly KnownWord[]): Weighed[] {
  return known
    .filter(({ word, isForm, products }) => products > 0 && (word === asked || (isForm && isInflected(word, asked))))
    .map((each) => ({ known: each, boost: each.word === asked ? 1 : BOOST.form }));
}

/**
 * What the catalogue calls one asked word: itself and its other forms, else what it may be a slip or the beginning of.
 * `doubting`: also what a word that is known may be a slip of, when it is the more usual one ("phone sand").
 */
function wordsFor(asked: string, known: readonly KnownWord[], doubting = false): Weighed[] {
  const forms = formsOf(asked, known);
  const count = forms.reduce((sum, form) => sum + form.known.products, 0);
  if (count > RARE && !doubting) return forms;
  const corrected = corrections(asked, known);
  const better = corrected.filter((each) => each.known.products >= (doubting ? 1 : OUTNUMBERS) * count);
  if (forms.length > 0) return [...forms, ...better];
  if (corrected.length > 0) return corrected;
  const beginnings = known.filter(({ word, products }) => asked.length >= 3 && products > 0 && word.startsWith(asked));
  return beginnings.slice(0, MOST_BEGINNINGS).map((each) => ({ known: each, boost: BOOST.beginning }));
}

const ofWord = (known: readonly KnownWord[], asked: string) => known.filter((each) => each.asked === asked);

/** The words as they are, for those that are never a slip. */
function exactly(asked: string, known: readonly KnownWord[]): Weighed[] {
  const same = ofWord(known, asked).filter(({ word, products }) => word === asked && products > 0);
  return same.map((each) => ({ known: each, boost: 1 }));
}

/** Every word to ask the catalogue's vocabulary about before `expand`. */
export function wordsToLookUp({ groups, generic, pieces, joined, said }: SearchQuery): string[] {
  return [
    ...new Set([...groups.flat(), ...generic.flat(), ...pieces.map((piece) => piece.joined), ...joined, ...said]),
  ];
}

/** Words to ask about in addition: our own that an unknown one may be a slip of, and the two it may be made of. */
export function wordsToTryFor({ groups }: SearchQuery, known: readonly KnownWord[]): string[] {
  const unknown = groups.filter((group) => group.every((word) => wordsFor(word, ofWord(known, word)).length === 0));
  return unknown.flat().flatMap((word) => [...ownWordsNear(word).flatMap(sameMeaning), ...halvesOf(word).flat()]);
}

function halvesOf(word: string): [string, string][] {
  const cuts = /^[a-z]{6,24}$/.test(word) ? Array.from({ length: word.length - 5 }, (_, index) => index + 3) : [];
  return cuts.map((at) => [word.slice(0, at), word.slice(at)]);
}

/** "powerbank" where the catalogue says "power bank": the cut whose rarer half is the most usual. */
function cutInTwo(word: string, known: readonly KnownWord[]): [Weighed[], Weighed[]] | undefined {
  const count = (weighed: readonly Weighed[]) => weighed.reduce((sum, each) => sum + each.known.products, 0);
  const cuts = halvesOf(word).map(([a, b]): [Weighed[], Weighed[]] => [exactly(a, known), exactly(b, known)]);
  const usual = ([a, b]: [Weighed[], Weighed[]]) => Math.min(count(a), count(b));
  const [best] = cuts.filter((cut) => usual(cut) > 0).sort((a, b) => usual(b) - usual(a));
  return best;
}

function wordsOfGroup(
  words: readonly string[],
  known: readonly KnownWord[],
  { said }: SearchQuery,
  doubting: boolean,
): Weighed[] {
  const direct = words.flatMap((word) => {
    const factor = words.length === 1 || said.includes(word) ? 1 : BOOST.meaning;
    const weighed =
      words.length > 1 ? formsOf(word, ofWord(known, word)) : wordsFor(word, ofWord(known, word), doubting);
    return weighed.map((each) => ({ ...each, boost: each.boost * factor }));
  });
  const [word] = words;
  if (direct.length > 0 || word === undefined) return direct;
  const meant = ownWordsNear(word).flatMap(sameMeaning);
  return meant
    .flatMap((own) => formsOf(own, ofWord(known, own)))
    .map((each) => ({ ...each, boost: each.boost * BOOST.meaning }));
}

/** The groups that stay when what was typed in one piece, and the catalogue knows as one word, is one group of its own. */
function withoutPieces(query: SearchQuery, known: readonly KnownWord[]) {
  const pieces = query.pieces.filter(({ joined }) => exactly(joined, known).length > 0);
  const parts = new Set(pieces.flatMap((piece) => piece.parts));
  const groups = query.groups.filter((group) => group.length > 1 || !group.every((word) => parts.has(word)));
  return { pieces, groups };
}

/**
 * The catalogue's words for what was asked, each with its group and how surely it is meant. `doubting`: known words may be
 * slips too, which is worth a try when nothing has them all.
 */
export function expand(query: SearchQuery, known: readonly KnownWord[], doubting = false): Expansion {
  const { pieces, groups } = withoutPieces(query, known);
  const meant: Weighed[][] = pieces.map(({ joined }) => exactly(joined, known));
  for (const words of groups) {
    const found = wordsOfGroup(words, known, query, doubting);
    const asOne = query.joined.filter((joined) => words.some((word) => word !== joined && joined.includes(word)));
    const weighed = [...found, ...asOne.flatMap((joined) => exactly(joined, known))];
    const halves = weighed.length === 0 ? cutInTwo(words[0] as string, known) : undefined;
    meant.push(...(halves ?? [weighed]));
  }
  const specific = meant.length;
  for (const words of query.generic) meant.push(wordsOfGroup(words, known, query, doubting));
  const required = meant.length;
  const used = new Set([...query.groups, ...query.generic].flat());
  const asides = [...new Set(query.said)].filter((word) => !used.has(word)).flatMap((word) => exactly(word, known));
  for (const aside of asides.filter((each) => each.known.products < COMMON).slice(0, MOST_ASIDES))
    meant.push([{ ...aside, boost: BOOST.aside }]);
  const terms = meant.flatMap((weighed, group) =>
    weighed.map(({ known: { id, word }, boost }) => ({ wordId: id, word, group, boost })),
  );
  return { terms: mostSure(terms), required, specific };
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

/** A typed word, and the words of the catalogue that it was taken for in its place: slips and beginnings, no other forms. */
export type ReadAs = { typed: string; taken: string[] };

export function readingOf({ terms, required }: Expansion, known: readonly KnownWord[]): ReadAs[] {
  const taken = new Map<string, string[]>();
  for (const { wordId, group } of terms.filter((term) => term.group < required)) {
    const asked = known.filter(({ id }) => id === wordId);
    // A form of it, or a synonym that was looked up as such, is no slip.
    if (asked.some(({ word, asked: own, isForm }) => word === own || isForm)) continue;
    const [slip] = asked;
    const isAsSaid = terms.some(
      (each) => each.group === group && known.some((k) => k.id === each.wordId && k.word === slip?.asked),
    );
    if (slip && !isAsSaid) taken.set(slip.typed, [...(taken.get(slip.typed) ?? []), slip.word]);
  }
  return [...taken].map(([typed, words]) => ({ typed, taken: [...new Set(words)] }));
}
