import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { writeAudit } from '../../src/db/audit.ts';
import { createInboundStore } from '../../src/db/inbox.ts';
import { enqueueMessage, requeueFailedMessages } from '../../src/db/outbox.ts';
import { openReview } from '../../src/db/reviews.ts';
import { silentCustomers } from '../../src/db/silent-customers.ts';
import { KEPT_DAYS } from '../../src/domain/retention.ts';
import { buildShop } from '../support/catalogue-builder.ts';
import { customerWhoSaid } from '../support/customer-who-said.ts';
import { after, daysAgo, sweepAfter } from '../support/retention-sweep.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { findIn } from '../support/traces.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await buildShop(database.db);
  await database.db.stockLevel.updateMany({ data: { onHand: 900 } });
});
afterAll(() => database.close());

const sweep = (days: number) => sweepAfter(database, days);
const placesOf = async (word: string) => (await findIn(database.db, [word])).map((found) => found.split(':')[0]).sort();
const delivered = () => database.db.outboundMessage.updateMany({ data: { status: 'delivered' } });
const WORDS_STAND_IN = [
  ...['conversation_turns.error', 'conversation_turns.tool_calls', 'conversations.summary', 'customers.profile_name'],
  ...[
    'inbound_messages.body',
    'inbound_messages.fields',
    'inbound_messages.profile_name',
    'inbound_messages.transcript',
  ],
  'outbound_messages.content',
];

test('after 90 days what Twilio sent is gone, after a year what was said; rows, keys and times stay, and nothing comes twice', async () => {
  const { conversationId, order } = await customerWhoSaid(database, 'marqueur1', { isOver: true });
  const { db } = database;
  const keys = async () => ({
    heard: await db.inboundMessage.findMany({
      where: { conversationId },
      select: { messageSid: true, receivedAt: true, kind: true, turnId: true },
      orderBy: { seq: 'asc' },
    }),
    said: await db.outboundMessage.findMany({
      where: { conversationId },
      select: { businessKey: true, status: true, createdAt: true },
      orderBy: { seq: 'asc' },
    }),
    turns: await db.conversationTurn.findMany({
      where: { conversationId },
      select: { answeredBy: true, inputTokens: true, startedAt: true },
      orderBy: { startedAt: 'asc' },
    }),
  });
  const before = await keys();
  await sweep(KEPT_DAYS.rawMessages - 1);
  expect(await placesOf('marqueur1')).toEqual(WORDS_STAND_IN);
  await sweep(after('rawMessages'));
  expect(await placesOf('marqueur1')).toEqual(WORDS_STAND_IN.filter((place) => place !== 'inbound_messages.fields'));
  const [voice] = await db.inboundMessage.findMany({ where: { conversationId }, orderBy: { seq: 'asc' } });
  // That it was a voice note is still shown to staff.
  expect(voice).toMatchObject({ kind: 'media', fields: { MediaContentType0: 'audio/ogg' } });

  await sweep(KEPT_DAYS.words - 1);
  expect(await placesOf('marqueur1')).toHaveLength(WORDS_STAND_IN.length - 1);
  await sweep(after('words'));
  expect(await placesOf('marqueur1')).toEqual(['customers.profile_name']);
  expect(await keys()).toEqual(before);

  const again = { messageSid: before.heard[1]?.messageSid ?? '', channelAddress: 'whatsapp:+1', phone: null };
  const words = { profileName: null, kind: 'text' as const, body: 'x', payload: null, fields: {} };
  const at = { receivedAt: new Date(), optsOut: false, burstWindowMs: 0 };
  expect(await createInboundStore(database.pool)({ ...again, ...words, ...at })).toBe('duplicate');
  const { customerId } = await db.order.findUniqueOrThrow({ where: { id: order.id } });
  const message = { businessKey: `ready:${order.id}`, customerId, orderId: order.id, content: { body: 'x' } };
  expect(await enqueueMessage(db, { ...message, at: new Date() })).toBe(false);
  await db.outboundMessage.updateMany({ where: { orderId: order.id }, data: { status: 'failed' } });
  expect(await requeueFailedMessages(db, { decidedSince: new Date(0) })).toEqual([]);
  await delivered();
});

