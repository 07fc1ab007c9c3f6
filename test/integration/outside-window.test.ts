import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { TemplateUse } from '../../src/domain/outbound-message.ts';
import { deliverNextMessage } from '../../src/flows/deliver-messages.ts';
import { recordDelivery } from '../../src/flows/record-delivery.ts';
import type { Mailer } from '../../src/ports.ts';
import { createMailer } from '../../src/vendors/mail.ts';
import { startMailServer } from '../support/mail-server.ts';
import { type MessageDesk, openMessageDesk, refusal } from '../support/message-desk.ts';

let desk: MessageDesk;
let server: Awaited<ReturnType<typeof startMailServer>>;
let mailer: Mailer;
beforeAll(async () => {
  desk = await openMessageDesk();
  server = await startMailServer();
  mailer = createMailer({
    smtpUrl: server.url,
    from: { name: null, address: 'shop@example.com' },
    shop: { name: 'Test' },
  });
});
afterEach(async () => {
  server.mails.length = 0;
  await desk.db.messageTemplate.deleteMany();
});
afterAll(async () => {
  await server.close();
  await desk.close();
});

const REFUNDED: TemplateUse = { key: 'refunded', locale: 'fr', variables: { '1': '10 €', '2': 'C-1001' } };
const WORDS = '↩️ Nous vous avons remboursé *10 €*.';

/** A day after the customer's last word, with SMS and mail as told. */
const dayLater = (ways: { sendsSms?: boolean; mailer?: Mailer | null } = {}) => ({ ...desk.later(25), ...ways });
const everyWay = () => dayLater({ sendsSms: true, mailer });

async function customerWithAddress() {
  const made = await desk.newCustomer();
  await desk.db.customer.update({ where: { id: made.customer.id }, data: { email: 'ana@example.com' } });
  return made;
}
const refundedAt = (customerId: string) => desk.enqueueAboutOrder(customerId, 'refunded', WORDS, REFUNDED);
const smsTo = (phone: string) =>
  desk.sandbox.twilio.listMessages({ to: phone }).map(({ body, from }) => ({ body, from }));

