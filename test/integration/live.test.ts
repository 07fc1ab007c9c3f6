import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createStatusTeller } from '../../src/db/live-changes.ts';
import { AppError } from '../../src/domain/errors.ts';
import { senderPace } from '../../src/domain/pace.ts';
import { deliverNextMessage } from '../../src/flows/deliver-messages.ts';
import type { Messenger } from '../../src/ports.ts';
import { loadPrompts } from '../../src/prompts.ts';
import { untraced } from '../../src/vendors/tracing.ts';
import type { EventStream } from '../support/event-stream.ts';
import { BOSS, type LiveShop, openLiveShop } from '../support/live-shop.ts';
import { silentLog } from '../support/silent-log.ts';
import { silentMeter } from '../support/silent-meter.ts';
import { until } from '../support/until.ts';

const SECRET_WORDS = 'mon code est Rhabarber';
let shop: LiveShop;
let database: LiveShop['database'];
let one: LiveShop['one'];
let two: LiveShop['two'];
beforeAll(async () => {
  shop = await openLiveShop();
  ({ database, one, two } = shop);
}, 60_000);
afterEach(async () => {
  await shop.closeStreams();
  expect(shop.logged.join('\n')).not.toMatch(/Rhabarber|590690|Ana Test/);
});
afterAll(() => shop.close());

describe('an open stream', () => {
  test('hears in one process what another stored: a message, an answer, its status and who has the conversation', async () => {
    const staff = await shop.loggedIn(two);
    const stream = await shop.listening(two, staff.cookie());
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
    const number = shop.newNumber();
    expect(await one.customerWrites(number, SECRET_WORDS)).toBe(200);
    const id = await shop.conversationOf(number);
    await until('the message is heard', () => stream.heard('message_in', id));
    const { customerId } = await database.db.conversation.findUniqueOrThrow({ where: { id } });
    const outboundId = await shop.say(customerId, SECRET_WORDS);
    await until('the answer is heard', () => stream.heard('message_out', id));
    expect(await one.twilioReports(outboundId, 'delivered')).toBe(200);
    await until('the status is heard', () => stream.heard('status', id));
    const atOne = await shop.loggedIn(one);
    const page = await atOne.request(`/staff/conversations/${id}`);
    await atOne.request(`/staff/conversations/${id}/take-over`, atOne.hiddenFields(page.body));
    await until('the take-over is heard', () => stream.heard('conversation', id));
  });

  test('hears what the badge shows when it changes, whatever page it is for, and for staff what they can see to', async () => {
    const number = shop.newNumber();
    await one.customerWrites(number, 'bonjour');
    const { customerId } = await database.db.conversation.findUniqueOrThrow({
      where: { id: await shop.conversationOf(number) },
    });
    const boss = await shop.loggedIn(two, BOSS);
    const forStaff = await shop.listening(one, (await shop.loggedIn(one)).cookie(), '?orders');
    const forBoss = await shop.listening(two, boss.cookie(), `?conversation=${await shop.conversationOf(number)}`);
    const badgeOf = (stream: EventStream) =>
      stream.events.filter(({ event }) => event === 'badge').at(-1)?.data as unknown as { text: string } | undefined;
    await until('the badge is told first', () => badgeOf(forStaff) && badgeOf(forBoss));
    const before = [badgeOf(forStaff), badgeOf(forBoss)].map((badge) => Number(badge?.text));
    const failed = { status: 'failed', failedAt: new Date() } as const;
    await database.db.outboundMessage.update({ where: { id: await shop.say(customerId, SECRET_WORDS) }, data: failed });
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
    const number = shop.newNumber();
    await one.customerWrites(number, 'bonjour');
    const id = await shop.conversationOf(number);
    const staff = await shop.loggedIn(two);
    const stream = await shop.listening(two, staff.cookie(), '?concerns');
    await one.customerWrites(number, 'encore');
    const { customerId } = await database.db.conversation.findUniqueOrThrow({ where: { id } });
    const outboundId = await shop.say(customerId, SECRET_WORDS);
    const failed = { status: 'failed', failedAt: new Date() } as const;
    await database.db.outboundMessage.update({ where: { id: outboundId }, data: failed });
    await until('the failure is heard', () => stream.heard('concern'));
    const page = await staff.request(`/staff/conversations/${id}`);
    await staff.request(`/staff/conversations/${id}/take-over`, staff.hiddenFields(page.body));
    await until('the take-over is heard', () => stream.heard('conversation', id));
    expect(stream.heard('message_in') || stream.heard('message_out')).toBe(false);
  });

  test('hears of what a worker sent, and of what it could not', async () => {
    const number = shop.newNumber();
    await one.customerWrites(number, 'bonjour');
    const id = await shop.conversationOf(number);
    const { customerId } = await database.db.conversation.findUniqueOrThrow({ where: { id } });
    const stream = await shop.listening(two, (await shop.loggedIn(two)).cookie(), `?conversation=${id}`);
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
      await shop.say(customerId, body);
      await deliverAll();
      await until('the status is heard', () => stream.count('change') >= before + 2);
    }
    expect(stream.events.flatMap(({ event, data }) => (event === 'change' ? [data.kind] : []))).toEqual([
      ...['message_out', 'status', 'message_out', 'status'],
    ]);
  });

  test('hears only its own conversation when it asks for one', async () => {
    const [mine, other] = [shop.newNumber(), shop.newNumber()];
    await one.customerWrites(mine, 'bonjour');
    await one.customerWrites(other, 'bonjour');
    const [myId, otherId] = [await shop.conversationOf(mine), await shop.conversationOf(other)];
    const staff = await shop.loggedIn(two);
    const stream = await shop.listening(two, staff.cookie(), `?conversation=${myId}`);
    await one.customerWrites(other, 'encore');
    await one.customerWrites(mine, 'encore');
    await until('its own is heard', () => stream.heard('message_in', myId));
    expect(stream.heard('message_in', otherId)).toBe(false);
  });

  test('of orders tells of each that changed, in every process, and of no conversation', async () => {
    const staff = await shop.loggedIn(two);
    const orders = await shop.open(two, staff.cookie(), '?orders');
    await until('it listens', () => orders.count('reread') === 1);
    const conversations = await shop.listening(two, staff.cookie());
    const number = shop.newNumber();
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
});
