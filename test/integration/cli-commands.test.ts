import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { runCommand } from '../support/run-command.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let dir: string;
beforeAll(async () => {
  database = await createTestDatabase();
  dir = await mkdtemp(path.join(tmpdir(), 'comptoir-cli-'));
});
afterAll(async () => {
  await database.close();
  await rm(dir, { recursive: true });
});

// Each run is a process that loads the SDKs; several in one test take a while on a busy machine.
jest.setTimeout(60_000);

const run = (name: string, args: string[] = [], env: Record<string, string> = {}) =>
  runCommand(name, args, { DATABASE_URL: database.url, ...env });
const fileOf = async (text: string) => {
  const file = path.join(dir, 'catalogue.csv');
  await writeFile(file, text);
  return file;
};
const HEADER =
  'sku,brand,model,label,description,category,attributes,price_minor,currency,stock,location,slot,image_url';

test('db:migrate says that the database is up to date', async () => {
  await expect(run('migrate')).resolves.toMatchObject({ code: 0, stdout: 'The database is up to date.\n' });
});

test('catalogue:import imports a good file, and refuses a bad one with the line and the reason', async () => {
  const good = await fileOf(`${HEADER}\nS-1,Atelier,Montage,Montage,,Service,,1200,EUR,,,,\n`);
  const imported = await run('import-catalogue', [good]);
  expect(imported).toMatchObject({ code: 0, stdout: expect.stringContaining('1 products created') });
  const bad = await fileOf(`${HEADER}\nS-2,Atelier,Montage,Montage,,Service,,12.00,EUR,,,,\n`);
  const refused = await run('import-catalogue', [bad]);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('line 2: price_minor must be a whole number');
  expect(refused.stderr).toContain('Nothing was imported');
  await expect(database.db.product.count()).resolves.toBe(1);
  // Services name no location, and nothing can be ordered in a shop without one.
  await expect(database.db.location.findMany()).resolves.toMatchObject([{ code: 'SHOP', name: 'Comptoir' }]);
});

test('a first import makes its locations from the shop; locations:import gives them their own facts and adds others', async () => {
  const { db } = database;
  const line = (location: string) => `${HEADER}\nT-1,Michelin,Primacy,Pneu,,Pneus,,8990,EUR,4,${location},,\n`;
  const shop = { SHOP_NAME: 'Pneus des Îles', SHOP_ADDRESS: '12 rue Foch', SHOP_HOURS: '8h-17h' };
  await db.location.deleteMany();
  const first = await run('import-catalogue', [await fileOf(line('JARRY'))], shop);
  expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining('SHOP_HOURS: JARRY.') });
  const made = { code: 'JARRY', name: 'Pneus des Îles', address: '12 rue Foch', hours: '8h-17h' };
  await expect(db.location.findMany()).resolves.toMatchObject([made]);
  const mistyped = await run('import-catalogue', [await fileOf(line('JARY'))], shop);
  expect(mistyped).toMatchObject({ code: 1, stderr: expect.stringContaining('npm run locations:import') });

  const places = path.join(dir, 'locations.json');
  const own = { code: 'JARRY', name: 'Jarry', address: 'ZI de Jarry', hours: '7h-17h' };
  await writeFile(places, JSON.stringify([own, { ...own, code: 'GOSIER', hours: '' }]));
  const refused = await run('import-locations', [places]);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('1.hours: must not be empty') });
  await writeFile(places, JSON.stringify([{ ...own, latitude: 16.24 }]));
  const half = await run('import-locations', [places]);
  expect(half).toMatchObject({ code: 1, stderr: expect.stringContaining('latitude and longitude come together') });
  const position = { latitude: 16.2066, longitude: -61.4937 };
  await writeFile(places, JSON.stringify([own, { ...own, code: 'GOSIER', name: 'Le Gosier', ...position }]));
  const taken = await run('import-locations', [places]);
  expect(taken).toMatchObject({ code: 0, stdout: expect.stringContaining('JARRY, GOSIER') });
  await expect(db.location.findMany({ orderBy: { code: 'asc' } })).resolves.toMatchObject([
    { name: 'Le Gosier', ...position },
    { ...own, latitude: null, longitude: null },
  ]);
  await expect(run('import-catalogue', [await fileOf(line('GOSIER'))], shop)).resolves.toMatchObject({ code: 0 });
});

