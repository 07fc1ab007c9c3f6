import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { openIntake } from '../../src/db/client.ts';
import { createInboundStore, type NewInboundMessage } from '../../src/db/inbox.ts';
import { createEventStore, type NewPaymentEvent } from '../../src/db/payment-events.ts';
import { forgetfulWayTo } from '../support/deaf-connections.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

// What vendors post, stored while connections to PostgreSQL say nothing more, as a firewall or a failover leaves them.

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const at = new Date('2026-11-27T10:00:00Z');
const event = (id: string): NewPaymentEvent => ({
  ...{ id, type: 'charge.refunded', livemode: false, json: '{}', happenedAt: at, receivedAt: at },
});
const message = (messageSid: string): NewInboundMessage => ({
  ...{ messageSid, channelAddress: 'whatsapp:+590690000001', phone: '+590690000001', profileName: null, kind: 'text' },
  ...{ body: 'bonjour', payload: null, fields: {}, receivedAt: at, optsOut: false, burstWindowMs: 0 },
});

let way: Awaited<ReturnType<typeof forgetfulWayTo>>;
let intake: ReturnType<typeof openIntake>;
beforeEach(async () => {
  way = await forgetfulWayTo(database.url);
  intake = openIntake(way.url, { onError: () => {}, silenceMs: 3_000 });
});
afterEach(async () => {
  await intake.end();
  await way.stop();
});

test.each([
  ['messages', () => createInboundStore(intake), message],
  ['events', () => createEventStore(intake), event],
])('%s go over another connection when theirs says nothing more', async (what, open, make) => {
  const store = open() as (item: unknown) => Promise<string>;
  await store(make(`${what}0`));
  way.forgetAll();
  expect(await Promise.all(['1', '2', '3'].map((n) => store(make(what + n))))).toEqual(['stored', 'stored', 'stored']);
});

test('where no connection comes about, the vendor is told to come again, before it has given up waiting', async () => {
  const store = createEventStore(intake);
  way.forgetNew(true);
  await expect(store(event('evt_away'))).rejects.toMatchObject({ code: 'database_away', retryable: true });
  way.forgetNew(false);
  expect(await store(event('evt_away'))).toBe('stored');
});
