import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { listenForWork } from '../../src/db/work-nudges.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { until } from '../support/until.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

test('work is heard of as it is committed, and again after PostgreSQL cut the connection', async () => {
  const heard: string[] = [];
  const errors: Error[] = [];
  const nudges = listenForWork(
    database.url,
    (topic) => heard.push(topic),
    (error) => errors.push(error),
  );
  await until('it listens', () => heard.includes('all'));
  await database.pool.query("SELECT pg_notify('work', 'messages')");
  await until('the nudge is heard', () => heard.includes('messages'));

  await database.pool.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN work'",
  );
  await until('it listens again', () => heard.filter((topic) => topic === 'all').length === 2);
  expect(errors.length).toBeGreaterThan(0);
  await database.pool.query("SELECT pg_notify('work', 'refunds')");
  await until('the nudge is heard', () => heard.includes('refunds'));
  await nudges.stop();
});
