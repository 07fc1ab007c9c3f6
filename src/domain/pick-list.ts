type Picked = { productId: string; sku: string; label: string; quantity: number; slot: string | null };
type OrderToPick = { number: string; locationName: string; items: readonly Picked[] };

/** A product to fetch from one place, for these orders. */
export type PickLine = Omit<Picked, 'productId'> & {
  locationName: string;
  orders: { number: string; quantity: number }[];
};

const compare = new Intl.Collator('fr', { numeric: true }).compare;

/** What orders need of each product, in the order of a walk along the shelves: by location and slot, without a slot last. */
export function sumPickList(orders: readonly OrderToPick[]): PickLine[] {
  const lines = new Map<string, PickLine>();
  for (const { number, locationName, items } of orders) {
    for (const { productId, ...item } of items) {
      const key = `${locationName}\n${productId}`;
      const line = lines.get(key) ?? { ...item, quantity: 0, locationName, orders: [] };
      lines.set(key, line);
      line.quantity += item.quantity;
      line.orders.push({ number, quantity: item.quantity });
    }
  }
  return [...lines.values()].sort(
    (a, b) =>
      compare(a.locationName, b.locationName) ||
      Number(a.slot === null) - Number(b.slot === null) ||
      compare(a.slot ?? '', b.slot ?? '') ||
      compare(a.label, b.label),
  );
}
