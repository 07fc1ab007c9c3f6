import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { importBatch } from '../../src/db/catalogue-batch.ts';
import { searchProducts } from '../../src/db/search.ts';
import { fillSearchIndex } from '../../src/db/search-index.ts';
import { brokenRules } from '../../src/db/verify.ts';
import type { CatalogueLine } from '../../src/domain/catalogue-line.ts';
import { parseSearch } from '../../src/domain/search-query.ts';
import { refreshSearch } from '../../src/flows/refresh-search.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const line = (sku: string, label: string, rest: Partial<CatalogueLine> = {}): CatalogueLine => ({
  ...{ sku, brand: 'Acme', model: '', label, description: '', category: 'Divers', attributes: {} },
  ...{ priceMinor: 1_000, currency: 'EUR', imageUrl: null, stock: null, ...rest },
});
const importLines = (...lines: CatalogueLine[]) =>
  database.db.$transaction((tx) =>
    importBatch(
      tx,
      lines.map((value, index) => ({ line: index + 2, value })),
    ),
  );
async function skusFor(text: string): Promise<string[]> {
  const { products, closest } = await searchProducts(database.db, parseSearch(text), {
    limit: 10,
    maxPriceMinor: null,
  });
  return products.slice(0, closest).map(({ sku }) => sku);
}
const postings = () => database.db.searchPosting.count();
const agrees = async () => (await brokenRules(database.db)).filter(({ rule }) => rule.startsWith('search'));

test('what is imported is found from the same moment, and by its new words only once they change', async () => {
  await importLines(line('L1', 'Lanterne rouge'), line('L2', 'Lanterne bleue'));
  expect(await skusFor('lanterne rouge')).toEqual(['L1']);
  await importLines(line('L1', 'Bougie parfumée'));
  expect(await skusFor('lanterne')).toEqual(['L2']);
  expect(await skusFor('bougie')).toEqual(['L1']);
  expect(await agrees()).toEqual([]);
});

test('an import that is taken back leaves search as it was', async () => {
  const before = await postings();
  const work = database.db.$transaction(async (tx) => {
    await importBatch(tx, [{ line: 2, value: line('L3', 'Parasol') }]);
    throw new Error('taken back');
  });
  await expect(work).rejects.toThrow('taken back');
  expect(await skusFor('parasol')).toEqual([]);
  expect(await postings()).toBe(before);
});

test('another price is nothing to search: no word is written', async () => {
  const before = await database.db.searchDocument.findMany({ orderBy: { id: 'asc' } });
  await importLines(line('L2', 'Lanterne bleue', { priceMinor: 1_200 }));
  expect(await database.db.searchDocument.findMany({ orderBy: { id: 'asc' } })).toEqual(before);
});

test('a product taken off sale by hand is gone at once with its words, and comes back with the next filling', async () => {
  const before = await postings();
  await database.db.product.update({ where: { sku: 'L2' }, data: { active: false } });
  expect(await skusFor('lanterne')).toEqual([]);
  expect(await postings()).toBeLessThan(before);
  // Its words do not correct anybody's slip either.
  expect(await skusFor('lantrne')).toEqual([]);
  expect(await agrees()).toEqual([]);
  await database.db.product.update({ where: { sku: 'L2' }, data: { active: true } });
  expect((await agrees()).map(({ rule }) => rule)).toEqual(['search knows every product on sale, and no other']);
  expect(await fillSearchIndex(database.db)).toBe(1);
  expect(await skusFor('lanterne')).toEqual(['L2']);
  expect(await postings()).toBe(before);
  expect(await agrees()).toEqual([]);
});

test('what is put on sale or renamed by hand is found after the next sweep', async () => {
  await database.db.$executeRaw`UPDATE products SET active = FALSE WHERE sku = 'L2'`;
  await database.db.$executeRaw`UPDATE products SET active = TRUE WHERE sku = 'L2'`;
  await database.db.$executeRaw`UPDATE products SET label = 'Chandelle' WHERE sku = 'L1'`;
  expect([await skusFor('lanterne'), await skusFor('chandelle')]).toEqual([[], []]);
  expect(await refreshSearch(database)).toEqual({ processed: 2 });
  expect([await skusFor('lanterne'), await skusFor('chandelle')]).toEqual([['L2'], ['L1']]);
  expect(await agrees()).toEqual([]);
});

test('a sweep with nothing to read waits for no import', async () => {
  await database.db.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('catalogue-import'))`;
    expect(await refreshSearch(database)).toEqual({ processed: 0 });
  });
});

test('a shop from before the index is read in steps, with what is done so far, once', async () => {
  await database.db.$executeRaw`
    INSERT INTO products (sku, brand, model, label, description, category, price_minor, currency)
    SELECT 'OLD-' || n, 'Vieux', '', 'Article numero ' || n, '', 'Divers', 100, 'EUR' FROM generate_series(1, 1100) n`;
  const progress: number[] = [];
  expect(await fillSearchIndex(database.db, (products) => progress.push(products))).toBe(1_100);
  expect(progress).toEqual([500, 1_000, 1_100]);
  expect(await fillSearchIndex(database.db)).toBe(0);
  expect(await skusFor('article numero 777')).toEqual(['OLD-777']);
});

test('a product deleted takes its words along', async () => {
  await database.db.product.deleteMany({ where: { sku: { startsWith: 'OLD-' } } });
  expect(await skusFor('article numero 777')).toEqual([]);
  expect(await agrees()).toEqual([]);
});

test('two imports and a filling at once leave each product known once', async () => {
  await Promise.all([
    importLines(line('R1', 'Radio'), line('R2', 'Radiateur')),
    importLines(line('R1', 'Radio'), line('R2', 'Radiateur')),
    fillSearchIndex(database.db),
  ]);
  expect(await skusFor('radio')).toEqual(['R1']);
  expect(await agrees()).toEqual([]);
});

test('two fillings at once read each product once', async () => {
  await database.db.product.updateMany({ data: { active: false } });
  await database.db.product.updateMany({ data: { active: true } });
  const unread = await database.db.product.count();
  const filled = await Promise.all(Array.from({ length: 4 }, () => fillSearchIndex(database.db)));
  expect(filled.reduce((sum, each) => sum + each, 0)).toBe(unread);
  expect(await agrees()).toEqual([]);
});
