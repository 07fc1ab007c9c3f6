import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findProducts } from '../../src/db/catalogue.ts';
import { searchProducts } from '../../src/db/search.ts';
import { parseSearch } from '../../src/domain/search-query.ts';
import { type BuiltShop, buildProduct, buildShop } from '../support/catalogue-builder.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let shop: BuiltShop;
beforeAll(async () => {
  database = await createTestDatabase();
  shop = await buildShop(database.db);
});
afterAll(() => database.close());

const look = async (text: string) => {
  const query = parseSearch(text);
  const maxPriceMinor = query.maxPrice === undefined ? null : query.maxPrice * 100;
  const { exact, products } = await searchProducts(database.db, query, { limit: 10, maxPriceMinor });
  return { exact, labels: products.map((product) => `${product.brand} ${product.model}`.trim() || product.label) };
};

test.each([
  ['205/55 R16', ['Bridgestone Turanza 6', 'Michelin Primacy 4+', 'Michelin Alpin 6']],
  ['2055516 michelin', ['Michelin Primacy 4+', 'Michelin Alpin 6']],
  ['pneus hiver', ['Michelin Alpin 6']],
  ['winter tyres', ['Michelin Alpin 6']],
  ['neumáticos de invierno', ['Michelin Alpin 6']],
  ['pneus été 205 55 16 pas chers', ['Bridgestone Turanza 6', 'Michelin Primacy 4+']],
  ['michelin', ['Michelin Energy Saver', 'Michelin Primacy 4+', 'Michelin Alpin 6']],
  ['Micheln', ['Michelin Energy Saver', 'Michelin Primacy 4+', 'Michelin Alpin 6']],
  ['brigestone', ['Bridgestone Turanza 6']],
  ['turan', ['Bridgestone Turanza 6']],
  ['balancing', ['Équilibrage roue']],
  ['equilibrado', ['Équilibrage roue']],
  ['pneus de moins de 100 €', ['Michelin Energy Saver']],
])('%p finds what is meant, the cheapest first', async (text, labels) => {
  expect(await look(text)).toEqual({ exact: true, labels });
});

test('a size that is not there finds nothing: a near one would not fit', async () => {
  expect((await look('225/45 R17')).labels).toEqual([]);
  expect((await look('michelin 225/45 R17')).labels).toEqual([]);
});

test('with a word too many the rest still finds, and says that it is not exact', async () => {
  expect(await look('michelin primacy rouge')).toEqual({ exact: false, labels: ['Michelin Primacy 4+'] });
});

test('what has nothing to do with the shop finds nothing, even called a tyre', async () => {
  expect((await look('pneu de vélo')).labels).toEqual([]);
  // Its only word we know stands in a description.
  expect((await look('masses populaires')).labels).toEqual([]);
});

test('what is out of stock comes last, what is not for sale never', async () => {
  const stock = { jarry: 0 };
  await buildProduct(database.db, {
    sku: 'CHEAP',
    brand: 'Nankang',
    model: 'X',
    label: 'Nankang X 205/55 R16',
    priceMinor: 1,
    stock,
  });
  expect((await look('205/55 R16')).labels.at(-1)).toBe('Nankang X');
  expect((await look('vieux')).labels).toEqual([]);
  await database.db.product.update({ where: { sku: 'CHEAP' }, data: { active: false } });
});

test('stock is what can still be promised, per place', async () => {
  await database.db
    .$executeRaw`UPDATE stock_levels SET reserved = 3 FROM products p WHERE p.id = product_id AND p.sku = 'MIC-P4-2055516' AND on_hand = 8`;
  const [product] = await findProducts(database.db, [shop.primacy]);
  expect(product?.stock.map(({ locationName, available }) => [locationName, available])).toEqual([
    ['Basse-Terre', 4],
    ['Jarry', 5],
  ]);
});
