import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { writeAudit } from '../../src/db/audit.ts';
import { findPaymentEvent, requeueFailedEvents, settleFailedEvent } from '../../src/db/payment-events.ts';
import { KEPT_DAYS } from '../../src/domain/retention.ts';
import type { Prisma } from '../../src/generated/prisma/client.ts';
import { buildShop } from '../support/catalogue-builder.ts';
import { customerWhoSaid } from '../support/customer-who-said.ts';
import { after, daysAgo, sweepAfter } from '../support/retention-sweep.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { findIn } from '../support/traces.ts';

// What is kept of people beside their conversation: Stripe's events, mails, notices, log-ins, the log of deeds.

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await buildShop(database.db);
});
afterAll(() => database.close());

const sweep = (days: number) => sweepAfter(database, days);
const placesOf = async (word: string) => (await findIn(database.db, [word])).map((found) => found.split(':')[0]).sort();

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
  const { order } = await customerWhoSaid(database, 'marqueurA', { isOver: true });
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

test('one that failed and was seen to loses what it said, and what its last try met, and is not replayed after', async () => {
  const { db } = database;
  const failed = { outcome: 'failed' as const, lastError: 'nothing of marqueur9 at Stripe' };
  const { id } = await db.paymentEvent.create({ data: eventOf('evt_hopeless', failed) });
  await sweep(after('stripeBodies'));
  expect(await placesOf('marqueur9')).toEqual(['payment_events.last_error', 'payment_events.payload']);
  expect(await db.$transaction((tx) => settleFailedEvent(tx, { id, at: new Date() }))).toMatchObject({ id });
  expect(await findPaymentEvent(db, id)).toMatchObject({ mayReplay: true });
  await sweep(after('stripeBodies'));
  expect(await placesOf('marqueur9')).toEqual([]);
  expect(await findPaymentEvent(db, id)).toMatchObject({ reason: 'seen to by a manager', mayReplay: false });
  expect(await requeueFailedEvents(db, { foreign: true, stripeEventIds: ['evt_hopeless'] })).toEqual([]);
  await db.paymentEvent.deleteMany();
});

/** A mail and a notice that left, and a mail that waits. */
async function writeNotices({ db }: TestDatabase, orderId: string) {
  const mail = (key: string, status: 'sent' | 'queued') => ({
    ...{ businessKey: key, channel: 'email' as const, orderId, status, createdAt: new Date() },
    content: { to: 'customer', email: 'marqueurB@x.fr', kind: 'receipt' },
  });
  const notice = { kind: 'human_called', values: { firstName: 'marqueurB', conversationId: 'c' } };
  await db.notification.createMany({
    data: [
      ...[mail('receipt:1', 'sent'), mail('receipt:2', 'queued')],
      { ...mail('human:1', 'sent'), channel: 'slack' as const, content: { to: 'team', notice } },
      {
        ...mail('account:1', 'sent'),
        orderId: null,
        content: { to: 'staff', staffId: 'rose', kind: 'password_changed' },
      },
    ],
  });
}

/** Who works here and who has left; sessions, codes, links, files and tries: one that is over, one that is good. */
async function writeLogIns({ db }: TestDatabase) {
  await db.staffMember.create({ data: { id: 'rose', name: 'Rose', email: 'rose@x.fr' } });
  await db.staffMember.create({ data: { id: 'left', name: 'Luc', email: 'marqueurB2@x.fr', removedAt: new Date() } });
  const [over, good] = [new Date(), daysAgo(-4000)];
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
}

/** Paces, jobs of the clock and deeds: of each what no order needs, and one more. */
async function writeLeftovers({ db }: TestDatabase, orderId: string) {
  await db.sendPace.createMany({
    data: [
      { key: randomUUID(), pacedUntil: daysAgo(2) },
      { key: 'sender', pacedUntil: daysAgo(2) },
    ],
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
  await writeAudit(db, { actor: 'staff:rose', action: 'order.ready', subject: `order:${orderId}`, at });
}

test('mails that left lose their address, notices a name, log-ins and codes go, and of the log what is no order’s', async () => {
  const { db } = database;
  const order = await db.order.findFirstOrThrow();
  await writeNotices(database, order.id);
  await writeLogIns(database);
  await writeLeftovers(database, order.id);

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
  expect(contents.shift()?.content).toEqual({ to: 'staff', kind: 'password_changed' });
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
