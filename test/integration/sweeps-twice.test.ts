import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { compose, type Shop } from '../../src/compose.ts';
import { loadConfig, requireForRoles } from '../../src/config.ts';
import { saveTemplate } from '../../src/db/message-templates.ts';
import { SWEEP_NAMES, type SweepName } from '../../src/domain/sweep.ts';
import { type LivedInShop, openLivedInShop } from '../support/lived-in-shop.ts';
import { silentLog } from '../support/silent-log.ts';
import { copyDatabase, type TestDatabase } from '../support/test-database.ts';
import { zoneWhereItIs } from '../support/timezone.ts';

// A shop that has been open for a while, twice: in one each sweep runs once, in its copy twice at the same time.

type Copy = { database: TestDatabase; shop: Shop };
let lived: LivedInShop;
let once: Copy;
let twice: Copy;
let minutesLater = 0;
const clock = { now: () => new Date(Date.now() + minutesLater * 60_000) };

async function openCopy(): Promise<Copy> {
  const { database: source, sandbox } = lived.desk;
  const database = await copyDatabase(source.url);
  const config = loadConfig({
    ...{ NODE_ENV: 'test', PUBLIC_URL: lived.publicUrl, DATABASE_URL: database.url },
    ...{ TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`, TWILIO_AUTH_TOKEN: 'token' },
    ...{ TWILIO_WHATSAPP_FROM: 'whatsapp:+590590000000', TWILIO_API_BASE_URL: sandbox.twilioBaseUrl },
    ...{ STRIPE_SECRET_KEY: 'sk_test_x', STRIPE_WEBHOOK_SECRET: 'whsec_x', STRIPE_API_BASE_URL: sandbox.stripeBaseUrl },
    ...{ OPENAI_MODEL: 'none', SESSION_SECRET: 'a session secret for tests, long enough' },
    // A report is told from 8:00 on; tomorrow's noon is as good as today's.
    SHOP_TIMEZONE: zoneWhereItIs(12),
  });
  const options = { clock, log: silentLog, cronSecret: 'for tests', keepsQuietHours: false };
  return { database, shop: await compose(requireForRoles(config), options) };
}

/** What this shop has not brought about by itself: each sweep has something to do, so that doing it twice would show. */
async function leaveWork({ db }: LivedInShop): Promise<void> {
  const longAgo = new Date(Date.now() - 8 * 24 * 3600_000);
  const forgotten = { channelAddress: 'whatsapp:+590690000777', eraseAskedAt: longAgo, lastInboundAt: longAgo };
  const { id: customerId } = await db.customer.create({ data: { ...forgotten, conversation: { create: {} } } });
  await db.cart.create({ data: { customerId, updatedAt: longAgo } });
  const words = { brand: 'Acme', model: 'K', label: 'Cric de garage', description: '', category: 'outils' };
  await db.product.create({ data: { ...words, sku: 'UNREAD', priceMinor: 4900, currency: 'EUR' } });
}

beforeAll(async () => {
  lived = await openLivedInShop();
  await leaveWork(lived);
  [once, twice] = [await openCopy(), await openCopy()];
  const example = {
    key: 'reminder',
    locale: 'fr',
    name: 'reminder_fr',
    body: 'Bonjour {{1}}',
    examples: ['Ana'],
  } as const;
  const { contentSid } = await once.shop.registry.submit({ ...example, examples: [...example.examples] });
  const template = { key: example.key, locale: example.locale, contentSid, digest: 'd', approval: 'paused' };
  for (const { shop } of [once, twice]) await saveTemplate(shop.db, template);
}, 60_000);
afterAll(async () => {
  for (const { shop, database } of [once, twice]) {
    await shop.close();
    await database.close();
  }
  await lived.close();
});

// Kept for the clock and the operator, not for the shop; and what a conflict burns without leaving a row.
const NOT_THE_SHOP = ['agenda_jobs', 'job_runs', '_prisma_migrations'];
const BURNT = /^seq$|_seq$|^number$|attempts$/;

/** How many rows each table has, and what its numbers and states add up to. */
async function contents({ pool }: TestDatabase): Promise<Record<string, unknown>> {
  const { rows: columns } = await pool.query(`
    SELECT table_name, column_name, data_type FROM information_schema.columns
    WHERE table_schema = 'public' AND data_type IN ('integer', 'bigint', 'boolean', 'USER-DEFINED', 'text')`);
  const found: Record<string, unknown> = {};
  for (const table of new Set(columns.map(({ table_name }) => table_name as string))) {
    if (NOT_THE_SHOP.includes(table)) continue;
    const sums = columns
      .filter(({ table_name, column_name }) => table_name === table && !BURNT.test(column_name))
      .flatMap(({ column_name: name, data_type }) => {
        if (data_type === 'integer' || data_type === 'bigint') return [`sum("${name}")::text AS "${name}"`];
        if (data_type === 'boolean') return [`count(*) FILTER (WHERE "${name}") AS "${name}"`];
        const isState = data_type === 'USER-DEFINED' || ['status', 'action', 'kind', 'outcome'].includes(name);
        return isState ? [`string_agg("${name}"::text, ' ' ORDER BY "${name}"::text) AS "${name}"`] : [];
      });
    const { rows } = await pool.query(
      `SELECT count(*) AS rows ${sums.map((sum) => `, ${sum}`).join('')} FROM "${table}"`,
    );
    found[table] = rows[0];
  }
  return found;
}

/** By when it has something to do: while links live, after months, or tomorrow. */
const LATER: Partial<Record<SweepName, number>> = {
  'payment-reminders': 90,
  'apply-retention': 100 * 24 * 60,
};
test.each(SWEEP_NAMES)('%s run twice at once does what it does run once, and run again does nothing', async (name) => {
  minutesLater = LATER[name] ?? 26 * 60;
  expect(await contents(twice.database)).toEqual(await contents(once.database));
  const alone = await once.shop.sweeps[name]();
  await Promise.all([twice.shop.sweeps[name](), twice.shop.sweeps[name]()]);
  const after = await contents(once.database);
  expect(await contents(twice.database)).toEqual(after);
  expect(alone.processed).toBeGreaterThan(0);
  await twice.shop.sweeps[name]();
  expect(await contents(twice.database)).toEqual(after);
});
