import type { PickupLocation, ProductWithStock } from '../domain/catalogue.ts';
import type { Db, Tx } from './client.ts';

/** Active products by id, in the order asked for, with what can be promised at each location; unknown ids are left out. */
export async function findProducts(db: Db | Tx, ids: readonly string[]): Promise<ProductWithStock[]> {
  if (ids.length === 0) return [];
  // One statement: the ORM's three ways to and fro are most of what a search takes.
  const [row] = await db.$queryRaw<{ products: ProductWithStock[] | null }[]>`
    SELECT json_agg(json_build_object('id', p.id, 'sku', p.sku, 'brand', p.brand, 'model', p.model, 'label', p.label,
        'description', p.description, 'category', p.category, 'attributes', p.attributes, 'priceMinor', p.price_minor,
        'currency', p.currency, 'imageUrl', p.image_url, 'stocked', p.stocked,
        'stock', COALESCE((SELECT json_agg(json_build_object('locationId', l.id, 'locationName', l.name,
            'available', s.on_hand - s.reserved))
          FROM stock_levels s JOIN locations l ON l.id = s.location_id AND l.active WHERE s.product_id = p.id), '[]'))
      ORDER BY array_position(${[...ids]}::uuid[], p.id)) AS products
    FROM products p WHERE p.active AND p.id = ANY(${[...ids]}::uuid[])`;
  const products = row?.products ?? [];
  for (const { stock } of products) stock.sort((a, b) => a.locationName.localeCompare(b.locationName));
  return products;
}

/** Where orders can be picked up, by name. */
export async function listLocations(db: Db | Tx): Promise<PickupLocation[]> {
  return db.$queryRaw<PickupLocation[]>`
    SELECT id, code, name, address, hours, latitude, longitude FROM locations WHERE active ORDER BY name`;
}
