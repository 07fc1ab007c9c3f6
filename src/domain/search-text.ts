import type { Product } from './catalogue.ts';

const MARKS = /\p{M}/gu;

/** `neumáticos` -> `neumatico`: both sides of a search are trimmed alike, so a wrong trim still matches itself. */
const singular = (word: string): string => (/^[a-z]{4,}$/.test(word) ? word.replace(/(?<!s)s$/, '') : word);

/**
 * The words a search compares: lower case, no accents, digits apart from letters, plurals trimmed.
 * `"Pneus été 205/55R16 91V"` -> `pneu ete 205 55 r 16 91 v`.
 */
export function searchWords(text: string): string[] {
  const plain = text.normalize('NFD').replace(MARKS, '').toLowerCase().replace(/œ/g, 'oe');
  return (plain.match(/[a-z]+|\d+/g) ?? []).map(singular);
}

function wordsOfAttribute([name, value]: [string, string | number | boolean]): string {
  return typeof value === 'boolean' ? (value ? name : '') : String(value);
}

/** What is stored in products.search_text: name first, then what describes it. */
export function searchTextOf(
  product: Pick<Product, 'label' | 'brand' | 'model' | 'category' | 'attributes' | 'description'>,
): string {
  const attributes = Object.entries(product.attributes).map(wordsOfAttribute);
  const parts = [product.label, product.brand, product.model, product.category, ...attributes, product.description];
  return searchWords(parts.join(' ')).join(' ');
}
