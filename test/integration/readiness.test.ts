import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { checkReadiness } from '../../src/flows/watch-shop.ts';
import { silentLog } from '../support/silent-log.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

test('a process is ready when its database answers', async () => {
  const { db } = database;
  await expect(checkReadiness({ db, log: silentLog })).resolves.toEqual({ ok: true, checks: { database: 'ok' } });
});

test('where jobs are in MongoDB, it must answer as well', async () => {
  const needs = { db: database.db, log: silentLog };
  const ready = await checkReadiness({ ...needs, pingMongodb: async () => {} });
  expect(ready).toEqual({ ok: true, checks: { database: 'ok', mongodb: 'ok' } });
  const gone = await checkReadiness({ ...needs, pingMongodb: () => Promise.reject(new Error('connection refused')) });
  expect(gone).toEqual({ ok: false, checks: { database: 'ok', mongodb: 'does not answer' } });
});
