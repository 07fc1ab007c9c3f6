import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { notifyMember } from '../../src/db/notifications.ts';
import { tellHumanCalled } from '../../src/db/takeovers.ts';
import { transact } from '../../src/db/transact.ts';
import { placeOrder } from '../support/money-desk.ts';
import { EMAIL, type NoticeDesk, openNoticeDesk, PUBLIC_URL } from '../support/notice-desk.ts';

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

test('a paid order ends with one mail at the mail server: number, items, prices, total, place, hours, Stripe’s receipt', async () => {
  const { orderId, orderNumber } = await desk.paidOrder();
  expect(await desk.deliverMail()).toBe(true);
  expect(await desk.deliverMail()).toBe(false);
  expect(mailServer.mails).toHaveLength(1);
  const [mail] = mailServer.mails;
  const row = await desk.rowOf(`receipt:${orderId}`);
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
  expect(await thanks(await desk.paidOrder())).toContain(EMAIL);
  desk.needs.sendsMail = false;
  try {
    expect(await thanks(await desk.paidOrder())).not.toContain(EMAIL);
  } finally {
    desk.needs.sendsMail = true;
  }
});

test('a call for a person reaches Slack and the managers with the way to the conversation, by first name only', async () => {
  await desk.addStaff('boss@shop.example', 'manager');
  const conversationId = randomUUID();
  const customer = { firstName: null, profileName: 'Camille Durand-Test' };
  const humanSince = desk.clock.now();
  await transact(desk.db, (tx) => tellHumanCalled(tx, { conversationId, customer, humanSince }));
  expect([await desk.deliverToSlack(), await desk.deliverMail()]).toEqual([true, true]);
  const [mail] = mailServer.mails;
  const posted = slack.last('/services/').body;
  expect(mail?.headers.subject).toBe('Camille demande à parler à quelqu’un');
  for (const said of [mail?.text, posted]) {
    expect(said).toContain(`${PUBLIC_URL}/staff/conversations/${conversationId}`);
    expect(said).not.toContain('Durand');
  }
});

test('what was done to an account is mailed to whose it is, in the shop’s language, and to nobody who left', async () => {
  await desk.addStaff('lucie@shop.example', 'staff');
  await desk.addStaff('boss@shop.example', 'manager');
  const tell = (staffId: string) =>
    notifyMember(desk.db, { staffId, kind: 'backup_code_used', at: new Date('2026-11-21T18:00:00Z') });
  await tell('lucie@shop.example');
  expect([await desk.deliverMail(), await desk.deliverToSlack()]).toEqual([true, false]);
  const [mail] = mailServer.mails;
  expect(mail).toMatchObject({
    recipients: ['lucie@shop.example'],
    headers: { subject: 'Pneus Caraïbes : connexion avec un code de secours' },
  });
  expect(mail?.text).toContain(`${PUBLIC_URL}/staff/forgot`);
  await desk.db.staffMember.update({ where: { email: 'lucie@shop.example' }, data: { removedAt: new Date() } });
  await tell('lucie@shop.example');
  await tell('nobody');
  expect([await desk.deliverMail(), await desk.deliverMail()]).toEqual([true, true]);
  expect(mailServer.mails).toHaveLength(1);
  expect(await desk.db.notification.count({ where: { status: 'skipped' } })).toBe(2);
});

test('names from outside are text in the mail: no element, no link, no header', async () => {
  const { customerId } = await desk.paidOrder({ label: '<script>alert("x")</script> & <b>co</b>' });
  await desk.db.customer.update({ where: { id: customerId }, data: { firstName: 'Eve\r\nBcc: thief@example.org' } });
  await desk.db.payment.updateMany({ data: { receiptUrl: 'javascript:alert(1)' } });
  await desk.deliverMail();
  const [mail] = mailServer.mails;
  expect(mail?.recipients).toEqual([EMAIL]);
  expect(mail?.headers).not.toHaveProperty('bcc');
  expect(mail?.html).toContain('&lt;script>alert(&quot;x&quot;)&lt;/script> &amp; &lt;b>co&lt;/b>');
  expect(mail?.html).not.toMatch(/<script|<b>|javascript:/);
});

test('an order that was refunded meanwhile sends no confirmation', async () => {
  const { orderId } = await desk.paidOrder();
  const payment = await desk.db.payment.findFirstOrThrow({ where: { attempt: { orderId } } });
  // Made in Stripe's Dashboard.
  desk.stripe.refunds.create({ payment_intent: payment.paymentIntentId as string });
  await desk.work();
  expect(await desk.db.order.findUniqueOrThrow({ where: { id: orderId } })).toMatchObject({ status: 'refunded' });
  await desk.deliverMail();
  expect(mailServer.mails).toEqual([]);
  expect(await desk.rowOf(`receipt:${orderId}`)).toMatchObject({
    status: 'skipped',
    lastError: 'the order is refunded',
  });
});

test('the team is told by Slack, and its managers who still have an account by mail', async () => {
  await desk.addStaff('lucie@shop.example', 'manager');
  await desk.addStaff('marc@shop.example', 'manager');
  await desk.addStaff('seller@shop.example', 'staff');
  await desk.addStaff('former@shop.example', 'manager', { hasLeft: true });
  const { orderId } = await placeOrder(desk);
  await desk.disputeNotice('dispute:1', orderId);
  await desk.deliverToSlack();
  await desk.deliverMail();
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
  await desk.addStaff('gone@shop.example', 'manager');
  await desk.addStaff('lucie@shop.example', 'manager');
  mailServer.behaves({ refuse: { code: 550, at: 'rcpt', address: 'gone@shop.example' } });
  await desk.disputeNotice('dispute:1');
  await desk.deliverMail();
  expect(mailServer.mails.map(({ recipients }) => recipients)).toEqual([['lucie@shop.example']]);
  expect(await desk.rowOf('dispute:1:email')).toMatchObject({
    status: 'sent',
    lastError: '1 of 2 managers’ addresses refused',
  });
});

test('what is not configured is skipped and says so; so is mail to managers where there are none', async () => {
  const { orderId } = await desk.paidOrder();
  await desk.disputeNotice('dispute:1');
  await desk.disputeNotice('dispute:2');
  await desk.deliverToSlack({ teamChat: null });
  await desk.deliverMail({ mailer: null });
  await desk.deliverMail({ mailer: null });
  expect(await desk.rowOf('dispute:1:slack')).toMatchObject({
    status: 'skipped',
    lastError: 'SLACK_WEBHOOK_URL is not set',
  });
  expect(await desk.rowOf('dispute:1:email')).toMatchObject({ status: 'skipped', lastError: 'SMTP_URL is not set' });
  expect(await desk.rowOf(`receipt:${orderId}`)).toMatchObject({ status: 'skipped', lastError: 'SMTP_URL is not set' });
  await desk.deliverMail();
  expect(await desk.rowOf('dispute:2:email')).toMatchObject({
    status: 'skipped',
    lastError: expect.stringContaining('staff:add'),
  });
  expect(mailServer.mails).toEqual([]);
});
