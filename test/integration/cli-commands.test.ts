import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { LOCALES } from '../../src/domain/locale.ts';
import { TEMPLATE_KEYS } from '../../src/domain/outbound-message.ts';
import { HANDLED_STRIPE_EVENTS } from '../../src/domain/stripe-events.ts';
import { startMailServer } from '../support/mail-server.ts';
import { startMongodbStandIn } from '../support/mongodb/stand-in.ts';
import { type Recorded, type RecordingServer, startRecordingServer } from '../support/recording-server.ts';
import { runCommand } from '../support/run-command.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let vendors: RecordingServer;
let dir: string;
beforeAll(async () => {
  database = await createTestDatabase();
  vendors = await startRecordingServer(answerVendors);
  dir = await mkdtemp(path.join(tmpdir(), 'comptoir-cli-'));
});
afterAll(async () => {
  await vendors.close();
  await database.close();
  await rm(dir, { recursive: true });
});

const accountSid = `AC${'0'.repeat(32)}`;
function answerVendors({ method, path: where }: Recorded) {
  if (where.startsWith('/v1/webhook_endpoints')) {
    return {
      json: method === 'GET' ? { object: 'list', data: [], has_more: false } : { id: 'we_1', secret: 'whsec_new' },
    };
  }
  if (where.startsWith('/v1/balance')) return { json: { object: 'balance', livemode: false } };
  if (where.startsWith('/v1/models')) return { json: { id: 'gpt-5-mini', object: 'model' } };
  if (where.startsWith('/v1/Content')) {
    return { json: { sid: `HX${'1'.repeat(32)}`, status: 'received', whatsapp: { status: 'approved' } } };
  }
  if (where.startsWith('/v2')) return { json: { senders: [], meta: { key: 'senders' } } };
  return { json: { sid: accountSid, status: 'active' } };
}

const TEMPLATES = TEMPLATE_KEYS.length * LOCALES.length;
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

test.each([
  ['no file', 'import-catalogue', [], 'Name one file.'],
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

const stripeEnv = () => ({
  STRIPE_SECRET_KEY: 'sk_test_x',
  STRIPE_API_BASE_URL: vendors.url,
  PUBLIC_URL: 'https://shop.example',
});
const twilioEnv = () => ({
  TWILIO_ACCOUNT_SID: accountSid,
  TWILIO_AUTH_TOKEN: 'token',
  TWILIO_WHATSAPP_FROM: 'whatsapp:+14155238886',
  TWILIO_API_BASE_URL: vendors.url,
});

test('stripe:setup makes the endpoint and prints its secret once', async () => {
  const { code, stdout } = await run('setup-stripe', [], stripeEnv());
  expect(code).toBe(0);
  expect(stdout).toContain('STRIPE_WEBHOOK_SECRET=whsec_new');
  expect(new URLSearchParams(vendors.last('webhook_endpoints').body).get('url')).toBe(
    'https://shop.example/webhook/stripe',
  );
  expect(stdout).toContain(`${HANDLED_STRIPE_EVENTS.length} events`);
  await expect(run('setup-stripe')).resolves.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('STRIPE_SECRET_KEY is missing'),
  });
});

test('twilio:setup submits every message in every language, and asks for their approval the second time', async () => {
  const env = { ...twilioEnv(), PUBLIC_URL: 'https://shop.example' };
  const first = await run('setup-twilio', [], env);
  expect(first).toMatchObject({ code: 0, stderr: expect.stringContaining('https://shop.example/whatsapp/inbound') });
  expect(first.stdout.match(/submitted\s+received/g)).toHaveLength(TEMPLATES);
  const thankYou = vendors.requests.find(({ body }) => body.includes('comptoir_thank_you_fr'));
  expect(thankYou?.body).toContain('https://shop.example/media/qr/{{5}}.png');
  const second = await run('setup-twilio', [], env);
  expect(second.stdout.match(/known\s+approved/g)).toHaveLength(TEMPLATES);
  await expect(database.db.messageTemplate.count({ where: { approval: 'approved' } })).resolves.toBe(TEMPLATES);
});

