import { availableAnywhere, type ProductWithStock } from '../../domain/catalogue.ts';
import { searchWords } from '../../domain/search-text.ts';
import { clip } from '../../domain/storable.ts';
import { moneyIn } from '../replies.ts';
import type { Turn } from '../turn.ts';

const LABEL_CHARS = 100;
const ATTRIBUTES = 6;
const VALUE_CHARS = 40;
const DESCRIPTION_CHARS = 300;

/** What the label does not say already, so much that the longest list of products stays short. */
function untold({ label, attributes }: ProductWithStock): Record<string, string | number | boolean> | undefined {
  const told = new Set(searchWords(label));
  const entries = Object.entries(attributes)
    .filter(([, value]) => value !== false && value !== '')
    .filter(([key, value]) => !searchWords(value === true ? key : String(value)).every((word) => told.has(word)))
    .slice(0, ATTRIBUTES)
    .map(([key, value]) => [clip(key, VALUE_CHARS), typeof value === 'string' ? clip(value, VALUE_CHARS) : value]);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

/** A product among others, for the model: how many there are in all places together. */
export function listedFacts(turn: Turn, product: ProductWithStock) {
  const attributes = untold(product);
  return {
    id: product.id,
    label: clip(product.label, LABEL_CHARS),
    price: moneyIn(turn, product.priceMinor, product.currency),
    ...(attributes && { attributes }),
    ...(product.stocked ? { stock: availableAnywhere(product) } : { service: true }),
  };
}

/** One product, for the model: what it is, and how many there are in each place. */
export function shownFacts(turn: Turn, product: ProductWithStock) {
  const stock = Object.fromEntries(product.stock.map((level) => [level.locationName, Math.max(0, level.available)]));
  const description = clip(product.description, DESCRIPTION_CHARS);
  return { ...listedFacts(turn, product), ...(description && { description }), ...(product.stocked && { stock }) };
}
