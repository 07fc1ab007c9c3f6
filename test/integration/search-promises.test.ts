import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { searchProducts } from '../../src/db/search.ts';
import { parseSearch } from '../../src/domain/search-query.ts';
import { buildLocation, buildProduct, type ProductSeed } from '../support/catalogue-builder.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

// A shop that sells more than tyres, in three languages.
const SHOP: Record<string, Omit<ProductSeed, 'sku' | 'priceMinor'> & { priceMinor?: number }> = {
  headset: {
    ...{ brand: 'Sony', model: 'WH-1000XM3', label: 'Sony WH-1000XM3 casque sans fil', category: 'Casque' },
    attributes: { couleur: 'noir', bluetooth: true },
  },
  headsetOld: { brand: 'Sony', model: 'WH-1000XM2', label: 'Sony WH-1000XM2 casque sans fil', category: 'Casque' },
  bank: { brand: 'Anker', label: 'Anker power bank 20 000 mAh', category: 'Batterie externe', priceMinor: 3990 },
  bike: { brand: 'Moustache', label: 'Moustache vélo électrique de ville', category: 'Vélo électrique' },
  lens: { label: 'Bijou en argent', category: 'Bijoux' },
  horse: { label: 'Tapis pour cheval', category: 'Sellerie' },
  mouse: { brand: 'Logitech', label: 'Logitech wireless mouse', category: 'Mouse', description: 'For every desk.' },
  pad: { brand: 'Kensington', label: 'Kensington gel mouse pad', category: 'Mouse pad' },
  battery: { brand: 'Varta', label: 'Varta AA battery', category: 'Battery', description: 'Pack of four.' },
  boots: { brand: 'Chiruca', label: 'Chiruca botas de montaña', category: 'Calzado', description: 'Impermeables.' },
  shoes: { brand: 'Joma', label: 'Joma zapatillas de correr', category: 'Calzado' },
  monitor: { brand: 'HP', label: 'HP L1706 17 inch monitor', category: 'Monitor' },
  card: { brand: 'Kingston', label: 'Kingston Canvas 64GB microSD card', category: 'Memory card' },
  cardSmall: { brand: 'Kingston', label: 'Kingston Canvas 16 GB microSD card', category: 'Memory card' },
  stand: { brand: 'Targus', label: 'Targus phone stand', category: 'Stand' },
  sand: { label: 'Sable de jeu sand', category: 'Jouet' },
};

let database: TestDatabase;
const ids: Record<string, string> = {};
beforeAll(async () => {
  database = await createTestDatabase();
  let priceMinor = 1_000;
  for (const [name, seed] of Object.entries(SHOP)) {
    priceMinor += 100;
    const product = { sku: `SKU-${name}-77`, priceMinor, stock: { jarry: 3 }, ...seed };
    ids[name] = await buildProduct(database.db, product);
  }
});
afterAll(() => database.close());

async function look(text: string, options: { locationId?: string } = {}) {
  const query = parseSearch(text);
  const maxPriceMinor = query.maxPrice === undefined ? null : query.maxPrice * 100;
  const { exact, products, closest } = await searchProducts(database.db, query, {
    ...{ limit: 10, maxPriceMinor, ...options },
  });
  const nameOf = ({ id }: { id: string }) => Object.keys(ids).find((name) => ids[name] === id) ?? id;
  return { exact, found: products.slice(0, closest).map(nameOf), near: products.slice(closest).map(nameOf) };
}

test.each([
  ['velo electrique', 'bike'],
  ['VÉLOS ÉLECTRIQUES', 'bike'],
  ['des bijoux', 'lens'],
  ['chevaux', 'horse'],
  ['batteries varta', 'battery'],
  ['mice mouses logitech', 'mouse'],
  ['bota de montana', 'boots'],
  ['zapatilla', 'shoes'],
  ['casques', 'headset'],
])('%p is found whatever its accents, number and language', async (text, name) => {
  expect((await look(text)).found[0]).toBe(name);
});

test.each(['WH-1000XM3', 'wh1000xm3', 'wh1000 xm3', 'wh 1000 xm3', 'WH 1000-XM3', 'sony wh1000xm3', 'SKU-headset-77'])(
  'the reference %p finds its product, and not the one before it',
  async (text) => {
    expect(await look(text)).toMatchObject({ exact: true, found: ['headset'] });
  },
);

test.each([
  ['64gb', 'card'],
  ['64 gb micro sd', 'card'],
  ['microsd 16gb', 'cardSmall'],
  ['16 GB micro-SD', 'cardSmall'],
])('the amount in %p is one whether its unit touches it or not', async (text, name) => {
  expect(await look(text)).toMatchObject({ exact: true, found: [name] });
});

test.each([
  ['powerbank', 'bank'],
  ['power-bank', 'bank'],
  ['mousepad', 'pad'],
])('%p is found in two words', async (text, name) => {
  expect(await look(text)).toMatchObject({ exact: true, found: [name] });
});