test('who goes on talking keeps what is younger than a year, and is looked at again when that is due', async () => {
  const { ana, conversationId } = await customerWhoSaid(database, 'marqueur2', { isOver: true });
  const { db } = database;
  const old = { receivedAt: daysAgo(200) };
  await db.inboundMessage.updateMany({ where: { conversationId }, data: old });
  await db.outboundMessage.updateMany({ where: { conversationId }, data: { createdAt: daysAgo(200) } });
  await db.conversationTurn.updateMany({ where: { conversationId }, data: { startedAt: daysAgo(200) } });
  await db.conversation.update({ where: { id: conversationId }, data: { createdAt: daysAgo(200) } });
  await ana.says('marqueur3, merci');
  await db.conversation.update({ where: { id: conversationId }, data: { summary: { word: 'marqueur2' } } });
  await delivered();
  await sweep(KEPT_DAYS.words - 100);
  // Of who is there, what was summed up of earlier talks is kept for the next one.
  expect(await placesOf('marqueur2')).toEqual(['conversations.summary']);
  expect(await placesOf('marqueur3')).toContain('inbound_messages.body');
  const since = (await db.conversation.findUniqueOrThrow({ where: { id: conversationId } })).wordsKeptSince;
  expect(since && Math.abs(since.getTime() - Date.now())).toBeLessThan(60_000);
  await sweep(after('words'));
  expect(await placesOf('marqueur3')).toEqual([]);
});

test.each<[string, (made: Awaited<ReturnType<typeof customerWhoSaid>>) => Promise<unknown>]>([
  ['an order that waits for its pickup', ({ order }) => setStatus(order.id, 'ready')],
  ['a dispute', ({ order }) => database.db.order.update({ where: { id: order.id }, data: { disputedAt: new Date() } })],
  [
    'a review',
    ({ order }) =>
      database.db.$transaction((tx) =>
        openReview(tx, {
          orderId: order.id,
          paymentId: null,
          reason: 'amount_differs',
          key: order.id,
          at: new Date(),
        }),
      ),
  ],
  ['a message that is not answered', ({ ana }) => ana.receive('allô ?')],
  [
    'a message that has not left',
    ({ conversationId }) =>
      database.db.outboundMessage.updateMany({ where: { conversationId }, data: { status: 'queued' } }),
  ],
])('%s keeps all that was said, and the customer, however old, who takes no run its time', async (_, open) => {
  const word = `ouvert${randomUUID().slice(0, 8)}`;
  const made = await customerWhoSaid(database, word, { isOver: false });
  await setStatus(made.order.id, 'confirmed');
  await setStatus(made.order.id, 'collected');
  await open(made);
  const stay = await placesOf(word);
  await sweep(after('silentCustomers'));
  expect(await placesOf(word)).toEqual(stay);
  const lookedAt = await silentCustomers(database.db, daysAgo(-1));
  expect(lookedAt.map(({ customerId }) => customerId)).not.toContain(made.customerId);
});

/** Past the table of what may follow what: here only what it is counts. */
async function setStatus(orderId: string, status: string): Promise<void> {
  await database.db.$transaction([
    database.db.$executeRaw`SET LOCAL session_replication_role = replica`,
    database.db.$executeRaw`UPDATE orders SET status = ${status}::"OrderStatus" WHERE id = ${orderId}::uuid`,
  ]);
}

