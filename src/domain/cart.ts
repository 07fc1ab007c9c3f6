import { availableAnywhere, MAX_CART_LINES, MAX_QUANTITY, type ProductWithStock } from './catalogue.ts';

export type CartItem = { productId: string; quantity: number };
export type Cart = { locationId: string | null; items: CartItem[] };
export const EMPTY_CART: Cart = { locationId: null, items: [] };

/** A change that was made, or why it was not: refusals are answers for the customer, never errors. */
export type CartChange =
  | { kind: 'changed'; cart: Cart; quantity: number }
  | { kind: 'bad_quantity'; min: number; max: number }
  | { kind: 'short'; available: number }
  | { kind: 'cart_full'; maxLines: number }
  | { kind: 'not_in_cart' };

const isQuantity = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= MAX_QUANTITY;

export const quantityOf = (cart: Cart, productId: string): number =>
  cart.items.find((item) => item.productId === productId)?.quantity ?? 0;

function put(cart: Cart, product: ProductWithStock, quantity: number): CartChange {
  if (!isQuantity(quantity)) return { kind: 'bad_quantity', min: 1, max: MAX_QUANTITY };
  const available = availableAnywhere(product);
  if (quantity > available) return { kind: 'short', available };
  const isNew = quantityOf(cart, product.id) === 0;
  if (isNew && cart.items.length >= MAX_CART_LINES) return { kind: 'cart_full', maxLines: MAX_CART_LINES };
  const items = isNew
    ? [...cart.items, { productId: product.id, quantity }]
    : cart.items.map((item) => (item.productId === product.id ? { ...item, quantity } : item));
  return { kind: 'changed', cart: { ...cart, items }, quantity };
}

/** `quantity` more of a product; the line then holds the sum. */
export function addToCart(cart: Cart, product: ProductWithStock, quantity: number): CartChange {
  if (!isQuantity(quantity)) return { kind: 'bad_quantity', min: 1, max: MAX_QUANTITY };
  return put(cart, product, quantityOf(cart, product.id) + quantity);
}

/** Exactly `quantity` of a product already in the cart. */
export function setQuantity(cart: Cart, product: ProductWithStock, quantity: number): CartChange {
  if (quantityOf(cart, product.id) === 0) return { kind: 'not_in_cart' };
  return put(cart, product, quantity);
}

export function removeFromCart(cart: Cart, productId: string): CartChange {
  if (quantityOf(cart, productId) === 0) return { kind: 'not_in_cart' };
  return {
    kind: 'changed',
    cart: { ...cart, items: cart.items.filter((i) => i.productId !== productId) },
    quantity: 0,
  };
}

/** True when both hold the same lines, in the same order, for the same place. */
export function sameCart(a: Cart, b: Cart): boolean {
  return (
    a.locationId === b.locationId &&
    a.items.length === b.items.length &&
    a.items.every((item, i) => item.productId === b.items[i]?.productId && item.quantity === b.items[i]?.quantity)
  );
}

/** The same lines, wherever they are collected. */
export const sameItems = (a: Cart, b: Cart): boolean =>
  sameCart({ ...a, locationId: null }, { ...b, locationId: null });
