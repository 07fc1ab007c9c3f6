import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { claimNextMessage } from '../../src/db/claim-message.ts';
import { endMessage, markSent, requeueFailedMessages, retryMessageLater, rewordMessage } from '../../src/db/outbox.ts';
import { measureShop } from '../../src/db/shop-health.ts';
import { deliverNextMessage } from '../../src/flows/deliver-messages.ts';
import { type MessageDesk, openMessageDesk, refusal } from '../support/message-desk.ts';
import { until } from '../support/until.ts';

let desk: MessageDesk;
let database: MessageDesk['database'];
let sandbox: MessageDesk['sandbox'];
let needs: MessageDesk['needs'];
let newCustomer: MessageDesk['newCustomer'];
let enqueue: MessageDesk['enqueue'];
let enqueueAboutOrder: MessageDesk['enqueueAboutOrder'];
let change: MessageDesk['change'];
let rowOf: MessageDesk['rowOf'];
let heardBy: MessageDesk['heardBy'];
const deliverAll = () => desk.deliverAll();

beforeAll(async () => {
  desk = await openMessageDesk();
  ({ database, sandbox, needs } = desk);
  ({ newCustomer, enqueue, enqueueAboutOrder, change, rowOf, heardBy } = desk);
});
afterAll(() => desk.close());

