import { withoutCar } from './cars.ts';
import { plainText } from './plain-text.ts';
import { isOneEdit } from './search-spelling.ts';
import { type Piece, piecesOf, searchWords, trimmedWords } from './search-text.ts';
import { readSize } from './tyre-size.ts';

export type SearchQuery = {
  /** What the customer asked for, one group of interchangeable words each ("winter", "hiver", "invierno"). */
  groups: string[][];
  /** Words such as "pneu" that fit half the shop: they sharpen a search, they never carry it alone. */
  generic: string[][];
  /** A tyre's size as numbers, width first: what is sold must match it, a near size does not fit the car. */
  size: string[];
  /** The size was said in inches only: where no tyre has it, it is a word like others ("17 inch monitor"). */
  sizeMayBeOther: boolean;
  /** All words as they were said, the polite ones too: what stands side by side counts. */
  said: string[];
  /** Words of `said` as they were typed, where that is another: with their plural's s. */
  typed: ReadonlyMap<string, string>;
  /** What was typed in one piece: "ps4", "wh1000xm3", "wi-fi". */
  pieces: Piece[];
  /** Neighbours that the catalogue may write as one word: "wh1000 xm3", "power bank". */
  joined: string[];
  /** "Cheap": what fits alike is sorted by price. */
  wantsCheap: boolean;
  /** "Michelin or equivalent": Michelin first, other makes after. */
  orEquivalent: boolean;
  /** "The cheapest one": of what was shown, when something was. What is found is sorted by price anyway. */
  wantsCheapest: boolean;
  /** In whole currency units, as people say it. */
  maxPrice: number | undefined;
  /** Said with the product: "4 michelin 205/55 r16". */
  quantity: number | undefined;
};

const GENERIC = ['pneu pneumatique tyre tire neumatico llanta cubierta', 'service prestation servicio'];
const SYNONYMS = [
  'hiver winter invierno neige snow nieve',
  'ete summer verano',
  'saison season estacion estaciones',
  'equilibrage equilibrer balancing balance equilibrado equilibrar',
  'montage monter fitting mounting montaje montar',
  'geometrie parallelisme alignment alineacion',
  'crevaison reparation puncture repair pinchazo reparacion',
  'valve valvula',
  'roue wheel rueda jante rim',
  'batterie battery bateria',
  'huile oil aceite',
  'utilitaire camionnette van furgoneta',
  'suv crossover',
  'moto motorcycle motorbike motocicleta',
  'velo bike bicycle bicicleta',
];
const CHEAP =
  /\b(?:pas (?:trop )?chers?|moins? chers?|economiques?|che+a?p(?:est)?|low cost|barat[oa]s?|economic[oa]s?)\b/g;
const CHEAPEST =
  /\b(?:(?:le|la|les) (?:moins?|-) ?chers?|che+a?pest|(?:el|la|lo|los|las) mas (?:barat[oa]s?|economic[oa]s?))\b/;
const EQUIVALENT =
  /\b(?:ou|or|o|u) (?:un |une |an? )?(?:equivalente?s?|similar(?:es)?|similaires?|autres? marques?|other brands?|otras? marcas?)\b/;
const AMOUNT = String.raw`(\d{1,5}(?:[.,]\d{1,2})?)\s*(?:€|eur(?:os?)?)?(?![a-z\d])`;
const CURRENCY = String.raw`\s*(?:€|eur(?:os?)?)`;
/** "moins de 90 €", "entre 50 y 90", "90 EUR max": up to how much. */
const PRICE_LIMITS = [
  `\\b(?:entre|between|from|de)\\s*\\d{1,5}(?:${CURRENCY})?\\s*(?:et|and|y|a|to)\\s*(?=\\d{1,5}${CURRENCY})${AMOUNT}`,
  `\\b(?:entre|between)\\s*\\d{1,5}(?:${CURRENCY})?\\s*(?:et|and|y)\\s*${AMOUNT}`,
  `\\b(?:a )?(?:moins de|pas plus de|jusqu a|under|below|less than|no more than|up to|menos de|no mas de|hasta)\\s*${AMOUNT}`,
  `\\b(?:budget|presupuesto)(?: de| of)?(?: max)?\\s*${AMOUNT}`,
  `(?<!\\bpro )\\bmax(?:imum|imo)?\\s*${AMOUNT}`,
  `\\b(\\d{1,5}(?:[.,]\\d{1,2})?)${CURRENCY}\\s*(?:max(?:imum|imo)?|maxi|ou moins|or less|o menos)\\b`,
].map((pattern) => new RegExp(pattern));

