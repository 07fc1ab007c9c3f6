import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { FLOOD } from '../../src/domain/flood.ts';
import { receiveMessage } from '../../src/flows/receive-message.ts';
import { sortStoredMessages } from '../../src/flows/sort-inbox.ts';
import { agentNeeds, openPhone, texts } from '../support/conversation.ts';
import { type MessageDesk, openMessageDesk } from '../support/message-desk.ts';

let desk: MessageDesk;
let from: string;
let customers = 0;
let sids = 0;
beforeAll(async () => {
  desk = await openMessageDesk();
});
beforeEach(() => {
  from = `whatsapp:+59069077${String(++customers).padStart(4, '0')}`;
});
afterAll(() => desk.close());

const clockAt = (minutes: number) => ({
  ...desk.needs,
  clock: { now: () => new Date(desk.sandbox.clock.now().getTime() + minutes * 60_000) },
});
/** That many messages one after the other, the business clock that many minutes ahead. */
async function write(count: number, { minutes = 0, body = 'allô ?' } = {}) {
  for (let n = 0; n < count; n++) {
    const fields = { MessageSid: `SMflood${++sids}`, From: from, Body: body, ProfileName: 'Ana' };
    expect(await receiveMessage(clockAt(minutes), fields)).toEqual({ kind: 'stored' });
    await sortStoredMessages(clockAt(minutes));
  }
}
const conversation = () =>
  desk.db.conversation.findFirstOrThrow({ where: { customer: { channelAddress: from } }, include: { customer: true } });
const notices = async () =>
  (
    await desk.db.outboundMessage.findMany({
      where: { customer: { channelAddress: from }, businessKey: { startsWith: 'slowed:' } },
    })
  ).map(({ content }) => (content as { body: string }).body);
const waitsSeconds = async () => (((await conversation()).turnDueAt?.getTime() ?? 0) - Date.now()) / 1000;

test('thirty messages in a minute are still a conversation', async () => {
  await write(FLOOD.messagesPerMinute);
  expect(await waitsSeconds()).toBeLessThan(1);
  expect(await notices()).toEqual([]);
});

test('more are all kept, and answered as one later turn that no further message puts off', async () => {
  await write(FLOOD.messagesPerMinute + 1);
  const { turnDueAt } = await conversation();
  expect(await waitsSeconds()).toBeGreaterThan(50);
  await write(10);
  expect((await conversation()).turnDueAt).toEqual(turnDueAt);

  const ana = openPhone(agentNeeds(desk.database), from);
  expect(await ana.says()).toEqual([{ body: expect.stringContaining('Vos messages') }]);
  await desk.db.conversation.updateMany({ data: { turnDueAt: new Date(0), slowedUntil: new Date(0) } });
  await ana.says();
  const turns = await ana.turns();
  expect(turns.map((turn) => turn.inboundMessages.length)).toEqual([FLOOD.messagesPerMinute + 11]);
  expect((await conversation()).turnDueAt).toBeNull();
});

test('nobody gets a flood back: its end is answered, nothing twice, and a STOP in it is confirmed', async () => {
  await write(FLOOD.messagesPerMinute + 5, { body: 'panier' });
  await write(1, { body: 'STOP' });
  for (let n = 1; n <= 12; n++) await write(1, { body: `${n} pneus de quelle sorte ?` });
  await write(2, { body: 'panier' });
  await desk.db.conversation.updateMany({ data: { turnDueAt: new Date(0), slowedUntil: new Date(0) } });
  const ana = openPhone(agentNeeds(desk.database), from);
  const replies = (await ana.says()).map(({ body }) => body);
  expect(replies.filter((body) => body.includes('panier est vide'))).toHaveLength(1);
  expect(replies).toContain(texts('fr', 'opted_out'));
  expect(replies.length).toBeLessThanOrEqual(FLOOD.answered + 2);
  const waiting = await desk.db.inboundMessage.count({ where: { turnId: null, customer: { channelAddress: from } } });
  expect(waiting).toBe(0);
});

test('one polite notice is sent in an hour, in the customer’s language', async () => {
  await write(FLOOD.messagesPerMinute);
  await desk.db.customer.update({ where: { channelAddress: from }, data: { locale: 'es' } });
  await write(20);
  expect(await notices()).toEqual([texts('es', 'slowed_down')]);
  await desk.db.conversation.updateMany({ data: { slowedUntil: null } });
  await write(FLOOD.messagesPerMinute + 5, { minutes: 50 });
  expect(await notices()).toHaveLength(1);
  await desk.db.conversation.updateMany({ data: { slowedUntil: null } });
  await write(FLOOD.messagesPerMinute + 5, { minutes: 61 });
  expect(await notices()).toHaveLength(2);
});

test('a flood does not hold up anybody else, and ends when it ends', async () => {
  await write(FLOOD.messagesPerMinute + 5);
  const flooding = from;
  from = 'whatsapp:+590690880001';
  await write(1);
  expect(await waitsSeconds()).toBeLessThan(1);
  from = flooding;
  await desk.db.conversation.updateMany({ data: { slowedUntil: new Date(0) } });
  await write(1, { minutes: 2 });
  expect(await waitsSeconds()).toBeLessThan(1);
  expect((await conversation()).slowedUntil).toBeNull();
});

test('a STOP in a flood counts at once', async () => {
  await write(FLOOD.messagesPerMinute + 5);
  await write(1, { body: 'STOP' });
  expect((await conversation()).customer.optedOutAt).not.toBeNull();
});

test('while a person answers, nobody is told that the bot is slow', async () => {
  await write(1);
  await desk.db.conversation.updateMany({
    where: { customer: { channelAddress: from } },
    data: { humanSince: new Date() },
  });
  await write(FLOOD.messagesPerMinute + 5);
  expect(await notices()).toEqual([]);
});
