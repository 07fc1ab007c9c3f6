import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { loadDemoCatalogue } from '../../src/db/demo-catalogue.ts';
import { searchProducts } from '../../src/db/search.ts';
import { verifyDatabase } from '../../src/db/verify.ts';
import { parseSearch } from '../../src/domain/search-query.ts';
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

const lookFor = async (words: string) => {
  const options = { limit: 10, maxPriceMinor: null };
  const { exact, products, closest } = await searchProducts(database.db, parseSearch(words), options);
  return { exact, products: products.slice(0, closest) };
};

test.each(['Pneus en 16 pouces', '16 inch tyres', 'neumáticos de 16 pulgadas', 'un pneu en 16"', "pneu 16''"])(
  '"%s" finds tyres of that rim, and not the fitting whose name has inches in it',
  async (words) => {
    const { exact, products } = await lookFor(words);
    expect(exact).toBe(true);
    expect(products.length).toBeGreaterThanOrEqual(5);
    for (const { label, stocked } of products) expect([label, stocked]).toEqual([expect.stringContaining('R16'), true]);
  },
);

test.each([
  ['montage 18 pouces', ['Montage d’un pneu de 18 pouces et plus']],
  ['fitting for 18 inch wheels', ['Montage d’un pneu de 18 pouces et plus']],
  ['montaje 16 pulgadas', [expect.stringContaining('jusqu’à 17 pouces'), expect.anything(), expect.anything()]],
])('"%s" finds what is done to a tyre, and no tyres', async (words, labels) => {
  const { exact, products } = await lookFor(words);
  expect([exact, products.map(({ label }) => label)]).toEqual([true, labels]);
});

test('a make that has nothing of that rim is shown with its other tyres, as near', async () => {
  const { exact, products } = await lookFor('michelin 19 pouces');
  expect(exact).toBe(false);
  expect(products.every(({ brand }) => brand === 'Michelin')).toBe(true);
});
