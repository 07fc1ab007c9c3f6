import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { backfillOrders } from '../../src/db/backfill.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const AT = new Date('2026-11-21T18:00:00Z');

/** Paid orders as an import leaves them: the accepted summary of two lines, no items, no attempt, no payment. */
async function importedOrders(count: number): Promise<void> {
  const { db } = database;
  const location = await db.location.create({ data: { code: 'X', name: 'X', address: 'X', hours: 'X' } });
  const customer = await db.customer.create({ data: { channelAddress: 'whatsapp:+590690000001' } });
  const products = await Promise.all(
    ['A', 'B'].map((sku) =>
      db.product.create({
        data: {
          ...{ sku, brand: 'X', model: 'X', label: sku, category: 'X', description: '', searchText: sku },
          ...{ priceMinor: 1200, currency: 'EUR' },
        },
      }),
    ),
  );
  const shared = { locationId: location.id, totalMinor: 2400, currency: 'EUR', createdAt: AT };
  const lines = products.map(({ id: productId, sku, label }) => {
    return { productId, sku, label, unitPriceMinor: 1200, quantity: 1, subtotalMinor: 1200 };
  });
  for (let n = 1; n <= count; n++) {
    const cart = await db.cart.create({ data: { customerId: customer.id, status: 'ordered' } });
    const proposal = await db.proposal.create({
      data: { ...shared, cartId: cart.id, cartVersion: 1, lines, status: 'accepted' },
    });
    const facts = { customerId: customer.id, locale: 'fr', expiresAt: AT, status: 'confirmed' as const };
    await db.order.create({ data: { ...shared, ...facts, number: `C-${n}`, proposalId: proposal.id } });
  }
}

test('every order is filled, batch by batch, with positions counted as orders of our own count them', async () => {
  await importedOrders(5);
  const nothing = { orderItems: 0, attempts: 0, payments: 0, unfillable: [] };
  await expect(backfillOrders(database.db, 2)).resolves.toEqual({
    ...nothing,
    orderItems: 10,
    attempts: 5,
    payments: 5,
  });
  const orders = await database.db.order.findMany({ include: { items: { orderBy: { position: 'asc' } } } });
  for (const { items } of orders) {
    expect(items.map(({ sku, position }) => [sku, position])).toEqual([
      ['A', 0],
      ['B', 1],
    ]);
  }
  await expect(backfillOrders(database.db, 2)).resolves.toEqual(nothing);
});
