import net from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { createLiveChanges, createStatusTeller } from '../../src/db/live-changes.ts';
import { enqueueMessage } from '../../src/db/outbox.ts';
import { AppError } from '../../src/domain/errors.ts';
import { senderPace } from '../../src/domain/pace.ts';
import { addStaff } from '../../src/flows/add-staff.ts';
import { deliverNextMessage } from '../../src/flows/deliver-messages.ts';
import { createLog } from '../../src/log.ts';
import type { Messenger } from '../../src/ports.ts';
import { loadPrompts } from '../../src/prompts.ts';
import { untraced } from '../../src/vendors/tracing.ts';
import { staffAt } from '../support/browserless-staff.ts';
import { type EventStream, openEventStream } from '../support/event-stream.ts';
import { STAFF } from '../support/running-shop.ts';
import { silentLog } from '../support/silent-log.ts';
import { silentMeter } from '../support/silent-meter.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { until } from '../support/until.ts';
import { openWebProcess, type WebProcess } from '../support/web-process.ts';

const SECRET_WORDS = 'mon code est Rhabarber';
let database: TestDatabase;
let one: WebProcess;
let two: WebProcess;
const logged: string[] = [];
const streams: EventStream[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  const log = createLog({ level: 'debug', destination: { write: (line: string) => void logged.push(line) } });
  one = await openWebProcess(database, log);
  two = await openWebProcess(database, log);
  await addStaff(one, { ...STAFF, role: 'staff' });
  await addStaff(one, { ...STAFF, email: 'boss@shop.example', role: 'manager' });
}, 60_000);
afterEach(async () => {
  for (const stream of streams.splice(0)) await stream.close();
});
afterAll(async () => {
  await one.close();
  await two.close();
  await database.close();
});

let customers = 0;
const newNumber = () => `whatsapp:+59069001${String(++customers).padStart(4, '0')}`;
const conversationOf = async (channelAddress: string) =>
  (await database.db.conversation.findFirstOrThrow({ where: { customer: { channelAddress } } })).id;

async function loggedIn(web: WebProcess, account: { email: string; password: string } = STAFF) {
  const staff = staffAt(web.publicUrl);
  await staff.logIn(undefined, account);
  return staff;
}
/** A stream that hears by now. */
async function listening(web: WebProcess, cookie: string, query = ''): Promise<EventStream> {
  const stream = await openEventStream(`${web.publicUrl}/staff/live${query}`, cookie);
  streams.push(stream);
  await until('the stream hears', () => stream.count('reread') > 0);
  return stream;
}
async function say(customerId: string, body: string): Promise<string> {
  const businessKey = `test:${crypto.randomUUID()}`;
  await enqueueMessage(database.db, { businessKey, customerId, content: { body }, at: new Date() });
  return (await database.db.outboundMessage.findUniqueOrThrow({ where: { businessKey } })).id;
}

