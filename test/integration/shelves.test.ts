import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { brokenRules } from '../../src/db/verify.ts';
import { LOW_STOCK } from '../../src/domain/catalogue-filter.ts';
import { buildLocation, buildProduct } from '../support/catalogue-builder.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { until } from '../support/until.ts';

// `products.shelf`, kept by triggers: what the lists of the catalogue to be ordered are read from.

let database: TestDatabase;
let productId: string;
let made = 0;
beforeAll(async () => {
  database = await createTestDatabase();
  for (const code of ['jarry', 'bt']) await buildLocation(database.db, code);
});
beforeEach(async () => {
  productId = await buildProduct(database.db, {
    ...{ sku: `S-${++made}`, label: 'Cric', priceMinor: 100, stock: { jarry: 10, bt: 10 } },
  });
});
afterAll(() => database.close());

const set = (code: string, onHand: number, reserved = 0) =>
  database.db.stockLevel.updateMany({ where: { productId, location: { code } }, data: { onHand, reserved } });
const shelf = async () => (await database.db.product.findUniqueOrThrow({ where: { id: productId } })).shelf;

test('a product is out or low when what no order holds is, in all places together', async () => {
  expect(await shelf()).toBeNull();
  await set('jarry', 0);
  await set('bt', 10, 10 - LOW_STOCK);
  expect(await shelf()).toBeNull();
  await set('bt', 10, 10 - LOW_STOCK + 1);
  expect(await shelf()).toBe('low');
  await set('bt', 10, 10);
  expect(await shelf()).toBe('out');
  await set('jarry', 1);
  expect(await shelf()).toBe('low');
  await set('jarry', LOW_STOCK);
  expect(await shelf()).toBeNull();
});

test('a new product is out until something arrives, and again when its last place is given up', async () => {
  productId = await buildProduct(database.db, { sku: `S-${++made}`, label: 'Clé', priceMinor: 100 });
  expect(await shelf()).toBe('out');
  const location = { connect: { code: 'bt' } };
  const level = await database.db.stockLevel.create({
    data: { product: { connect: { id: productId } }, location, onHand: 2 },
  });
  expect(await shelf()).toBe('low');
  await database.db.stockLevel.delete({ where: { id: level.id } });
  expect(await shelf()).toBe('out');
});

test('what lies in a closed place is not there', async () => {
  await set('bt', 2);
  const open = (active: boolean) => database.db.location.update({ where: { code: 'jarry' }, data: { active } });
  await open(false);
  expect(await shelf()).toBe('low');
  await open(true);
  expect(await shelf()).toBeNull();
});

test('two changes at once at two places: the later sees both', async () => {
  const [one, other] = [await database.pool.connect(), await database.pool.connect()];
  const sells = (code: string, left: number) => ({
    text: `UPDATE stock_levels SET on_hand = $1 WHERE product_id = $2
      AND location_id = (SELECT id FROM locations WHERE code = $3)`,
    values: [left, productId, code],
  });
  for (const client of [one, other]) await client.query('BEGIN');
  await one.query(sells('jarry', 2));
  await other.query(sells('bt', 1));
  // As at its end, but before the other knows of it.
  await one.query('SET CONSTRAINTS ALL IMMEDIATE');
  let hasEnded = false;
  const otherEnds = other.query('COMMIT').then(() => {
    hasEnded = true;
  });
  await until('the other waits for the first, or has ended', async () => {
    const { rowCount } = await database.pool.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return hasEnded || rowCount === 1;
  });
  await one.query('COMMIT');
  await otherEnds;
  for (const client of [one, other]) client.release();
  expect(await shelf()).toBe('low');
  expect((await brokenRules(database.db)).map(({ rule }) => rule)).not.toContain(
    'a product is known to be out or low when its levels say so',
  );
});
