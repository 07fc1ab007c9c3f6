import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { enqueueMessage, requeueFailedMessages } from '../../src/db/outbox.ts';
import { measureShop } from '../../src/db/shop-health.ts';
import type { OutboundContent } from '../../src/domain/outbound-message.ts';
import { deliverNextMessage } from '../../src/flows/deliver-messages.ts';
import { receiveMessage } from '../../src/flows/receive-message.ts';
import { recordDelivery } from '../../src/flows/record-delivery.ts';
import type { Prisma } from '../../src/generated/prisma/client.ts';
import type { TemplateRegistry } from '../../src/ports.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/start.ts';
import { createMessenger } from '../../src/vendors/twilio.ts';
import { silentLog } from '../support/silent-log.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { until } from '../support/until.ts';

const ACCOUNT = { accountSid: `AC${'2'.repeat(32)}`, authToken: 'token', from: 'whatsapp:+590590000000' };
let database: TestDatabase;
let sandbox: Sandbox;
let app: Server;
/** True while Twilio's status callbacks do not reach us. */
let callbacksAreLost = false;
let templates: TemplateRegistry;
let needs: Parameters<typeof deliverNextMessage>[0] & Parameters<typeof receiveMessage>[0];

beforeAll(async () => {
  database = await createTestDatabase();
  app = createServer();
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  const publicUrl = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
  sandbox = await startSandbox({
    publicUrl,
    shop: { name: 'Test', number: '+590590000000', currency: 'EUR', locale: 'fr', timezone: 'America/Guadeloupe' },
    twilio: ACCOUNT,
    stripe: { secretKey: 'sk_test_x', webhookSecret: 'whsec_x' },
    webhookRetryDelaysMs: [],
  });
  const messenger = createMessenger({ ...ACCOUNT, apiBaseUrl: sandbox.twilioBaseUrl, messagingServiceSid: undefined });
  templates = messenger.templates;
  const { db } = database;
  const theirs = {
    messenger,
    publicUrl,
    sessionSecret: 'secret',
    nudge: () => {},
    tellLive: () => {},
    burstWindowMs: 0,
  };
  needs = { db, clock: sandbox.clock, log: silentLog, ...theirs };
  // The app's two Twilio routes, without their signature check (that is http's test).
  app.on('request', async (request, response) => {
    const fields = Object.fromEntries(new URLSearchParams(await text(request)));
    if (request.url === '/whatsapp/inbound') await receiveMessage(needs, fields);
    if (request.url?.startsWith('/whatsapp/status') && !callbacksAreLost) {
      const outboundId = new URL(request.url, publicUrl).searchParams.get('message') ?? '';
      const { MessageStatus: status = '', MessageSid: sid = '', ErrorCode } = fields;
      await recordDelivery(needs, { outboundId, status, sid, errorCode: ErrorCode ? Number(ErrorCode) : null });
    }
    response.writeHead(200, { 'content-type': 'text/xml' }).end('<Response/>');
  });
});
afterAll(async () => {
  await sandbox.stop();
  await new Promise((resolve) => {
    app.close(resolve);
    app.closeAllConnections();
  });
  await database.close();
});

async function newCustomer() {
  const phone = sandbox.phones.addCustomer({ name: 'Camille' });
  sandbox.twilio.customerWrites(phone.id, 'bonjour');
  const customer = await until('the customer is known', () =>
    database.db.customer.findFirst({ where: { phone: phone.phone } }),
  );
  return { phone, customer };
}

async function enqueue(customerId: string, content: OutboundContent, businessKey: string = randomUUID()) {
  await enqueueMessage(database.db, { businessKey, customerId, content, at: sandbox.clock.now() });
  return businessKey;
}

/** As enqueue, about an order of this customer that waits for payment. */
async function enqueueAboutOrder(customerId: string, kind: string, body: string) {
  const { db } = database;
  const now = sandbox.clock.now();
  const location = { name: 'Jarry', address: '12 rue', hours: '8 h - 18 h' };
  const order = await db.order.create({
    data: {
      number: `C-${randomUUID()}`,
      customer: { connect: { id: customerId } },
      location: { create: { code: randomUUID(), ...location } },
      ...{ totalMinor: 100, currency: 'EUR', locale: 'fr', createdAt: now },
      expiresAt: new Date(now.getTime() + 3600_000),
    },
  });
  const businessKey = `${kind}:${order.id}:1`;
  await enqueueMessage(db, { businessKey, customerId, orderId: order.id, content: { body }, at: now });
  return { businessKey, orderId: order.id };
}

const change = (businessKey: string, data: Prisma.OutboundMessageUpdateInput) =>
  database.db.outboundMessage.update({ where: { businessKey }, data });
const heardBy = (phone: { id: string }) =>
  sandbox.phones
    .messages(phone.id)
    .filter((message) => message.direction === 'in')
    .map((message) => message.body);
const refusal = (status: number, code: number) => ({
  kind: 'status' as const,
  status,
  body: { code, message: 'refused', status },
  path: /Messages\.json$/,
});

