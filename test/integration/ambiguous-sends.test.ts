import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { deliverNextMessage } from '../../src/flows/deliver-messages.ts';
import { recordDelivery } from '../../src/flows/record-delivery.ts';
import { type MessageDesk, openMessageDesk, refusal } from '../support/message-desk.ts';

let desk: MessageDesk;
let database: MessageDesk['database'];
let sandbox: MessageDesk['sandbox'];
let needs: MessageDesk['needs'];
let newCustomer: MessageDesk['newCustomer'];
let enqueue: MessageDesk['enqueue'];
let change: MessageDesk['change'];
let rowOf: MessageDesk['rowOf'];
let heardBy: MessageDesk['heardBy'];
const deliverAll: MessageDesk['deliverAll'] = (overrides) => desk.deliverAll(overrides);

beforeAll(async () => {
  desk = await openMessageDesk();
  ({ database, sandbox, needs } = desk);
  ({ newCustomer, enqueue, change, rowOf, heardBy } = desk);
});
afterAll(() => desk.close());

describe('a message that Twilio took', () => {
  test('is not sent again when the database fails at that moment', async () => {
    const { customer, phone } = await newCustomer();
    const key = await enqueue(customer.id, { body: 'une seule fois' });
    await database.db.$executeRawUnsafe(`CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'the disk is full'; END $$`);
    await database.db.$executeRawUnsafe(`CREATE TRIGGER no_sent BEFORE UPDATE ON outbound_messages FOR EACH ROW
      WHEN (NEW.status = 'sent') EXECUTE FUNCTION fail()`);
    desk.callbacksAreLost = true;
    await expect(deliverNextMessage(needs)).rejects.toThrow('the disk is full');
    await sandbox.idle();
    await database.db.$executeRawUnsafe('DROP TRIGGER no_sent ON outbound_messages');
    expect(await rowOf(key)).toMatchObject({ status: 'sending', twilioSid: null });
    await change(key, { claimedUntil: new Date(0) });
    await deliverAll();
    desk.callbacksAreLost = false;
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
    const late = desk.later(25);
    const key = await enqueue(customer.id, { body: 'remboursé', template });
    const wording = 'Nous vous remboursons {{1}} pour la commande {{2}}.';
    await desk.approveTemplate('refunded', wording, ['10 €', 'C-1001']);
    desk.callbacksAreLost = true;
    sandbox.twilio.faults.add({ kind: 'lost_answer', path: /Messages\.json$/, method: 'POST' });
    await deliverNextMessage(late);
    await sandbox.idle();
    await change(key, { nextAttemptAt: new Date(0) });
    await deliverNextMessage(late);
    await sandbox.idle();
    desk.callbacksAreLost = false;
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

  test('is not sent again when its callback comes while it is looked up', async () => {
    const { customer, phone } = await newCustomer();
    const key = await enqueue(customer.id, { body: 'au même moment' });
    desk.callbacksAreLost = true;
    sandbox.twilio.faults.add({ kind: 'lost_answer', path: /Messages\.json$/, method: 'POST' });
    await deliverNextMessage(needs);
    await sandbox.idle();
    const { id } = await change(key, { nextAttemptAt: new Date(0) });
    const findSent: typeof needs.messenger.findSent = async (query) => {
      const sids = await needs.messenger.findSent(query);
      for (const sid of sids) await recordDelivery(needs, { outboundId: id, status: 'sent', sid, errorCode: null });
      return sids;
    };
    await deliverAll({ messenger: { ...needs.messenger, findSent } });
    desk.callbacksAreLost = false;
    expect(await rowOf(key)).toMatchObject({ status: 'sent', twilioSid: expect.stringMatching(/^SM/) });
    expect(heardBy(phone)).toEqual(['au même moment']);
  });

  test('although it answered with an error of its own, is looked up and not sent twice', async () => {
    const { customer, phone } = await newCustomer();
    const key = await enqueue(customer.id, { body: 'erreur 500' });
    desk.callbacksAreLost = true;
    const send: typeof needs.messenger.send = async (message) => {
      await needs.messenger.send(message);
      sandbox.twilio.faults.add(refusal(500, 20500));
      return needs.messenger.send(message);
    };
    await deliverNextMessage({ ...needs, messenger: { ...needs.messenger, send } });
    expect(await rowOf(key)).toMatchObject({ status: 'queued', twilioSid: null });
    await change(key, { nextAttemptAt: new Date(0) });
    await deliverAll();
    desk.callbacksAreLost = false;
    expect((await rowOf(key)).status).toBe('sent');
    expect(heardBy(phone)).toEqual(['erreur 500']);
  });

  test('may have left until a look-up has answered, even when the look-up fails first', async () => {
    const { customer, phone } = await newCustomer();
    const key = await enqueue(customer.id, { body: 'doute' });
    desk.callbacksAreLost = true;
    sandbox.twilio.faults.add({ kind: 'lost_answer', path: /Messages\.json$/, method: 'POST' });
    sandbox.twilio.faults.add({ ...refusal(429, 20429), method: 'GET' });
    for (const _try of [1, 2, 3]) {
      await deliverNextMessage(needs);
      await sandbox.idle();
      await change(key, { nextAttemptAt: new Date(0) });
    }
    desk.callbacksAreLost = false;
    expect(await rowOf(key)).toMatchObject({ status: 'sent', attempts: 3 });
    expect(heardBy(phone)).toEqual(['doute']);
  });
});