describe('an open stream', () => {
  test('hears in one process what another stored: a message, an answer, its status and who has the conversation', async () => {
    const staff = await loggedIn(two);
    const stream = await listening(two, staff.cookie());
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
    const number = newNumber();
    expect(await one.customerWrites(number, SECRET_WORDS)).toBe(200);
    const id = await conversationOf(number);
    await until('the message is heard', () => stream.heard('message_in', id));
    const { customerId } = await database.db.conversation.findUniqueOrThrow({ where: { id } });
    const outboundId = await say(customerId, SECRET_WORDS);
    await until('the answer is heard', () => stream.heard('message_out', id));
    expect(await one.twilioReports(outboundId, 'delivered')).toBe(200);
    await until('the status is heard', () => stream.heard('status', id));
    const atOne = await loggedIn(one);
    const page = await atOne.request(`/staff/conversations/${id}`);
    await atOne.request(`/staff/conversations/${id}/take-over`, atOne.hiddenFields(page.body));
    await until('the take-over is heard', () => stream.heard('conversation', id));
  });

  test('hears what the badge shows when it changes, whatever page it is for, and for staff what they can see to', async () => {
    const number = newNumber();
    await one.customerWrites(number, 'bonjour');
    const { customerId } = await database.db.conversation.findUniqueOrThrow({
      where: { id: await conversationOf(number) },
    });
    const boss = await loggedIn(two, { ...STAFF, email: 'boss@shop.example' });
    const forStaff = await listening(one, (await loggedIn(one)).cookie(), '?orders');
    const forBoss = await listening(two, boss.cookie(), `?conversation=${await conversationOf(number)}`);
    const badgeOf = (stream: EventStream) =>
      stream.events.filter(({ event }) => event === 'badge').at(-1)?.data as unknown as { text: string } | undefined;
    await until('the badge is told first', () => badgeOf(forStaff) && badgeOf(forBoss));
    const before = [badgeOf(forStaff), badgeOf(forBoss)].map((badge) => Number(badge?.text));
    const failed = { status: 'failed', failedAt: new Date() } as const;
    await database.db.outboundMessage.update({ where: { id: await say(customerId, SECRET_WORDS) }, data: failed });
    const at = new Date();
    const notice = { businessKey: 'test:failed', channel: 'slack', content: { to: 'team' }, createdAt: at } as const;
    const { id } = await database.db.notification.create({ data: notice });
    await database.db.notification.update({ where: { id }, data: { status: 'failed' } });
    const is = (stream: EventStream, number: number) => badgeOf(stream)?.text === String(number);
    await until('both are told', () => is(forStaff, (before[0] ?? 0) + 1) && is(forBoss, (before[1] ?? 0) + 2));
    // The page is told of its own matters only.
    expect(forBoss.heard('concern')).toBe(false);
    await database.db.notification.delete({ where: { id } });
    await database.db.outboundMessage.updateMany({ where: { status: 'failed' }, data: { status: 'superseded' } });
  });

  test('of what needs somebody hears of that, of orders and of who has a conversation, and of no message', async () => {
    const number = newNumber();
    await one.customerWrites(number, 'bonjour');
    const id = await conversationOf(number);
    const staff = await loggedIn(two);
    const stream = await listening(two, staff.cookie(), '?concerns');
    await one.customerWrites(number, 'encore');
    const { customerId } = await database.db.conversation.findUniqueOrThrow({ where: { id } });
    const outboundId = await say(customerId, SECRET_WORDS);
    const failed = { status: 'failed', failedAt: new Date() } as const;
    await database.db.outboundMessage.update({ where: { id: outboundId }, data: failed });
    await until('the failure is heard', () => stream.heard('concern'));
    const page = await staff.request(`/staff/conversations/${id}`);
    await staff.request(`/staff/conversations/${id}/take-over`, staff.hiddenFields(page.body));
    await until('the take-over is heard', () => stream.heard('conversation', id));
    expect(stream.heard('message_in') || stream.heard('message_out')).toBe(false);
  });

  test('hears of what a worker sent, and of what it could not', async () => {
    const number = newNumber();
    await one.customerWrites(number, 'bonjour');
    const id = await conversationOf(number);
    const { customerId } = await database.db.conversation.findUniqueOrThrow({ where: { id } });
    const stream = await listening(two, (await loggedIn(two)).cookie(), `?conversation=${id}`);
    const messenger: Messenger = {
      send: async (message) => {
        const body = message.form === 'session' ? message.body : '';
        if (body === 'refused') throw new AppError('twilio_refused', 'no such number', { vendorCode: 63003 });
        return { sid: `SM${crypto.randomUUID()}`, sentAs: 'text' };
      },
      findSent: async () => [],
      showTyping: async () => {},
    };
    const needs = {
      ...{
        db: database.db,
        clock: { now: () => new Date() },
        log: silentLog,
        meter: silentMeter,
        tracer: untraced,
        messenger,
      },
      ...{ mailer: null, sendsSms: false, quietHours: null, publicUrl: one.publicUrl, sessionSecret: 'for tests' },
      ...{ shop: { name: 'Test' }, texts: loadPrompts().texts },
      senderPace: senderPace(80),
      tellStatus: createStatusTeller(database.pool, () => {}),
    };
    const deliverAll = async () => {
      while (await deliverNextMessage(needs)) {
        // until nothing waits
      }
    };
    for (const body of ['sent', 'refused']) {
      const before = stream.count('change');
      await say(customerId, body);
      await deliverAll();
      await until('the status is heard', () => stream.count('change') >= before + 2);
    }
    expect(stream.events.flatMap(({ event, data }) => (event === 'change' ? [data.kind] : []))).toEqual([
      ...['message_out', 'status', 'message_out', 'status'],
    ]);
  });

  test('hears only its own conversation when it asks for one', async () => {
    const [mine, other] = [newNumber(), newNumber()];
    await one.customerWrites(mine, 'bonjour');
    await one.customerWrites(other, 'bonjour');
    const [myId, otherId] = [await conversationOf(mine), await conversationOf(other)];
    const staff = await loggedIn(two);
    const stream = await listening(two, staff.cookie(), `?conversation=${myId}`);
    await one.customerWrites(other, 'encore');
    await one.customerWrites(mine, 'encore');
    await until('its own is heard', () => stream.heard('message_in', myId));
    expect(stream.heard('message_in', otherId)).toBe(false);
  });

  test.each([
    ['staff', STAFF],
    ['a manager', { ...STAFF, email: 'boss@shop.example' }],
  ])('is for %s, and holds ids and no words or numbers', async (_, account) => {
    const stream = await listening(one, (await loggedIn(one, account)).cookie());
    const number = newNumber();
    await two.customerWrites(number, SECRET_WORDS);
    await until('it is heard', () => stream.heard('message_in'));
    const { data } = stream.events.find(({ event }) => event === 'change') as EventStream['events'][number];
    expect(Object.keys(data).sort()).toEqual(['at', 'conversationId', 'kind']);
    expect(stream.raw()).not.toMatch(/Rhabarber|\+?590690/);
  });

  test('ends when its session logs out, and no other does', async () => {
    const [leaving, staying] = [await loggedIn(one), await loggedIn(one)];
    const ending = await listening(one, leaving.cookie());
    const other = await listening(one, staying.cookie());
    const page = await leaving.request('/staff/conversations');
    await leaving.request('/staff/logout', leaving.hiddenFields(page.body));
    await until('the stream has ended', ending.hasEnded);
    expect(other.hasEnded()).toBe(false);
    const again = await openEventStream(`${one.publicUrl}/staff/live`, leaving.cookie());
    streams.push(again);
    expect(again.status).toBe(401);
  });

  test('is refused to whoever is not logged in, and beyond five for one person until one is closed', async () => {
    const nobody = await openEventStream(`${one.publicUrl}/staff/live`, 'comptoir.session_token=forged');
    streams.push(nobody);
    expect(nobody.status).toBe(401);
    const cookie = (await loggedIn(one, { ...STAFF, email: 'boss@shop.example' })).cookie();
    const open: EventStream[] = [];
    for (let count = 0; count < 5; count++) open.push(await listening(one, cookie));
    const sixth = await openEventStream(`${one.publicUrl}/staff/live`, cookie);
    streams.push(sixth);
    expect(sixth.status).toBe(429);
    await open[0]?.close();
    await until('there is room again', async () => {
      const next = await openEventStream(`${one.publicUrl}/staff/live`, cookie);
      streams.push(next);
      return next.status === 200;
    });
  });

  test('comes back after PostgreSQL cut the connection, and pages are told to read again', async () => {
    const stream = await listening(two, (await loggedIn(two)).cookie());
    const before = stream.count('reread');
    const { rowCount } = await database.pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN live'",
    );
    // One for each process, however many streams.
    expect(rowCount).toBe(2);
    await until('it hears again', () => stream.count('reread') > before);
    const number = newNumber();
    await one.customerWrites(number, 'bonjour');
    const id = await conversationOf(number);
    await until('it is heard', () => stream.heard('message_in', id));
  });

  test('of orders tells of each that changed, in every process, and of no conversation', async () => {
    const staff = await loggedIn(two);
    const orders = await openEventStream(`${two.publicUrl}/staff/live?orders`, staff.cookie());
    streams.push(orders);
    await until('it listens', () => orders.count('reread') === 1);
    const conversations = await listening(two, staff.cookie());
    const number = newNumber();
    await one.customerWrites(number, 'bonjour');
    const { id: customerId } = await database.db.customer.findUniqueOrThrow({ where: { channelAddress: number } });
    const location = await database.db.location.create({ data: { code: number, name: 'A', address: 'X', hours: 'X' } });
    const at = new Date();
    const facts = { number, customerId, locationId: location.id, totalMinor: 1, currency: 'EUR', locale: 'fr' };
    const { id } = await database.db.order.create({ data: { ...facts, expiresAt: at, createdAt: at } });
    await until('the new order is heard', () => orders.heard('order', id));
    await database.db.order.update({ where: { id }, data: { status: 'cancelled', closedAt: at } });
    await until('its cancelling is heard', () => orders.count('change') === 2);
    await database.db.order.update({ where: { id }, data: { remindersSent: 1 } });
    await one.customerWrites(number, 'encore');
    await until('the conversation is heard', () => conversations.count('change') > 1);
    expect(orders.count('change')).toBe(2);
    expect(conversations.heard('order')).toBe(false);
  });

  test('that does not read is cut off and holds nobody up', async () => {
    const staff = await loggedIn(one);
    const socket = net.connect(Number(new URL(one.publicUrl).port), '127.0.0.1');
    let isClosed = false;
    socket.on('close', () => {
      isClosed = true;
    });
    socket.on('error', () => {});
    socket.write(`GET /staff/live HTTP/1.1\r\nhost: x\r\ncookie: ${staff.cookie()}\r\n\r\n`);
    await new Promise((resolve) => socket.once('data', resolve));
    socket.pause();
    const reader = await listening(one, staff.cookie());
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
  const number = newNumber();
  await one.customerWrites(number, SECRET_WORDS);
  const id = await conversationOf(number);
  const { customerId } = await database.db.conversation.findUniqueOrThrow({ where: { id } });
  await say(customerId, SECRET_WORDS);
  const staff = await loggedIn(two);
  const page = await staff.request(`/staff/conversations/${id}`);
  await staff.request(`/staff/conversations/${id}/answer`, { ...staff.hiddenFields(page.body), text: SECRET_WORDS });
  const kinds = () => new Set(said.map((each) => /"kind" : "(\w+)"/.exec(each)?.[1]));
  await until('all is told', () => ['message_in', 'message_out', 'conversation'].every((kind) => kinds().has(kind)));
  await listener.end();
  expect(said.join('\n')).not.toMatch(/Rhabarber|590690|Ana/);
  expect(logged.length).toBeGreaterThan(0);
  expect(logged.join('\n')).not.toMatch(/Rhabarber|590690|Ana Test/);
});

test('a shop on another database hears nothing of this one', async () => {
  const elsewhere = await createTestDatabase();
  const heard: unknown[] = [];
  const changes = createLiveChanges(elsewhere.url, () => {});
  changes.subscribe((change) => heard.push(change));
  await until('it listens', () => heard.length === 1);
  await one.customerWrites(newNumber(), 'bonjour');
  await elsewhere.pool.query("SELECT pg_notify('live', 'nothing of ours')");
  const own = { kind: 'status', conversationId: crypto.randomUUID(), at: 'now' };
  await elsewhere.pool.query("SELECT pg_notify('live', $1)", [JSON.stringify(own)]);
  await until('its own is heard', () => heard.length > 1);
  expect(heard).toEqual(['reread', own]);
  await changes.stop();
  await elsewhere.close();
});

test('a hundred messages at once are told in few NOTIFYs; what cannot be told is reported and stops nobody', async () => {
  const number = newNumber();
  await one.customerWrites(number, 'bonjour');
  const { id: customerId } = await database.db.customer.findUniqueOrThrow({ where: { channelAddress: number } });
  const outboundId = await say(customerId, 'bonjour');
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