const rowOf = (businessKey: string) => database.db.outboundMessage.findUniqueOrThrow({ where: { businessKey } });

async function deliverAll() {
  while (await deliverNextMessage(needs));
  await sandbox.idle();
}

describe('an inbound message', () => {
  const fields = (sid: string, from: string) => ({ MessageSid: sid, From: from, Body: 'bonjour', ProfileName: 'Ana' });

  test('fault 31: posted twenty times at once is stored once', async () => {
    const posts = Array.from({ length: 20 }, () => receiveMessage(needs, fields('SMtwenty', 'whatsapp:+590690555001')));
    const results = await Promise.all(posts);
    expect(results.filter((result) => result.kind === 'stored')).toHaveLength(1);
    expect(await database.db.inboundMessage.count({ where: { messageSid: 'SMtwenty' } })).toBe(1);
    expect(await database.db.customer.count({ where: { phone: '+590690555001' } })).toBe(1);
  });

  test('replayed a day later does not reopen the 24-hour window', async () => {
    await receiveMessage(needs, fields('SMreplay', 'whatsapp:+590690555002'));
    const { lastInboundAt } = await database.db.customer.findFirstOrThrow({ where: { phone: '+590690555002' } });
    const later = { ...needs, clock: { now: () => new Date(Date.now() + 25 * 3600_000) } };
    expect(await receiveMessage(later, fields('SMreplay', 'whatsapp:+590690555002'))).toEqual({ kind: 'duplicate' });
    const after = await database.db.customer.findFirstOrThrow({ where: { phone: '+590690555002' } });
    expect(after.lastInboundAt).toEqual(lastInboundAt);
  });

  test('of a customer without a phone number is kept under its channel address', async () => {
    expect(await receiveMessage(needs, fields('SMuser', 'whatsapp:BSUID.77'))).toEqual({ kind: 'stored' });
    const customer = await database.db.customer.findUniqueOrThrow({ where: { channelAddress: 'whatsapp:BSUID.77' } });
    expect(customer.phone).toBeNull();
  });

  test('of 10,000 characters, with NUL, HTML and SQL in it, is kept as it is', async () => {
    const body = `<b>'; DROP TABLE orders; --\u0000${'x'.repeat(10_000)}`;
    await receiveMessage(needs, { ...fields('SMlong', 'whatsapp:+590690555003'), Body: body });
    const stored = await database.db.inboundMessage.findUniqueOrThrow({ where: { messageSid: 'SMlong' } });
    expect(stored.body).toBe(body.replace('\u0000', ''));
  });

  test.each([
    [{ MessageSid: '', From: 'whatsapp:+590690555004' }],
    [{ MessageSid: 'SM1', From: '+590690555004' }],
    [{ MessageSid: 'SM1', From: 'whatsapp:+1' }],
    [{}],
  ])('without a usable sender or id is refused: %j', async (bad) => {
    expect(await receiveMessage(needs, bad)).toMatchObject({ kind: 'unusable' });
  });
});

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

  test('whose answer was lost on the way is looked up and not sent twice', async () => {
    const { customer, phone } = await newCustomer();
    const key = await enqueue(customer.id, { body: 'peut-être parti' });
    callbacksAreLost = true;
    sandbox.twilio.faults.add({ kind: 'lost_answer', path: /Messages\.json$/, method: 'POST' });
    await deliverNextMessage(needs);
    await sandbox.idle();
    expect(await rowOf(key)).toMatchObject({ status: 'queued', twilioSid: null });
    await database.db.outboundMessage.update({ where: { businessKey: key }, data: { nextAttemptAt: new Date(0) } });
    await deliverAll();
    callbacksAreLost = false;
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
    const late = { ...needs, clock: { now: () => new Date(sandbox.clock.now().getTime() + 25 * 3600_000) } };
    const template = { key: 'expired' as const, locale: 'fr' as const, variables: { '1': 'C-1001' } };
    const without = await enqueue(customer.id, { body: 'expiré', template });
    await deliverNextMessage(late);
    expect(await rowOf(without)).toMatchObject({ status: 'failed', errorCode: 63016 });

    const { contentSid, approval } = await templates.submit({
      key: 'expired',
      locale: 'fr',
      name: 'comptoir_expired_fr',
      body: 'La commande {{1}} a expiré, répondez ici.',
      examples: ['C-1001'],
    });
    await database.db.messageTemplate.create({
      data: { key: 'expired', locale: 'fr', contentSid, approval, digest: 'x' },
    });
    const withTemplate = await enqueue(customer.id, { body: 'expiré', template });
    await deliverNextMessage(late);
    expect(await rowOf(withTemplate)).toMatchObject({
      sentAs: 'template',
      twilioSid: expect.stringMatching(/^(SM|MM)/),
    });
    await sandbox.idle();
  });
});

