import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { writeAudit } from '../../src/db/audit.ts';
import { createInboundStore } from '../../src/db/inbox.ts';
import { enqueueMessage, requeueFailedMessages } from '../../src/db/outbox.ts';
import { requeueFailedEvents } from '../../src/db/payment-events.ts';
import { openReview } from '../../src/db/reviews.ts';
import { KEPT_DAYS, type Kept } from '../../src/domain/retention.ts';
import { applyRetention } from '../../src/flows/apply-retention.ts';
import type { Prisma } from '../../src/generated/prisma/client.ts';
import { buildShop } from '../support/catalogue-builder.ts';
import { agentNeeds, OPT_OUT_KEY, openPhone } from '../support/conversation.ts';
import { silentLog } from '../support/silent-log.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { findIn } from '../support/traces.ts';

const DAY_MS = 24 * 3600_000;
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await buildShop(database.db);
  await database.db.stockLevel.updateMany({ data: { onHand: 900 } });
});
afterAll(() => database.close());

/** A part that failed would be logged, and the rest go on. */
const failing = {
  ...silentLog,
  error: (facts: object) => {
    throw new Error(JSON.stringify(facts));
  },
};
/** As it runs `days` after everything here happened. */
const sweep = (days: number) => {
  const clock = { now: () => new Date(Date.now() + days * DAY_MS) };
  return applyRetention({ db: database.db, clock, log: failing, optOutKey: OPT_OUT_KEY });
};
const after = (what: Kept) => KEPT_DAYS[what] + 1;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);
const delivered = () => database.db.outboundMessage.updateMany({ data: { status: 'delivered' } });

