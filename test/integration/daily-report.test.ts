import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { addSpending } from '../../src/db/model-spending.ts';
import { notifyTeam } from '../../src/db/notifications.ts';
import type { DailyReport } from '../../src/domain/daily-report.ts';
import type { TeamNotice } from '../../src/domain/notification.ts';
import { deliverNextNotification } from '../../src/flows/deliver-notifications.ts';
import { reportDay } from '../../src/flows/report-day.ts';
import { loadPrompts } from '../../src/prompts.ts';
import { untraced } from '../../src/vendors/tracing.ts';
import { type History, openHistory } from '../support/number-history.ts';
import { silentLog } from '../support/silent-log.ts';
import { silentMeter } from '../support/silent-meter.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

// A shop in Paris on the morning after 25 October 2026, a Sunday of 25 hours: 24 October 22:00 to 25 October 23:00 UTC.

const timezone = 'Europe/Paris';
const SUNDAY = '2026-10-25';
const MONDAY_8 = '2026-10-26T07:00:00Z';
let database: TestDatabase;
let history: History;

const needs = (now: string) => ({
  ...{ db: database.db, clock: { now: () => new Date(now) }, timezone, log: silentLog, tracer: untraced },
  modelTerms: { shopDailyMicroUsd: null },
});
const run = (now: string) => reportDay(needs(now));
/** The days before Sunday are told of. */
const BEFORE = ['2026-10-23', '2026-10-24'];
const noteTold = (days: readonly string[]) =>
  Promise.all(
    days.map((day) => {
      const notice = { kind: 'daily_report', values: { day } } as const;
      return notifyTeam(database.db, { ...notice, key: `daily-report:${day}`, at: new Date(MONDAY_8) });
    }),
  );
const told = async () => {
  const ofBefore = BEFORE.flatMap((day) => ['slack', 'email'].map((channel) => `daily-report:${day}:${channel}`));
  const rows = await database.db.notification.findMany({
    where: { businessKey: { notIn: ofBefore } },
    orderBy: { channel: 'asc' },
  });
  return rows.map(({ businessKey, content }) => ({
    key: businessKey,
    notice: (content as { notice: TeamNotice }).notice,
  }));
};

beforeAll(async () => {
  database = await createTestDatabase();
  history = await openHistory(database.pool);
  await writeSunday();
});
beforeEach(async () => {
  await database.db.notification.deleteMany();
  await noteTold(BEFORE);
});
afterAll(() => database.close());

async function writes(customer: string, receivedAt: string) {
  const { id, conversation } = await database.db.customer.findUniqueOrThrow({
    where: { channelAddress: `whatsapp:${customer}` },
    include: { conversation: true },
  });
  const sid = randomUUID().replaceAll('-', '');
  const data = {
    messageSid: `SM${sid}`,
    channelAddress: `whatsapp:${customer}`,
    kind: 'text',
    body: 'Bonjour',
  } as const;
  const of = { customerId: id, conversationId: conversation?.id ?? null };
  await database.db.inboundMessage.create({ data: { ...data, ...of, fields: {}, receivedAt: new Date(receivedAt) } });
}

