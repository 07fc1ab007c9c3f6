import type { Product } from '../domain/catalogue.ts';
import type { CatalogueGroup } from '../domain/catalogue-filter.ts';
import { Prisma } from '../generated/prisma/client.ts';
import type { Db } from './client.ts';

export type CatalogueFilter = { group?: CatalogueGroup; category?: string };
export type ShelfLevel = {
  locationId: string;
  locationName: string;
  slot: string | null;
  onHand: number;
  reserved: number;
};
export type StaffProduct = Product & { active: boolean; updatedAt: Date; stock: ShelfLevel[] };

const GROUPS: Record<CatalogueGroup, Prisma.Sql> = {
  active: Prisma.sql`p.active`,
  hidden: Prisma.sql`NOT p.active`,
  out: Prisma.sql`p.active AND p.stocked AND p.shelf = 'out'`,
  low: Prisma.sql`p.active AND p.stocked AND p.shelf = 'low'`,
};

function within({ group, category }: CatalogueFilter): Prisma.Sql {
  const conditions = [group && GROUPS[group], category !== undefined && Prisma.sql`p.category = ${category}`];
  return Prisma.join([Prisma.sql`true`, ...conditions.filter((each) => typeof each === 'object')], ' AND ');
}

/** A page of ids by label, behind the product `after`. */
export async function productIds(
  db: Db,
  filter: CatalogueFilter,
  { after, limit }: { after?: string; limit: number },
): Promise<string[]> {
  const beyond = after
    ? Prisma.sql`(p.label, p.id) > (SELECT label, id FROM products WHERE id = ${after}::uuid)`
    : Prisma.sql`true`;
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT p.id FROM products p WHERE ${within(filter)} AND ${beyond} ORDER BY p.label, p.id LIMIT ${limit}`;
  return rows.map(({ id }) => id);
}

/** Products on sale or hidden whose SKU begins so, in the SKU's order. */
export async function idsBySku(db: Db, prefix: string, limit: number): Promise<string[]> {
  const pattern = `${prefix.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM products WHERE lower(sku) LIKE ${pattern} ORDER BY lower(sku) USING ~<~ LIMIT ${limit}`;
  return rows.map(({ id }) => id);
}

/** Products as staff see them, hidden ones too, in the order asked for; those outside the filter are left out. */
export async function staffProducts(
  db: Db,
  ids: readonly string[],
  filter: CatalogueFilter = {},
): Promise<StaffProduct[]> {
  if (ids.length === 0) return [];
  return db.$queryRaw<StaffProduct[]>`
    SELECT p.id, p.sku, p.brand, p.model, p.label, p.description, p.category, p.attributes,
      p.price_minor AS "priceMinor", p.currency, p.image_url AS "imageUrl", p.stocked, p.active,
      p.updated_at AS "updatedAt",
      COALESCE((SELECT json_agg(json_build_object('locationId', l.id, 'locationName', l.name, 'slot', s.slot,
          'onHand', s.on_hand, 'reserved', s.reserved) ORDER BY l.name)
        FROM stock_levels s JOIN locations l ON l.id = s.location_id WHERE s.product_id = p.id), '[]') AS stock
    FROM products p WHERE p.id = ANY(${[...ids]}::uuid[]) AND ${within(filter)}
    ORDER BY array_position(${[...ids]}::uuid[], p.id)`;
}

/** Every category in use, by name: each is one step along the index, however many products there are. */
export async function listCategories(db: Db, limit: number): Promise<string[]> {
  const rows = await db.$queryRaw<{ category: string }[]>`
    WITH RECURSIVE steps AS (
      SELECT min(category) AS category FROM products
      UNION ALL
      SELECT (SELECT min(category) FROM products WHERE category > steps.category) FROM steps
      WHERE steps.category IS NOT NULL)
    SELECT category FROM steps WHERE category IS NOT NULL LIMIT ${limit}`;
  return rows.map(({ category }) => category);
}
