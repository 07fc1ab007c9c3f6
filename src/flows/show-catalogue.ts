import { listLocations } from '../db/catalogue.ts';
import type { Db } from '../db/client.ts';
import { type ShelfAt, shelvesOf } from '../db/paid-waiting.ts';
import {
  type CatalogueFilter,
  idsBySku,
  listCategories,
  productIds,
  type StaffProduct,
  staffProducts,
} from '../db/staff-catalogue.ts';
import { type StockMovementShown, stockHistory } from '../db/stock-deeds.ts';
import { isEmptySearch, parseSearch } from '../domain/search-query.ts';
import { searchCounter } from './search-counter.ts';

export type { CatalogueFilter, StaffProduct, StockMovementShown };

type Needs = { db: Db; shop: { currency: string } };

export type CatalogueWish = { filter: CatalogueFilter; query?: string; after?: string };
export type CataloguePage = {
  products: StaffProduct[];
  /** The last of this page, when there are more behind it. */
  next: string | null;
  categories: string[];
};

/** Products on one page, and the most a search brings. */
const PAGE_PRODUCTS = 50;
const MOST_CATEGORIES = 200;

/** Whose SKU begins with the words, then what customers find with them; only what is on sale has words. */
async function searchIds({ db, shop }: Needs, words: string): Promise<string[]> {
  const query = parseSearch(words);
  const [bySku, found] = await Promise.all([
    idsBySku(db, words, PAGE_PRODUCTS),
    isEmptySearch(query)
      ? undefined
      : searchCounter({ db, currency: shop.currency }, { query, locationId: null, limit: PAGE_PRODUCTS }),
  ]);
  return [...new Set([...bySku, ...(found?.products.map(({ id }) => id) ?? [])])].slice(0, PAGE_PRODUCTS);
}

/** A page of the catalogue by label; with words, the best of what they find. */
export async function showCatalogue(needs: Needs, { filter, query, after }: CatalogueWish): Promise<CataloguePage> {
  const { db } = needs;
  const wish = { limit: PAGE_PRODUCTS + 1, ...(after && { after }) };
  const [ids, categories] = await Promise.all([
    query ? searchIds(needs, query) : productIds(db, filter, wish),
    listCategories(db, MOST_CATEGORIES),
  ]);
  const shown = ids.slice(0, PAGE_PRODUCTS);
  const next = ids.length > PAGE_PRODUCTS ? (shown.at(-1) ?? null) : null;
  return { products: await staffProducts(db, shown, query ? filter : {}), next, categories };
}

export type ProductDetail = {
  product: StaffProduct;
  locations: { id: string; name: string }[];
  movements: StockMovementShown[];
  /** What lies at each place that has or had some, paid pieces too. */
  shelves: ShelfAt[];
};
const SHOWN_MOVEMENTS = 50;

export async function showProduct({ db }: Pick<Needs, 'db'>, productId: string): Promise<ProductDetail | undefined> {
  const [products, locations, movements, shelves] = await Promise.all([
    staffProducts(db, [productId]),
    listLocations(db),
    stockHistory(db, productId, SHOWN_MOVEMENTS),
    shelvesOf(db, productId),
  ]);
  const [product] = products;
  return product && { product, locations, movements, shelves };
}

export type CounterPreview = {
  exact: boolean;
  /** In the order a customer sees them; those after `closest` come under "also". */
  products: StaffProduct[];
  closest: number;
  /** Words that were taken for others of the catalogue. */
  readAs: { typed: string; taken: string[] }[];
  /** Where a product stands among the first hundred, from 1; null when it is not there. */
  rank: number | null;
};
const RANKED = 100;

/** What a customer typing this would see, by the very search that answers customers. */
export async function previewCounter(
  { db, shop }: Needs,
  { words, productId }: { words: string; productId?: string },
): Promise<CounterPreview> {
  const query = parseSearch(words);
  const search = (limit?: number) =>
    searchCounter({ db, currency: shop.currency }, { query, locationId: null, ...(limit && { limit }) });
  const [found, further] = await Promise.all([search(), productId ? search(RANKED) : undefined]);
  const at = further?.products.findIndex(({ id }) => id === productId) ?? -1;
  const products = await staffProducts(
    db,
    found.products.map(({ id }) => id),
  );
  return {
    ...{ exact: found.exact, closest: found.closest, readAs: found.readAs, products },
    rank: at < 0 ? null : at + 1,
  };
}