test('where the file is on another machine it is sent, and ends with the input or with what Heroku sends for that', async () => {
  const place = { code: 'JARRY', name: 'Jarry envoyé', address: 'ZI de Jarry', hours: '7h-17h' };
  const send = (name: string, text: string, staysOpen: boolean) =>
    runCommand(name, ['-'], { DATABASE_URL: database.url }, { text, staysOpen });
  for (const [end, staysOpen] of [
    ['', false],
    ['\u0004', true],
  ] as const) {
    await database.db.location.updateMany({ where: { code: 'JARRY' }, data: { name: 'Jarry' } });
    await expect(send('import-locations', JSON.stringify([place]) + end, staysOpen)).resolves.toMatchObject({
      code: 0,
    });
    await expect(database.db.location.findUniqueOrThrow({ where: { code: 'JARRY' } })).resolves.toMatchObject(place);
    const line = `S-3,Atelier,Équilibrage,Équilibrage ${staysOpen},,Service,,1000,EUR,,,,\n`;
    await expect(send('import-catalogue', `${HEADER}\n${line}${end}`, staysOpen)).resolves.toMatchObject({ code: 0 });
    const [label, sku] = [`Équilibrage ${staysOpen}`, 'S-3'];
    await expect(database.db.product.findUniqueOrThrow({ where: { sku } })).resolves.toMatchObject({ label });
  }
  const nothing = await send('import-catalogue', '', false);
  expect(nothing).toMatchObject({ code: 1, stderr: expect.stringContaining('What was sent was not read') });
});

test.each([
  ['no file', 'import-catalogue', [], 'Name one file,'],
  ['a file that is not there', 'import-catalogue', ['/nowhere.csv'], 'There is no file /nowhere.csv.'],
  ['an option nobody knows', 'import-catalogue', ['--force'], "Unknown option '--force'"],
  ['no address', 'add-staff', ['--role', 'staff'], 'Name one email address.'],
  ['no role', 'add-staff', ['a@shop.example'], 'Say --role staff or --role manager.'],
  ['hours without end', 'replay-messages', ['--hours', 'Infinity'], '--hours must be a number above 0, up to 8760'],
  ['no password and no terminal', 'add-staff', ['a@shop.example', '--role', 'staff'], 'Set STAFF_PASSWORD'],
])('called with %s, a command says what it wants', async (_name, command, args, complaint) => {
  const { code, stderr } = await run(command, args);
  expect(code).toBe(2);
  expect(stderr).toContain(complaint);
  expect(stderr).toContain('npm run');
  expect(stderr).not.toContain('    at ');
});

test('staff:add makes an account once, and never shows the password', async () => {
  const args = ['marie@shop.example', '--role', 'manager', '--name', 'Marie'];
  const short = await run('add-staff', args, { STAFF_PASSWORD: 'short' });
  expect(short).toMatchObject({ code: 2, stderr: expect.stringContaining('12 to 128 characters') });
  const own = await run('add-staff', args, { STAFF_PASSWORD: 'PneusDesIles97', SHOP_NAME: 'Pneus des Îles' });
  expect([own.code, own.stderr]).toEqual([2, expect.stringContaining('among the first')]);
  const made = await run('add-staff', args, { STAFF_PASSWORD: 'correct horse battery' });
  expect(made).toMatchObject({ code: 0, stdout: expect.stringContaining('marie@shop.example (manager)') });
  expect(made.stdout + made.stderr).not.toContain('correct horse');
  await expect(database.db.staffMember.findFirstOrThrow()).resolves.toMatchObject({ name: 'Marie', role: 'manager' });
  await expect(run('add-staff', args, { STAFF_PASSWORD: 'correct horse battery' })).resolves.toMatchObject({ code: 1 });
});