describe('outside the 24-hour window', () => {
  test('an approved template of the message and language comes first', async () => {
    const { phone, customer } = await customerWithAddress();
    await desk.approveTemplate('refunded', 'Remboursé : {{1}}, commande {{2}}.', ['10 €', 'C-1001']);
    const { businessKey } = await refundedAt(customer.id);
    await desk.deliverAll(everyWay());
    expect(await desk.rowOf(businessKey)).toMatchObject({
      sentAs: 'template',
      contentSid: expect.stringMatching(/^HX/),
    });
    expect(desk.heardBy(phone)).toEqual(['Remboursé : 10 €, commande C-1001.']);
    expect([smsTo(phone.phone), server.mails]).toEqual([[], []]);
  });

  test('without one an SMS leaves where SMS are switched on, in the same words without markup', async () => {
    const { phone, customer } = await customerWithAddress();
    const { businessKey } = await refundedAt(customer.id);
    await desk.deliverAll(everyWay());
    expect(await desk.rowOf(businessKey)).toMatchObject({ status: 'delivered', sentAs: 'sms' });
    expect(smsTo(phone.phone)).toEqual([{ from: '+590590000009', body: expect.stringContaining('remboursé 10 €.') }]);
    expect(server.mails).toEqual([]);
  });

  test('an SMS whose answer was lost is looked up and not sent twice', async () => {
    const { phone, customer } = await customerWithAddress();
    const { businessKey } = await refundedAt(customer.id);
    desk.callbacksAreLost = true;
    desk.sandbox.twilio.faults.add({ kind: 'lost_answer', path: /Messages\.json$/, method: 'POST' });
    await deliverNextMessage(everyWay());
    await desk.sandbox.idle();
    await desk.change(businessKey, { nextAttemptAt: new Date(0) });
    await desk.deliverAll(everyWay());
    desk.callbacksAreLost = false;
    expect(await desk.rowOf(businessKey)).toMatchObject({ status: 'sent', attempts: 2 });
    expect(smsTo(phone.phone)).toHaveLength(1);
  });

  test('a mail leaves where there are no SMS but an address is known', async () => {
    const { phone, customer } = await customerWithAddress();
    const { businessKey, orderNumber } = await refundedAt(customer.id);
    await desk.deliverAll(dayLater({ mailer }));
    expect(await desk.rowOf(businessKey)).toMatchObject({ status: 'sent', sentAs: 'mail', twilioSid: null });
    expect(server.mails).toHaveLength(1);
    expect(server.mails[0]).toMatchObject({
      recipients: ['ana@example.com'],
      text: expect.stringContaining('Nous vous avons remboursé 10 €.'),
    });
    expect(server.mails[0]?.headers.subject).toContain(orderNumber);
    expect(smsTo(phone.phone)).toEqual([]);
  });

  test('a mail leaves where the SMS is refused for good, and none for whoever told the operator STOP', async () => {
    const { phone, customer } = await customerWithAddress();
    const refused = await refundedAt(customer.id);
    desk.sandbox.twilio.faults.add(refusal(400, 21614));
    await desk.deliverAll(everyWay());
    expect(await desk.rowOf(refused.businessKey)).toMatchObject({ status: 'sent', sentAs: 'mail', twilioSid: null });
    expect([smsTo(phone.phone), server.mails.length]).toEqual([[], 1]);
    const stopped = await refundedAt(customer.id);
    desk.sandbox.twilio.faults.add(refusal(400, 21610));
    await desk.deliverAll(everyWay());
    expect(await desk.rowOf(stopped.businessKey)).toMatchObject({ status: 'failed', errorCode: 21610 });
    expect(server.mails).toHaveLength(1);
  });

  test('a mail follows an SMS that came to nothing at the phone, once; without an address the failure stands', async () => {
    const { phone, customer } = await customerWithAddress();
    const { businessKey } = await refundedAt(customer.id);
    const comesToNothing = async () => {
      await desk.deliverAll(everyWay());
      const { id, twilioSid } = await desk.rowOf(businessKey);
      await desk.change(businessKey, { status: 'sent' });
      const report = { outboundId: id, status: 'undelivered', sid: twilioSid as string, errorCode: 30006 };
      for (const _twice of [1, 2]) await recordDelivery({ ...desk.needs, sendsMail: true }, report);
    };
    await comesToNothing();
    await desk.deliverAll(everyWay());
    expect(await desk.rowOf(businessKey)).toMatchObject({ status: 'sent', sentAs: 'mail', twilioSid: null });
    expect([smsTo(phone.phone).length, server.mails.length]).toEqual([1, 1]);

    await desk.db.customer.update({ where: { id: customer.id }, data: { email: null } });
    await desk.change(businessKey, { status: 'queued', attempts: 0, sentAs: null, nextAttemptAt: new Date(0) });
    await comesToNothing();
    expect(await desk.rowOf(businessKey)).toMatchObject({ status: 'undelivered', errorCode: 30006 });
  });

  test('a mail server that is away is tried again', async () => {
    const { customer } = await customerWithAddress();
    const { businessKey } = await refundedAt(customer.id);
    server.behaves({ refuse: { code: 451, at: 'data' } });
    await deliverNextMessage(dayLater({ mailer }));
    expect(await desk.rowOf(businessKey)).toMatchObject({ status: 'queued', errorCode: 451 });
    server.behaves({});
    await desk.change(businessKey, { nextAttemptAt: new Date(0) });
    await desk.deliverAll(dayLater({ mailer }));
    expect((await desk.rowOf(businessKey)).sentAs).toBe('mail');
  });

  test('with no way left it is a visible failure, and Twilio is not even asked', async () => {
    const { phone, customer } = await desk.newCustomer();
    const { businessKey } = await refundedAt(customer.id);
    await desk.deliverAll(dayLater({ mailer }));
    expect(await desk.rowOf(businessKey)).toMatchObject({ status: 'failed', errorCode: 63016, twilioSid: null });
    expect(desk.sandbox.twilio.listMessages({ to: `whatsapp:${phone.phone}` })).toEqual([]);
  });

  test('an opted-out customer gets neither SMS nor mail', async () => {
    const { phone, customer } = await customerWithAddress();
    await desk.db.customer.update({ where: { id: customer.id }, data: { optedOutAt: new Date() } });
    const { businessKey } = await refundedAt(customer.id);
    await desk.deliverAll(everyWay());
    expect((await desk.rowOf(businessKey)).status).toBe('failed');
    expect([smsTo(phone.phone), server.mails]).toEqual([[], []]);
  });

  test('an answer of the chat stays in the chat', async () => {
    const { phone, customer } = await customerWithAddress();
    const key = await desk.enqueue(customer.id, { body: 'Voici les pneus.' }, `turn:${customer.id}:1`);
    await desk.deliverAll(everyWay());
    expect((await desk.rowOf(key)).status).toBe('failed');
    expect([smsTo(phone.phone), server.mails]).toEqual([[], []]);
  });

  test('the QR code itself goes to WhatsApp alone', async () => {
    const { phone, customer } = await customerWithAddress();
    const media = { kind: 'pickup_qr' as const, pickupId: customer.id };
    await desk.enqueue(customer.id, { body: 'Merci !', media }, `thank-you:${customer.id}`);
    await desk.deliverAll(everyWay());
    const [sms] = smsTo(phone.phone);
    expect(sms?.body).toContain('Votre QR code vous attend sur WhatsApp');
    expect(sms?.body).not.toContain('/media/');
  });
});

test('inside the window the words leave as they are, even where every other way is open', async () => {
  const { phone, customer } = await customerWithAddress();
  const { businessKey } = await refundedAt(customer.id);
  await desk.deliverAll({ sendsSms: true, mailer });
  expect(await desk.rowOf(businessKey)).toMatchObject({ status: 'delivered', sentAs: 'text' });
  expect(desk.heardBy(phone)).toEqual([WORDS]);
});
