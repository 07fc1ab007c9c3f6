import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { changeSlot, correctStock } from '../../src/flows/correct-stock.ts';
import { addProduct, editProduct, pictureProduct, showPicture } from '../../src/flows/edit-product.ts';
import { previewCounter, showCatalogue, showProduct } from '../../src/flows/show-catalogue.ts';
import type { StaffAccounts } from '../../src/ports.ts';
import { type BuiltShop, buildProduct, buildShop } from '../support/catalogue-builder.ts';
import { managerAccounts, SESSION_COOKIE, stubAccounts } from '../support/stub-accounts.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { startWeb, type Web } from '../support/web.ts';

// The catalogue's pages on the real flows and a real database; only who is logged in is given.

let database: TestDatabase;
let shop: BuiltShop;
let [manager, staff]: Web[] = [];
const clock = { now: () => new Date('2026-11-21T18:00:00Z') };

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database;
  shop = await buildShop(db);
  const at = clock.now();
  await db.staffMember.create({
    data: { id: 'staff-1', name: 'Léa', email: 'lea@example.com', createdAt: at, updatedAt: at },
  });
  const needs = { db, clock, shop: { currency: 'EUR' } };
  const webFor = (accounts: StaffAccounts) =>
    startWeb({
      accounts,
      showCatalogue: (wish) => showCatalogue(needs, wish),
      showProduct: (id) => showProduct(needs, id),
      previewCounter: (wish) => previewCounter(needs, wish),
      editProduct: (wish) => editProduct(needs, wish),
      addProduct: (wish) => addProduct(needs, wish),
      pictureProduct: (wish) => pictureProduct(needs, wish),
      showPicture: (hash) => showPicture(needs, hash),
      correctStock: (wish) => correctStock(needs, wish),
      changeSlot: (wish) => changeSlot(needs, wish),
    });
  [manager, staff] = [await webFor(managerAccounts), await webFor(stubAccounts)];
});
afterAll(async () => {
  await manager?.close();
  await staff?.close();
  await database.close();
});

const headers = { cookie: SESSION_COOKIE, 'accept-language': 'en' };
const as = (web: Web | undefined) => web as Web;
async function open(path: string, web = manager) {
  const response = await as(web).fetch(path, { headers });
  const html = await response.text();
  const hidden = [...html.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)];
  return { status: response.status, html, fields: Object.fromEntries(hidden.map(([, name, value]) => [name, value])) };
}
async function send(path: string, fields: Record<string, string>, web = manager) {
  const response = await as(web).fetch(path, { method: 'POST', headers, body: new URLSearchParams(fields) });
  return { status: response.status, html: await response.text(), location: response.headers.get('location') };
}
const rowsOf = (html: string) => [...html.matchAll(/href="\/staff\/catalogue\/([0-9a-f-]{36})"/g)].map(([, id]) => id);
const page = (id: string) => `/staff/catalogue/${id}`;
const facts = {
  label: 'Michelin Primacy 4+ 205/55 R16 91V',
  brand: 'Michelin',
  model: 'Primacy 4+',
  category: 'pneu',
  description: 'Pneu été, freinage court sur le mouillé.',
  attributes: 'saison: été',
  price_minor: '119,90',
  active: 'yes',
};
const audits = (id: string) =>
  database.db.auditEntry.findMany({ where: { subject: `product:${id}` }, orderBy: { seq: 'asc' } });

test('the list is found by a SKU’s beginning, by customers’ words with their slips, and by state and category', async () => {
  const found = async (query: string) => rowsOf((await open(`/staff/catalogue?${query}`)).html);
  expect((await found('q=mic-p4'))[0]).toBe(shop.primacy);
  expect(await found('q=michlin+205%2F55+R16')).toEqual(expect.arrayContaining([shop.primacy, shop.alpin]));
  expect(await found('group=hidden')).toEqual([shop.gone]);
  expect(await found('q=OLD-')).toEqual([shop.gone]);
  expect(await found('group=low')).toEqual([shop.alpin]);
  expect(await found('group=out')).toEqual([]);
  expect(await found('category=service')).toEqual([shop.balancing]);
  expect(await found('category=service&q=michelin')).toEqual([]);
  expect((await open('/staff/catalogue?q=%25%00&after=x&group=no')).status).toBe(200);
});

test('pages of the list follow each other by name without a gap, however many share a name', async () => {
  const made = [];
  for (let n = 0; n < 60; n++) {
    made.push(await buildProduct(database.db, { sku: `PG-${n}`, label: 'Valve', category: 'valves', priceMinor: 100 }));
  }
  const first = await open('/staff/catalogue?category=valves');
  const next = /href="([^"]*after=[^"]*)"/.exec(first.html)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const second = await open(next);
  expect([rowsOf(first.html).length, rowsOf(second.html).length]).toEqual([50, 10]);
  expect(new Set([...rowsOf(first.html), ...rowsOf(second.html)])).toEqual(new Set(made));
  await database.db.product.updateMany({ where: { category: 'valves' }, data: { active: false } });
});

