import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { diff } from '../../scripts/schema-engine.ts';
import { ORDER_TRANSITIONS } from '../../src/domain/order.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

test('the migrations make exactly what prisma/schema.prisma declares', async () => {
  expect(await diff(database.url, 'database')).toBe('');
});

test("the database's order transitions are the domain's", async () => {
  const { rows } = await database.pool.query(
    'SELECT from_status::text AS from, to_status::text AS to FROM order_transitions ORDER BY 1, 2',
  );
  const expected = Object.entries(ORDER_TRANSITIONS)
    .flatMap(([from, targets]) => targets.map((to) => ({ from, to })))
    .sort((a, b) => a.from.localeCompare(b.from) || a.to.localeCompare(b.to));
  const actual = rows.sort((a, b) => a.from.localeCompare(b.from) || a.to.localeCompare(b.to));
  expect(actual).toEqual(expected);
});