test('who was silent for three years is forgotten, once, as if they had asked; a STOP stays; who wrote or bought since is known', async () => {
  const { db } = database;
  const gone = await customerWhoSaid(database, 'marqueur6', { isOver: true });
  await gone.ana.says('STOP');
  const [wrote, bought] = [
    await customerWhoSaid(database, 'marqueur7', { isOver: true }),
    await customerWhoSaid(database, 'marqueur8', { isOver: true }),
  ];
  await delivered();
  const note = { actor: 'staff:1', action: 'order.noted', subject: `order:${gone.order.id}`, at: new Date() } as const;
  await writeAudit(db, { ...note, details: { note: 'marqueur6 passe samedi' } });
  const later = daysAgo(-30);
  await db.customer.update({ where: { id: wrote.customerId }, data: { lastInboundAt: later } });
  await db.order.update({ where: { id: bought.order.id }, data: { closedAt: later } });
  await sweep(KEPT_DAYS.silentCustomers - 1);
  const known = {
    id: { in: [gone, wrote, bought].map((one) => one.customerId) },
    profileName: { not: null },
  };
  expect(await db.customer.count({ where: known })).toBe(3);

  await Promise.all([sweep(after('silentCustomers')), sweep(after('silentCustomers'))]);
  const entries = await db.auditEntry.findMany({
    where: {
      action: 'customer.forgotten',
      subject: { in: [gone, wrote, bought].map((one) => `customer:${one.customerId}`) },
    },
  });
  expect(entries).toMatchObject([{ actor: 'system', subject: `customer:${gone.customerId}` }]);
  expect(await placesOf('marqueur6')).toEqual([]);
  expect(await placesOf(gone.ana.channelAddress)).toEqual([]);
  expect(await placesOf('marqueur7')).toEqual(['customers.profile_name']);
  expect(await placesOf('marqueur8')).toEqual(['customers.profile_name']);
  expect(await db.forgottenOptOut.count()).toBe(1);
  // The books stay as they were.
  const kept = await db.order.findUniqueOrThrow({
    where: { id: gone.order.id },
    include: { items: true, attempts: true },
  });
  expect(kept).toMatchObject({ number: gone.order.number, totalMinor: 10490, items: [{ quantity: 1 }] });
  expect(kept.attempts).toHaveLength(1);
});

test('more conversations than fit a batch are all walked in one run, by two runs at once as well, and then left alone', async () => {
  const { db } = database;
  const rows = await db.$queryRaw<{ n: bigint }[]>`
    WITH c AS (INSERT INTO customers (channel_address, created_at, last_inbound_at)
      SELECT 'whatsapp:+1555' || n, now() - interval '2 years', now() - interval '2 years' FROM generate_series(1, 250) n RETURNING id),
    v AS (INSERT INTO conversations (customer_id, created_at) SELECT id, now() - interval '2 years' FROM c RETURNING id, customer_id),
    t AS (INSERT INTO conversation_turns (conversation_id, answered_by, started_at, finished_at)
      SELECT id, 'model', now() - interval '2 years', now() FROM v RETURNING id, conversation_id),
    m AS (INSERT INTO inbound_messages (message_sid, channel_address, customer_id, conversation_id, turn_id, kind, body, fields, received_at)
      SELECT 'SMbulk' || gen_random_uuid(), 'x', v.customer_id, v.id, t.id, 'text', 'enmasse', '{"Body": "enmasse"}', now() - interval '2 years'
      FROM v JOIN t ON t.conversation_id = v.id, generate_series(1, 20) RETURNING 1)
    SELECT count(*) AS n FROM m`;
  expect(rows[0]?.n).toBe(5000n);
  await Promise.all([sweep(0), sweep(0)]);
  expect(await findIn(db, ['enmasse'])).toEqual([]);
  // Nobody is looked at again before there is something to find.
  const due = await db.$queryRaw<unknown[]>`
    SELECT 1 FROM conversations v JOIN customers c ON c.id = v.customer_id
    WHERE c.channel_address LIKE 'whatsapp:+1555%' AND v.words_kept_since < now() - interval '1 minute'`;
  expect(due).toEqual([]);
  expect(await sweep(0)).toEqual({ processed: 0 });
});
