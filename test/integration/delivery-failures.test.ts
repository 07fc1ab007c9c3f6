import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { requeueFailedMessages } from '../../src/db/outbox.ts';
import type { TemplateUse } from '../../src/domain/outbound-message.ts';
import { deliverNextMessage } from '../../src/flows/deliver-messages.ts';
import { recordDelivery } from '../../src/flows/record-delivery.ts';
import { type MessageDesk, openMessageDesk, refusal } from '../support/message-desk.ts';
import { until } from '../support/until.ts';

let desk: MessageDesk;
beforeAll(async () => {
  desk = await openMessageDesk();
});
afterAll(() => desk.close());

const EXPIRED: TemplateUse = { key: 'expired', locale: 'fr', variables: { '1': 'C-1001' } };

/** Twilio took the message, and tells later that it came to nothing. */
async function reportFailure(businessKey: string, errorCode: number) {
  const { id, twilioSid } = await desk.rowOf(businessKey);
  await desk.change(businessKey, { status: 'sent' });
  const report = { outboundId: id, status: 'failed', sid: twilioSid as string, errorCode };
  await recordDelivery(desk.needs, report);
  return report;
}

describe('a customer whom WhatsApp cannot reach', () => {
  test.each([63024, 63003, 63014])(
    '(%i) gets nothing of the shop’s own accord until they write again',
    async (code) => {
      const { phone, customer } = await desk.newCustomer();
      const lost = await desk.enqueueAboutOrder(customer.id, 'refunded', 'remboursé');
      desk.sandbox.twilio.faults.add(refusal(400, code));
      await desk.deliverAll();
      expect(await desk.rowOf(lost.businessKey)).toMatchObject({
        ...{ status: 'failed', errorCode: code, failedAt: expect.any(Date) },
      });
      expect((await desk.customerNow(customer.id)).unreachableAt).toEqual(expect.any(Date));

      const kept = await desk.enqueueAboutOrder(customer.id, 'cancelled', 'annulée');
      const asked = await desk.enqueueAboutOrder(customer.id, 'thank-you', 'merci');
      await desk.deliverAll();
      expect(await desk.rowOf(kept.businessKey)).toMatchObject({
        ...{ status: 'failed', lastError: expect.stringContaining('cannot reach the customer'), twilioSid: null },
      });
      expect((await desk.rowOf(asked.businessKey)).status).toBe('delivered');

      desk.sandbox.twilio.customerWrites(phone.id, 'me revoilà');
      await until('they are reachable', async () => (await desk.customerNow(customer.id)).unreachableAt === null);
      const after = await desk.enqueueAboutOrder(customer.id, 'refunded', 'remboursé ensuite');
      await desk.deliverAll();
      expect((await desk.rowOf(after.businessKey)).status).toBe('delivered');
    },
  );

  test('is known by a status callback as well, and a callback posted again later changes nothing', async () => {
    const { phone, customer } = await desk.newCustomer();
    const key = await desk.enqueue(customer.id, { body: 'bonjour' });
    await desk.deliverAll();
    const report = await reportFailure(key, 63024);
    expect((await desk.customerNow(customer.id)).unreachableAt).not.toBeNull();
    desk.sandbox.twilio.customerWrites(phone.id, 'si, je suis là');
    await until('they are reachable', async () => (await desk.customerNow(customer.id)).unreachableAt === null);
    await recordDelivery(desk.needs, report);
    expect((await desk.customerNow(customer.id)).unreachableAt).toBeNull();
  });
});

test('21610: a customer who told Twilio to stop is opted out here as well', async () => {
  const { customer } = await desk.newCustomer();
  const { businessKey } = await desk.enqueueAboutOrder(customer.id, 'refunded', 'remboursé');
  const reminder = await desk.enqueueAboutOrder(customer.id, 'reminder', 'pensez à payer');
  desk.sandbox.twilio.faults.add(refusal(400, 21610));
  await desk.deliverAll();
  expect(await desk.rowOf(businessKey)).toMatchObject({ status: 'failed', errorCode: 21610 });
  expect((await desk.customerNow(customer.id)).optedOutAt).toEqual(expect.any(Date));
  expect(await desk.rowOf(reminder.businessKey)).toMatchObject({ lastError: 'the customer opted out' });
});

describe('63016, although our clock says the window is open,', () => {
  test.each(['a refusal', 'a callback'])('told by %s sends the template instead, once', async (how) => {
    const { phone, customer } = await desk.newCustomer();
    await desk.approveTemplate('expired', 'La commande {{1}} a expiré, répondez ici.', ['C-1001']);
    const key = await desk.enqueue(customer.id, { body: 'expiré', template: EXPIRED });
    if (how === 'a refusal') desk.sandbox.twilio.faults.add(refusal(400, 63016));
    await deliverNextMessage(desk.needs);
    await desk.sandbox.idle();
    if (how === 'a callback') await reportFailure(key, 63016);
    await desk.deliverAll();
    expect(await desk.rowOf(key)).toMatchObject({ status: 'delivered', sentAs: 'template', attempts: 2 });
    expect(desk.heardBy(phone).at(-1)).toBe('La commande C-1001 a expiré, répondez ici.');
    await reportFailure(key, 63016);
    await desk.deliverAll();
    expect(await desk.rowOf(key)).toMatchObject({ status: 'failed', errorCode: 63016, attempts: 2 });
    await desk.db.messageTemplate.deleteMany();
  });

  test('without a template ends as a failure that is seen and can be replayed', async () => {
    const { customer } = await desk.newCustomer();
    const { businessKey } = await desk.enqueueAboutOrder(customer.id, 'refunded', 'remboursé');
    desk.sandbox.twilio.faults.add(refusal(400, 63016));
    await desk.deliverAll();
    expect(await desk.rowOf(businessKey)).toMatchObject({ status: 'failed', errorCode: 63016, outsideWindow: true });
    const decidedSince = new Date(desk.sandbox.clock.now().getTime() - 60_000);
    expect(await requeueFailedMessages(desk.db, { decidedSince })).toContainEqual(
      expect.objectContaining({ businessKey }),
    );
    await desk.deliverAll();
    expect((await desk.rowOf(businessKey)).status).toBe('delivered');
  });
});

