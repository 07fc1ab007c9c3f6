import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { notifyTeam } from '../../src/db/notifications.ts';
import { watchShop } from '../../src/flows/watch-shop.ts';
import { startWorkLoop } from '../../src/jobs/work-loop.ts';
import type { Mail, Mailer } from '../../src/ports.ts';
import { shopMeasurements } from '../../src/shop-measurements.ts';
import { deferred } from '../support/deferred.ts';
import { type NoticeDesk, openNoticeDesk } from '../support/notice-desk.ts';
import { until } from '../support/until.ts';

// What becomes of a notification that does not leave at once: tried again, given up, sent by another worker.

let desk: NoticeDesk;
let mailServer: NoticeDesk['mailServer'];
let slack: NoticeDesk['slack'];
beforeAll(async () => {
  desk = await openNoticeDesk();
  ({ mailServer, slack } = desk);
});
beforeEach(() => desk.clear());
afterEach(() => desk.expectNothingPrivate());
afterAll(() => desk.close());

const makeDue = () => desk.db.$executeRaw`UPDATE notifications SET next_attempt_at = now() WHERE status = 'queued'`;
const secondsUntilNextTry = async (businessKey: string) => {
  const [row] = await desk.db.$queryRaw<{ s: number }[]>`
    SELECT extract(epoch FROM next_attempt_at - now())::float AS s FROM notifications WHERE business_key = ${businessKey}`;
  return row?.s ?? 0;
};

test('a mail refused for now is tried again, later each time, and given up where everybody sees it', async () => {
  const { orderId } = await desk.paidOrder();
  const key = `receipt:${orderId}`;
  mailServer.behaves({ refuse: { code: 451, at: 'data' } });
  await desk.deliverMail();
  expect(await desk.rowOf(key)).toMatchObject({
    status: 'queued',
    attempts: 1,
    lastError: expect.stringContaining('451'),
  });
  expect(await secondsUntilNextTry(key)).toBeGreaterThan(0);
  expect(await desk.deliverMail()).toBe(false);
  await desk.db.notification.update({ where: { businessKey: key }, data: { attempts: 20 } });
  await makeDue();
  await desk.deliverMail();
  expect(await secondsUntilNextTry(key)).toBeGreaterThan(3 * 3600);
  const numbers = async () =>
    shopMeasurements(await watchShop(desk))
      .filter(({ name }) => name.startsWith('notifications'))
      .map(({ name, values }) => `${name} ${values[0]?.value}`);
  expect(await numbers()).toEqual(['notifications_waiting 1', 'notifications_failed 0']);
  await desk.db.notification.update({ where: { businessKey: key }, data: { attempts: 23 } });
  await makeDue();
  await desk.deliverMail();
  expect(await desk.rowOf(key)).toMatchObject({
    status: 'failed',
    attempts: 24,
    lastError: expect.stringContaining('451'),
  });
  expect(await numbers()).toEqual(['notifications_waiting 0', 'notifications_failed 1']);
  await desk.db.notification.update({ where: { businessKey: key }, data: { settledAt: desk.clock.now() } });
  expect(await numbers()).toEqual(['notifications_waiting 0', 'notifications_failed 0']);
  expect(desk.logged.at(-1)).toContain('could not be sent');
  await makeDue();
  expect(await desk.deliverMail()).toBe(false);
});

test('a mail refused for good is failed at once', async () => {
  const { orderId } = await desk.paidOrder();
  mailServer.behaves({ refuse: { code: 550, at: 'rcpt' } });
  await desk.deliverMail();
  expect(await desk.rowOf(`receipt:${orderId}`)).toMatchObject({ status: 'failed', attempts: 1 });
});

test('a notification nobody can word, and one that kills its worker each time, end as failed', async () => {
  await notifyTeam(desk.db, { key: 'odd', kind: 'of_tomorrow' as 'review', at: desk.clock.now() });
  await desk.db.notification.updateMany({ data: { attempts: 7 } });
  await desk.deliverToSlack();
  expect(await desk.rowOf('odd:slack')).toMatchObject({ status: 'failed', attempts: 8 });
  await desk.disputeNotice('deadly');
  await desk.db.notification.updateMany({ where: { businessKey: 'deadly:slack' }, data: { attempts: 24 } });
  await desk.deliverToSlack();
  expect(await desk.rowOf('deadly:slack')).toMatchObject({
    status: 'failed',
    lastError: expect.stringContaining('no try'),
  });
  expect(slack.requests).toEqual([]);
});

