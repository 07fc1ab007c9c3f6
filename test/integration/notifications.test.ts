import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { notifyTeam } from '../../src/db/notifications.ts';
import { tellHumanCalled } from '../../src/db/takeovers.ts';
import { transact } from '../../src/db/transact.ts';
import type { Receipt } from '../../src/domain/receipt.ts';
import { type DeliverNotificationNeeds, deliverNextNotification } from '../../src/flows/deliver-notifications.ts';
import { watchShop } from '../../src/flows/watch-shop.ts';
import { startWorkLoop } from '../../src/jobs/work-loop.ts';
import { renderReceipt } from '../../src/mail/receipt.tsx';
import type { Log, Mail, Mailer } from '../../src/ports.ts';
import { loadPrompts } from '../../src/prompts.ts';
import { shopMeasurements } from '../../src/shop-measurements.ts';
import { createMailer } from '../../src/vendors/mail.ts';
import { createTeamChat } from '../../src/vendors/slack.ts';
import { untraced } from '../../src/vendors/tracing.ts';
import { type MailServer, startMailServer } from '../support/mail-server.ts';
import { type MoneyDesk, openMoneyDesk, placeOrder } from '../support/money-desk.ts';
import { type RecordingServer, startRecordingServer } from '../support/recording-server.ts';
import { silentMeter } from '../support/silent-meter.ts';
import { until } from '../support/until.ts';

const PUBLIC_URL = 'https://shop.example';
const EMAIL = 'camille@example.org';
const { texts, teamTexts } = loadPrompts();

let desk: MoneyDesk;
let mailServer: MailServer;
let slack: RecordingServer;
/** What is logged, before anything is redacted. */
const logged: string[] = [];
const note = (fields: object, message: string) => void logged.push(`${message} ${JSON.stringify(fields)}`);
const log: Log = { debug: note, info: note, warn: note, error: note, child: () => log, within: (_, act) => act() };

