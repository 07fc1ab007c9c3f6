import net from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { createLiveChanges, createStatusTeller } from '../../src/db/live-changes.ts';
import type { EventStream } from '../support/event-stream.ts';
import { BOSS, type LiveShop, openLiveShop } from '../support/live-shop.ts';
import { STAFF } from '../support/running-shop.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { until } from '../support/until.ts';

// Who may listen, how a stream ends, and what is told at all: ids, and no word.

const SECRET_WORDS = 'mon code est Rhabarber';
let shop: LiveShop;
let database: LiveShop['database'];
let one: LiveShop['one'];
let two: LiveShop['two'];
beforeAll(async () => {
  shop = await openLiveShop();
  ({ database, one, two } = shop);
}, 60_000);
afterEach(() => shop.closeStreams());
afterAll(() => shop.close());

describe('an open stream', () => {
  test.each([
    ['staff', STAFF],
    ['a manager', BOSS],
  ])('is for %s, and holds ids and no words or numbers', async (_, account) => {
    const stream = await shop.listening(one, (await shop.loggedIn(one, account)).cookie());
    const number = shop.newNumber();
    await two.customerWrites(number, SECRET_WORDS);
    await until('it is heard', () => stream.heard('message_in'));
    const { data } = stream.events.find(({ event }) => event === 'change') as EventStream['events'][number];
    expect(Object.keys(data).sort()).toEqual(['at', 'conversationId', 'kind']);
    expect(stream.raw()).not.toMatch(/Rhabarber|\+?590690/);
  });

  test('ends when its session logs out, and no other does', async () => {
    const [leaving, staying] = [await shop.loggedIn(one), await shop.loggedIn(one)];
    const ending = await shop.listening(one, leaving.cookie());
    const other = await shop.listening(one, staying.cookie());
    const page = await leaving.request('/staff/conversations');
    await leaving.request('/staff/logout', leaving.hiddenFields(page.body));
    await until('the stream has ended', ending.hasEnded);
    expect(other.hasEnded()).toBe(false);
    const again = await shop.open(one, leaving.cookie());
    expect(again.status).toBe(401);
  });

  test('is refused to whoever is not logged in, and beyond five for one person until one is closed', async () => {
    const nobody = await shop.open(one, 'comptoir.session_token=forged');
    expect(nobody.status).toBe(401);
    const cookie = (await shop.loggedIn(one, BOSS)).cookie();
    const open: EventStream[] = [];
    for (let count = 0; count < 5; count++) open.push(await shop.listening(one, cookie));
    const sixth = await shop.open(one, cookie);
    expect(sixth.status).toBe(429);
    await open[0]?.close();
    await until('there is room again', async () => {
      const next = await shop.open(one, cookie);
      return next.status === 200;
    });
  });

  test('comes back after PostgreSQL cut the connection, and pages are told to read again', async () => {
    const stream = await shop.listening(two, (await shop.loggedIn(two)).cookie());
    const before = stream.count('reread');
    const { rowCount } = await database.pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN live'",
    );
    // One for each process, however many streams.
    expect(rowCount).toBe(2);
    await until('it hears again', () => stream.count('reread') > before);
    const number = shop.newNumber();
    await one.customerWrites(number, 'bonjour');
    const id = await shop.conversationOf(number);
    await until('it is heard', () => stream.heard('message_in', id));
  });

  test('that does not read is cut off and holds nobody up', async () => {
    const staff = await shop.loggedIn(one);
    const socket = net.connect(Number(new URL(one.publicUrl).port), '127.0.0.1');
    let isClosed = false;
    socket.on('close', () => {
      isClosed = true;
    });
    socket.on('error', () => {});
    socket.write(`GET /staff/live HTTP/1.1\r\nhost: x\r\ncookie: ${staff.cookie()}\r\n\r\n`);
    await new Promise((resolve) => socket.once('data', resolve));
    socket.pause();
    const reader = await shop.listening(one, staff.cookie());
    const id = crypto.randomUUID();
    // Far more than two sockets' buffers hold, in portions that a reader who reads takes at once.
    for (let portion = 1; portion <= 60; portion++) {
      const payload = { kind: 'status', conversationId: id, at: `${portion} ${'x'.repeat(3_000)}` };
      await database.pool.query(
        "SELECT pg_notify('live', replace($1, 'xxx', 'x' || n)) FROM generate_series(1, 100) n",
        [JSON.stringify(payload)],
      );
      await until('the reader has them', () => reader.count('change') === portion * 100);
    }
    socket.resume();
    await until('the other was cut off', () => isClosed);
  }, 40_000);
});

