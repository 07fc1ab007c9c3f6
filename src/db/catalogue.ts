import type { PickupLocation, ProductWithStock } from '../domain/catalogue.ts';
import type { SearchQuery } from '../domain/search-query.ts';
import { searchWords } from '../domain/search-text.ts';
import type { Db, Tx } from './client.ts';

export type SearchResult = {
  /** False when what was found lacks something that was asked for: say so. */
  exact: boolean;
  products: ProductWithStock[];
};

const INCLUDE = { stockLevels: { where: { location: { active: true } }, include: { location: true } } } as const;

/** Active products by id, in the order asked for, with what can be promised at each location; unknown ids are left out. */
export async function findProducts(db: Db | Tx, ids: readonly string[]): Promise<ProductWithStock[]> {
  if (ids.length === 0) return [];
  const rows = await db.product.findMany({ where: { id: { in: [...ids] }, active: true }, include: INCLUDE });
  const products = rows.map(({ stockLevels, attributes, ...row }): ProductWithStock => {
    const { id, sku, brand, model, label, description, category, priceMinor, currency, imageUrl, stocked } = row;
    const stock = stockLevels
      .map(({ locationId, location, onHand, reserved }) => ({
        locationId,
        locationName: location.name,
        available: onHand - reserved,
      }))
      .sort((a, b) => a.locationName.localeCompare(b.locationName));
    return {
      ...{ id, sku, brand, model, label, description, category, priceMinor, currency, imageUrl, stocked },
      attributes: attributes as ProductWithStock['attributes'],
      stock,
    };
  });
  return ids.flatMap((id) => products.find((product) => product.id === id) ?? []);
}

/** Where orders can be picked up, by name. */
export async function listLocations(db: Db | Tx): Promise<PickupLocation[]> {
  return db.location.findMany({
    where: { active: true },
    orderBy: { name: 'asc' },
    select: { id: true, code: true, name: true, address: true, hours: true, latitude: true, longitude: true },
  });
}

// Words come from searchWords: letters or digits only, so they can stand in a tsquery. Whole numbers, beginnings of words.
const lexeme = (word: string) => (/^[a-z]{3,}$/.test(word) ? `${word}:*` : word);
const anyOf = (words: readonly string[]) => `(${words.map(lexeme).join(' | ')})`;
/** Numbers of a size follow each other, with "r" or "zr" before the rim: 205 55 r 16. */
function sizeQuery(size: readonly string[]): string | null {
  if (size.length === 0) return null;
  if (size.length === 1) return `(r | zr) <-> ${size[0]}`;
  const [width, height, rim] = size;
  return rim ? `${width} <-> ${height} <-> ${rim} | ${width} <-> ${height} <2> ${rim}` : `${width} <-> ${height}`;
}

type Ranked = { id: string; hits: number };

async function rank(db: Db, query: SearchQuery, limit: number, maxPriceMinor: number | null): Promise<Ranked[]> {
  const specific = query.groups.map(anyOf);
  const generic = query.generic.map(anyOf);
  const carriers = specific.length > 0 ? specific : generic;
  const any = carriers.length > 0 ? carriers.join(' | ') : null;
  // "Cheap tyres" are tyres: what is done to a tyre names it too, and costs less.
  const isVague = specific.length === 0 && query.size.length === 0;
  return db.$queryRaw<Ranked[]>`
    WITH found AS (
      SELECT p.id, p.price_minor, p.label, p.stocked,
        (SELECT count(*)::int FROM unnest(${[...specific, ...generic]}::text[]) word
          WHERE to_tsvector('simple', p.search_text) @@ word::tsquery) AS hits,
        NOT p.stocked OR EXISTS (SELECT 1 FROM stock_levels s JOIN locations l ON l.id = s.location_id
          WHERE s.product_id = p.id AND l.active AND s.on_hand > s.reserved) AS available
      FROM products p
      WHERE p.active
        AND (${sizeQuery(query.size)}::text IS NULL
          OR to_tsvector('simple', p.search_text) @@ (${sizeQuery(query.size)}::text)::tsquery)
        AND (${query.size.length > 0 ? null : any}::text IS NULL
          OR to_tsvector('simple', p.search_text) @@ (${any}::text)::tsquery)
        AND (${maxPriceMinor}::int IS NULL OR p.price_minor <= ${maxPriceMinor}::int)
    )
    SELECT id, hits FROM found
    ORDER BY hits DESC, available DESC, (stocked AND ${isVague}::boolean) DESC, price_minor, label LIMIT ${limit}`;
}

/** The catalogue's word nearest to one it does not have ("micheln" -> "michelin"); undefined when none is near. */
async function nearestWord(db: Db, word: string): Promise<string | undefined> {
  const [nearest] = await db.$queryRaw<{ word: string }[]>`
    SELECT word FROM ts_stat($$SELECT to_tsvector('simple', search_text) FROM products WHERE active$$)
    WHERE length(word) >= 4 AND similarity(word, ${word}) >= 0.4
    ORDER BY similarity(word, ${word}) DESC, word LIMIT 1`;
  return nearest?.word;
}

async function isKnown(db: Db, group: readonly string[]): Promise<boolean> {
  const rows = await db.$queryRaw`
    SELECT 1 FROM products WHERE active AND to_tsvector('simple', search_text) @@ ${anyOf(group)}::tsquery LIMIT 1`;
  return (rows as unknown[]).length > 0;
}

async function correct(db: Db, query: SearchQuery): Promise<SearchQuery | undefined> {
  let corrected = false;
  const groups = await Promise.all(
    query.groups.map(async (group) => {
      const [word] = group;
      if (group.length > 1 || !word || !/^[a-z]{4,}$/.test(word) || (await isKnown(db, group))) return group;
      const near = await nearestWord(db, word);
      if (near) corrected = true;
      return near ? [near] : group;
    }),
  );
  return corrected ? { ...query, groups } : undefined;
}

/**
 * Products for a customer's words: those with all words, else with the most of them; a size, when given, always fits.
 * In stock first, then the cheapest. Misspelt words are corrected to the catalogue's nearest. At most `limit`.
 */
export async function searchProducts(
  db: Db,
  query: SearchQuery,
  options: { limit: number; maxPriceMinor: number | null },
): Promise<SearchResult> {
  const wanted = query.groups.length + query.generic.length;
  let rows = await rank(db, query, options.limit, options.maxPriceMinor);
  if ((rows[0]?.hits ?? 0) < wanted) {
    const corrected = await correct(db, query);
    if (corrected) rows = await rank(db, corrected, options.limit, options.maxPriceMinor);
  }
  const best = rows[0]?.hits ?? 0;
  const products = await findProducts(
    db,
    rows.filter((row) => row.hits === best).map((row) => row.id),
  );
  if (best === wanted) return { exact: true, products };
  return { exact: false, products: products.filter((product) => query.size.length > 0 || isNamed(product, query)) };
}

/** A word of a description alone ("contrôle" of the pressure) is no reason to show a thing that was not asked for. */
function isNamed(product: ProductWithStock, query: SearchQuery): boolean {
  const name = searchWords([product.label, product.brand, product.model, product.category].join(' '));
  const words = query.groups.flat().filter((word) => /^[a-z]{3,}$/.test(word));
  return words.some((word) => name.some((own) => own.startsWith(word)));
}
