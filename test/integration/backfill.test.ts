import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { backfillOrders } from '../../src/db/backfill.ts';
import type { OrderStatus } from '../../src/domain/order.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const AT = new Date('2026-11-21T18:00:00Z');

/** Orders as an import leaves them: the accepted summary of two lines, no items, no attempt, no payment. */
async function importedOrders(statuses: readonly OrderStatus[]): Promise<void> {
  const { db } = database;
  const location = await db.location.create({ data: { code: 'X', name: 'X', address: 'X', hours: 'X' } });
  const customer = await db.customer.create({ data: { channelAddress: 'whatsapp:+590690000001' } });
  const products = await Promise.all(
    ['A', 'B'].map((sku) =>
      db.product.create({
        data: {
          ...{ sku, brand: 'X', model: 'X', label: sku, category: 'X', description: '' },
          ...{ priceMinor: 1200, currency: 'EUR' },
        },
      }),
    ),
  );
  const shared = { locationId: location.id, totalMinor: 2400, currency: 'EUR', createdAt: AT };
  const lines = products.map(({ id: productId, sku, label }) => {
    return { productId, sku, label, unitPriceMinor: 1200, quantity: 1, subtotalMinor: 1200 };
  });
  for (const [index, status] of statuses.entries()) {
    const cart = await db.cart.create({ data: { customerId: customer.id, status: 'ordered' } });
    const proposal = await db.proposal.create({
      data: { ...shared, cartId: cart.id, cartVersion: 1, lines, status: 'accepted' },
    });
    const facts = { customerId: customer.id, locale: 'fr', expiresAt: AT, status };
    await db.order.create({ data: { ...shared, ...facts, number: `C-${index + 1}`, proposalId: proposal.id } });
  }
}

const NOTHING = { orderItems: 0, attempts: 0, payments: 0, refunds: 0, unfillable: [] };
const counts = async () => {
  const { db } = database;
  return [
    await db.orderItem.count(),
    await db.paymentAttempt.count(),
    await db.payment.count(),
    await db.refund.count(),
  ];
};

test('a rehearsal counts what would be filled and changes nothing; then all is filled batch by batch, and once', async () => {
  await importedOrders(['confirmed', 'collected', 'refunded', 'ready', 'pending_payment', 'expired']);
  const filled = { orders: 6, orderItems: 12, attempts: 4, payments: 4, refunds: 1, unfillable: [] };
  await expect(backfillOrders(database.db, { batchSize: 4, dryRun: true })).resolves.toEqual(filled);
  expect([...(await counts()), await database.db.conversation.count()]).toEqual([0, 0, 0, 0, 0]);
  const progress: { done: number; total: number }[] = [];
  const onProgress = (step: { done: number; total: number }) => progress.push(step);
  await expect(backfillOrders(database.db, { batchSize: 4, onProgress })).resolves.toEqual(filled);
  expect(progress).toEqual([
    { done: 4, total: 6 },
    { done: 6, total: 6 },
  ]);
  await expect(backfillOrders(database.db, { batchSize: 4 })).resolves.toEqual({ orders: 6, ...NOTHING });
  expect(await counts()).toEqual([12, 4, 4, 1]);
  // Without one its customer is told nothing, and is never forgotten.
  expect(await database.db.conversation.count()).toBe(1);
});

test('items are in the order of the summary, counted as those of our own orders are', async () => {
  const orders = await database.db.order.findMany({ include: { items: { orderBy: { position: 'asc' } } } });
  for (const { items } of orders) {
    expect(items.map(({ sku, position }) => [sku, position])).toEqual([
      ['A', 0],
      ['B', 1],
    ]);
  }
});

test('what was refunded has its attempt refunded and its refund on record', async () => {
  const refunded = await database.db.order.findFirstOrThrow({
    where: { status: 'refunded' },
    include: { attempts: { include: { payment: { include: { refunds: true } } } } },
  });
  expect(refunded.attempts).toMatchObject([
    { status: 'REFUNDED', payment: { amountMinor: 2400, refunds: [{ amountMinor: 2400, status: 'succeeded' }] } },
  ]);
});

test('two at once fill everything once', async () => {
  const { db } = database;
  await db.$executeRaw`TRUNCATE order_items, refunds, payments, payment_attempts CASCADE`;
  await Promise.all([backfillOrders(db, { batchSize: 2 }), backfillOrders(db, { batchSize: 3 })]);
  expect(await counts()).toEqual([12, 4, 4, 1]);
});
