import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { diff } from '../../scripts/schema-engine.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

test('the migrations make exactly what prisma/schema.prisma declares', async () => {
  expect(await diff(database.url, 'database')).toBe('');
});
