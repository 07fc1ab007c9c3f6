import type { PickupLocation, ProductWithStock } from '../domain/catalogue.ts';
import type { Db, Tx } from './client.ts';

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
