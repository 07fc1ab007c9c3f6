import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { claimNextMessage } from '../../src/db/claim-message.ts';
import { endMessage, markSent, requeueFailedMessages, retryMessageLater, rewordMessage } from '../../src/db/outbox.ts';
import { measureShop } from '../../src/db/shop-health.ts';
import { deliverNextMessage } from '../../src/flows/deliver-messages.ts';
import { type MessageDesk, openMessageDesk, refusal } from '../support/message-desk.ts';
import { until } from '../support/until.ts';

let desk: MessageDesk;

beforeAll(async () => {
  desk = await openMessageDesk();
});
afterAll(() => desk.close());

describe('an outbound message', () => {
  test('is written once per business key', async () => {
    const { customer } = await desk.newCustomer();
    const writes = Array.from({ length: 10 }, () => desk.enqueue(customer.id, { body: 'une fois' }, 'once:1'));
    await Promise.all(writes);
    expect(await desk.db.outboundMessage.count({ where: { businessKey: 'once:1' } })).toBe(1);
    await desk.deliverAll();
  });

  test('leaves once and in order although four workers deliver at the same time', async () => {
    const { customer, phone } = await desk.newCustomer();
    for (let n = 1; n <= 6; n++) await desk.enqueue(customer.id, { body: `message ${n}` });
    await Promise.all([desk.deliverAll(), desk.deliverAll(), desk.deliverAll(), desk.deliverAll()]);
    await desk.deliverAll();
    const heard = desk.sandbox.phones.messages(phone.id).filter((message) => message.direction === 'in');
    expect(heard.map((message) => message.body)).toEqual([1, 2, 3, 4, 5, 6].map((n) => `message ${n}`));
  });

  test('waits while an earlier one of its customer is on its way, and nobody else does', async () => {
    const [{ customer }, other] = [await desk.newCustomer(), await desk.newCustomer()];
    const first = await desk.enqueue(customer.id, { body: 'un' });
    const second = await desk.enqueue(customer.id, { body: 'deux' });
    const elsewhere = await desk.enqueue(other.customer.id, { body: 'ailleurs' });
    const claim = async () =>
      (await claimNextMessage(desk.db, desk.sandbox.clock.now(), desk.needs.senderPace))?.businessKey;
    expect(await Promise.all([claim(), claim(), claim(), claim()])).toEqual(
      expect.arrayContaining([first, elsewhere, undefined, undefined]),
    );
    await desk.change(first, { status: 'sent' });
    expect(await claim()).toBe(second);
    for (const key of [second, elsewhere]) await desk.change(key, { status: 'sent' });
  });

  test('that another worker took up after a lease ran out is not ended by the first', async () => {
    const { customer, phone } = await desk.newCustomer();
    const key = await desk.enqueue(customer.id, { body: 'une fois, à deux' });
    const [at, slow] = [
      desk.sandbox.clock.now(),
      await claimNextMessage(desk.db, desk.sandbox.clock.now(), desk.needs.senderPace),
    ];
    if (!slow) throw new Error('nothing was claimed');
    await desk.change(key, { claimedUntil: new Date(0) });
    const quick = await claimNextMessage(desk.db, at, desk.needs.senderPace);
    expect(quick).toMatchObject({ id: slow.id, mayHaveLeft: true });
    const failure = { error: 'late', code: null };
    await retryMessageLater(desk.db, slow, { ...failure, delaySeconds: 0 });
    await endMessage(desk.db, slow, { ...failure, status: 'failed', at });
    expect(await markSent(desk.db, slow, { sid: 'SMlate', sentAs: 'text', contentSid: null, at })).toBe(false);
    expect(await rewordMessage(desk.db, slow, { body: 'autre' })).toBe(false);
    expect(await desk.rowOf(key)).toMatchObject({ status: 'sending', twilioSid: null, lastError: null });
    await desk.change(key, { claimedUntil: new Date(0) });
    await desk.deliverAll();
    expect(desk.heardBy(phone)).toEqual(['une fois, à deux']);
  });

  test('whose answer was lost on the way is looked up and not sent twice', async () => {
    const { customer, phone } = await desk.newCustomer();
    const key = await desk.enqueue(customer.id, { body: 'peut-être parti' });
    desk.callbacksAreLost = true;
    desk.sandbox.twilio.faults.add({ kind: 'lost_answer', path: /Messages\.json$/, method: 'POST' });
    await deliverNextMessage(desk.needs);
    await desk.sandbox.idle();
    expect(await desk.rowOf(key)).toMatchObject({ status: 'queued', twilioSid: null });
    await desk.change(key, { nextAttemptAt: new Date(0) });
    await desk.deliverAll();
    desk.callbacksAreLost = false;
    expect(await desk.rowOf(key)).toMatchObject({ status: 'sent', attempts: 2 });
    const heard = desk.sandbox.phones.messages(phone.id).filter((message) => message.direction === 'in');
    expect(heard).toHaveLength(1);
  });

  test('whose answer was lost but whose delivery was reported counts as sent', async () => {
    const { customer, phone } = await desk.newCustomer();
    const key = await desk.enqueue(customer.id, { body: 'parti' });
    desk.sandbox.twilio.faults.add({ kind: 'lost_answer', path: /Messages\.json$/, method: 'POST' });
    await deliverNextMessage(desk.needs);
    await desk.deliverAll();
    await until('Twilio has reported it', async () => (await desk.rowOf(key)).status === 'delivered');
    const heard = desk.sandbox.phones.messages(phone.id).filter((message) => message.direction === 'in');
    expect(heard).toHaveLength(1);
  });

  test('is tried again after a rate limit', async () => {
    const { customer } = await desk.newCustomer();
    const key = await desk.enqueue(customer.id, { body: 'encore' });
    desk.sandbox.twilio.faults.add(refusal(429, 20429));
    await deliverNextMessage(desk.needs);
    expect(await desk.rowOf(key)).toMatchObject({ status: 'queued', attempts: 1, errorCode: 20429 });
    await desk.change(key, { nextAttemptAt: new Date(0) });
    await desk.deliverAll();
    expect((await desk.rowOf(key)).status).toBe('delivered');
  });

  test('that WhatsApp refuses ends as a visible failure', async () => {
    const { customer } = await desk.newCustomer();
    const key = await desk.enqueue(customer.id, { body: 'jamais' });
    desk.sandbox.twilio.faults.add(refusal(400, 63003));
    await deliverNextMessage(desk.needs);
    expect(await desk.rowOf(key)).toMatchObject({ status: 'failed', errorCode: 63003 });
  });

  test('outside the 24-hour window leaves as its approved template, and as a visible failure without one', async () => {
    const { customer } = await desk.newCustomer();
    const late = desk.later(25);
    const template = { key: 'expired' as const, locale: 'fr' as const, variables: { '1': 'C-1001' } };
    const without = await desk.enqueue(customer.id, { body: 'expiré', template });
    await deliverNextMessage(late);
    expect(await desk.rowOf(without)).toMatchObject({ status: 'failed', errorCode: 63016 });

    await desk.approveTemplate('expired', 'La commande {{1}} a expiré, répondez ici.', ['C-1001']);
    const withTemplate = await desk.enqueue(customer.id, { body: 'expiré', template });
    await deliverNextMessage(late);
    expect(await desk.rowOf(withTemplate)).toMatchObject({
      sentAs: 'template',
      twilioSid: expect.stringMatching(/^(SM|MM)/),
    });
    await desk.sandbox.idle();
  });
});