test('staff:add --lost-phone lets the only manager in again, and the log says that it was the operator', async () => {
  const { id } = await database.db.staffMember.create({
    data: { id: 'lost', name: 'Lucie', email: 'lucie@shop.example', role: 'manager', twoFactorEnabled: true },
  });
  const off = () => run('add-staff', ['lucie@shop.example', '--lost-phone']);
  expect([(await off()).code, (await off()).code]).toEqual([0, 1]);
  expect(await database.db.staffMember.findUniqueOrThrow({ where: { id } })).toMatchObject({ twoFactorEnabled: false });
  const entries = await database.db.auditEntry.findMany({ where: { subject: `staff:${id}` } });
  expect(entries).toMatchObject([{ actor: 'operator', action: 'staff.second_factor_off' }]);
});

test('a database that does not answer, or has no tables, is said so', async () => {
  const nobody = await run('verify-database', [], { DATABASE_URL: 'postgresql://u:secret@127.0.0.1:9/x' });
  expect(nobody.code).toBe(1);
  expect(nobody.stderr).not.toContain('secret');
  expect(nobody.stderr).toContain('check DATABASE_URL');
});

test('a configuration that is half done is said as a whole', async () => {
  const { code, stderr } = await run('doctor', [], { TWILIO_ACCOUNT_SID: 'nonsense', PORT: 'x' });
  expect(code).toBe(1);
  expect(stderr).toMatch(/TWILIO_AUTH_TOKEN is missing[\s\S]*PORT must be/);
});

test('db:backfill fills what an imported order lacks, then db:verify finds nothing, then what was broken on purpose', async () => {
  const { db } = database;
  const product = await db.product.findUniqueOrThrow({ where: { sku: 'S-1' } });
  const location = await db.location.create({ data: { code: 'X', name: 'X', address: 'X', hours: 'X' } });
  const customer = await db.customer.create({ data: { channelAddress: 'whatsapp:+590690000001' } });
  const cart = await db.cart.create({ data: { customerId: customer.id, status: 'ordered' } });
  const line = {
    productId: product.id,
    sku: 'S-1',
    label: 'Montage',
    unitPriceMinor: 1200,
    quantity: 2,
    subtotalMinor: 2400,
  };
  const shared = { locationId: location.id, totalMinor: 2400, currency: 'EUR', createdAt: new Date() };
  const proposal = await db.proposal.create({
    data: { ...shared, cartId: cart.id, cartVersion: 1, lines: [line], status: 'accepted' },
  });
  const order = {
    ...shared,
    customerId: customer.id,
    locale: 'fr',
    expiresAt: new Date(),
    status: 'confirmed' as const,
  };
  await db.order.create({ data: { ...order, number: 'C-1', proposalId: proposal.id } });
  const before = await run('verify-database');
  expect(before.code).toBe(1);
  expect(before.stderr).toContain('a paid order has a payment');

  const counted = '1 order items, 1 payment attempts, 1 payments, 0 refunds of 1 orders.\n';
  const rehearsed = await run('backfill-orders', ['--dry-run']);
  expect(rehearsed).toMatchObject({ code: 0, stdout: `Would fill: ${counted}`, stderr: '1 of 1 orders\n' });
  const filled = await run('backfill-orders');
  expect(filled).toMatchObject({ code: 0, stdout: `Filled: ${counted}` });
  const again = await run('backfill-orders');
  expect(again).toMatchObject({ code: 0, stdout: 'Filled: nothing; 1 orders were looked at.\n' });
  await expect(run('verify-database')).resolves.toMatchObject({
    code: 0,
    stdout: expect.stringContaining('rules hold'),
  });

  await db.order.create({ data: { ...order, number: 'C-2' } });
  const unfillable = await run('backfill-orders');
  expect(unfillable).toMatchObject({ code: 1, stderr: expect.stringContaining('C-2') });
  await db.stockLevel.create({ data: { productId: product.id, locationId: location.id, onHand: 5 } });
  const broken = await run('verify-database');
  expect(broken.code).toBe(1);
  expect(broken.stderr).toContain('the stock ledger adds up');
});