describe('an outbound message', () => {
  test('is written once per business key', async () => {
    const { customer } = await newCustomer();
    const writes = Array.from({ length: 10 }, () => enqueue(customer.id, { body: 'une fois' }, 'once:1'));
    await Promise.all(writes);
    expect(await database.db.outboundMessage.count({ where: { businessKey: 'once:1' } })).toBe(1);
    await deliverAll();
  });

  test('leaves once and in order although four workers deliver at the same time', async () => {
    const { customer, phone } = await newCustomer();
    for (let n = 1; n <= 6; n++) await enqueue(customer.id, { body: `message ${n}` });
    await Promise.all([deliverAll(), deliverAll(), deliverAll(), deliverAll()]);
    await deliverAll();
    const heard = sandbox.phones.messages(phone.id).filter((message) => message.direction === 'in');
    expect(heard.map((message) => message.body)).toEqual([1, 2, 3, 4, 5, 6].map((n) => `message ${n}`));
  });

  test('waits while an earlier one of its customer is on its way, and nobody else does', async () => {
    const [{ customer }, other] = [await newCustomer(), await newCustomer()];
    const first = await enqueue(customer.id, { body: 'un' });
    const second = await enqueue(customer.id, { body: 'deux' });
    const elsewhere = await enqueue(other.customer.id, { body: 'ailleurs' });
    const claim = async () => (await claimNextMessage(database.db, sandbox.clock.now(), needs.senderPace))?.businessKey;
    expect(await Promise.all([claim(), claim(), claim(), claim()])).toEqual(
      expect.arrayContaining([first, elsewhere, undefined, undefined]),
    );
    await change(first, { status: 'sent' });
    expect(await claim()).toBe(second);
    for (const key of [second, elsewhere]) await change(key, { status: 'sent' });
  });

  test('that another worker took up after a lease ran out is not ended by the first', async () => {
    const { customer, phone } = await newCustomer();
    const key = await enqueue(customer.id, { body: 'une fois, à deux' });
    const [at, slow] = [
      sandbox.clock.now(),
      await claimNextMessage(database.db, sandbox.clock.now(), needs.senderPace),
    ];
    if (!slow) throw new Error('nothing was claimed');
    await change(key, { claimedUntil: new Date(0) });
    const quick = await claimNextMessage(database.db, at, needs.senderPace);
    expect(quick).toMatchObject({ id: slow.id, mayHaveLeft: true });
    const failure = { error: 'late', code: null };
    await retryMessageLater(database.db, slow, { ...failure, delaySeconds: 0 });
    await endMessage(database.db, slow, { ...failure, status: 'failed', at });
    expect(await markSent(database.db, slow, { sid: 'SMlate', sentAs: 'text', contentSid: null, at })).toBe(false);
    expect(await rewordMessage(database.db, slow, { body: 'autre' })).toBe(false);
    expect(await rowOf(key)).toMatchObject({ status: 'sending', twilioSid: null, lastError: null });
    await change(key, { claimedUntil: new Date(0) });
    await deliverAll();
    expect(heardBy(phone)).toEqual(['une fois, à deux']);
  });

  test('whose answer was lost on the way is looked up and not sent twice', async () => {
    const { customer, phone } = await newCustomer();
    const key = await enqueue(customer.id, { body: 'peut-être parti' });
    desk.callbacksAreLost = true;
    sandbox.twilio.faults.add({ kind: 'lost_answer', path: /Messages\.json$/, method: 'POST' });
    await deliverNextMessage(needs);
    await sandbox.idle();
    expect(await rowOf(key)).toMatchObject({ status: 'queued', twilioSid: null });
    await database.db.outboundMessage.update({ where: { businessKey: key }, data: { nextAttemptAt: new Date(0) } });
    await deliverAll();
    desk.callbacksAreLost = false;
    expect(await rowOf(key)).toMatchObject({ status: 'sent', attempts: 2 });
    const heard = sandbox.phones.messages(phone.id).filter((message) => message.direction === 'in');
    expect(heard).toHaveLength(1);
  });

  test('whose answer was lost but whose delivery was reported counts as sent', async () => {
    const { customer, phone } = await newCustomer();
    const key = await enqueue(customer.id, { body: 'parti' });
    sandbox.twilio.faults.add({ kind: 'lost_answer', path: /Messages\.json$/, method: 'POST' });
    await deliverNextMessage(needs);
    await deliverAll();
    await until('Twilio has reported it', async () => (await rowOf(key)).status === 'delivered');
    const heard = sandbox.phones.messages(phone.id).filter((message) => message.direction === 'in');
    expect(heard).toHaveLength(1);
  });

  test('is tried again after a rate limit', async () => {
    const { customer } = await newCustomer();
    const key = await enqueue(customer.id, { body: 'encore' });
    sandbox.twilio.faults.add({
      kind: 'status',
      status: 429,
      body: { code: 20429, message: 'Too Many Requests', status: 429 },
      path: /Messages\.json$/,
    });
    await deliverNextMessage(needs);
    expect(await rowOf(key)).toMatchObject({ status: 'queued', attempts: 1, errorCode: 20429 });
    await database.db.outboundMessage.update({ where: { businessKey: key }, data: { nextAttemptAt: new Date(0) } });
    await deliverAll();
    expect((await rowOf(key)).status).toBe('delivered');
  });

  test('that WhatsApp refuses ends as a visible failure', async () => {
    const { customer } = await newCustomer();
    const key = await enqueue(customer.id, { body: 'jamais' });
    sandbox.twilio.faults.add({
      kind: 'status',
      status: 400,
      body: { code: 63003, message: 'no such recipient', status: 400 },
      path: /Messages\.json$/,
    });
    await deliverNextMessage(needs);
    expect(await rowOf(key)).toMatchObject({ status: 'failed', errorCode: 63003 });
  });

  test('outside the 24-hour window leaves as its approved template, and as a visible failure without one', async () => {
    const { customer } = await newCustomer();
    const late = desk.later(25);
    const template = { key: 'expired' as const, locale: 'fr' as const, variables: { '1': 'C-1001' } };
    const without = await enqueue(customer.id, { body: 'expiré', template });
    await deliverNextMessage(late);
    expect(await rowOf(without)).toMatchObject({ status: 'failed', errorCode: 63016 });

    await desk.approveTemplate('expired', 'La commande {{1}} a expiré, répondez ici.', ['C-1001']);
    const withTemplate = await enqueue(customer.id, { body: 'expiré', template });
    await deliverNextMessage(late);
    expect(await rowOf(withTemplate)).toMatchObject({
      sentAs: 'template',
      twilioSid: expect.stringMatching(/^(SM|MM)/),
    });
    await sandbox.idle();
  });
});