test('doctor tells what answers, what is simulated and what production would ask for', async () => {
  const env = { ...stripeEnv(), STRIPE_WEBHOOK_SECRET: 'whsec_a', ...twilioEnv() };
  const healthy = await run('doctor', [], env);
  expect(healthy.code).toBe(0);
  expect(healthy.stdout).toMatch(/ok +database +PostgreSQL/);
  expect(healthy.stdout).toMatch(/ok +Twilio +account active/);
  expect(healthy.stdout).toMatch(/ok +Stripe +test mode/);
  expect(healthy.stdout).toMatch(/simulated +OpenAI/);
  expect(healthy.stdout).toMatch(/warning +configuration +for production, CRON_SECRET/);
  expect(healthy.stdout).toMatch(/off +mail +SMTP_URL and MAIL_FROM are not set/);
  expect(healthy.stdout).toMatch(/off +Slack/);
  const ill = await run('doctor', [], { ...env, STRIPE_API_BASE_URL: 'http://127.0.0.1:9' });
  expect(ill.code).toBe(1);
  expect(ill.stdout).toMatch(/FAILED +Stripe/);
});

test('doctor says that an unknown model’s costs are not counted, and what to set', async () => {
  const env = { OPENAI_API_KEY: 'sk-a', OPENAI_BASE_URL: `${vendors.url}/v1`, OPENAI_MODEL: 'llama-of-ours' };
  const { code, stdout } = await run('doctor', [], env);
  expect(code).toBe(0);
  expect(stdout).toMatch(/warning +model price +what llama-of-ours costs is not known: .*Set OPENAI_PRICES to/);
  expect((await run('doctor', [], { ...env, OPENAI_PRICES: '0.1,0.1,0.4' })).stdout).not.toContain('model price');
});

test('doctor says whether MongoDB answers where the jobs are to be kept there', async () => {
  const mongodb = await startMongodbStandIn();
  try {
    const healthy = await run('doctor', [], { MONGODB_URL: mongodb.url });
    expect(healthy).toMatchObject({ code: 0, stdout: expect.stringMatching(/ok +MongoDB +answers/) });
  } finally {
    await mongodb.stop();
  }
  const away = { MONGODB_URL: 'mongodb://shop:hunter2@127.0.0.1:9/x?serverSelectionTimeoutMS=200' };
  const ill = await run('doctor', [], away);
  expect(ill).toMatchObject({ code: 1, stdout: expect.stringMatching(/FAILED +MongoDB .*check MONGODB_URL/) });
  expect(ill.stdout + ill.stderr).not.toContain('hunter2');
});

test('doctor says whether the mail server answers and takes the log-in, and sends nothing', async () => {
  const mailServer = await startMailServer({ login: { user: 'shop', password: 'right' } });
  try {
    const slackUrl = `${vendors.url}/services/a-secret`;
    const env = { MAIL_FROM: 'Shop <shop@example.com>', SLACK_WEBHOOK_URL: slackUrl };
    const healthy = await run('doctor', [], { ...env, SMTP_URL: mailServer.url });
    expect(healthy.stdout).toMatch(/ok +mail +the mail server answers, mail leaves from shop@example.com/);
    expect(healthy.stdout).toMatch(/ok +Slack +SLACK_WEBHOOK_URL is set/);
    const ill = await run('doctor', [], { ...env, SMTP_URL: mailServer.url.replace('right', 'wrong') });
    expect(ill.code).toBe(1);
    expect(ill.stdout).toMatch(/FAILED +mail +mail_login_refused: check SMTP_URL/);
    expect(`${healthy.stdout}${ill.stdout}`).not.toMatch(/a-secret|wrong/);
    expect(mailServer.mails).toEqual([]);
    expect(vendors.requests.filter(({ path: where }) => where.startsWith('/services'))).toEqual([]);
  } finally {
    await mailServer.close();
  }
});
