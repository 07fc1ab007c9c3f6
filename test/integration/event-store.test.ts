import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createEventStore, type NewPaymentEvent } from '../../src/db/payment-events.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(() => database.db.paymentEvent.deleteMany());
afterAll(() => database.close());

const at = new Date('2026-11-27T10:00:00.123Z');
const event = (id: string, json = `{"id":"${id}"}`): NewPaymentEvent => ({
  ...{ id, type: 'charge.refunded', livemode: false, json, happenedAt: at, receivedAt: at },
});
const storedIds = async () => {
  const rows = await database.db.paymentEvent.findMany({ orderBy: { seq: 'asc' } });
  return rows.map(({ stripeEventId }) => stripeEventId);
};

test('events that come at the same moment are each stored with what is theirs, in the order they came', async () => {
  const store = createEventStore(database.pool);
  const ids = Array.from({ length: 250 }, (_, n) => `evt_${n}`);
  const outcomes = await Promise.all(ids.map((id) => store(event(id))));
  expect(new Set(outcomes)).toEqual(new Set(['stored']));
  const rows = await database.db.paymentEvent.findMany();
  for (const row of rows) expect(row.payload).toEqual({ id: row.stripeEventId });
  expect(rows[0]).toMatchObject({ type: 'charge.refunded', livemode: false, happenedAt: at, receivedAt: at });
  expect(await storedIds()).toEqual(ids);
});

test('of the same event twice at the same moment one is stored, and each is told which it is', async () => {
  const store = createEventStore(database.pool);
  const outcomes = await Promise.all(['evt_a', 'evt_b', 'evt_c', 'evt_c', 'evt_a'].map((id) => store(event(id))));
  expect(outcomes).toEqual(['stored', 'stored', 'stored', 'duplicate', 'duplicate']);
  expect(await store(event('evt_b'))).toBe('duplicate');
  expect(await storedIds()).toEqual(['evt_a', 'evt_b', 'evt_c']);
});

test('an event that PostgreSQL cannot hold fails alone', async () => {
  const store = createEventStore(database.pool);
  // JSON, but beyond the largest number of a jsonb.
  const tooLarge = event('evt_large', '{"amount":1e200000}');
  const events = [event('evt_1'), event('evt_2'), event('evt_3'), tooLarge, event('evt_4')];
  const outcomes = await Promise.allSettled(events.map(store));
  expect(outcomes.map(({ status }) => status)).toEqual([
    ...['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
  ]);
  expect(await storedIds()).toEqual(['evt_1', 'evt_2', 'evt_3', 'evt_4']);
});