describe('a message that waited', () => {
  test('does not leave once it is overtaken, and counts as no failure', async () => {
    const { customer, phone } = await desk.newCustomer();
    const { businessKey, orderId } = await desk.enqueueAboutOrder(customer.id, 'reminder', 'pensez à payer');
    const next = await desk.enqueue(customer.id, { body: 'merci' });
    await desk.db.order.update({ where: { id: orderId }, data: { status: 'confirmed' } });
    await desk.deliverAll();
    expect(await desk.rowOf(businessKey)).toMatchObject({ status: 'superseded', lastError: 'the order is confirmed' });
    expect((await desk.rowOf(next)).status).toBe('delivered');
    expect(desk.heardBy(phone)).toEqual(['merci']);
    expect((await measureShop(desk.db, desk.sandbox.clock.now())).messagesWaiting).toBe(0);
  });

  test('after an opt-out is a reminder no more', async () => {
    const { customer, phone } = await desk.newCustomer();
    const { businessKey } = await desk.enqueueAboutOrder(customer.id, 'reminder', 'pensez à payer');
    await desk.db.customer.update({
      where: { id: customer.id },
      data: { optedOutAt: desk.sandbox.clock.now() },
    });
    await desk.deliverAll();
    expect(await desk.rowOf(businessKey)).toMatchObject({ status: 'superseded', lastError: 'the customer opted out' });
    expect(desk.heardBy(phone)).toEqual([]);
  });

  test('is no expiry notice once the order was paid after all', async () => {
    const { customer, phone } = await desk.newCustomer();
    const { businessKey, orderId } = await desk.enqueueAboutOrder(customer.id, 'expired', 'expirée');
    await desk.db.order.update({ where: { id: orderId }, data: { status: 'expired' } });
    await desk.db.order.update({ where: { id: orderId }, data: { status: 'confirmed' } });
    await desk.deliverAll();
    expect(await desk.rowOf(businessKey)).toMatchObject({ status: 'superseded', lastError: 'the order is confirmed' });
    expect(desk.heardBy(phone)).toEqual([]);
  });

  test.each([
    ['an outage of hours', 503, 0],
    ['a wrong token', 401, 20003],
  ])('outlives %s', async (_name, status, code) => {
    const { customer, phone } = await desk.newCustomer();
    const key = await desk.enqueue(customer.id, { body: 'enfin' });
    desk.sandbox.twilio.faults.add({ ...refusal(status, code), times: 20 });
    for (let n = 1; n <= 20; n++) {
      await deliverNextMessage(desk.needs);
      await desk.change(key, { nextAttemptAt: new Date(0) });
    }
    expect(await desk.rowOf(key)).toMatchObject({ status: 'queued', attempts: 20 });
    await desk.deliverAll();
    expect(desk.heardBy(phone)).toEqual(['enfin']);
  });

  test('and failed for good is sent when an operator replays it', async () => {
    const { customer, phone } = await desk.newCustomer();
    const { businessKey } = await desk.enqueueAboutOrder(customer.id, 'thank-you', 'merci');
    const chat = await desk.enqueue(customer.id, { body: 'bonjour' });
    desk.sandbox.twilio.faults.add({ ...refusal(400, 63021), times: 2 });
    await desk.deliverAll();
    expect((await desk.rowOf(businessKey)).status).toBe('failed');
    const since = (ms: number) => ({ decidedSince: new Date(desk.sandbox.clock.now().getTime() + ms) });
    expect(await requeueFailedMessages(desk.db, since(1000))).toEqual([]);
    // Staff have seen to it, by telephone perhaps: only who names that message sends it all the same.
    await desk.change(businessKey, { settledAt: desk.sandbox.clock.now() });
    expect(await requeueFailedMessages(desk.db, since(-60_000))).toEqual([]);
    await desk.change(businessKey, { settledAt: null });
    expect(await requeueFailedMessages(desk.db, since(-60_000))).toMatchObject([{ businessKey }]);
    await desk.deliverAll();
    expect(await desk.rowOf(businessKey)).toMatchObject({ status: 'delivered', errorCode: null });
    expect((await desk.rowOf(chat)).status).toBe('failed');
    expect(desk.heardBy(phone)).toEqual(['merci']);
  });
});
