import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { claimConversation } from '../../src/db/claim-conversation.ts';
import { sortInbox } from '../../src/db/inbox.ts';
import { receiveMessage } from '../../src/flows/receive-message.ts';
import { sortStoredMessages } from '../../src/flows/sort-inbox.ts';
import { type MessageDesk, openMessageDesk } from '../support/message-desk.ts';

let desk: MessageDesk;

beforeAll(async () => {
  desk = await openMessageDesk();
});
afterAll(() => desk.close());

/** Stores what a customer sent, as the webhook does, and sorts it, as the worker does. */
async function receive(fields: Record<string, string>, given = desk.needs) {
  const received = await receiveMessage(given, fields);
  await sortStoredMessages(given);
  return received;
}

describe('an inbound message', () => {
  const fields = (sid: string, from: string) => ({ MessageSid: sid, From: from, Body: 'bonjour', ProfileName: 'Ana' });

  test('fault 31: posted twenty times at once is stored once', async () => {
    const posts = Array.from({ length: 20 }, () => receive(fields('SMtwenty', 'whatsapp:+590690555001')));
    const results = await Promise.all(posts);
    expect(results.filter((result) => result.kind === 'stored')).toHaveLength(1);
    expect(await desk.db.inboundMessage.count({ where: { messageSid: 'SMtwenty' } })).toBe(1);
    expect(await desk.db.customer.count({ where: { phone: '+590690555001' } })).toBe(1);
  });

  test('replayed a day later does not reopen the 24-hour window', async () => {
    await receive(fields('SMreplay', 'whatsapp:+590690555002'));
    const { lastInboundAt } = await desk.db.customer.findFirstOrThrow({ where: { phone: '+590690555002' } });
    const later = { ...desk.needs, clock: { now: () => new Date(Date.now() + 25 * 3600_000) } };
    expect(await receive(fields('SMreplay', 'whatsapp:+590690555002'), later)).toEqual({ kind: 'duplicate' });
    const after = await desk.db.customer.findFirstOrThrow({ where: { phone: '+590690555002' } });
    expect(after.lastInboundAt).toEqual(lastInboundAt);
  });

  test('of one customer, posted by many at once with those of others, stays in the order in which it was stored', async () => {
    const froms = ['whatsapp:+590690555011', 'whatsapp:+590690555012', 'whatsapp:+590690555013'];
    for (let n = 0; n < 30; n++) {
      await receiveMessage(desk.needs, { ...fields(`SMorder${n}`, froms[n % 3] as string), Body: `${n}` });
      // Workers sort while more arrives, several at a time.
      if (n % 7 === 0) await Promise.all([1, 2, 3].map(() => sortStoredMessages(desk.needs)));
    }
    await Promise.all([1, 2, 3].map(() => sortStoredMessages(desk.needs)));
    for (const [index, channelAddress] of froms.entries()) {
      const { inboundMessages, conversation } = await desk.db.customer.findUniqueOrThrow({
        where: { channelAddress },
        include: { inboundMessages: { orderBy: { seq: 'asc' } }, conversation: true },
      });
      expect(inboundMessages.map(({ body }) => Number(body))).toEqual(
        Array.from({ length: 10 }, (_, n) => n * 3 + index),
      );
      expect(inboundMessages.every(({ conversationId }) => conversationId === conversation?.id)).toBe(true);
      expect(conversation?.turnDueAt).not.toBeNull();
    }
  });

  test('is sorted once, however many workers sort at the same moment', async () => {
    for (let n = 0; n < 20; n++)
      await receiveMessage(desk.needs, fields(`SMonce${n}`, `whatsapp:+59069055${5100 + n}`));
    const sorted = await Promise.all([1, 2, 3, 4].map(() => sortInbox(desk.needs.db, desk.needs.optOutKey)));
    expect(sorted.reduce((sum, each) => sum + each.sorted, 0)).toBe(20);
  });

  test('that nobody has sorted yet is found by the next sorter, whatever became of the nudge', async () => {
    await receiveMessage(desk.needs, fields('SMunsorted', 'whatsapp:+590690555014'));
    expect(await desk.db.customer.count({ where: { phone: '+590690555014' } })).toBe(0);
    expect(await sortStoredMessages(desk.needs)).toBe(true);
    expect(await sortStoredMessages(desk.needs)).toBe(false);
    expect(await desk.db.customer.count({ where: { phone: '+590690555014' } })).toBe(1);
  });

  test('waits a moment for the rest of its thought, each part anew; a tap waits for nothing', async () => {
    const from = 'whatsapp:+590690555015';
    const patient = { ...desk.needs, burstWindowMs: 60_000 };
    const due = async () => {
      const { conversation } = await desk.db.customer.findUniqueOrThrow({
        where: { channelAddress: from },
        include: { conversation: true },
      });
      return conversation?.turnDueAt?.getTime() ?? 0;
    };
    const claimed = async () => {
      const customers: string[] = [];
      for (let claim = await claimConversation(desk.needs.db); claim; claim = await claimConversation(desk.needs.db)) {
        customers.push(claim.customerId);
      }
      return (await desk.db.customer.findMany({ where: { id: { in: customers } } })).map((c) => c.channelAddress);
    };
    await receive(fields('SMthought1', from), patient);
    const first = await due();
    expect(first - Date.now()).toBeGreaterThan(50_000);
    await receive(fields('SMthought2', from), patient);
    expect(await due()).toBeGreaterThan(first);
    expect(await claimed()).not.toContain(from);
    await receive({ ...fields('SMtap', from), ButtonPayload: 'cart' }, patient);
    expect(await claimed()).toContain(from);
  });

  test('of a customer without a phone number is kept under its channel address', async () => {
    expect(await receive(fields('SMuser', 'whatsapp:BSUID.77'))).toEqual({ kind: 'stored' });
    const customer = await desk.db.customer.findUniqueOrThrow({
      where: { channelAddress: 'whatsapp:BSUID.77' },
    });
    expect(customer.phone).toBeNull();
  });

  test('of 10,000 characters, with NUL, HTML and SQL in it, is kept as it is', async () => {
    const body = `<b>'; DROP TABLE orders; --\u0000${'x'.repeat(10_000)}`;
    await receive({ ...fields('SMlong', 'whatsapp:+590690555003'), Body: body });
    const stored = await desk.db.inboundMessage.findUniqueOrThrow({ where: { messageSid: 'SMlong' } });
    expect(stored.body).toBe(body.replace('\u0000', ''));
  });

  test.each([
    [{ MessageSid: '', From: 'whatsapp:+590690555004' }],
    [{ MessageSid: 'SM1', From: '+590690555004' }],
    [{ MessageSid: 'SM1', From: 'whatsapp:+1' }],
    [{}],
  ])('without a usable sender or id is refused: %j', async (bad) => {
    expect(await receive(bad)).toMatchObject({ kind: 'unusable' });
  });
});
