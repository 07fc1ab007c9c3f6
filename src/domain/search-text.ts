import type { Product } from './catalogue.ts';
import { sizesIn } from './tyre-size.ts';

const MARKS = /\p{M}/gu;
const plain = (text: string) => text.normalize('NFD').replace(MARKS, '').toLowerCase().replace(/œ/g, 'oe');

/** `neumáticos` -> `neumatico`: both sides of a search are trimmed alike, so a wrong trim still matches itself. */
const singular = (word: string): string => (/^[a-z]{4,}$/.test(word) ? word.replace(/(?<!s)s$/, '') : word);

/**
 * The words a search compares: lower case, no accents, digits apart from letters, plurals trimmed.
 * `"Pneus été 205/55R16 91V"` -> `pneu ete 205 55 r 16 91 v`.
 */
export function searchWords(text: string): string[] {
  return typedWords(text).map(singular);
}

const typedWords = (text: string): string[] => plain(text).match(/[a-z]+|\d+/g) ?? [];

/** The words that lost their last letter as plurals, by what is left: a slip may have put the "s" there ("wirelses"). */
export function trimmedWords(text: string): Map<string, string> {
  const trimmed = typedWords(text).filter((word) => singular(word) !== word);
  return new Map(trimmed.map((word) => [singular(word), word]));
}

const LONGEST_REFERENCE = 40;

/** Letters and digits in one piece, with the "+" that tells one model from another: "Primacy 4+" is `primacy4+`. */
export const glued = (text: string): string => plain(text).replace(/[^a-z0-9+]/g, '');

/** A number glued to letters, by its parts: "ps4", "wh1000xm3". */
export type Piece = { joined: string; parts: string[] };

/** The references, models and amounts that were typed in one piece. */
export function piecesOf(text: string): Piece[] {
  const chunks = plain(text).match(/[a-z0-9]+(?:[-_.][a-z0-9]+)*/g) ?? [];
  return chunks.flatMap((chunk) => {
    const parts = chunk.match(/[a-z]+|\d+/g) ?? [];
    const isReference = parts.length > 1 && !/^\d+\D\d+$/.test(chunk);
    return isReference ? [{ joined: singular(parts.join('')), parts: parts.map(singular) }] : [];
  });
}

/**
 * What stands together in the text, as one word each: `"Sony WH-1000XM3, Wi-Fi, 16 GB"` -> `wh1000xm3 wifi 16gb`. Model numbers
 * and references are found by it however they are cut.
 */
export function joinedWords(text: string): string[] {
  const joined = piecesOf(text).map((piece) => piece.joined);
  const units = [...plain(text).matchAll(/(?<![\d.,a-z])(\d+) ([a-z]{1,3})\b/g)].map(
    ([, count, unit]) => `${count}${unit}`,
  );
  return [...joined, ...units].filter((word) => word.length >= 2 && word.length <= LONGEST_REFERENCE);
}

function wordsOfAttribute([name, value]: [string, string | number | boolean]): string {
  return typeof value === 'boolean' ? (value ? name : '') : String(value);
}

type Described = Pick<Product, 'label' | 'brand' | 'model' | 'category' | 'attributes' | 'description'>;

const attributeText = (product: Described) => Object.entries(product.attributes).map(wordsOfAttribute).join(' ');

/** All a product's words in one text: name first, then what describes it. */
export function searchTextOf(product: Described): string {
  const { label, brand, model, category, description } = product;
  return searchWords([label, brand, model, category, attributeText(product), description].join(' ')).join(' ');
}

/** How much a word counts where it stands, and how many words are usual there: among many, one says less. */
const FIELDS = {
  label: { weight: 5, usualWords: 12, lengthCounts: 0.5 },
  brand: { weight: 2, usualWords: 1, lengthCounts: 0 },
  model: { weight: 3, usualWords: 2, lengthCounts: 0 },
  category: { weight: 2, usualWords: 2, lengthCounts: 0.3 },
  attributes: { weight: 1, usualWords: 35, lengthCounts: 0.65 },
  description: { weight: 2, usualWords: 12, lengthCounts: 0.65 },
  sku: { weight: 1, usualWords: 3, lengthCounts: 0 },
} as const;

/** Each word a product is found by, with how much it says of it (BM25F's term frequency, before it is saturated). */
export function weighWords(product: Described & Pick<Product, 'sku'>): Map<string, number> {
  const weights = new Map<string, number>();
  const add = (word: string, weight: number) => weights.set(word, (weights.get(word) ?? 0) + weight);
  const texts = { ...product, attributes: attributeText(product) };
  for (const [field, { weight, usualWords, lengthCounts }] of Object.entries(FIELDS)) {
    const text = texts[field as keyof typeof FIELDS];
    const words = searchWords(text);
    const each = weight / (1 - lengthCounts + (lengthCounts * words.length) / usualWords);
    for (const word of words) if (word.length <= LONGEST_REFERENCE) add(word, each);
    for (const word of joinedWords(text)) add(word, each);
  }
  for (const size of sizesIn(`${texts.label} ; ${texts.attributes} ; ${texts.description}`)) add(size, 1);
  return weights;
}