test('what is NOTIFYed and what is logged hold no words and no number, whatever was written', async () => {
  const said: string[] = [];
  const listener = new pg.Client({ connectionString: database.url });
  await listener.connect();
  listener.on('notification', ({ channel, payload }) => said.push(`${channel} ${payload}`));
  await listener.query('LISTEN live');
  await listener.query('LISTEN work');
  const number = shop.newNumber();
  await one.customerWrites(number, SECRET_WORDS);
  const id = await shop.conversationOf(number);
  const { customerId } = await database.db.conversation.findUniqueOrThrow({ where: { id } });
  await shop.say(customerId, SECRET_WORDS);
  const staff = await shop.loggedIn(two);
  const page = await staff.request(`/staff/conversations/${id}`);
  await staff.request(`/staff/conversations/${id}/answer`, { ...staff.hiddenFields(page.body), text: SECRET_WORDS });
  const kinds = () => new Set(said.map((each) => /"kind" : "(\w+)"/.exec(each)?.[1]));
  await until('all is told', () => ['message_in', 'message_out', 'conversation'].every((kind) => kinds().has(kind)));
  await listener.end();
  expect(said.join('\n')).not.toMatch(/Rhabarber|590690|Ana/);
  expect(shop.logged.length).toBeGreaterThan(0);
  expect(shop.logged.join('\n')).not.toMatch(/Rhabarber|590690|Ana Test/);
});

test('a shop on another database hears nothing of this one', async () => {
  const elsewhere = await createTestDatabase();
  const heard: unknown[] = [];
  const changes = createLiveChanges(elsewhere.url, () => {});
  changes.subscribe((change) => heard.push(change));
  await until('it listens', () => heard.length === 1);
  await one.customerWrites(shop.newNumber(), 'bonjour');
  await elsewhere.pool.query("SELECT pg_notify('live', 'nothing of ours')");
  const own = { kind: 'status', conversationId: crypto.randomUUID(), at: 'now' };
  await elsewhere.pool.query("SELECT pg_notify('live', $1)", [JSON.stringify(own)]);
  await until('its own is heard', () => heard.length > 1);
  expect(heard).toEqual(['reread', own]);
  await changes.stop();
  await elsewhere.close();
});

test('a hundred messages at once are told in few NOTIFYs; what cannot be told is reported and stops nobody', async () => {
  const number = shop.newNumber();
  await one.customerWrites(number, 'bonjour');
  const { id: customerId } = await database.db.customer.findUniqueOrThrow({ where: { channelAddress: number } });
  const outboundId = await shop.say(customerId, 'bonjour');
  const heard: unknown[] = [];
  const changes = createLiveChanges(database.url, () => {});
  changes.subscribe((change) => heard.push(change));
  await until('it listens', () => heard.includes('reread'));
  const tell = createStatusTeller(database.pool, () => {});
  for (let count = 0; count < 100; count++) tell(outboundId);
  await until('the last is heard', () => heard.length === 3);
  await changes.stop();
  const errors: Error[] = [];
  const gone = new pg.Pool({ connectionString: 'postgresql://u@127.0.0.1:9/x' });
  createStatusTeller(gone, (error) => errors.push(error))(outboundId);
  await until('the error is reported', () => errors.length === 1);
  await gone.end();
});