test('Slack’s rate limit is waited for as long as it says', async () => {
  await desk.disputeNotice('dispute:1');
  slack.answers(() => ({ status: 429, headers: { 'retry-after': '90' } }));
  await desk.deliverToSlack();
  expect(await desk.rowOf('dispute:1:slack')).toMatchObject({ status: 'queued', attempts: 1 });
  const seconds = await secondsUntilNextTry('dispute:1:slack');
  expect(seconds).toBeGreaterThan(80);
  expect(seconds).toBeLessThanOrEqual(90);
  expect(await desk.deliverToSlack()).toBe(false);
  slack.answers(() => ({}));
  await makeDue();
  await desk.deliverToSlack();
  expect(await desk.rowOf('dispute:1:slack')).toMatchObject({ status: 'sent', lastError: null });
});

test('a mail server that hangs holds neither Slack nor the orders', async () => {
  await desk.addStaff('lucie@shop.example', 'manager');
  mailServer.behaves({ hang: 'connect' });
  for (const key of ['dispute:1', 'dispute:2', 'dispute:3']) await desk.disputeNotice(key);
  const abort = desk.mailerOf(3_000);
  const mails = startWorkLoop({
    ...{ name: 'notifications', lanes: 2, pollMs: 20, log: desk.log },
    step: () => desk.deliverMail({ mailer: abort }),
  });
  try {
    await until(
      'both lanes are held',
      async () => (await desk.db.notification.count({ where: { attempts: 1 } })) === 2,
    );
    while (await desk.deliverToSlack());
    expect(slack.requests).toHaveLength(3);
    const { orderId } = await desk.paidOrder();
    expect(await desk.db.order.findUniqueOrThrow({ where: { id: orderId } })).toMatchObject({ status: 'confirmed' });
    expect(mailServer.mails).toEqual([]);
  } finally {
    await mails.stop();
  }
});

test('killed between the mail server’s answer and its record, the mail leaves again under the same Message-ID', async () => {
  const { orderId } = await desk.paidOrder();
  const death = deferred<never>();
  const mailer: Mailer = { send: async (mail: Mail) => (await desk.mailerOf().send(mail)) && death.promise };
  const killed = desk.deliverMail({ mailer });
  await until('the mail has left', () => mailServer.mails.length === 1);
  // Nobody else takes it while its worker may live.
  expect(await desk.deliverMail()).toBe(false);
  await makeDue();
  const mayGoOn = deferred();
  const sendLater: Mailer = {
    async send(mail) {
      await mayGoOn.promise;
      return desk.mailerOf().send(mail);
    },
  };
  const again = desk.deliverMail({ mailer: sendLater });
  await until('another has taken it', async () => (await desk.rowOf(`receipt:${orderId}`)).attempts === 2);
  const taken = await desk.rowOf(`receipt:${orderId}`);
  // The one thought dead comes back with bad news: it is not its row any more.
  death.reject(new Error('killed'));
  await killed;
  expect(await desk.rowOf(`receipt:${orderId}`)).toEqual(taken);
  mayGoOn.resolve();
  await again;
  const ids = mailServer.mails.map(({ headers }) => headers['message-id']);
  expect(ids).toHaveLength(2);
  expect(new Set(ids).size).toBe(1);
  expect(await desk.rowOf(`receipt:${orderId}`)).toMatchObject({ status: 'sent', attempts: 2, lastError: null });
});

test('many workers send each notification once', async () => {
  for (let index = 0; index < 12; index++) await desk.disputeNotice(`dispute:${index}`);
  const drain = async () => {
    while (await desk.deliverToSlack());
  };
  await Promise.all([drain(), drain(), drain(), drain()]);
  expect(slack.requests).toHaveLength(12);
  expect(await desk.db.notification.count({ where: { channel: 'slack', status: 'sent', attempts: 1 } })).toBe(12);
});
