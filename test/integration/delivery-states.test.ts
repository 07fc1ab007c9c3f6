import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { requeueFailedMessages } from '../../src/db/outbox.ts';
import { deliverNextMessage } from '../../src/flows/deliver-messages.ts';
import { recordDelivery } from '../../src/flows/record-delivery.ts';
import { type MessageDesk, openMessageDesk, refusal } from '../support/message-desk.ts';

let desk: MessageDesk;

beforeAll(async () => {
  desk = await openMessageDesk();
});
afterAll(() => desk.close());

describe('a delivery state', () => {
  test('never goes back, in whatever order the reports come', async () => {
    const { customer } = await desk.newCustomer();
    const key = await desk.enqueue(customer.id, { body: 'ordre' });
    await desk.deliverAll();
    const { id, twilioSid } = await desk.rowOf(key);
    for (const status of ['read', 'delivered', 'sent', 'failed', 'queued']) {
      await recordDelivery(desk.needs, { outboundId: id, status, sid: twilioSid as string, errorCode: null });
    }
    expect(await desk.rowOf(key)).toMatchObject({ status: 'read', readAt: expect.any(Date) });
  });

  test('that says the picture could not be fetched sends the message again, and old news of it changes nothing', async () => {
    const { customer, phone } = await desk.newCustomer();
    const key = await desk.enqueue(customer.id, { body: 'photo' });
    await desk.deliverAll();
    const { id, twilioSid } = await desk.rowOf(key);
    await desk.db.outboundMessage.update({ where: { id }, data: { status: 'sent' } });
    const news = { outboundId: id, status: 'undelivered', sid: twilioSid as string, errorCode: 63019 };
    await recordDelivery(desk.needs, news);
    expect(await desk.rowOf(key)).toMatchObject({ status: 'queued', twilioSid: null, errorCode: 63019 });
    await recordDelivery(desk.needs, news);
    await recordDelivery(desk.needs, { ...news, status: 'sent' });
    expect(await desk.rowOf(key)).toMatchObject({ status: 'queued', twilioSid: null });
    await desk.db.outboundMessage.update({ where: { id }, data: { nextAttemptAt: new Date(0) } });
    await desk.deliverAll();
    expect((await desk.rowOf(key)).status).toBe('delivered');
    const heard = desk.sandbox.phones.messages(phone.id).filter((message) => message.direction === 'in');
    expect(heard).toHaveLength(2);
  });

  test('of a try that came to nothing stays old news, whatever went wrong with the next one meanwhile', async () => {
    const { customer } = await desk.newCustomer();
    const key = await desk.enqueue(customer.id, { body: 'photo' });
    await desk.deliverAll();
    const { id, twilioSid } = await desk.rowOf(key);
    await desk.change(key, { status: 'sent' });
    const news = { outboundId: id, sid: twilioSid as string, errorCode: null };
    await recordDelivery(desk.needs, { ...news, status: 'undelivered', errorCode: 63019 });
    await desk.change(key, { nextAttemptAt: new Date(0) });
    desk.sandbox.twilio.faults.add(refusal(429, 20429));
    await desk.deliverAll();
    for (const status of ['sent', 'delivered', 'failed']) await recordDelivery(desk.needs, { ...news, status });
    expect(await desk.rowOf(key)).toMatchObject({ status: 'queued', twilioSid: null, attempts: 2 });
    await desk.change(key, { nextAttemptAt: new Date(0) });
    await desk.deliverAll();
    expect((await desk.rowOf(key)).status).toBe('delivered');
  });

  test('of a message that an operator sends again is told twice and ends nothing', async () => {
    const { customer } = await desk.newCustomer();
    const { businessKey } = await desk.enqueueAboutOrder(customer.id, 'thank-you', 'merci');
    await desk.deliverAll();
    const { id, twilioSid } = await desk.rowOf(businessKey);
    await desk.change(businessKey, { status: 'sent' });
    const news = { outboundId: id, status: 'failed', sid: twilioSid as string, errorCode: 63021 };
    await recordDelivery(desk.needs, news);
    expect((await desk.rowOf(businessKey)).status).toBe('failed');
    await requeueFailedMessages(desk.db, {
      decidedSince: new Date(desk.sandbox.clock.now().getTime() - 60_000),
    });
    await recordDelivery(desk.needs, news);
    expect(await desk.rowOf(businessKey)).toMatchObject({ status: 'queued', twilioSid: null });
    await desk.deliverAll();
    expect((await desk.rowOf(businessKey)).status).toBe('delivered');
  });

  test.each([
    ['its SID was told before', ['queued']],
    ['its SID was not', []],
  ])('that it came to nothing sends a message again whose answer was lost, whether %s', async (_name, before) => {
    const { customer } = await desk.newCustomer();
    const key = await desk.enqueue(customer.id, { body: 'photo' });
    desk.sandbox.twilio.faults.add({ ...refusal(500, 20500), method: 'POST' });
    // One try: the next is two seconds later, which a busy machine may take.
    await deliverNextMessage(desk.needs);
    const { id } = await desk.rowOf(key);
    const news = { outboundId: id, sid: `SM${randomUUID()}`, errorCode: null };
    for (const status of before) await recordDelivery(desk.needs, { ...news, status });
    await recordDelivery(desk.needs, { ...news, status: 'undelivered', errorCode: 63019 });
    expect(await desk.rowOf(key)).toMatchObject({ status: 'queued', twilioSid: null, errorCode: 63019 });
    await desk.change(key, { nextAttemptAt: new Date(0) });
    await desk.deliverAll();
    expect((await desk.rowOf(key)).status).toBe('delivered');
  });

  test('of an earlier try is not taken for the failure of the one on its way', async () => {
    const { customer } = await desk.newCustomer();
    const key = await desk.enqueue(customer.id, { body: 'second essai' });
    await desk.change(key, { status: 'sending', attempts: 2, claimedUntil: new Date(Date.now() + 60_000) });
    const { id } = await desk.rowOf(key);
    await recordDelivery(desk.needs, { outboundId: id, status: 'undelivered', sid: 'SMearlier', errorCode: 63019 });
    expect(await desk.rowOf(key)).toMatchObject({ status: 'sending', twilioSid: null });
    await desk.db.outboundMessage.update({ where: { id }, data: { status: 'failed' } });
  });

  test('with half an emoji in its text is stored and sent all the same', async () => {
    const { customer } = await desk.newCustomer();
    const key = await desk.enqueue(customer.id, { body: 'moitié \ud83d et nul \u0000' });
    await desk.deliverAll();
    expect((await desk.rowOf(key)).status).toBe('delivered');
  });

  test('of an unknown message or with an unknown word changes nothing', async () => {
    await recordDelivery(desk.needs, { outboundId: randomUUID(), status: 'sent', sid: 'SMx', errorCode: null });
    await recordDelivery(desk.needs, { outboundId: randomUUID(), status: '__proto__', sid: 'SMx', errorCode: null });
  });
});
