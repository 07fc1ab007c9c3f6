/** A product as the counter shows it: price and stock read from the database, never from the model. */
export type Product = {
  id: string;
  sku: string;
  brand: string;
  model: string;
  label: string;
  description: string;
  category: string;
  attributes: Record<string, string | number | boolean>;
  priceMinor: number;
  /** ISO 4217, upper case. */
  currency: string;
  imageUrl: string | null;
  /** False for services: sold without counting stock. */
  stocked: boolean;
};

export type LocationStock = { locationId: string; locationName: string; available: number };
export type ProductWithStock = Product & { stock: LocationStock[] };

export type PickupLocation = {
  id: string;
  code: string;
  name: string;
  address: string;
  hours: string;
  /** WGS 84 degrees; both or neither is known. */
  latitude?: number | null;
  longitude?: number | null;
};

/** How many can be promised somewhere; services are never short. */
export function availableAnywhere(product: ProductWithStock): number {
  return product.stocked ? product.stock.reduce((sum, level) => sum + Math.max(0, level.available), 0) : MAX_QUANTITY;
}

/** The largest quantity of one product in a cart (the database CHECKs it too). */
export const MAX_QUANTITY = 99;
/** Checkout takes at most 100 line items (platform-facts); a cart stays well below it. */
export const MAX_CART_LINES = 30;