test.each([
  // One letter less, more, another, two swapped; in French, English and Spanish.
  ['batrie externe', 'bank'],
  ['casqe sans fil', 'headset'],
  ['vlo electrique moustache', 'bike'],
  ['electriqque', 'bike'],
  ['eletcrique', 'bike'],
  ['chaval', 'horse'],
  ['wirelss mouse', 'mouse'],
  ['wirelses', 'mouse'],
  ['wireless mous', 'mouse'],
  ['keyboard moouse logitech', 'mouse'],
  ['batery varta', 'battery'],
  ['atteries varta', 'battery'],
  ['sapatillas', 'shoes'],
  ['zapatilals', 'shoes'],
  ['motnaña', 'boots'],
  ['logitec', 'mouse'],
  ['kensingtonn', 'pad'],
])('the slip in %p is taken for what the catalogue has', async (text, name) => {
  expect((await look(text)).found[0]).toBe(name);
});

test('a word of our own misspelt is found in the language of the catalogue', async () => {
  const winter = await buildProduct(database.db, {
    sku: 'W',
    label: 'Pneu hiver',
    priceMinor: 100,
    stock: { jarry: 1 },
  });
  ids.winter = winter;
  expect((await look('wintr tyres')).found).toEqual(['winter']);
  await database.db.product.delete({ where: { id: winter } }).catch(() => undefined);
  await database.db.product.update({ where: { id: winter }, data: { active: false } });
});

test('a known word that fits nothing else may be a slip, and what is found then is only near', async () => {
  expect(await look('phone sand')).toMatchObject({ exact: false, found: ['stand'] });
  expect(await look('sand')).toMatchObject({ exact: true, found: ['sand'] });
});

test('what has the words in its name comes before what has them in the small print', async () => {
  const extra = { sku: 'X', label: 'Bureau', description: 'Desk for mouse, monitor and stand.', priceMinor: 1 };
  ids.desk = await buildProduct(database.db, { ...extra, stock: { jarry: 1 } });
  expect((await look('mouse')).found).toEqual(['mouse', 'pad', 'desk']);
  await database.db.product.update({ where: { id: ids.desk }, data: { active: false } });
});

test('words side by side in the name fit better than words apart', async () => {
  expect((await look('mouse pad')).found).toEqual(['pad']);
  expect(await look('wireless mouse pad')).toMatchObject({ exact: false });
});

test('inches are a rim where tyres are sold, and a word of the name elsewhere', async () => {
  expect(await look('17 inch monitor')).toMatchObject({ exact: true, found: ['monitor'] });
  expect(await look('moniteur R17')).toMatchObject({ exact: false, found: [] });
});

test('what lacks a word is shown as near, and what has nothing to do with the wish is not', async () => {
  expect(await look('sony headphones wh1000xm3 rouge')).toMatchObject({ exact: false, found: ['headset'] });
  expect(await look('aspirateur balai')).toEqual({ exact: false, found: [], near: [] });
});

test('a price limit is kept, and told when nothing is below it', async () => {
  expect(await look('power bank moins de 40 €')).toMatchObject({ exact: true, found: ['bank'] });
  expect(await look('power bank moins de 20 €')).toMatchObject({ exact: false, found: ['bank'] });
});

test('a price limit and nothing else shows the cheapest of the shop', async () => {
  const { exact, found } = await look('moins de 12 €');
  expect({ exact, found }).toEqual({ exact: true, found: ['headset', 'headsetOld'] });
  expect((await look('bonjour')).found).toEqual([]);
});

test('"cheap" sorts by price what fits as well', async () => {
  expect((await look('canvas microsd card')).found).toEqual(['card', 'cardSmall']);
  await database.db.product.update({ where: { id: ids.cardSmall as string }, data: { priceMinor: 1 } });
  expect((await look('cheap canvas microsd card')).found).toEqual(['cardSmall', 'card']);
});

test('"or equivalent" shows the make first, then the others', async () => {
  ids.jbl = await buildProduct(database.db, {
    ...{ sku: 'JBL', brand: 'JBL', label: 'JBL Tune casque sans fil', category: 'Casque', priceMinor: 10 },
    stock: { jarry: 1 },
  });
  for (const text of ['casque Sony ou équivalent', 'Sony or similar', 'casque sony o equivalente']) {
    const { exact, found } = await look(text);
    expect({ text, exact, found }).toEqual({ text, exact: true, found: ['headset', 'headsetOld', 'jbl'] });
  }
  expect((await look('casque sony')).found).toEqual(['headset', 'headsetOld']);
});

test('in stock comes before sold out, and where the customer collects before elsewhere', async () => {
  const bt = await buildLocation(database.db, 'bt');
  await buildProduct(database.db, {
    ...{ sku: 'P1', brand: 'Acme', label: 'Acme parapluie', priceMinor: 100, stock: { jarry: 0 } },
  }).then((id) => Object.assign(ids, { soldOut: id }));
  ids.there = await buildProduct(database.db, {
    ...{ sku: 'P2', brand: 'Acme', label: 'Acme parapluie', priceMinor: 200, stock: { jarry: 2 } },
  });
  ids.here = await buildProduct(database.db, {
    ...{ sku: 'P3', brand: 'Acme', label: 'Acme parapluie', priceMinor: 300, stock: { bt: 2 } },
  });
  expect((await look('parapluie')).found).toEqual(['there', 'here', 'soldOut']);
  expect((await look('parapluie', { locationId: bt })).found).toEqual(['here', 'there', 'soldOut']);
});
