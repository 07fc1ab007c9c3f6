import type { Turn } from './transcript.ts';

export type Product = {
  id: string;
  label: string;
  price: string | { minor: number; currency: string } | null;
  quantity: number | null;
};

const ID_KEYS = ['product_id', 'productId', 'id', 'sku'];
const LABEL_KEYS = ['label', 'name', 'title', 'product'];
const MINOR_KEYS = ['priceMinor', 'price_minor', 'unitPriceMinor', 'unit_price_minor', 'amountMinor', 'amount_minor'];
const PRICE_KEYS = ['price', 'unit_price', 'unitPrice', 'price_text', 'priceText'];

type Fields = Record<string, unknown>;

/** Everything in a tool's output that looks like a product: something with an id and a name. */
export function productsIn(value: unknown, depth = 0): Product[] {
  if (typeof value !== 'object' || value === null || depth > 5) return [];
  if (Array.isArray(value)) return value.flatMap((inner) => productsIn(inner, depth + 1));
  const fields = value as Fields;
  const id = firstOf(fields, ID_KEYS, (found) => typeof found === 'string' || typeof found === 'number');
  const label = firstOf(fields, LABEL_KEYS, (found) => typeof found === 'string');
  if (id !== undefined && label !== undefined) {
    const quantity = typeof fields.quantity === 'number' ? fields.quantity : null;
    return [{ id: String(id), label: String(label), price: priceOf(fields), quantity }];
  }
  return Object.values(fields).flatMap((inner) => productsIn(inner, depth + 1));
}

/** A price under any of its usual names: in words, or as an amount of cents. */
function priceOf(fields: Fields): Product['price'] {
  const currency = typeof fields.currency === 'string' && /^[a-z]{3}$/i.test(fields.currency) ? fields.currency : 'EUR';
  const minor = firstOf(fields, MINOR_KEYS, (found) => typeof found === 'number');
  if (minor !== undefined) return { minor: Number(minor), currency };
  const price = firstOf(fields, PRICE_KEYS, (found) => found !== null);
  if (typeof price === 'string') return price;
  if (typeof price === 'number') return { minor: Math.round(price * 100), currency };
  return typeof price === 'object' ? priceOf(price as Fields) : null;
}

function firstOf(fields: Fields, keys: string[], fits: (value: unknown) => boolean): unknown {
  return keys.map((key) => fields[key]).find((value) => value !== undefined && fits(value));
}

/** What the conversation was about: the last list that was shown, and the last single product, whichever is newer. */
export function topicsOf(turns: Turn[]): { listing: Product[]; current: Product | null; proposed: boolean } {
  let listing: Product[] = [];
  let current: Product | null = null;
  let proposed = false;
  for (const turn of turns) {
    if (turn.role !== 'tool') continue;
    const products = productsIn(turn.output);
    if (turn.name === 'search_products') {
      listing = products;
      current = products.length === 1 ? (products[0] ?? null) : null;
    } else if (turn.name === 'show_product' || turn.name === 'add_to_cart') {
      current = products.find(({ id }) => id === turn.given.product_id) ?? products[0] ?? current;
    }
    if (turn.name === 'propose_order') proposed = true;
    else if (turn.name === 'confirm_order' || turn.name.includes('cart')) proposed = false;
  }
  return { listing, current, proposed };
}

/** The search says itself that what it found only comes close. */
export const isNear = (output: unknown): boolean => (output as { exact?: unknown } | null)?.exact === false;
