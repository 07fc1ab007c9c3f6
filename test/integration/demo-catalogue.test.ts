import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { loadDemoCatalogue } from '../../src/db/demo-catalogue.ts';
import { verifyDatabase } from '../../src/db/verify.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

test('an empty shop gets tyres and services in two places, once, with a ledger that agrees', async () => {
  await expect(loadDemoCatalogue(database.db)).resolves.toBe('loaded');
  await expect(loadDemoCatalogue(database.db)).resolves.toBe('kept');
  const products = await database.db.product.findMany({ include: { stockLevels: true } });
  expect(products.length).toBeGreaterThanOrEqual(40);
  expect(products.filter((product) => !product.stocked).length).toBeGreaterThanOrEqual(6);
  for (const product of products) expect(product.stockLevels).toHaveLength(product.stocked ? 2 : 0);
  await expect(database.db.location.count()).resolves.toBe(2);
  await expect(verifyDatabase(database.db)).resolves.toMatchObject({ broken: [] });
});

test('every product has a picture that WhatsApp takes', async () => {
  const products = await database.db.product.findMany({ distinct: ['imageUrl'] });
  for (const { imageUrl } of products) {
    const file = path.join('src/http/public', (imageUrl ?? '').replace('/assets/', ''));
    expect(existsSync(file)).toBe(true);
    expect(statSync(file).size).toBeLessThan(60_000);
  }
});