/** What they would pay at most, in whole currency units, and the text without it. */
function takePriceLimit(text: string): { maxPrice: number | undefined; rest: string } {
  for (const pattern of PRICE_LIMITS) {
    const match = pattern.exec(text);
    if (match) return { maxPrice: Number(match[1]?.replace(',', '.')), rest: text.replace(match[0], ' ') };
  }
  return { maxPrice: undefined, rest: text };
}

const FILLER = `a ai as assez au aurais aurez aussi auto avec avez avoir besoin bien bon bonjour bonsoir car carro ce cela
  cherche chercher coche combien comme commander acheter comprar buy order coute dans de del des dimension disponible dispo
  do doit du el elle en es est et etre faire faudrait faut for from give good have hello hey hi hola i il in is je j jeu l
  la las le les ll lo los lot m ma me merci mes mi mon my need ne ou para pas please por pour prendre prends prix precio
  price plait propose proposez que quel quelle quiero quisiera recherche recommande s salut se si saber size some something stock
  sur svp stp t taille talla medida tengo the tiene tienen to tu un una une uno vehicule veux voiture voir voudrais vous want
  we with would y you your busco necesito looking look quelque chose algo euro eur monde show montrez montrez moi muestre hay
  aimerais ajoute ajouter ajoutez rajoute rajoutez mets mettez add also anade anadir anademe tambien
  slt cc wesh yo monsieur madame mademoiselle messieurs souhaite souhaiterais souhaiterai souhaiterions voudrions aimerions remercie remercier
  avance conviendra conviendrait conviennent parfaitement prie possible pourriez pourrais pourrait pouvez peux peut egalement alors
  donc svp merci oye oiga ya pa tenga tengas tengan podria puede pueden senor senora costaria cuesta them those it hav u r plz pls porfa porfavor
  could might sir madam really just par prend prenons vas cuanto cuantos cuestan
  there any coucou buenos buenas dias tardes gracias thanks thank like d qu c ca can could of and or o r`;

const normalGroups = (lines: readonly string[]) => lines.map((line) => [...new Set(searchWords(line))]);
const GENERIC_GROUPS = normalGroups(GENERIC);
const SYNONYM_GROUPS = normalGroups(SYNONYMS);
const FILLERS = new Set(searchWords(FILLER));

const NUMBER_WORDS: Record<string, number> = Object.fromEntries(
  [
    'un une one uno una',
    'deux two dos',
    'trois three tres',
    'quatre four cuatro',
    'cinq five cinco',
    'six six seis',
    'sept seven siete',
    'huit eight ocho',
    'neuf nine nueve',
    'dix ten diez',
  ].flatMap((words, index) => words.split(' ').map((word) => [word, index + 1])),
);
/** "quatre" -> 4, "4" -> 4; undefined for anything else. */
export function readCount(word: string): number | undefined {
  return /^\d{1,10}$/.test(word) ? Number(word) : NUMBER_WORDS[word];
}

const SEASONS = new Set(SYNONYM_GROUPS[2]);

/** "4 saisons" is a kind of tyre, and its number counts nothing. */
const withoutSeasonCount = (words: string[]): string[] =>
  words.filter((word, index) => readCount(word) === undefined || !SEASONS.has(words[index + 1] ?? ''));