test('a manager edits a product: price as typed, found at once by its new words, before and after on record', async () => {
  const { fields } = await open(page(shop.turanza));
  const form = { ...fields, ...facts, brand: 'Bridgestone', model: 'Turanza 6', price_minor: '1 234,50' };
  const saved = await send(page(shop.turanza), { ...form, label: 'Turanza <b>hevea</b>' });
  expect([saved.status, saved.html.includes('Turanza &lt;b>hevea')]).toEqual([200, true]);
  const product = await database.db.product.findUniqueOrThrow({ where: { id: shop.turanza } });
  expect([product.priceMinor, product.attributes]).toEqual([123450, { saison: 'été' }]);
  expect(rowsOf((await open('/staff/catalogue?q=hevea')).html)).toEqual([shop.turanza]);
  expect(await audits(shop.turanza)).toMatchObject([
    {
      actor: 'staff:staff-1',
      action: 'product.changed',
      details: { before: { priceMinor: 10490 }, after: { priceMinor: 123450, label: 'Turanza <b>hevea</b>' } },
    },
  ]);
});

test('only what changed is on record, in whatever order the database keeps details', async () => {
  const { fields } = await open('/staff/catalogue/new');
  const details = { ...facts, attributes: 'saison: été\nrim: 16', label: 'Valve' };
  const { location } = await send('/staff/catalogue/new', { ...fields, ...details, sku: 'valve-1' });
  const id = location?.match(/[0-9a-f-]{36}/)?.[0] ?? '';
  const form = (await open(page(id))).fields;
  await send(page(id), { ...form, ...details, price_minor: '3,50' });
  const [, changed] = await audits(id);
  expect(changed?.details).toEqual({ before: { priceMinor: 11990 }, after: { priceMinor: 350 } });
});