async function writeSunday() {
  const { order } = history;
  // In the day's first and last minute, and in the minutes beside it.
  await order({ customer: 'anna', placedAt: '2026-10-24T21:59:30Z', status: 'pending_payment' });
  const first = '2026-10-24T22:00:30Z';
  await order({ customer: 'ben', placedAt: first, status: 'collected', paid: [{ at: '2026-10-25T09:00:00Z' }] });
  await order({ customer: 'cleo', placedAt: '2026-10-25T22:59:30Z', status: 'pending_payment' });
  await order({ customer: 'dan', placedAt: '2026-10-25T12:00:00Z', status: 'cancelled' });
  await order({ customer: 'eve', placedAt: '2026-10-25T23:00:30Z', status: 'pending_payment' });
  // Its link ended at noon on Sunday.
  await order({ customer: 'finn', placedAt: '2026-10-24T12:00:00Z', status: 'expired' });
  const payment = await database.db.payment.findFirstOrThrow();
  const refund = {
    paymentId: payment.id,
    amountMinor: 1000,
    currency: 'EUR',
    createdAt: new Date('2026-10-25T10:00:00Z'),
  };
  await database.db.refund.create({ data: { ...refund, status: 'requested' } });
  await database.db.refund.create({ data: { ...refund, status: 'failed' } });
  for (const at of [first, '2026-10-25T10:00:00Z']) await writes('ben', at);
  await writes('cleo', '2026-10-25T22:59:00Z');
  await writes('anna', '2026-10-24T21:59:00Z');
  const usage = { inputTokens: 900, cachedInputTokens: 0, outputTokens: 80 };
  const { id } = await database.db.customer.findUniqueOrThrow({ where: { channelAddress: 'whatsapp:cleo' } });
  await addSpending(database.db, { day: SUNDAY, customerId: id }, { usage, microUsd: 421_000 });
  await database.db.conversation.update({
    where: { customerId: id },
    data: { humanSince: new Date('2026-10-25T22:59:00Z') },
  });
  await database.db.customer.update({ where: { id }, data: { lastInboundAt: new Date('2026-10-25T22:59:00Z') } });
}

test('on the first run from 8:00 on the team is told what the day before came to, by Slack and mail', async () => {
  expect(await run('2026-10-26T06:59:59Z')).toEqual({ processed: 0 });
  expect(await told()).toEqual([]);
  expect(await run(MONDAY_8)).toEqual({ processed: 1 });
  const report: DailyReport = {
    ...{ placed: 3, paid: 1, unpaid: 1, cancelled: 1, expired: 1 },
    ...{ sales: [{ amountMinor: 3000, currency: 'EUR' }], refunded: [{ amountMinor: 1000, currency: 'EUR' }] },
    ...{ conversations: 2, waiting: 1, needs: expect.any(Number) as unknown as number },
    ...{ modelCalls: 1, modelMicroUsd: 421_000 },
  };
  const notice = { kind: 'daily_report', values: { day: SUNDAY }, report };
  expect((await told()).map(({ key }) => key).sort()).toEqual([
    `daily-report:${SUNDAY}:email`,
    `daily-report:${SUNDAY}:slack`,
  ]);
  for (const each of await told()) expect(each.notice).toEqual(notice);
});

test('a day is told once, by workers at once, whose clocks differ by five minutes, and however late a worker comes', async () => {
  const times = ['2026-10-26T06:55:00Z', MONDAY_8, '2026-10-26T07:05:00Z', '2026-10-26T07:00:30Z'];
  const runs = await Promise.all(times.map(run));
  expect(runs.reduce((sum, { processed }) => sum + processed, 0)).toBe(1);
  for (const late of ['2026-10-26T07:00:00Z', '2026-10-26T07:05:00Z', '2026-10-26T22:59:00Z', '2026-10-26T23:01:00Z']) {
    expect(await run(late)).toEqual({ processed: 0 });
  }
  expect(await told()).toHaveLength(2);
});

test('a shop that was asleep in the morning reads of yesterday when it wakes', async () => {
  expect(await run('2026-10-26T20:00:00Z')).toEqual({ processed: 1 });
});

test('of a day on which nothing happened nothing is told', async () => {
  expect(await run('2026-10-20T10:00:00Z')).toEqual({ processed: 0 });
  expect(await told()).toEqual([]);
});

test('a single order is enough to be told of', async () => {
  // Eve's order and nothing else is Monday's.
  await noteTold([SUNDAY]);
  expect(await run('2026-10-27T10:00:00Z')).toEqual({ processed: 1 });
  const monday = (await told()).filter(({ key }) => key.includes('2026-10-26'));
  expect(monday[0]?.notice.report).toMatchObject({ placed: 1, conversations: 0, sales: [] });
});

const daysTold = async () => [...new Set((await told()).map(({ key }) => key.split(':')[1]))].sort();

