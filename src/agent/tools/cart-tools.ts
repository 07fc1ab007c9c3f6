import { z } from 'zod';
import { findProducts } from '../../db/catalogue.ts';
import { addToCart, type CartChange, removeFromCart, setQuantity } from '../../domain/cart.ts';
import { MAX_QUANTITY, type ProductWithStock } from '../../domain/catalogue.ts';
import { refocus } from '../../domain/conversation.ts';
import { type CartLine, moneyIn, totalOf } from '../replies.ts';
import type { Turn } from '../turn.ts';
import { defineTool, isKnownProduct, productIdArgument, refused, type ToolResult, unknownProduct } from './tool.ts';

/** The cart's lines at today's prices; products no longer sold leave it. */
export async function readCart({ needs, draft }: Turn): Promise<CartLine[]> {
  const products = await findProducts(
    needs.db,
    draft.cart.items.map((item) => item.productId),
  );
  const lines = draft.cart.items.flatMap(({ productId, quantity }) => {
    const product = products.find((candidate) => candidate.id === productId);
    return product ? [{ product, quantity }] : [];
  });
  if (lines.length < draft.cart.items.length) {
    const items = lines.map(({ product, quantity }) => ({ productId: product.id, quantity }));
    draft.cart = { ...draft.cart, items };
  }
  return lines;
}

export type CartOutcome = (CartChange & { product: ProductWithStock }) | { kind: 'gone' };

async function change(
  turn: Turn,
  productId: string,
  decide: (product: ProductWithStock) => CartChange,
): Promise<CartOutcome> {
  const [product] = await findProducts(turn.needs.db, [productId]);
  if (!product) return { kind: 'gone' };
  const outcome = decide(product);
  if (outcome.kind === 'changed') {
    const { draft } = turn;
    draft.cart = outcome.cart;
    draft.found = undefined;
    draft.focus = refocus(draft.focus, {}, [productId]);
  }
  return { ...outcome, product };
}

export const add = (turn: Turn, productId: string, quantity: number): Promise<CartOutcome> =>
  change(turn, productId, (product) => addToCart(turn.draft.cart, product, quantity));

export const changeQuantity = (turn: Turn, productId: string, quantity: number): Promise<CartOutcome> =>
  change(turn, productId, (product) => setQuantity(turn.draft.cart, product, quantity));

/** Works for products no longer sold too. */
export function remove(turn: Turn, productId: string): CartChange {
  const outcome = removeFromCart(turn.draft.cart, productId);
  if (outcome.kind === 'changed') {
    const { draft } = turn;
    draft.cart = outcome.cart;
    // What was searched to know what to take out is no offer.
    draft.found = undefined;
    draft.focus = refocus(draft.focus, {});
  }
  return outcome;
}

async function cartFacts(turn: Turn) {
  const lines = await readCart(turn);
  return {
    lines: lines.map(({ product, quantity }) => ({
      id: product.id,
      label: product.label,
      quantity,
      unit_price: moneyIn(turn, product.priceMinor, product.currency),
      subtotal: moneyIn(turn, product.priceMinor * quantity, product.currency),
    })),
    total: totalOf(turn, lines),
  };
}

async function told(turn: Turn, outcome: CartOutcome | CartChange): Promise<ToolResult> {
  switch (outcome.kind) {
    case 'changed':
      return { kind: 'changed', cart: await cartFacts(turn) };
    case 'short':
      return refused('not enough in stock', 'offer what is available, or another product', {
        available: outcome.available,
      });
    case 'bad_quantity':
      return refused(
        `the line would hold less than ${outcome.min} or more than ${outcome.max}`,
        'ask how many they want; for more than that, ask whether someone of the shop should answer',
      );
    case 'cart_full':
      return refused(`a cart holds at most ${outcome.maxLines} different products`, 'order these first, or remove one');
    case 'not_in_cart':
      return refused('this product is not in the cart', 'take an id of the cart, or add_to_cart', {
        cart: await cartFacts(turn),
      });
    case 'gone':
      return refused('no longer sold', 'search for another');
    default:
      return outcome satisfies never;
  }
}

const quantityArgument = z.int().min(1).max(MAX_QUANTITY);

/**
 * Whether this very quantity of it was added in this turn already, with the line untouched since: a model that goes round
 * in circles must not buy in circles. More of it is a set_quantity.
 */
function wasAdded({ draft }: Turn, productId: string, quantity: number): boolean {
  const ofThis = draft.toolCalls.filter(({ arguments: sent, outcome }) => {
    return outcome === 'changed' && (sent as { product_id?: unknown } | null)?.product_id === productId;
  });
  const last = ofThis.at(-1);
  return last?.name === 'add_to_cart' && (last.arguments as { quantity?: unknown }).quantity === quantity;
}

export const addToCartTool = defineTool({
  name: 'add_to_cart',
  description:
    'Adds a quantity of a product to the cart, on top of what it holds. Only when the customer asked for it.',
  arguments: { product_id: productIdArgument, quantity: quantityArgument },
  async run(turn, { product_id, quantity }) {
    if (!isKnownProduct(turn, product_id)) return unknownProduct();
    if (wasAdded(turn, product_id, quantity)) return { kind: 'changed', repeated: true, cart: await cartFacts(turn) };
    return told(turn, await add(turn, product_id, quantity));
  },
});

export const setQuantityTool = defineTool({
  name: 'set_quantity',
  description: 'Makes a line of the cart hold exactly this quantity. To take a line out, use remove_from_cart.',
  arguments: { product_id: productIdArgument, quantity: quantityArgument },
  async run(turn, { product_id, quantity }) {
    if (!isKnownProduct(turn, product_id)) return unknownProduct();
    return told(turn, await changeQuantity(turn, product_id, quantity));
  },
});

export const removeFromCartTool = defineTool({
  name: 'remove_from_cart',
  description: 'Takes a product out of the cart.',
  arguments: { product_id: productIdArgument },
  async run(turn, { product_id }) {
    return told(turn, remove(turn, product_id));
  },
});

export const showCartTool = defineTool({
  name: 'show_cart',
  description: 'The cart as it is now: lines, prices, total.',
  arguments: {},
  async run(turn) {
    return { kind: 'cart', ...(await cartFacts(turn)) };
  },
});
