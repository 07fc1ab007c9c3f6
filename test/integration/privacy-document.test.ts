import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { KEPT_DAYS } from '../../src/domain/retention.ts';
import { NO_PERSON_COLUMNS } from '../support/no-person-columns.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

const page = readFileSync(path.resolve(import.meta.dirname, '../../docs/privacy.md'), 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('| `'));

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

test('every text of the database is on the page that says how long people are kept, or holds none, and never both', async () => {
  const found = await database.db.$queryRaw<{ name: string }[]>`
    SELECT c.table_name || '.' || c.column_name AS name FROM information_schema.columns c
    JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.table_name NOT LIKE '\\_prisma%'
      AND c.table_name NOT LIKE 'agenda%' AND c.data_type IN ('text', 'character varying', 'json', 'jsonb', 'ARRAY', 'bytea')`;
  const told = rows.flatMap((row) => [...row.matchAll(/`([a-z_]+\.[a-z_]+)`/g)].map(([, name = '']) => name));
  const known = [...told, ...NO_PERSON_COLUMNS];
  expect(found.length).toBeGreaterThan(100);
  expect(known.sort()).toEqual(found.map(({ name }) => name).sort());
});

test('the page says the periods the sweep goes by', () => {
  const said = rows.flatMap((row) => {
    const [, what, days] = /^\| `(\w+)` \| (\d+) \|/.exec(row) ?? [];
    return what ? [[what, Number(days)] as const] : [];
  });
  expect(Object.fromEntries(said)).toEqual(KEPT_DAYS);
  const named = rows.flatMap((row) =>
    [...(row.split('|').at(3) ?? '').matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
  );
  expect(named.filter((name) => name !== 'SESSION_SECRET' && !(name in KEPT_DAYS))).toEqual([]);
});
