import { z } from 'zod';
import { findProducts } from '../../db/catalogue.ts';
import type { ProductWithStock } from '../../domain/catalogue.ts';
import { refocus } from '../../domain/conversation.ts';
import { isEmptySearch, parseSearch, type SearchQuery } from '../../domain/search-query.ts';
import { searchCounter } from '../../flows/search-counter.ts';
import { productCard } from '../replies.ts';
import { say, type Turn } from '../turn.ts';
import { listedFacts, shownFacts } from './product-facts.ts';
import { defineTool, isKnownProduct, productIdArgument, refused, type ToolResult, unknownProduct } from './tool.ts';

export type Found = {
  exact: boolean;
  products: ProductWithStock[];
  /** Beside products that have all that was asked for: what lacks some of it. */
  near: ProductWithStock[];
};

/** Looks in the catalogue and remembers what was found as shown: the tools take those ids back. */
export async function search(turn: Turn, query: SearchQuery): Promise<Found> {
  if (isEmptySearch(query) && query.maxPrice === undefined) return { exact: false, products: [], near: [] };
  const { db, shop } = turn.needs;
  const { locationId } = turn.draft.cart;
  const { exact, products, closest } = await searchCounter({ db, currency: shop.currency }, { query, locationId });
  const found = { exact, products: products.slice(0, closest), near: products.slice(closest) };
  const { draft } = turn;
  const ids = products.map((product) => product.id);
  const { seen: _, ...open } = draft.focus;
  draft.focus = refocus(draft.focus, open, ids);
  draft.found = found.products.length > 0 ? found : undefined;
  return found;
}

/** Queues a product's card; the next number is how many of it. False when it is no longer sold. */
export async function showProduct(turn: Turn, productId: string): Promise<ProductWithStock | undefined> {
  const [product] = await findProducts(turn.needs.db, [productId]);
  if (!product) return undefined;
  const { draft } = turn;
  for (const message of productCard(turn, product)) say(turn, message);
  draft.found = undefined;
  draft.focus = refocus(draft.focus, { product: product.id, offer: draft.focus.offer, later: draft.focus.later }, [
    product.id,
  ]);
  return product;
}

export const searchProductsTool = defineTool({
  name: 'search_products',
  description:
    'Finds products and services by size (205/55 R16), brand, season, kind or any words, the cheapest first. Prices and stock come only from here. ' +
    'The service appends the numbered list of results to your next text.',
  arguments: {
    query: z.string().max(300).describe("the customer's own words for the thing they want"),
    max_price: z.number().positive().max(1_000_000).nullable().describe('in whole currency units, or null'),
  },
  async run(turn, args): Promise<ToolResult> {
    const query = parseSearch(args.query);
    const maxPrice = args.max_price ?? query.maxPrice;
    const found = await search(turn, { ...query, maxPrice });
    if (found.products.length === 0)
      return { kind: 'nothing_found', instead: 'ask for the size, a brand or a service' };
    const factsOf = (products: ProductWithStock[]) => products.map((product) => listedFacts(turn, product));
    return {
      ...{ kind: 'found', exact: found.exact, products: factsOf(found.products) },
      ...(found.near.length > 0 && { near: factsOf(found.near) }),
    };
  },
});

export const showProductTool = defineTool({
  name: 'show_product',
  description: 'Sends the card of one product: picture, price, stock per place, buttons to add it.',
  arguments: { product_id: productIdArgument },
  async run(turn, { product_id }): Promise<ToolResult> {
    if (!isKnownProduct(turn, product_id)) return unknownProduct();
    const product = await showProduct(turn, product_id);
    return product
      ? { kind: 'shown', product: shownFacts(turn, product) }
      : refused('no longer sold', 'search for another');
  },
});
