import type { Db } from './client.ts';

/** An order to be fetched from the shelves. */
export type OrderToPick = {
  id: string;
  number: string;
  customerName: string | null;
  locationName: string;
  createdAt: Date;
  /** `slot`: where it lies at that location, where the shop keeps slots. */
  items: { productId: string; sku: string; label: string; quantity: number; slot: string | null }[];
};

/** These orders, the one that waits longest first, each with where its goods lie. Services are not fetched. */
export async function ordersToPick(db: Db, ids: readonly string[]): Promise<OrderToPick[]> {
  const orders = await db.order.findMany({
    where: { id: { in: [...ids] } },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    include: {
      customer: { select: { firstName: true, profileName: true } },
      location: { select: { name: true } },
      items: {
        orderBy: { position: 'asc' },
        include: { product: { select: { stocked: true, stockLevels: { select: { locationId: true, slot: true } } } } },
      },
    },
  });
  return orders.map(({ id, number, createdAt, customer, location, locationId, items }) => ({
    ...{ id, number, createdAt, locationName: location.name },
    customerName: customer.firstName ?? customer.profileName,
    items: items
      .filter(({ product }) => product.stocked)
      .map(({ productId, sku, label, quantity, product }) => ({
        ...{ productId, sku, label, quantity },
        slot: product.stockLevels.find((level) => level.locationId === locationId)?.slot ?? null,
      })),
  }));
}