/** Who has ordered, and fetched it if told, and said `word` in every place that keeps words. */
async function customerWhoSaid(word: string, { isOver }: { isOver: boolean }) {
  const needs = agentNeeds(database, {
    media: { fetch: async () => ({ bytes: Buffer.from('OggS'), contentType: 'audio/ogg' }) as never },
    transcriber: { transcribe: async () => `bonjour, ${word} tout haut` },
  });
  const ana = openPhone(needs);
  const address = { From: ana.channelAddress, ProfileName: `Ana ${word}` };
  await ana.sends({ ...address, NumMedia: '1', MediaUrl0: `https://media/${word}`, MediaContentType0: 'audio/ogg' });
  for (const Body of [`2 michelin ${word}`, '1 bridgestone 205/55 r16', 'commander', 'oui'])
    await ana.sends({ ...address, Body });
  const [order] = await ana.orders();
  if (!order) throw new Error('no order was made');
  const { db } = database;
  if (isOver)
    for (const status of ['confirmed', 'collected'] as const)
      await db.order.update({ where: { id: order.id }, data: { status } });
  const { id: customerId, conversation } = await ana.customer();
  const conversationId = conversation?.id ?? '';
  await enqueueMessage(db, {
    ...{ businessKey: `ready:${order.id}`, customerId, orderId: order.id, at: new Date() },
    content: { body: `Bonjour ${word}` },
  });
  await db.conversationTurn.updateMany({
    where: { conversationId },
    data: { toolCalls: [{ name: 'search_products', arguments: word, outcome: '' }], error: word },
  });
  await db.conversation.update({ where: { id: conversationId }, data: { summary: { word } } });
  await delivered();
  return { ana, order, customerId, conversationId };
}
const placesOf = async (word: string) => (await findIn(database.db, [word])).map((found) => found.split(':')[0]).sort();
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
  const { conversationId, order } = await customerWhoSaid('marqueur1', { isOver: true });
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
  const { ana, conversationId } = await customerWhoSaid('marqueur2', { isOver: true });
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
])('%s keeps all that was said, and the customer, however old', async (_, open) => {
  const word = `ouvert${randomUUID().slice(0, 8)}`;
  const made = await customerWhoSaid(word, { isOver: false });
  await setStatus(made.order.id, 'confirmed');
  await setStatus(made.order.id, 'collected');
  await open(made);
  const stay = await placesOf(word);
  await sweep(after('silentCustomers'));
  expect(await placesOf(word)).toEqual(stay);
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
  const gone = await customerWhoSaid('marqueur6', { isOver: true });
  await gone.ana.says('STOP');
  const [wrote, bought] = [
    await customerWhoSaid('marqueur7', { isOver: true }),
    await customerWhoSaid('marqueur8', { isOver: true }),
  ];
  await delivered();
  const note = { actor: 'staff:1', action: 'order.noted', subject: `order:${gone.order.id}`, at: new Date() } as const;
  await writeAudit(db, { ...note, details: { note: 'marqueur6 passe samedi' } });
  const later = new Date(Date.now() + 30 * DAY_MS);
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

const eventOf = (id: string, more: Partial<Prisma.PaymentEventUncheckedCreateInput> = {}) => ({
  ...{ stripeEventId: id, type: 'checkout.session.completed', livemode: false, outcome: 'handled' as const },
  ...{ happenedAt: new Date(), receivedAt: new Date() },
  payload: {
    id,
    type: 'x',
    data: { object: { id: `cs_${id}`, object: 'checkout.session', customer_email: 'marqueur9@x.fr' } },
  },
  ...more,
});

test('Stripe’s events lose what they said but for what they are about; one that failed, or is in dispute, stays whole', async () => {
  const { db } = database;
  const { order } = await customerWhoSaid('marqueurA', { isOver: true });
  await db.order.update({ where: { id: order.id }, data: { disputedAt: new Date() } });
  await db.paymentEvent.createMany({
    data: [
      ...[
        eventOf('evt_done'),
        eventOf('evt_foreign', { outcome: 'foreign' }),
        eventOf('evt_failed', { outcome: 'failed' }),
      ],
      ...[eventOf('evt_waits', { outcome: 'received' }), eventOf('evt_disputed', { orderId: order.id })],
    ],
  });
  await sweep(KEPT_DAYS.stripeBodies - 1);
  expect(await db.paymentEvent.count({ where: { emptiedAt: null } })).toBe(5);
  await sweep(after('stripeBodies'));
  const whole = await db.paymentEvent.findMany({ where: { emptiedAt: null }, orderBy: { seq: 'asc' } });
  expect(whole.map(({ stripeEventId }) => stripeEventId)).toEqual(['evt_failed', 'evt_waits', 'evt_disputed']);
  const done = await db.paymentEvent.findUniqueOrThrow({ where: { stripeEventId: 'evt_done' } });
  expect(done.payload).toEqual({
    ...{ id: 'evt_done', type: 'x' },
    data: { object: { id: 'cs_evt_done', object: 'checkout.session' } },
  });
  await expect(db.paymentEvent.update({ where: { stripeEventId: 'evt_done' }, data: { payload: {} } })).rejects.toThrow(
    /kept as it came/,
  );
  const replayed = await requeueFailedEvents(db, { foreign: true });
  expect(replayed.map(({ stripeEventId }) => stripeEventId)).toEqual(['evt_failed']);
  await db.paymentEvent.deleteMany();
});

test('mails that left lose their address, notices a name, log-ins and codes go, and of the log what is no order’s', async () => {
  const { db } = database;
  const order = await db.order.findFirstOrThrow();
  const mail = (key: string, status: 'sent' | 'queued') => ({
    ...{ businessKey: key, channel: 'email' as const, orderId: order.id, status, createdAt: new Date() },
    content: { to: 'customer', email: 'marqueurB@x.fr', kind: 'receipt' },
  });
  const notice = { kind: 'human_called', values: { firstName: 'marqueurB', conversationId: 'c' } };
  await db.notification.createMany({
    data: [
      ...[mail('receipt:1', 'sent'), mail('receipt:2', 'queued')],
      { ...mail('human:1', 'sent'), channel: 'slack' as const, content: { to: 'team', notice } },
    ],
  });
  await db.staffMember.create({ data: { id: 'rose', name: 'Rose', email: 'rose@x.fr' } });
  await db.staffMember.create({ data: { id: 'left', name: 'Luc', email: 'marqueurB2@x.fr', removedAt: new Date() } });
  const [over, good] = [new Date(), new Date(Date.now() + 4000 * DAY_MS)];
  for (const [id, expiresAt] of [
    ['over', over],
    ['good', good],
  ] as const) {
    await db.staffSession.create({ data: { id, token: id, userId: 'rose', expiresAt, ipAddress: 'marqueurB' } });
    await db.staffVerification.create({ data: { id, identifier: 'marqueurB', value: id, expiresAt } });
    const link = { email: 'marqueurB@x.fr', name: 'B', role: 'staff', purpose: 'invite' as const, createdAt: over };
    await db.staffLink.create({ data: { tokenHash: id, ...link, expiresAt } });
    const file = { fileName: 'f.csv', bytes: Buffer.from('x'), startedBy: 'staff:rose', createdAt: over };
    if (id === 'over') await db.catalogueImport.create({ data: { ...file, status: 'ready' } });
    await db.staffRateLimit.create({
      data: { id, key: `${id} marqueurB`, count: 1, lastRequest: expiresAt.getTime() },
    });
  }
  await db.sendPace.createMany({
    data: [
      { key: randomUUID(), pacedUntil: daysAgo(2) },
      { key: 'sender', pacedUntil: daysAgo(2) },
    ].map((row) => row),
    skipDuplicates: true,
  });
  await db.$executeRaw`INSERT INTO agenda_jobs (name, type, data, created_at) VALUES ('remind-unpaid', 'normal', '{"orderId": "x"}', now()),
    ('count-numbers', 'single', '{}', now())`;
  const at = new Date();
  await writeAudit(db, {
    actor: 'staff:rose',
    action: 'staff.renamed',
    subject: 'staff:rose',
    details: { to: 'marqueurB' },
    at,
  });
  await writeAudit(db, { actor: 'staff:rose', action: 'order.ready', subject: `order:${order.id}`, at });

  await sweep(after('leftovers'));
  expect(await db.staffSession.findMany({ select: { id: true } })).toEqual([{ id: 'good' }]);
  expect(await db.staffVerification.findMany({ select: { id: true } })).toEqual([{ id: 'good' }]);
  expect(await db.staffLink.findMany({ select: { tokenHash: true } })).toEqual([{ tokenHash: 'good' }]);
  expect(await db.staffRateLimit.findMany({ select: { id: true } })).toEqual([{ id: 'good' }]);
  expect(await db.catalogueImport.findMany()).toMatchObject([{ status: 'cancelled', bytes: new Uint8Array() }]);
  expect(await db.sendPace.count({ where: { pacedUntil: { lt: daysAgo(1) } } })).toBe(1);
  const jobs = await db.$queryRaw<{ name: string }[]>`SELECT name FROM agenda_jobs`;
  expect(jobs).toEqual([{ name: 'count-numbers' }]);

  await sweep(after('words'));
  const contents = await db.notification.findMany({
    orderBy: { businessKey: 'asc' },
    select: { businessKey: true, content: true },
  });
  expect(contents).toMatchObject([
    { businessKey: 'human:1', content: { notice: { values: { conversationId: 'c' } } } },
    { businessKey: 'receipt:1', content: { email: '' } },
    // It waits: it is still to be sent.
    { businessKey: 'receipt:2', content: { email: 'marqueurB@x.fr' } },
  ]);
  expect(JSON.stringify(contents[0])).not.toContain('marqueurB');
  expect(await db.auditEntry.count({ where: { action: 'staff.renamed' } })).toBe(1);
  expect(await placesOf('marqueurB2')).toEqual(['staff_members.email']);
  await sweep(after('staffDeeds'));
  expect(await db.staffMember.findMany({ orderBy: { id: 'asc' }, select: { email: true, name: true } })).toEqual([
    { email: 'removed:left', name: 'Luc' },
    { email: 'rose@x.fr', name: 'Rose' },
  ]);
  expect(await db.auditEntry.count({ where: { action: 'staff.renamed' } })).toBe(0);
  expect(await db.auditEntry.count({ where: { action: 'order.ready' } })).toBe(1);
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