describe('a message that Twilio took', () => {
  test('is not sent again when the database fails at that moment', async () => {
    const { customer, phone } = await newCustomer();
    const key = await enqueue(customer.id, { body: 'une seule fois' });
    await database.db.$executeRawUnsafe(`CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'the disk is full'; END $$`);
    await database.db.$executeRawUnsafe(`CREATE TRIGGER no_sent BEFORE UPDATE ON outbound_messages FOR EACH ROW
      WHEN (NEW.status = 'sent') EXECUTE FUNCTION fail()`);
    callbacksAreLost = true;
    await expect(deliverNextMessage(needs)).rejects.toThrow('the disk is full');
    await sandbox.idle();
    await database.db.$executeRawUnsafe('DROP TRIGGER no_sent ON outbound_messages');
    expect(await rowOf(key)).toMatchObject({ status: 'sending', twilioSid: null });
    await change(key, { claimedUntil: new Date(0) });
    await deliverAll();
    callbacksAreLost = false;
    expect(await rowOf(key)).toMatchObject({ status: 'sent', twilioSid: expect.stringMatching(/^SM/) });
    expect(heardBy(phone)).toEqual(['une seule fois']);
  });

  test('is known by the callback that says so: it is not sent again, and the next one does not wait for ever', async () => {
    const { customer, phone } = await newCustomer();
    const key = await enqueue(customer.id, { body: 'déjà chez Twilio' });
    const next = await enqueue(customer.id, { body: 'la suite' });
    sandbox.twilio.faults.add(refusal(503, 0));
    await deliverNextMessage(needs);
    const { id } = await rowOf(key);
    await recordDelivery(needs, { outboundId: id, status: 'queued', sid: 'SMcallback', errorCode: null });
    expect(await rowOf(key)).toMatchObject({ status: 'queued', twilioSid: 'SMcallback' });
    await change(key, { nextAttemptAt: new Date(0) });
    await deliverAll();
    expect(await rowOf(key)).toMatchObject({ status: 'sent', twilioSid: 'SMcallback' });
    expect((await rowOf(next)).status).toBe('delivered');
    expect(heardBy(phone)).toEqual(['la suite']);
  });

  test('without a lease, however that came, is taken up again', async () => {
    const { customer, phone } = await newCustomer();
    const key = await enqueue(customer.id, { body: 'sans bail' });
    await change(key, { status: 'sending', claimedUntil: null });
    await deliverAll();
    expect(heardBy(phone)).toEqual(['sans bail']);
  });

  test('as a template is looked up by its final words', async () => {
    const { customer, phone } = await newCustomer();
    const template = { key: 'refunded' as const, locale: 'fr' as const, variables: { '1': '10 €', '2': 'C-1001' } };
    const late = { ...needs, clock: { now: () => new Date(sandbox.clock.now().getTime() + 25 * 3600_000) } };
    const { contentSid, approval } = await templates.submit({
      ...{ key: 'refunded', locale: 'fr', name: 'comptoir_refunded_fr', examples: ['10 €', 'C-1001'] },
      body: 'Nous vous remboursons {{1}} pour la commande {{2}}.',
    });
    const key = await enqueue(customer.id, { body: 'remboursé', template });
    await database.db.messageTemplate.create({
      data: { key: 'refunded', locale: 'fr', contentSid, approval, digest: 'x' },
    });
    callbacksAreLost = true;
    sandbox.twilio.faults.add({ kind: 'lost_answer', path: /Messages\.json$/, method: 'POST' });
    await deliverNextMessage(late);
    await sandbox.idle();
    await change(key, { nextAttemptAt: new Date(0) });
    await deliverNextMessage(late);
    await sandbox.idle();
    callbacksAreLost = false;
    expect(await rowOf(key)).toMatchObject({ status: 'sent', attempts: 2 });
    expect(heardBy(phone)).toEqual(['Nous vous remboursons 10 € pour la commande C-1001.']);
  });

  test('is not taken for another one with the same words', async () => {
    const { customer, phone } = await newCustomer();
    await enqueue(customer.id, { body: 'ajouté' });
    await deliverAll();
    const second = await enqueue(customer.id, { body: 'ajouté' });
    await change(second, { lastError: 'ambiguous twilio_no_answer' });
    await deliverAll();
    expect((await rowOf(second)).status).toBe('delivered');
    expect(heardBy(phone)).toEqual(['ajouté', 'ajouté']);
  });

  test('may have left until a look-up has answered, even when the look-up fails first', async () => {
    const { customer, phone } = await newCustomer();
    const key = await enqueue(customer.id, { body: 'doute' });
    callbacksAreLost = true;
    sandbox.twilio.faults.add({ kind: 'lost_answer', path: /Messages\.json$/, method: 'POST' });
    sandbox.twilio.faults.add({ ...refusal(429, 20429), method: 'GET' });
    for (const _try of [1, 2, 3]) {
      await deliverNextMessage(needs);
      await sandbox.idle();
      await change(key, { nextAttemptAt: new Date(0) });
    }
    callbacksAreLost = false;
    expect(await rowOf(key)).toMatchObject({ status: 'sent', attempts: 3 });
    expect(heardBy(phone)).toEqual(['doute']);
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
    sandbox.twilio.faults.add({ ...refusal(400, 63019), times: 2 });
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