test('of two people who edit at once the second is told, and nothing of the first is overwritten', async () => {
  const { fields } = await open(page(shop.energy));
  const form = { ...fields, ...facts, label: 'Energy Saver 195/65 R15' };
  const answers = await Promise.all([
    send(page(shop.energy), { ...form, price_minor: '91' }),
    send(page(shop.energy), { ...form, price_minor: '92' }),
  ]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  expect(answers.find(({ status }) => status === 409)?.html).toContain('Somebody else changed this product');
  expect(await audits(shop.energy)).toHaveLength(1);
});

test.each([
  ['a price of two readings', { price_minor: '1,234' }, 'Price'],
  ['no name', { label: ' ' }, 'Name customers see'],
  ['a detail without a value', { attributes: 'saison' }, 'Details need'],
])('%s is refused with what to look at, and what was typed stays', async (_, wrong, said) => {
  const { fields } = await open(page(shop.primacy));
  const answer = await send(page(shop.primacy), { ...fields, ...facts, description: 'typed just now', ...wrong });
  expect(answer.status).toBe(400);
  expect(answer.html).toContain(said);
  expect(answer.html).toContain('typed just now</textarea>');
});

test('a hidden product is found by no customer, and a new one by all; its SKU is taken once', async () => {
  const { fields } = await open('/staff/catalogue/new');
  const form = { ...fields, ...facts, sku: 'NEW-1', label: 'Crocodile jack', attributes: '', stocked: 'yes' };
  const added = await send('/staff/catalogue/new', form);
  expect(added.status).toBe(303);
  expect((await send('/staff/catalogue/new', form)).status).toBe(409);
  const path = added.location ?? '';
  expect((await open(`${path}?typed=crocodile`)).html).toContain('This product comes in place 1.');
  const { active: _, ...hidden } = { ...(await open(path)).fields, ...facts, label: 'Crocodile jack' };
  expect((await send(path, hidden)).status).toBe(200);
  expect((await open(`${path}?typed=crocodile`)).html).toContain('A customer would find nothing.');
});

test('staff read and correct stock, and can neither edit, add nor picture', async () => {
  const { html, fields } = await open(page(shop.primacy), staff);
  expect(html).toContain('Only a manager can change the product');
  expect(html).not.toContain('/picture"');
  expect((await send(page(shop.primacy), { ...fields, ...facts }, staff)).status).toBe(403);
  expect((await send('/staff/catalogue/new', { ...fields, ...facts, sku: 'X' }, staff)).status).toBe(403);
  expect((await send(`${page(shop.primacy)}/picture`, fields, staff)).status).toBe(403);
  expect((await open('/staff/catalogue/new', staff)).status).toBe(403);
  expect((await open(page(randomUUID()), staff)).status).toBe(404);
});

const levelAt = async (productId: string, code: string) =>
  database.db.stockLevel.findFirst({ where: { productId, location: { code } }, include: { movements: true } });

test('stock is counted, received, lost and corrected, each with who and why, and a form sent twice moves once', async () => {
  const { id: location } = await database.db.location.findUniqueOrThrow({ where: { code: 'bt' } });
  const path = `${page(shop.alpin)}/stock`;
  const { csrf = '' } = (await open(page(shop.alpin), staff)).fields;
  const form = { csrf, location, reason: 'Delivery <b>17</b>', key: randomUUID() };
  const twice = { ...form, cause: 'receive', quantity: '10' };
  const answers = await Promise.all([send(path, twice, staff), send(path, twice, staff)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  const deed = (cause: string, quantity: string, more = {}) =>
    send(path, { ...form, key: randomUUID(), cause, quantity, ...more }, staff);
  expect((await deed('loss', '3')).status).toBe(200);
  expect((await deed('correct', '-1')).status).toBe(200);
  expect((await deed('count', '9')).html).toContain('Delivery &lt;b>17');
  expect((await deed('count', '9', { csrf: 'x' })).status).toBe(403);
  expect((await deed('count', '8', { reason: ' ' })).html).toContain('Please say why');
  expect((await deed('receive', '-1')).html).toContain('must be a whole number');
  expect((await deed('loss', '10')).html).toContain('there are only 9 on hand');
  const level = await levelAt(shop.alpin, 'bt');
  expect([level?.onHand, level?.movements.map(({ onHandDelta }) => onHandDelta)]).toEqual([9, [10, -3, -1, 3]]);
  expect((await audits(shop.alpin)).map(({ action }) => action)).toEqual(Array(4).fill('stock.corrected'));
  expect((await open(page(shop.alpin), staff)).html).toMatch(/Damaged or lost.*Léa/s);
});

test('a count below what orders have reserved is refused and says so', async () => {
  const level = await levelAt(shop.primacy, 'jarry');
  await database.db.stockLevel.update({ where: { id: level?.id as string }, data: { reserved: 4 } });
  const { csrf = '' } = (await open(page(shop.primacy), staff)).fields;
  const form = { csrf, location: level?.locationId ?? '', cause: 'count', quantity: '3', reason: 'Inventory' };
  const answer = await send(`${page(shop.primacy)}/stock`, { ...form, key: randomUUID() }, staff);
  expect([answer.status, answer.html.includes('orders have reserved 4')]).toEqual([409, true]);
  expect((await levelAt(shop.primacy, 'jarry'))?.onHand).toBe(8);
});

test('a slot holds one product: the second to want it is told whose it is', async () => {
  const { id: location } = await database.db.location.findUniqueOrThrow({ where: { code: 'jarry' } });
  const { csrf = '' } = (await open(page(shop.primacy), staff)).fields;
  const slot = (id: string, name: string) => send(`${page(id)}/slot`, { csrf, location, slot: name }, staff);
  const answers = await Promise.all([slot(shop.primacy, 'B7'), slot(shop.alpin, 'B7')]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  expect(answers.find(({ status }) => status === 409)?.html).toMatch(/this slot holds (MIC-P4|MIC-A6)-2055516/);
});

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

test('a picture is judged by its bytes, kept under their hash and served to be cached for ever', async () => {
  const { csrf = '' } = (await open(page(shop.primacy))).fields;
  const picture = async (bytes: Buffer<ArrayBuffer>, token = csrf) => {
    const body = new FormData();
    body.set('csrf', token);
    body.set('file', new Blob([bytes], { type: 'image/png' }), 'a.png');
    const answer = await as(manager).fetch(`${page(shop.primacy)}/picture`, { method: 'POST', headers, body });
    return { status: answer.status, html: await answer.text() };
  };
  expect((await picture(PNG, 'forged')).status).toBe(403);
  expect((await picture(Buffer.from('<svg onload="alert(1)"/>'))).html).toContain('neither a JPEG nor a PNG');
  expect((await picture(Buffer.concat([PNG, Buffer.alloc(5 * 1024 * 1024)]))).html).toContain('over 5 MB');
  expect((await database.db.product.findUniqueOrThrow({ where: { id: shop.primacy } })).imageUrl).toBeNull();
  expect((await picture(PNG)).status).toBe(200);
  const { imageUrl } = await database.db.product.findUniqueOrThrow({ where: { id: shop.primacy } });
  const served = await as(manager).fetch(imageUrl ?? '');
  expect(Buffer.from(await served.arrayBuffer())).toEqual(PNG);
  expect(Object.fromEntries(served.headers)).toMatchObject({
    'content-type': 'image/png',
    'x-content-type-options': 'nosniff',
    'cache-control': 'public, max-age=31536000, immutable',
  });
  expect((await as(manager).fetch(`/media/products/${'0'.repeat(64)}.png`)).status).toBe(404);
});

test('the preview shows what a customer would see, says whether it is near, and which words were corrected', async () => {
  const exact = await open('/staff/catalogue?typed=pneu+hiver');
  expect(exact.html).toContain('Found exactly what was asked for');
  const slip = await open('/staff/catalogue?typed=michlin');
  expect(slip.html).toContain('“michlin” was read as michelin.');
  expect((await open('/staff/catalogue?typed=zzzzqqq')).html).toContain('A customer would find nothing.');
});