describe('a message that waited', () => {
  test('does not leave once it is overtaken, and counts as no failure', async () => {
    const { customer, phone } = await newCustomer();
    const { businessKey, orderId } = await enqueueAboutOrder(customer.id, 'reminder', 'pensez à payer');
    const next = await enqueue(customer.id, { body: 'merci' });
    await database.db.order.update({ where: { id: orderId }, data: { status: 'confirmed' } });
    await deliverAll();
    expect(await rowOf(businessKey)).toMatchObject({ status: 'superseded', lastError: 'the order is confirmed' });
    expect((await rowOf(next)).status).toBe('delivered');
    expect(heardBy(phone)).toEqual(['merci']);
    expect((await measureShop(database.db, sandbox.clock.now())).messagesWaiting).toBe(0);
  });

  test('after an opt-out is a reminder no more', async () => {
    const { customer, phone } = await newCustomer();
    const { businessKey } = await enqueueAboutOrder(customer.id, 'reminder', 'pensez à payer');
    await database.db.customer.update({ where: { id: customer.id }, data: { optedOutAt: sandbox.clock.now() } });
    await deliverAll();
    expect(await rowOf(businessKey)).toMatchObject({ status: 'superseded', lastError: 'the customer opted out' });
    expect(heardBy(phone)).toEqual([]);
  });

  test('is no expiry notice once the order was paid after all', async () => {
    const { customer, phone } = await newCustomer();
    const { businessKey, orderId } = await enqueueAboutOrder(customer.id, 'expired', 'expirée');
    await database.db.order.update({ where: { id: orderId }, data: { status: 'expired' } });
    await database.db.order.update({ where: { id: orderId }, data: { status: 'confirmed' } });
    await deliverAll();
    expect(await rowOf(businessKey)).toMatchObject({ status: 'superseded', lastError: 'the order is confirmed' });
    expect(heardBy(phone)).toEqual([]);
  });

  test.each([
    ['an outage of hours', 503, 0],
    ['a wrong token', 401, 20003],
  ])('outlives %s', async (_name, status, code) => {
    const { customer, phone } = await newCustomer();
    const key = await enqueue(customer.id, { body: 'enfin' });
    sandbox.twilio.faults.add({ ...refusal(status, code), times: 20 });
    for (let n = 1; n <= 20; n++) {
      await deliverNextMessage(needs);
      await change(key, { nextAttemptAt: new Date(0) });
    }
    expect(await rowOf(key)).toMatchObject({ status: 'queued', attempts: 20 });
    await deliverAll();
    expect(heardBy(phone)).toEqual(['enfin']);
  });

  test('and failed for good is sent when an operator replays it', async () => {
    const { customer, phone } = await newCustomer();
    const { businessKey } = await enqueueAboutOrder(customer.id, 'thank-you', 'merci');
    const chat = await enqueue(customer.id, { body: 'bonjour' });
    sandbox.twilio.faults.add({ ...refusal(400, 63021), times: 2 });
    await deliverAll();
    expect((await rowOf(businessKey)).status).toBe('failed');
    const since = (ms: number) => ({ decidedSince: new Date(sandbox.clock.now().getTime() + ms) });
    expect(await requeueFailedMessages(database.db, since(1000))).toEqual([]);
    expect(await requeueFailedMessages(database.db, since(-60_000))).toEqual([businessKey]);
    await deliverAll();
    expect(await rowOf(businessKey)).toMatchObject({ status: 'delivered', errorCode: null });
    expect((await rowOf(chat)).status).toBe('failed');
    expect(heardBy(phone)).toEqual(['merci']);
  });
});