test('what was not told while no worker ran is told afterwards: one day a run, the oldest first, each once', async () => {
  // Down from Monday 7:55 to Tuesday 8:05: Sunday would have been told on Monday.
  expect(await run('2026-10-26T06:55:00Z')).toEqual({ processed: 0 });
  const back = ['2026-10-27T07:05:00Z', '2026-10-27T07:10:00Z', '2026-10-27T07:15:00Z', '2026-10-28T07:05:00Z'];
  const afterEach = [];
  for (const at of back) afterEach.push({ ...(await run(at)), days: await daysTold() });
  const both = [SUNDAY, '2026-10-26'];
  expect(afterEach).toEqual([
    { processed: 1, days: [SUNDAY] },
    { processed: 1, days: both },
    { processed: 0, days: both },
    { processed: 0, days: both },
  ]);
  expect((await told()).find(({ key }) => key.includes(SUNDAY))?.notice.report).toMatchObject({ placed: 3, paid: 1 });
});

test('two schedulers at once catch up as one does: no day twice, none left out', async () => {
  for (const at of ['2026-10-27T07:05:00Z', '2026-10-27T07:10:00Z', '2026-10-27T07:15:00Z']) {
    await Promise.all([run(at), run(at)]);
  }
  expect(await daysTold()).toEqual([SUNDAY, '2026-10-26']);
  expect(await told()).toHaveLength(4);
});

test('a day is told up to three days later, with none in between, and then no more', async () => {
  await noteTold(['2026-10-26']);
  expect(await run('2026-10-28T12:00:00Z')).toEqual({ processed: 1 });
  expect(await daysTold()).toEqual([SUNDAY, '2026-10-26']);
  await database.db.notification.deleteMany();
  await noteTold(['2026-10-26']);
  expect(await run('2026-10-29T12:00:00Z')).toEqual({ processed: 0 });
});

test('a new shop, that was told of nothing yet, reads of no day before it existed', async () => {
  await database.db.notification.deleteMany();
  // Its first order was on Saturday.
  const first = ['2026-10-25T07:00:00Z', '2026-10-25T07:05:00Z', '2026-10-25T07:10:00Z'];
  const processed = [];
  for (const at of first) processed.push((await run(at)).processed);
  expect(processed).toEqual([1, 0, 0]);
  const rows = await database.db.notification.findMany({ where: { channel: 'slack' } });
  expect(rows.map(({ businessKey }) => businessKey)).toEqual(['daily-report:2026-10-24:slack']);
});

test('it is read in the shop’s language, with a link to what needs somebody', async () => {
  await database.db.notification.updateMany({ data: { status: 'sent' } });
  await run(MONDAY_8);
  const posted: { title: string; text: string }[] = [];
  const more = {
    mailer: null,
    meter: silentMeter,
    tracer: untraced,
    teamTexts: loadPrompts().teamTexts,
    publicUrl: 'https://shop.example',
  };
  const teamChat = { post: async (words: { title: string; text: string }) => void posted.push(words) };
  const renderReceipt = () => {
    throw new Error('no receipt here');
  };
  const shop = { locale: 'fr' as const, name: 'Pneus' };
  await deliverNextNotification({ ...needs(MONDAY_8), ...more, teamChat, renderReceipt, shop }, 'slack');
  const [words] = posted;
  const plain = (text = '') => text.replace(/[\u00a0\u202f]/g, ' ');
  expect(plain(words?.title)).toBe('Votre boutique le 25 octobre 2026 : 3 commandes, 30,00 €');
  expect(plain(words?.text)).toMatchInlineSnapshot(`
"Commandes passées : 3
– payées : 1
– à payer : 1
– annulées : 1
Commandes expirées sans paiement : 1
Encaissé : 30,00 €
Remboursé : 10,00 €
Conversations : 2
Modèle : 0,42 $US pour 1 appel

En ce moment un client attend que quelqu’un lui réponde. À faire : 3 choses vous attendent dans « À traiter ».

https://shop.example/staff/needs-you"
`);
});