const UNITS = new Set('gb go tb to mb mo mah wh w kw v l ml cl kg g mm cm m inch pouce pulgada port'.split(' '));

/** A number before a thing counts it; a number of units, or a part of a name, does not ("64 gb", "3d"). */
function takeQuantity(words: string[], text: string): { quantity: number | undefined; words: string[] } {
  const at = words.findIndex((word) => readCount(word) !== undefined && !FILLERS.has(word));
  const word = words[at];
  if (word === undefined) return { quantity: undefined, words };
  const count = readCount(word);
  const leads = words.slice(0, at).every((before) => FILLERS.has(before));
  const isGlued = new RegExp(`\\b${word}(?!x\\b)[a-z]`).test(text) || UNITS.has(words[at + 1] ?? '');
  if (count === undefined || count > 99 || !leads || isGlued) return { quantity: undefined, words };
  return { quantity: count, words: words.filter((_, i) => i !== at) };
}

const groupOf = (groups: string[][], word: string) => groups.find((group) => group.includes(word));

/** Runs of two to four neighbours as one word each. */
const neighbours = (words: readonly string[]): string[] =>
  words.flatMap((_, at) =>
    [2, 3, 4].flatMap((n) => (at + n <= words.length ? [words.slice(at, at + n).join('')] : [])),
  );

const MAX_GROUPS = 8;

/** What a customer's words ask the catalogue, in any of the three languages. Pure. */
export function parseSearch(text: string): SearchQuery {
  const typed = text.slice(0, 400).replace(/\b4\s?x\s?4\b/gi, ' suv ');
  const { size, rest, mayBeOther } = readSize(typed);
  // Whoever says a size and "wheels" wants tyres.
  const wish = size.length > 1 ? withoutCar(rest).replace(/\b(?:roues?|wheels?|ruedas?)\b/g, ' ') : rest;
  const uncheap = wish.replace(CHEAPEST, ' ').replace(CHEAP, ' ');
  const limited = takePriceLimit(uncheap);
  const unpriced = limited.rest.replace(EQUIVALENT, ' ');
  const { quantity, words } = takeQuantity(withoutSeasonCount(searchWords(unpriced)), unpriced);
  const meaning = [...new Set(words.filter((word) => !FILLERS.has(word) && (word.length > 1 || /\d/.test(word))))];
  const generic = GENERIC_GROUPS.filter((group) => meaning.some((word) => group.includes(word)));
  const specific = meaning.filter((word) => !groupOf(GENERIC_GROUPS, word));
  const groups = [...new Set(specific.map((word) => groupOf(SYNONYM_GROUPS, word) ?? [word]))].slice(0, MAX_GROUPS);
  return {
    ...{ groups, generic, size, sizeMayBeOther: mayBeOther, said: words.slice(0, 3 * MAX_GROUPS), quantity },
    typed: trimmedWords(unpriced),
    pieces: piecesOf(plainText(unpriced)).slice(0, MAX_GROUPS),
    joined: [...new Set(neighbours(words.slice(0, 2 * MAX_GROUPS)))],
    wantsCheapest: CHEAPEST.test(rest),
    wantsCheap: uncheap !== wish,
    orEquivalent: EQUIVALENT.test(rest),
    maxPrice: limited.maxPrice,
  };
}

/** The words of the three languages that mean the same as this one, itself among them; it alone when we know none. */
export const sameMeaning = (word: string): readonly string[] => groupOf(SYNONYM_GROUPS, word) ?? [word];

/** Words of our own that a misspelt one may mean, beside the catalogue's: "wintr". */
export const ownWordsNear = (word: string): string[] => SYNONYM_GROUPS.flat().filter((own) => isOneEdit(own, word));

/** True when there is nothing in it to look for. */
export const isEmptySearch = (query: SearchQuery): boolean =>
  query.groups.length === 0 && query.generic.length === 0 && query.size.length === 0;
