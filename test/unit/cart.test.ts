import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  addToCart,
  type Cart,
  EMPTY_CART,
  quantityOf,
  removeFromCart,
  sameCart,
  setQuantity,
} from '../../src/domain/cart.ts';
import { MAX_CART_LINES, type ProductWithStock } from '../../src/domain/catalogue.ts';

const product = (id: string, available: number, stocked = true): ProductWithStock => ({
  ...{ id, sku: id, brand: 'B', model: 'M', label: id, description: '', category: 'pneu', attributes: {} },
  ...{ priceMinor: 1000, currency: 'EUR', imageUrl: null, stocked },
  stock: [{ locationId: 'l', locationName: 'L', available }],
});

test.each([0, -1, 2.5, 1e9, 100, Number.NaN])('a quantity of %p is refused, not thrown', (quantity) => {
  expect(addToCart(EMPTY_CART, product('a', 200), quantity)).toMatchObject({ kind: 'bad_quantity' });
});

test('adding the same product again adds up, and never beyond the stock', () => {
  const once = addToCart(EMPTY_CART, product('a', 5), 3);
  if (once.kind !== 'changed') throw new Error('refused');
  expect(addToCart(once.cart, product('a', 5), 2)).toMatchObject({ kind: 'changed', quantity: 5 });
  expect(addToCart(once.cart, product('a', 5), 3)).toEqual({ kind: 'short', available: 5 });
});

test('services are never short', () => {
  expect(addToCart(EMPTY_CART, product('s', 0, false), 99).kind).toBe('changed');
});

test('a full cart takes more of what it holds, and nothing new', () => {
  const items = Array.from({ length: MAX_CART_LINES }, (_, index) => ({ productId: `p${index}`, quantity: 1 }));
  const full: Cart = { locationId: null, items };
  expect(addToCart(full, product('new', 9), 1).kind).toBe('cart_full');
  expect(addToCart(full, product('p0', 9), 1).kind).toBe('changed');
});

test('lines that are not there can be neither set nor removed', () => {
  expect(setQuantity(EMPTY_CART, product('a', 9), 1)).toEqual({ kind: 'not_in_cart' });
  expect(removeFromCart(EMPTY_CART, 'a')).toEqual({ kind: 'not_in_cart' });
});

test('whatever is done, every line holds 1 to 99 and no product stands twice', () => {
  const act = fc.tuple(
    fc.constantFrom('add', 'set', 'remove'),
    fc.constantFrom('a', 'b', 'c'),
    fc.integer({ min: -2, max: 120 }),
  );
  fc.assert(
    fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
      let cart = EMPTY_CART;
      for (const [kind, id, quantity] of acts) {
        const change = { add: addToCart, set: setQuantity }[kind as 'add' | 'set'];
        const outcome = change ? change(cart, product(id, 150), quantity) : removeFromCart(cart, id);
        if (outcome.kind === 'changed') cart = outcome.cart;
        else expect(sameCart(cart, cart)).toBe(true);
      }
      expect(cart.items.every((item) => item.quantity >= 1 && item.quantity <= 99)).toBe(true);
      expect(new Set(cart.items.map((item) => item.productId)).size).toBe(cart.items.length);
      expect(quantityOf(cart, 'nobody')).toBe(0);
    }),
  );
});