beforeAll(async () => {
  [desk, mailServer, slack] = await Promise.all([openMoneyDesk(), startMailServer(), startRecordingServer(() => ({}))]);
});
beforeEach(async () => {
  await desk.db.notification.deleteMany();
  await desk.db.staffMember.deleteMany();
  mailServer.behaves({});
  mailServer.mails.length = 0;
  slack.answers(() => ({}));
  logged.length = 0;
});
// Neither the log nor a row's error names who was written to, what was written, or where Slack listens.
afterEach(async () => {
  const rows = await desk.db.notification.findMany({ select: { lastError: true } });
  const written = [...logged, ...rows.map(({ lastError }) => lastError)].join('\n');
  expect(written).not.toMatch(/@|camille|Michelin|Merci|Litige|\/services\//i);
});
afterAll(async () => {
  await Promise.all([desk.close(), mailServer.close(), slack.close()]);
});

const mailerOf = (timeoutMs = 5_000) =>
  createMailer({
    smtpUrl: mailServer.url,
    from: { name: null, address: 'boutique@shop.example' },
    shop: { name: 'Pneus Caraïbes' },
    timeoutMs,
  });
const needs = (more: Partial<DeliverNotificationNeeds> = {}): DeliverNotificationNeeds => ({
  ...{
    db: desk.db,
    clock: desk.clock,
    log,
    meter: silentMeter,
    tracer: untraced,
    teamTexts,
    publicUrl: PUBLIC_URL,
    shop: { locale: 'fr' as const },
    timezone: 'UTC',
  },
  mailer: mailerOf(),
  teamChat: createTeamChat({ webhookUrl: `${slack.url}/services/secret`, timeoutMs: 1_000 }),
  renderReceipt: (receipt: Receipt) => renderReceipt(texts, receipt, { shopName: 'Pneus Caraïbes', timezone: 'UTC' }),
  ...more,
});
const deliverMail = (more: Partial<DeliverNotificationNeeds> = {}) => deliverNextNotification(needs(more), 'email');
const deliverToSlack = (more: Partial<DeliverNotificationNeeds> = {}) => deliverNextNotification(needs(more), 'slack');

async function addStaff(email: string, role: 'staff' | 'manager', { hasLeft = false } = {}) {
  await desk.db.staffMember.create({
    data: {
      ...{ id: email, name: 'Lucie', email, role },
      ...(!hasLeft && { accounts: { create: { id: email, accountId: email, providerId: 'credential' } } }),
    },
  });
}

async function paidOrder(product: { label?: string } = {}) {
  const order = await placeOrder(desk, { quantity: 2, ...product });
  desk.stripe.checkout.pay(order.sessionId, { email: EMAIL });
  await desk.work();
  return order;
}
const disputeNotice = (key: string, orderId?: string) =>
  notifyTeam(desk.db, {
    ...{ key, kind: 'dispute_opened', orderNumber: 'C-1001', money: { amountMinor: 9000, currency: 'EUR' } },
    values: { reason: 'fraudulent', status: 'needs_response', dueBy: '2026-12-01T18:00:00.000Z' },
    ...(orderId && { orderId }),
    at: desk.clock.now(),
  });
const rowOf = (businessKey: string) => desk.db.notification.findUniqueOrThrow({ where: { businessKey } });
const makeDue = () => desk.db.$executeRaw`UPDATE notifications SET next_attempt_at = now() WHERE status = 'queued'`;
const secondsUntilNextTry = async (businessKey: string) => {
  const [row] = await desk.db.$queryRaw<{ s: number }[]>`
    SELECT extract(epoch FROM next_attempt_at - now())::float AS s FROM notifications WHERE business_key = ${businessKey}`;
  return row?.s ?? 0;
};

test('a paid order ends with one mail at the mail server: number, items, prices, total, place, hours, Stripe’s receipt', async () => {
  const { orderId, orderNumber } = await paidOrder();
  expect(await deliverMail()).toBe(true);
  expect(await deliverMail()).toBe(false);
  expect(mailServer.mails).toHaveLength(1);
  const [mail] = mailServer.mails;
  const row = await rowOf(`receipt:${orderId}`);
  expect(row).toMatchObject({ status: 'sent', attempts: 1, lastError: null, sentAt: expect.any(Date) });
  expect(mail).toMatchObject({
    recipients: [EMAIL],
    headers: {
      subject: `Commande ${orderNumber} confirmée — Pneus Caraïbes`,
      'message-id': `<${row.id}@shop.example>`,
    },
  });
  const { receiptUrl } = await desk.db.payment.findFirstOrThrow({ where: { attempt: { orderId } } });
  expect(receiptUrl).toBeTruthy();
  for (const part of [mail?.text, mail?.html]) {
    const said = part?.replace(/\u202f|\u00a0/g, ' ');
    for (const fact of [
      ...[orderNumber, 'Merci, Camille !', 'Michelin Primacy 4 205/55 R16', '2 × 90,00 €', '180,00 €'],
      ...['Jarry', '12 rue de l’Industrie', 'Lundi à samedi, 8 h - 18 h', receiptUrl as string],
    ]) {
      expect(said).toContain(fact);
    }
    // What collects the goods goes to WhatsApp alone.
    expect(said).not.toMatch(/\/pickup\/|\/media\/qr\//);
  }
});

test('the thank-you says where the confirmation went, and nothing of it where no mail leaves', async () => {
  const thanks = async ({ orderId }: { orderId: string }) => {
    const row = await desk.db.outboundMessage.findUniqueOrThrow({ where: { businessKey: `thank-you:${orderId}` } });
    return (row.content as { body: string }).body;
  };
  expect(await thanks(await paidOrder())).toContain(EMAIL);
  desk.needs.sendsMail = false;
  try {
    expect(await thanks(await paidOrder())).not.toContain(EMAIL);
  } finally {
    desk.needs.sendsMail = true;
  }
});

test('a call for a person reaches Slack and the managers with the way to the conversation, by first name only', async () => {
  await addStaff('boss@shop.example', 'manager');
  const conversationId = randomUUID();
  const customer = { firstName: null, profileName: 'Camille Durand-Test' };
  const humanSince = desk.clock.now();
  await transact(desk.db, (tx) => tellHumanCalled(tx, { conversationId, customer, humanSince }));
  expect([await deliverToSlack(), await deliverMail()]).toEqual([true, true]);
  const [mail] = mailServer.mails;
  const posted = slack.last('/services/').body;
  expect(mail?.headers.subject).toBe('Camille demande à parler à quelqu’un');
  for (const said of [mail?.text, posted]) {
    expect(said).toContain(`${PUBLIC_URL}/staff/conversations/${conversationId}`);
    expect(said).not.toContain('Durand');
  }
});

test('names from outside are text in the mail: no element, no link, no header', async () => {
  const { customerId } = await paidOrder({ label: '<script>alert("x")</script> & <b>co</b>' });
  await desk.db.customer.update({ where: { id: customerId }, data: { firstName: 'Eve\r\nBcc: thief@example.org' } });
  await desk.db.payment.updateMany({ data: { receiptUrl: 'javascript:alert(1)' } });
  await deliverMail();
  const [mail] = mailServer.mails;
  expect(mail?.recipients).toEqual([EMAIL]);
  expect(mail?.headers).not.toHaveProperty('bcc');
  expect(mail?.html).toContain('&lt;script>alert(&quot;x&quot;)&lt;/script> &amp; &lt;b>co&lt;/b>');
  expect(mail?.html).not.toMatch(/<script|<b>|javascript:/);
});

test('an order that was refunded meanwhile sends no confirmation', async () => {
  const { orderId } = await paidOrder();
  const payment = await desk.db.payment.findFirstOrThrow({ where: { attempt: { orderId } } });
  // Made in Stripe's Dashboard.
  desk.stripe.refunds.create({ payment_intent: payment.paymentIntentId as string });
  await desk.work();
  expect(await desk.db.order.findUniqueOrThrow({ where: { id: orderId } })).toMatchObject({ status: 'refunded' });
  await deliverMail();
  expect(mailServer.mails).toEqual([]);
  expect(await rowOf(`receipt:${orderId}`)).toMatchObject({ status: 'skipped', lastError: 'the order is refunded' });
});

test('the team is told by Slack, and its managers who still have an account by mail', async () => {
  await addStaff('lucie@shop.example', 'manager');
  await addStaff('marc@shop.example', 'manager');
  await addStaff('seller@shop.example', 'staff');
  await addStaff('former@shop.example', 'manager', { hasLeft: true });
  const { orderId } = await placeOrder(desk);
  await disputeNotice('dispute:1', orderId);
  await deliverToSlack();
  await deliverMail();
  const link = `${PUBLIC_URL}/staff/orders/${orderId}`;
  const { text } = JSON.parse(slack.last('/services/').body) as { text: string };
  expect(text.replace(/\u00a0/g, ' ')).toMatch(/^\*Litige à traiter : commande C-1001, 90,00 €\*\n/);
  expect(text).toContain('avant le mardi 1 décembre à 18:00');
  expect(text.endsWith(link)).toBe(true);
  expect(mailServer.mails.map(({ recipients }) => recipients)).toEqual([['lucie@shop.example', 'marc@shop.example']]);
  expect(mailServer.mails[0]?.text.trim().endsWith(link)).toBe(true);
  expect(mailServer.mails[0]?.headers.subject).toContain('Litige à traiter');
});

test('a manager’s address that is refused keeps the notice from nobody else, and stands in the row', async () => {
  await addStaff('gone@shop.example', 'manager');
  await addStaff('lucie@shop.example', 'manager');
  mailServer.behaves({ refuse: { code: 550, at: 'rcpt', address: 'gone@shop.example' } });
  await disputeNotice('dispute:1');
  await deliverMail();
  expect(mailServer.mails.map(({ recipients }) => recipients)).toEqual([['lucie@shop.example']]);
  expect(await rowOf('dispute:1:email')).toMatchObject({
    status: 'sent',
    lastError: '1 of 2 managers’ addresses refused',
  });
});

test('what is not configured is skipped and says so; so is mail to managers where there are none', async () => {
  const { orderId } = await paidOrder();
  await disputeNotice('dispute:1');
  await disputeNotice('dispute:2');
  await deliverToSlack({ teamChat: null });
  await deliverMail({ mailer: null });
  await deliverMail({ mailer: null });
  expect(await rowOf('dispute:1:slack')).toMatchObject({
    status: 'skipped',
    lastError: 'SLACK_WEBHOOK_URL is not set',
  });
  expect(await rowOf('dispute:1:email')).toMatchObject({ status: 'skipped', lastError: 'SMTP_URL is not set' });
  expect(await rowOf(`receipt:${orderId}`)).toMatchObject({ status: 'skipped', lastError: 'SMTP_URL is not set' });
  await deliverMail();
  expect(await rowOf('dispute:2:email')).toMatchObject({
    status: 'skipped',
    lastError: expect.stringContaining('staff:add'),
  });
  expect(mailServer.mails).toEqual([]);
});

test('a mail refused for now is tried again, later each time, and given up where everybody sees it', async () => {
  const { orderId } = await paidOrder();
  const key = `receipt:${orderId}`;
  mailServer.behaves({ refuse: { code: 451, at: 'data' } });
  await deliverMail();
  expect(await rowOf(key)).toMatchObject({ status: 'queued', attempts: 1, lastError: expect.stringContaining('451') });
  expect(await secondsUntilNextTry(key)).toBeGreaterThan(0);
  expect(await deliverMail()).toBe(false);
  await desk.db.notification.update({ where: { businessKey: key }, data: { attempts: 20 } });
  await makeDue();
  await deliverMail();
  expect(await secondsUntilNextTry(key)).toBeGreaterThan(3 * 3600);
  const numbers = async () =>
    shopMeasurements(await watchShop(desk))
      .filter(({ name }) => name.startsWith('notifications'))
      .map(({ name, values }) => `${name} ${values[0]?.value}`);
  expect(await numbers()).toEqual(['notifications_waiting 1', 'notifications_failed 0']);
  await desk.db.notification.update({ where: { businessKey: key }, data: { attempts: 23 } });
  await makeDue();
  await deliverMail();
  expect(await rowOf(key)).toMatchObject({ status: 'failed', attempts: 24, lastError: expect.stringContaining('451') });
  expect(await numbers()).toEqual(['notifications_waiting 0', 'notifications_failed 1']);
  expect(logged.at(-1)).toContain('could not be sent');
  await makeDue();
  expect(await deliverMail()).toBe(false);
});

test('a mail refused for good is failed at once', async () => {
  const { orderId } = await paidOrder();
  mailServer.behaves({ refuse: { code: 550, at: 'rcpt' } });
  await deliverMail();
  expect(await rowOf(`receipt:${orderId}`)).toMatchObject({ status: 'failed', attempts: 1 });
});

test('a notification nobody can word, and one that kills its worker each time, end as failed', async () => {
  await notifyTeam(desk.db, { key: 'odd', kind: 'of_tomorrow' as 'review', at: desk.clock.now() });
  await desk.db.notification.updateMany({ data: { attempts: 7 } });
  await deliverToSlack();
  expect(await rowOf('odd:slack')).toMatchObject({ status: 'failed', attempts: 8 });
  await disputeNotice('deadly');
  await desk.db.notification.updateMany({ where: { businessKey: 'deadly:slack' }, data: { attempts: 24 } });
  await deliverToSlack();
  expect(await rowOf('deadly:slack')).toMatchObject({ status: 'failed', lastError: expect.stringContaining('no try') });
  expect(slack.requests).toEqual([]);
});

test('Slack’s rate limit is waited for as long as it says', async () => {
  await disputeNotice('dispute:1');
  slack.answers(() => ({ status: 429, headers: { 'retry-after': '90' } }));
  await deliverToSlack();
  expect(await rowOf('dispute:1:slack')).toMatchObject({ status: 'queued', attempts: 1 });
  const seconds = await secondsUntilNextTry('dispute:1:slack');
  expect(seconds).toBeGreaterThan(80);
  expect(seconds).toBeLessThanOrEqual(90);
  expect(await deliverToSlack()).toBe(false);
  slack.answers(() => ({}));
  await makeDue();
  await deliverToSlack();
  expect(await rowOf('dispute:1:slack')).toMatchObject({ status: 'sent', lastError: null });
});

test('a mail server that hangs holds neither Slack nor the orders', async () => {
  await addStaff('lucie@shop.example', 'manager');
  mailServer.behaves({ hang: 'connect' });
  for (const key of ['dispute:1', 'dispute:2', 'dispute:3']) await disputeNotice(key);
  const abort = mailerOf(3_000);
  const mails = startWorkLoop({
    ...{ name: 'notifications', lanes: 2, pollMs: 20, log },
    step: () => deliverMail({ mailer: abort }),
  });
  try {
    await until(
      'both lanes are held',
      async () => (await desk.db.notification.count({ where: { attempts: 1 } })) === 2,
    );
    while (await deliverToSlack());
    expect(slack.requests).toHaveLength(3);
    const { orderId } = await paidOrder();
    expect(await desk.db.order.findUniqueOrThrow({ where: { id: orderId } })).toMatchObject({ status: 'confirmed' });
    expect(mailServer.mails).toEqual([]);
  } finally {
    await mails.stop();
  }
});

test('killed between the mail server’s answer and its record, the mail leaves again under the same Message-ID', async () => {
  const { orderId } = await paidOrder();
  let die: () => void = () => {};
  const dies = new Promise<never>((_resolve, reject) => {
    die = () => reject(new Error('killed'));
  });
  const mailer: Mailer = { send: async (mail: Mail) => (await mailerOf().send(mail)) && dies };
  const killed = deliverMail({ mailer });
  await until('the mail has left', () => mailServer.mails.length === 1);
  // Nobody else takes it while its worker may live.
  expect(await deliverMail()).toBe(false);
  await makeDue();
  let goOn: () => void = () => {};
  const mayGoOn = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const sendLater: Mailer = {
    async send(mail) {
      await mayGoOn;
      return mailerOf().send(mail);
    },
  };
  const again = deliverMail({ mailer: sendLater });
  await until('another has taken it', async () => (await rowOf(`receipt:${orderId}`)).attempts === 2);
  const taken = await rowOf(`receipt:${orderId}`);
  // The one thought dead comes back with bad news: it is not its row any more.
  die();
  await killed;
  expect(await rowOf(`receipt:${orderId}`)).toEqual(taken);
  goOn();
  await again;
  const ids = mailServer.mails.map(({ headers }) => headers['message-id']);
  expect(ids).toHaveLength(2);
  expect(new Set(ids).size).toBe(1);
  expect(await rowOf(`receipt:${orderId}`)).toMatchObject({ status: 'sent', attempts: 2, lastError: null });
});

test('many workers send each notification once', async () => {
  for (let index = 0; index < 12; index++) await disputeNotice(`dispute:${index}`);
  const drain = async () => {
    while (await deliverToSlack());
  };
  await Promise.all([drain(), drain(), drain(), drain()]);
  expect(slack.requests).toHaveLength(12);
  expect(await desk.db.notification.count({ where: { channel: 'slack', status: 'sent', attempts: 1 } })).toBe(12);
});