test.each([
  [63040, 'rejected'],
  [63041, 'paused'],
  [63042, 'disabled'],
])(
  '%i: a withdrawn template (%#) is used no more, the wording approved before it takes its place',
  async (code, approval) => {
    const { phone, customer } = await desk.newCustomer();
    await desk.approveTemplate('expired', 'Ancienne : {{1}}.', ['C-1001']);
    const withdrawn = await desk.approveTemplate('expired', 'Nouvelle : {{1}}.', ['C-1001']);
    const key = await desk.enqueue(customer.id, { body: 'expiré', template: EXPIRED });
    const late = desk.later(25);
    desk.sandbox.twilio.faults.add(refusal(400, code));
    await desk.deliverAll(late);
    const row = await desk.db.messageTemplate.findFirstOrThrow({ where: { contentSid: withdrawn } });
    expect(row.approval).toBe(approval);
    expect(desk.heardBy(phone)).toEqual(['Ancienne : C-1001.']);

    // The next one is withdrawn after Twilio took the message: no wording is left.
    await reportFailure(key, code);
    await desk.deliverAll(late);
    expect(await desk.rowOf(key)).toMatchObject({ status: 'failed', errorCode: 63016 });
    expect(await desk.db.messageTemplate.count({ where: { approval: 'approved' } })).toBe(0);
    await desk.db.messageTemplate.deleteMany();
  },
);

test('a withdrawn template is not waited for: its message fails where it is seen, and a replay sends it once it is approved again', async () => {
  const { phone, customer } = await desk.newCustomer();
  const withdrawn = await desk.approveTemplate('refunded', 'Remboursé : {{1}}.', ['10 €']);
  const use: TemplateUse = { key: 'refunded', locale: 'fr', variables: { '1': '10 €' } };
  const { businessKey } = await desk.enqueueAboutOrder(customer.id, 'refunded', 'remboursé', use);
  const next = await desk.enqueue(customer.id, { body: 'merci', template: EXPIRED }, `turn:${customer.id}:1`);
  const late = desk.later(25);
  desk.sandbox.twilio.faults.add(refusal(400, 63041));
  await desk.deliverAll(late);
  expect(await desk.rowOf(businessKey)).toMatchObject({ status: 'failed', errorCode: 63016, attempts: 2 });
  expect((await desk.rowOf(next)).status).toBe('failed');
  expect(desk.heardBy(phone)).toEqual([]);
  await desk.db.messageTemplate.updateMany({ where: { contentSid: withdrawn }, data: { approval: 'approved' } });
  const decidedSince = new Date(desk.sandbox.clock.now().getTime() - 60_000);
  expect(await requeueFailedMessages(desk.db, { decidedSince })).toContainEqual(
    expect.objectContaining({ businessKey }),
  );
  await desk.deliverAll(late);
  expect(desk.heardBy(phone)).toEqual(['Remboursé : 10 €.']);
  await desk.db.messageTemplate.deleteMany();
});

test('63049: what WhatsApp judged marketing is not tried again, nor its kind for a day; other kinds are', async () => {
  const { customer } = await desk.newCustomer();
  const first = await desk.enqueueAboutOrder(customer.id, 'reminder', 'pensez à payer');
  await deliverNextMessage(desk.needs);
  await desk.sandbox.idle();
  await reportFailure(first.businessKey, 63049);
  const second = await desk.enqueueAboutOrder(customer.id, 'reminder', 'pensez-y encore');
  const other = await desk.enqueueAboutOrder(customer.id, 'refunded', 'remboursé');
  await desk.deliverAll();
  expect(await desk.rowOf(first.businessKey)).toMatchObject({ status: 'failed', attempts: 1 });
  expect(await desk.rowOf(second.businessKey)).toMatchObject({
    ...{ status: 'failed', twilioSid: null, lastError: expect.stringContaining('marketing') },
  });
  expect((await desk.rowOf(other.businessKey)).status).toBe('delivered');
  await desk.db.outboundMessage.update({
    where: { businessKey: first.businessKey },
    data: { failedAt: new Date(desk.sandbox.clock.now().getTime() - 25 * 3600_000) },
  });
  const dayAfter = await desk.enqueueAboutOrder(customer.id, 'reminder', 'un jour après');
  await desk.deliverAll();
  expect((await desk.rowOf(dayAfter.businessKey)).status).toBe('delivered');
});

test('a code that passes is waited for as long as it asks, then given up', async () => {
  const { customer } = await desk.newCustomer();
  const key = await desk.enqueue(customer.id, { body: 'photo' });
  desk.sandbox.twilio.faults.add({ ...refusal(400, 63019), times: 8 });
  await deliverNextMessage(desk.needs);
  const { nextAttemptAt } = await desk.rowOf(key);
  expect(nextAttemptAt.getTime() - Date.now()).toBeGreaterThan(15_000);
  for (let tries = 1; tries < 8; tries++) {
    await desk.change(key, { nextAttemptAt: new Date(0) });
    await deliverNextMessage(desk.needs);
  }
  expect(await desk.rowOf(key)).toMatchObject({ status: 'failed', attempts: 8, errorCode: 63019 });
});
