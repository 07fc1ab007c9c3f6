import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { requeueFailedMessages } from '../../src/db/outbox.ts';
import { recordDelivery } from '../../src/flows/record-delivery.ts';
import { type MessageDesk, openMessageDesk, refusal } from '../support/message-desk.ts';

let desk: MessageDesk;
let database: MessageDesk['database'];
let sandbox: MessageDesk['sandbox'];
let needs: MessageDesk['needs'];
let newCustomer: MessageDesk['newCustomer'];
let enqueue: MessageDesk['enqueue'];
let enqueueAboutOrder: MessageDesk['enqueueAboutOrder'];
let change: MessageDesk['change'];
let rowOf: MessageDesk['rowOf'];
const deliverAll = () => desk.deliverAll();

beforeAll(async () => {
  desk = await openMessageDesk();
  ({ database, sandbox, needs } = desk);
  ({ newCustomer, enqueue, enqueueAboutOrder, change, rowOf } = desk);
});
afterAll(() => desk.close());

describe('a delivery state', () => {
  test('never goes back, in whatever order the reports come', async () => {
    const { customer } = await newCustomer();
    const key = await enqueue(customer.id, { body: 'ordre' });
    await deliverAll();
    const { id, twilioSid } = await rowOf(key);
    for (const status of ['read', 'delivered', 'sent', 'failed', 'queued']) {
      await recordDelivery(needs, { outboundId: id, status, sid: twilioSid as string, errorCode: null });
    }
    expect(await rowOf(key)).toMatchObject({ status: 'read', readAt: expect.any(Date) });
  });

  test('that says the picture could not be fetched sends the message again, and old news of it changes nothing', async () => {
    const { customer, phone } = await newCustomer();
    const key = await enqueue(customer.id, { body: 'photo' });
    await deliverAll();
    const { id, twilioSid } = await rowOf(key);
    await database.db.outboundMessage.update({ where: { id }, data: { status: 'sent' } });
    const news = { outboundId: id, status: 'undelivered', sid: twilioSid as string, errorCode: 63019 };
    await recordDelivery(needs, news);
    expect(await rowOf(key)).toMatchObject({ status: 'queued', twilioSid: null, errorCode: 63019 });
    await recordDelivery(needs, news);
    await recordDelivery(needs, { ...news, status: 'sent' });
    expect(await rowOf(key)).toMatchObject({ status: 'queued', twilioSid: null });
    await database.db.outboundMessage.update({ where: { id }, data: { nextAttemptAt: new Date(0) } });
    await deliverAll();
    expect((await rowOf(key)).status).toBe('delivered');
    const heard = sandbox.phones.messages(phone.id).filter((message) => message.direction === 'in');
    expect(heard).toHaveLength(2);
  });

  test('of a try that came to nothing stays old news, whatever went wrong with the next one meanwhile', async () => {
    const { customer } = await newCustomer();
    const key = await enqueue(customer.id, { body: 'photo' });
    await deliverAll();
    const { id, twilioSid } = await rowOf(key);
    await change(key, { status: 'sent' });
    const news = { outboundId: id, sid: twilioSid as string, errorCode: null };
    await recordDelivery(needs, { ...news, status: 'undelivered', errorCode: 63019 });
    await change(key, { nextAttemptAt: new Date(0) });
    sandbox.twilio.faults.add(refusal(429, 20429));
    await deliverAll();
    for (const status of ['sent', 'delivered', 'failed']) await recordDelivery(needs, { ...news, status });
    expect(await rowOf(key)).toMatchObject({ status: 'queued', twilioSid: null, attempts: 2 });
    await change(key, { nextAttemptAt: new Date(0) });
    await deliverAll();
    expect((await rowOf(key)).status).toBe('delivered');
  });

  test('of a message that an operator sends again is told twice and ends nothing', async () => {
    const { customer } = await newCustomer();
    const { businessKey } = await enqueueAboutOrder(customer.id, 'thank-you', 'merci');
    await deliverAll();
    const { id, twilioSid } = await rowOf(businessKey);
    await change(businessKey, { status: 'sent' });
    const news = { outboundId: id, status: 'failed', sid: twilioSid as string, errorCode: 63021 };
    await recordDelivery(needs, news);
    expect((await rowOf(businessKey)).status).toBe('failed');
    await requeueFailedMessages(database.db, { decidedSince: new Date(sandbox.clock.now().getTime() - 60_000) });
    await recordDelivery(needs, news);
    expect(await rowOf(businessKey)).toMatchObject({ status: 'queued', twilioSid: null });
    await deliverAll();
    expect((await rowOf(businessKey)).status).toBe('delivered');
  });

  test.each([
    ['its SID was told before', ['queued']],
    ['its SID was not', []],
  ])('that it came to nothing sends a message again whose answer was lost, whether %s', async (_name, before) => {
    const { customer } = await newCustomer();
    const key = await enqueue(customer.id, { body: 'photo' });
    sandbox.twilio.faults.add({ ...refusal(500, 20500), method: 'POST' });
    await deliverAll();
    const { id } = await rowOf(key);
    const news = { outboundId: id, sid: `SM${randomUUID()}`, errorCode: null };
    for (const status of before) await recordDelivery(needs, { ...news, status });
    await recordDelivery(needs, { ...news, status: 'undelivered', errorCode: 63019 });
    expect(await rowOf(key)).toMatchObject({ status: 'queued', twilioSid: null, errorCode: 63019 });
    await change(key, { nextAttemptAt: new Date(0) });
    await deliverAll();
    expect((await rowOf(key)).status).toBe('delivered');
  });

  test('of an earlier try is not taken for the failure of the one on its way', async () => {
    const { customer } = await newCustomer();
    const key = await enqueue(customer.id, { body: 'second essai' });
    await database.db.outboundMessage.update({
      where: { businessKey: key },
      data: { status: 'sending', attempts: 2, claimedUntil: new Date(Date.now() + 60_000) },
    });
    const { id } = await rowOf(key);
    await recordDelivery(needs, { outboundId: id, status: 'undelivered', sid: 'SMearlier', errorCode: 63019 });
    expect(await rowOf(key)).toMatchObject({ status: 'sending', twilioSid: null });
    await database.db.outboundMessage.update({ where: { id }, data: { status: 'failed' } });
  });

  test('with half an emoji in its text is stored and sent all the same', async () => {
    const { customer } = await newCustomer();
    const key = await enqueue(customer.id, { body: 'moitié \ud83d et nul \u0000' });
    await deliverAll();
    expect((await rowOf(key)).status).toBe('delivered');
  });

  test('of an unknown message or with an unknown word changes nothing', async () => {
    await recordDelivery(needs, { outboundId: randomUUID(), status: 'sent', sid: 'SMx', errorCode: null });
    await recordDelivery(needs, { outboundId: randomUUID(), status: '__proto__', sid: 'SMx', errorCode: null });
  });
});
