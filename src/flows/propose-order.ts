import { findProducts, listLocations } from '../db/catalogue.ts';
import type { Db } from '../db/client.ts';
import type { Cart } from '../domain/cart.ts';
import type { PickupLocation, ProductWithStock } from '../domain/catalogue.ts';
import { AppError } from '../domain/errors.ts';
import { mostPayableMinor } from '../domain/money.ts';
import { type ProposalLine, type ProposedOrder, totalOf } from '../domain/proposal.ts';

export type ShortLine = { productId: string; label: string; wanted: number; available: number };

export type ProposeResult =
  | { kind: 'proposed'; proposal: ProposedOrder; location: PickupLocation }
  | { kind: 'empty_cart' }
  /** Several places have everything: the customer says which. */
  | { kind: 'choose_location'; locations: PickupLocation[] }
  /** `location` cannot serve these lines; `elsewhere` can serve all of them. */
  | { kind: 'short'; location: PickupLocation; lines: ShortLine[]; elsewhere: PickupLocation[] }
  /** Products that were sold off since they were put in the cart. */
  | { kind: 'gone'; productIds: string[] }
  /** More than one payment can take. */
  | { kind: 'too_much'; totalMinor: number; mostMinor: number; currency: string };

/**
 * What the customer would say yes to, at prices and stock read now; nothing is written. A cart's chosen location is
 * kept; without one, the only place that has everything is taken.
 */
export async function proposeOrder(needs: { db: Db }, { cart }: { cart: Cart }): Promise<ProposeResult> {
  if (cart.items.length === 0) return { kind: 'empty_cart' };
  const ids = cart.items.map((item) => item.productId);
  const [products, locations] = await Promise.all([findProducts(needs.db, ids), listLocations(needs.db)]);
  const gone = ids.filter((id) => !products.some((product) => product.id === id));
  if (gone.length > 0) return { kind: 'gone', productIds: gone };
  const shortAt = (location: PickupLocation) => shortLines(cart, products, location.id);
  const able = locations.filter((location) => shortAt(location).length === 0);
  const chosen =
    locations.find((location) => location.id === cart.locationId) ?? (able.length === 1 ? able[0] : undefined);
  if (!chosen && able.length > 1) return { kind: 'choose_location', locations: able };
  const location = chosen ?? leastShort(locations, shortAt);
  const short = shortAt(location);
  if (short.length > 0) return { kind: 'short', location, lines: short, elsewhere: able };
  const proposal = snapshot(cart, products, location.id);
  const { totalMinor, currency } = proposal;
  const mostMinor = mostPayableMinor(currency);
  if (totalMinor > mostMinor) return { kind: 'too_much', totalMinor, mostMinor, currency };
  return { kind: 'proposed', proposal, location };
}

function leastShort(locations: PickupLocation[], shortAt: (location: PickupLocation) => ShortLine[]): PickupLocation {
  const missing = (location: PickupLocation) =>
    shortAt(location).reduce((sum, line) => sum + line.wanted - line.available, 0);
  const [best] = [...locations].sort((a, b) => missing(a) - missing(b));
  if (!best) throw new AppError('no_location', 'no active pickup location: import a catalogue with locations');
  return best;
}

function shortLines(cart: Cart, products: readonly ProductWithStock[], locationId: string): ShortLine[] {
  return cart.items.flatMap(({ productId, quantity }) => {
    const product = products.find((candidate) => candidate.id === productId);
    if (!product?.stocked) return [];
    const available = product.stock.find((level) => level.locationId === locationId)?.available ?? 0;
    return available < quantity ? [{ productId, label: product.label, wanted: quantity, available }] : [];
  });
}

function snapshot(cart: Cart, products: readonly ProductWithStock[], locationId: string): ProposedOrder {
  const lines = cart.items.map(({ productId, quantity }): ProposalLine => {
    const product = products.find((candidate) => candidate.id === productId) as ProductWithStock;
    const { sku, label, priceMinor: unitPriceMinor } = product;
    return { productId, sku, label, unitPriceMinor, quantity, subtotalMinor: unitPriceMinor * quantity };
  });
  const [currency, ...others] = new Set(products.map((product) => product.currency));
  if (!currency || others.length > 0) {
    throw new AppError('mixed_currencies', 'a cart holds products in several currencies: import the catalogue in one');
  }
  return { locationId, lines, totalMinor: totalOf(lines), currency };
}
