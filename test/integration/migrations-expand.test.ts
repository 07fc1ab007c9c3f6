import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals';
import pg from 'pg';
import { createScratchDatabase } from '../../src/db/scratch-database.ts';
import { findBreaks, readSchema, type Schema, unexcused } from '../support/expand-only.ts';

// Old and new processes run side by side while a deploy rolls (docs/upgrading.md): what a migration takes away or asks for must be
// nothing that the version before needs. What this cannot see is left to whoever writes it: what an UPDATE does to rows, what a
// function does that was replaced, and what new code writes that old code cannot make sense of.

/** Up to here the schema was made for a first version, which nothing runs beside; this one was the last to do otherwise. */
const BASELINE = '20261126173000_staff_orders';

const ROOT = path.resolve(import.meta.dirname, '../..');
const MIGRATIONS = path.join(ROOT, 'prisma/migrations');
const migrations = readdirSync(MIGRATIONS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => ({ name, sql: readFileSync(path.join(MIGRATIONS, name, 'migration.sql'), 'utf8') }))
  .sort((a, b) => (a.name < b.name ? -1 : 1));
const released = [
  ...readFileSync(path.join(ROOT, 'CHANGELOG.md'), 'utf8').matchAll(/^## (\d+\.\d+\.\d+) - \d{4}-\d\d-\d\d/gm),
].map(([, version = '']) => version);

let client: pg.Client;
/** As it is after all of them. */
let schema: Schema;
/** By the migration's name. */
const found: Record<string, string[]> = {};
beforeAll(async () => {
  const serverUrl = process.env.TEST_POSTGRES_URL as string;
  client = new pg.Client({ connectionString: await createScratchDatabase(serverUrl, 'scratch_migrations_expand') });
  await client.connect();
  schema = await readSchema(client);
  for (const { name, sql } of migrations) {
    const before = schema;
    await client.query(sql);
    schema = await readSchema(client);
    const findings = unexcused(findBreaks(before, schema), sql, released);
    if (findings.length > 0) found[name] = findings;
  }
}, 60_000);
afterAll(async () => {
  await client.end();
  const admin = new pg.Client({ connectionString: process.env.TEST_POSTGRES_URL });
  await admin.connect();
  await admin.query('DROP DATABASE scratch_migrations_expand');
  await admin.end();
});

test('every migration only expands, or says since which version nobody needs what it takes away', () => {
  expect(migrations.map(({ name }) => name)).toContain(BASELINE);
  const late = Object.entries(found).filter(([name]) => name > BASELINE);
  expect(Object.fromEntries(late)).toEqual({});
  // The last before it does otherwise: it begins no later than it must.
  expect(Object.keys(found).sort().at(-1)).toBe(BASELINE);
});

// Those of 0.1.0 and before are applied somewhere, and may not change any more.
test('an index of a large table may be built beforehand, as docs/upgrading.md says', () => {
  const late = migrations.filter(({ name }) => name > '20261127050000');
  const tooLate = late.filter(({ sql }) => /CREATE (?:UNIQUE )?INDEX (?!IF NOT EXISTS)/i.test(sql));
  expect(tooLate.map(({ name }) => name)).toEqual([]);
});

describe('a migration', () => {
  /** In the schema as it is after all of them, and undone. */
  async function breaksOf(sql: string): Promise<string[]> {
    await client.query('BEGIN');
    try {
      await client.query(sql);
      return unexcused(findBreaks(schema, await readSchema(client)), sql, ['0.1.0', '0.2.0']);
    } finally {
      await client.query('ROLLBACK');
    }
  }

  it.each([
    ['DROP TABLE shop_settings', 'drops shop_settings'],
    ['ALTER TABLE orders RENAME TO purchases', 'renames orders'],
    ['DROP SEQUENCE order_number', 'drops order_number'],
    ['ALTER TABLE outbound_messages DROP COLUMN variant', 'drops outbound_messages.variant'],
    ['ALTER TABLE orders DROP review_reason CASCADE', 'drops orders.review_reason'],
    ['ALTER TABLE orders RENAME review_reason TO why', 'renames orders.review_reason'],
    ['DO $$ BEGIN EXECUTE \'ALTER TABLE "orders" RENAME "number" TO "no"\'; END $$', 'renames orders.number'],
    ['ALTER TABLE customers ALTER first_name TYPE varchar(40)', 'changes the type of customers.first_name'],
    ['ALTER TABLE customers ALTER COLUMN first_name SET NOT NULL', 'wants a value of customers.first_name'],
    [
      'ALTER TABLE customers ADD CHECK (first_name IS NOT NULL)',
      'adds a CHECK to customers.customers_first_name_check',
    ],
    ['ALTER TABLE orders ALTER reminders_sent DROP DEFAULT', 'fills no longer orders.reminders_sent'],
    ['ALTER TABLE orders ADD gift text NOT NULL', 'wants a value of the new orders.gift'],
    ['ALTER TABLE orders ADD seq bigserial', 'writes all of it anew, which nobody can read meanwhile: orders'],
    ['TRUNCATE product_pictures', 'writes all of it anew, which nobody can read meanwhile: product_pictures'],
    [
      'ALTER TABLE orders ADD gift text, ADD CONSTRAINT gift CHECK (gift IS NOT NULL OR total_minor > 0)',
      'adds a CHECK to orders.gift',
    ],
    ['ALTER TABLE customers ADD CONSTRAINT one UNIQUE (phone)', 'adds a unique index to customers.one'],
    ['CREATE UNIQUE INDEX one ON customers (lower(email))', 'adds a unique index to customers.one'],
    [
      "ALTER TABLE customers ADD club text DEFAULT 'a'; CREATE UNIQUE INDEX one ON customers (club)",
      'adds a unique index to customers.one',
    ],
    [
      'ALTER TABLE audit_entries ADD CONSTRAINT who FOREIGN KEY (actor) REFERENCES staff_members (id)',
      'adds a foreign key to audit_entries.who',
    ],
    ['ALTER TABLE pickups ADD CONSTRAINT apart EXCLUDE (order_id WITH =)', 'adds an exclusion to pickups.apart'],
    [
      'DROP INDEX outbound_messages_business_key_key',
      'drops what ON CONFLICT may name, unique outbound_messages.outbound_messages_business_key_key',
    ],
    [
      'DROP TRIGGER outbound_messages_nudge ON outbound_messages',
      'drops trigger outbound_messages.outbound_messages_nudge',
    ],
    [
      'CREATE TRIGGER never BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION refuse_snapshot_change()',
      'adds a trigger that may refuse to orders.never',
    ],
    ['DROP FUNCTION search_stems(text)', 'drops search_stems(text)'],
    ['ALTER TYPE "OrderStatus" RENAME TO "State"', 'drops OrderStatus'],
    ['ALTER TYPE "OrderStatus" ADD VALUE \'lost\'', 'adds a word that old code cannot read, OrderStatus.lost'],
    ["ALTER TYPE \"OrderStatus\" RENAME VALUE 'ready' TO 'set'", 'drops OrderStatus.ready'],
  ])('is refused: %s', async (sql, finding) => {
    expect(await breaksOf(sql)).toContain(finding);
  });

  it.each([
    'CREATE TABLE gifts (id int PRIMARY KEY, order_id uuid NOT NULL REFERENCES orders (id), note text CHECK (note <> $$$$))',
    'ALTER TABLE orders ADD gift text, ADD wrapped boolean NOT NULL DEFAULT false',
    "ALTER TABLE orders ADD gift text CHECK (gift IN ('ring', 'book'))",
    'ALTER TABLE orders ADD request_key uuid; CREATE UNIQUE INDEX once ON orders (request_key)',
    'ALTER TABLE orders ADD sold_by text REFERENCES staff_members (id)',
    'CREATE INDEX orders_by_total ON orders (total_minor)',
    'DROP INDEX orders_created_at_idx',
    'ALTER TABLE stock_levels DROP CONSTRAINT stock_on_hand_not_negative',
    'ALTER TABLE customers ALTER phone DROP NOT NULL',
    'DROP TRIGGER outbound_messages_nudge ON outbound_messages; CREATE TRIGGER outbound_messages_nudge AFTER INSERT ON outbound_messages FOR EACH ROW EXECUTE FUNCTION nudge_workers($$messages$$)',
    "UPDATE orders SET review_reason = NULL; INSERT INTO audit_entries (actor, action, subject, created_at) VALUES ('a', 'b', 'c', now())",
  ])('expands: %s', async (sql) => {
    expect(await breaksOf(sql)).toEqual([]);
  });

  const DROP = 'ALTER TABLE outbound_messages DROP COLUMN variant;';
  it('that contracts on purpose says so, of what, and since which released version nobody needs it', async () => {
    const because = (comment: string) => breaksOf(`${comment}\n${DROP}`);
    const [unnamed = ''] = await because('');
    expect(unnamed).toBe('drops outbound_messages.variant');
    expect(await because('-- contracts: nobody reads outbound_messages.variant since 0.2.0')).not.toContain(unnamed);
    expect(await because('-- contracts: nobody reads outbound_messages.variant any more')).toContain(unnamed);
    expect(await because('-- contracts: nobody reads orders.disputed_at since 0.2.0')).toContain(unnamed);
    expect(await because('-- contracts: nobody reads outbound_messages.variant since 0.3.0')).toContain(
      `${unnamed}: 0.3.0 is not released`,
    );
  });
});
