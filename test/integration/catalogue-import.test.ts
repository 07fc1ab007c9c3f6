import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { importCatalogue } from '../../src/db/catalogue-import.ts';
import { loadDemoCatalogue } from '../../src/db/demo-catalogue.ts';
import { upsertLocations } from '../../src/db/locations.ts';
import { CATALOGUE_COLUMNS } from '../../src/domain/catalogue-line.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let dir: string;
beforeAll(async () => {
  database = await createTestDatabase();
  dir = await mkdtemp(path.join(tmpdir(), 'comptoir-csv-'));
  const place = { address: '1 rue', hours: '8-18' };
  await upsertLocations(database.db, [
    { code: 'jarry', name: 'Jarry', ...place },
    { code: 'gosier', name: 'Le Gosier', ...place },
  ]);
});
afterAll(async () => {
  await database.close();
  await rm(dir, { recursive: true });
});

const quoted = (value: string) => (/[",\n;]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
const good = {
  sku: 'T-1',
  brand: 'Michelin',
  model: 'Primacy 4',
  label: 'Michelin Primacy 4 205/55 R16 91V',
  description: 'Pneu été, longue durée',
  category: 'Pneus',
  attributes: '{"season":"été","runflat":false}',
  price_minor: '8990',
  currency: 'EUR',
  stock: '8',
  location: 'jarry',
  slot: 'A1',
  image_url: '/assets/catalogue/tyre.png',
};
type Line = Partial<typeof good>;
const csv = (lines: Line[], delimiter = ',') =>
  [
    CATALOGUE_COLUMNS.join(delimiter),
    ...lines.map((line) => CATALOGUE_COLUMNS.map((column) => quoted({ ...good, ...line }[column])).join(delimiter)),
  ].join('\r\n');
async function fileOf(text: string): Promise<string> {
  const file = path.join(dir, 'catalogue.csv');
  await writeFile(file, text);
  return file;
}
const importLines = async (lines: Line[], options = {}) =>
  importCatalogue(database.db, await fileOf(csv(lines)), options);
const service: Line = { sku: 'S-1', label: 'Montage', stock: '', location: '', slot: '', attributes: '' };

async function ledgerAgrees(): Promise<boolean> {
  const { rows } = await database.pool.query(`
    SELECT s.id FROM stock_levels s LEFT JOIN stock_movements m ON m.stock_level_id = s.id
    GROUP BY s.id HAVING s.on_hand <> COALESCE(sum(m.on_hand_delta), 0) OR s.reserved <> COALESCE(sum(m.reserved_delta), 0)`);
  return rows.length === 0;
}

test('a good file creates products, services and stock, the ledger says why, and again changes nothing', async () => {
  const lines = [good, { ...good, location: 'gosier', stock: '4', slot: '' }, service];
  const progress: number[] = [];
  await expect(
    importLines(lines, { onProgress: ({ lines }: { lines: number }) => progress.push(lines) }),
  ).resolves.toEqual({
    kind: 'imported',
    lines: 3,
    created: 2,
    updated: 0,
    unchanged: 0,
    stockChanges: 2,
    badLines: [],
    locationsMade: [],
  });
  expect(progress).toEqual([3]);
  const product = await database.db.product.findUniqueOrThrow({
    where: { sku: 'T-1' },
    include: { stockLevels: true },
  });
  expect(product).toMatchObject({ priceMinor: 8990, stocked: true, attributes: { season: 'été', runflat: false } });
  expect(product.stockLevels.map((level) => level.onHand).sort()).toEqual([4, 8]);
  await expect(database.db.product.findUniqueOrThrow({ where: { sku: 'S-1' } })).resolves.toMatchObject({
    stocked: false,
  });
  await expect(importLines(lines)).resolves.toMatchObject({ created: 0, updated: 0, unchanged: 2, stockChanges: 0 });
  await expect(ledgerAgrees()).resolves.toBe(true);
});

test('another price and stock are taken over, and what is reserved stays reserved', async () => {
  const level = await database.db.stockLevel.findFirstOrThrow({ where: { slot: 'A1' } });
  await database.pool.query(`UPDATE stock_levels SET reserved = 3 WHERE id = $1`, [level.id]);
  await database.pool.query(
    `INSERT INTO stock_movements (stock_level_id, kind, on_hand_delta, reserved_delta) VALUES ($1, 'reserved', 0, 3)`,
    [level.id],
  );
  const changes = [{ price_minor: '9490', stock: '5' }];
  await expect(importLines(changes)).resolves.toMatchObject({ updated: 1, stockChanges: 1 });
  await expect(database.db.stockLevel.findUniqueOrThrow({ where: { id: level.id } })).resolves.toMatchObject({
    onHand: 5,
    reserved: 3,
  });
  await expect(ledgerAgrees()).resolves.toBe(true);
  await expect(importLines([{ price_minor: '9490', stock: '2' }])).resolves.toMatchObject({
    kind: 'refused',
    badLines: [{ line: 2, problems: ['stock 2 is below the 3 that orders have reserved'] }],
  });
});

test('two products of one file may swap their slots, but not take one that another product holds', async () => {
  const other = { sku: 'T-2', label: 'B', slot: 'A2', price_minor: '9490' };
  await importLines([{ slot: 'A1', price_minor: '9490', stock: '5' }, other]);
  const swapped = [
    { slot: 'A2', price_minor: '9490', stock: '5' },
    { ...other, slot: 'A1' },
  ];
  await expect(importLines(swapped)).resolves.toMatchObject({ kind: 'imported' });
  await expect(importLines([{ ...other, sku: 'T-3', slot: 'A2' }])).resolves.toMatchObject({
    badLines: [{ line: 2, problems: ['slot A2 at jarry holds T-1'] }],
  });
});

const bad: Line[] = [
  { sku: '' },
  { sku: 'T-4', price_minor: '89.90' },
  { sku: 'T-5', price_minor: '-1' },
  { sku: 'T-6', price_minor: '999999999' },
  { sku: 'T-7', currency: 'eur' },
  { sku: 'T-8', stock: '-1' },
  { sku: 'T-9', stock: '2.5' },
  { sku: 'T-10', attributes: '[1]' },
  { sku: 'T-11', attributes: '{oops' },
  { sku: 'T-12', location: 'nowhere', slot: '' },
  { sku: 'T-13', location: '' },
  { sku: 'T-14', label: 'Tab\there' },
  { sku: 'T-15', image_url: 'javascript:alert(1)' },
  { sku: 'T-16', label: 'x'.repeat(201) },
  { sku: 'T-17', label: 'caf\ufffd' },
  { sku: 'S-2', stock: '' },
  { sku: 'T-1', stock: '', location: '', slot: '', price_minor: '9490' },
];

test('every bad line is reported with its number and nothing at all is imported', async () => {
  const before = await database.db.product.count();
  const report = await importLines([
    { sku: 'T-20', slot: '' },
    ...bad,
    { sku: 'T-20', label: 'different', location: 'gosier' },
  ]);
  expect(report).toMatchObject({ kind: 'refused', created: 0 });
  expect(report.badLines.map(({ line }) => line)).toEqual([...bad.keys(), bad.length].map((index) => index + 3));
  expect(report.badLines.map(({ problems }) => problems.join('; ')).join('\n')).toMatchSnapshot();
  await expect(database.db.product.count()).resolves.toBe(before);
});

test('--keep-going imports the good lines and reports the others', async () => {
  const report = await importLines(
    [
      { sku: 'T-21', slot: '' },
      { sku: 'T-22', price_minor: 'free' },
    ],
    { keepGoing: true },
  );
  expect(report).toMatchObject({ kind: 'imported', created: 1, badLines: [{ line: 3 }] });
});

test('lines that are not CSV, or have other columns, are bad lines too', async () => {
  const text = csv([{ sku: 'T-23', slot: '' }]);
  const report = await importCatalogue(database.db, await fileOf(`${text}\r\nT-24,too,short\r\nT-25,"un"closed,x`));
  expect(report.badLines.map(({ line }) => line)).toEqual([3, 4]);
  const open = await importCatalogue(database.db, await fileOf(`${text}\r\nT-26,"never closed,x`));
  expect(open).toMatchObject({ kind: 'refused', badLines: [{ line: 3 }] });
});

test('semicolons and a byte order mark, as spreadsheets write them, are read', async () => {
  const file = await fileOf(`\ufeff${csv([{ sku: 'T-27', slot: '' }], ';')}`);
  await expect(importCatalogue(database.db, file)).resolves.toMatchObject({ kind: 'imported', created: 1 });
});

test('a file with other columns says which', async () => {
  const importing = importCatalogue(database.db, await fileOf('sku,name\nT-1,x'));
  await expect(importing).rejects.toThrow(/missing: brand, .*unknown or doubled: "name"/);
  await expect(importCatalogue(database.db, await fileOf(''))).rejects.toThrow('missing: sku');
});

test('a product that was switched off stays off', async () => {
  await database.db.product.update({ where: { sku: 'T-27' }, data: { active: false } });
  await importLines([{ sku: 'T-27', slot: '', label: 'Renamed' }]);
  await expect(database.db.product.findUniqueOrThrow({ where: { sku: 'T-27' } })).resolves.toMatchObject({
    active: false,
    label: 'Renamed',
  });
});

test('two imports at once end with one product, one level and a ledger that agrees', async () => {
  const file = await fileOf(csv(Array.from({ length: 700 }, (_, index) => ({ sku: `M-${index}`, slot: '' }))));
  const reports = await Promise.all([importCatalogue(database.db, file), importCatalogue(database.db, file)]);
  expect(reports.map((report) => report.created).sort()).toEqual([0, 700]);
  await expect(ledgerAgrees()).resolves.toBe(true);
});

test('the demo catalogue is left alone where there are products', async () => {
  await expect(loadDemoCatalogue(database.db)).resolves.toBe('kept');
});
