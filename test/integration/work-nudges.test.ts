import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { listenTo } from '../../src/db/listen.ts';
import { createNudger, listenForWork } from '../../src/db/work-nudges.ts';
import { forgetfulWayTo } from '../support/deaf-connections.ts';
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

test('a connection that says nothing more, as when a firewall forgot it, is left for another', async () => {
  const way = await forgetfulWayTo(database.url);
  const heard: string[] = [];
  let listened = 0;
  const listening = listenTo('work', {
    databaseUrl: way.url,
    onPayload: (payload) => heard.push(payload),
    onListening: () => listened++,
    onError: () => {},
    heartbeatMs: 3_000,
  });
  await until('it listens', () => listened === 1);
  way.forgetAll();
  await until('it listens again', () => listened === 2, { timeoutMs: 40_000 });
  await database.pool.query(`SELECT pg_notify('work', 'turns')`);
  await until('it hears', () => heard.length > 0);
  expect([heard, way.countConnections()]).toEqual([['turns'], 2]);
  await listening.stop();
  await way.stop();
});

test('a hundred nudges at once are few NOTIFYs, and the last of them is heard', async () => {
  const heard: string[] = [];
  const nudges = listenForWork(
    database.url,
    (topic) => heard.push(topic),
    () => {},
  );
  await until('it listens', () => heard.includes('all'));
  const nudge = createNudger(database.pool, () => {});
  for (let count = 0; count < 100; count++) nudge('payment_events');
  nudge('turns');
  const times = (topic: string) => heard.filter((each) => each === topic).length;
  await until('the first and the last are heard', () => times('payment_events') === 2);
  await until('the other topic is heard too', () => times('turns') === 1);
  await nudges.stop();
  expect(heard.sort()).toEqual(['all', 'payment_events', 'payment_events', 'turns']);
});

test('a nudge that cannot be told is reported and stops nobody', async () => {
  const errors: Error[] = [];
  const gone = new pg.Pool({ connectionString: 'postgresql://u@127.0.0.1:9/x' });
  createNudger(gone, (error) => errors.push(error))('turns');
  await until('the error is reported', () => errors.length === 1);
  await gone.end();
});
