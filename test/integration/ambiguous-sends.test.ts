import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { deliverNextMessage } from '../../src/flows/deliver-messages.ts';
import { recordDelivery } from '../../src/flows/record-delivery.ts';
import { type MessageDesk, openMessageDesk, refusal } from '../support/message-desk.ts';

let desk: MessageDesk;

beforeAll(async () => {
  desk = await openMessageDesk();
});
afterAll(() => desk.close());

describe('a message that Twilio took', () => {
  test('is not sent again when the database fails at that moment', async () => {
    const { customer, phone } = await desk.newCustomer();
    const key = await desk.enqueue(customer.id, { body: 'une seule fois' });
    await desk.db.$executeRawUnsafe(`CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'the disk is full'; END $$`);
    await desk.db.$executeRawUnsafe(`CREATE TRIGGER no_sent BEFORE UPDATE ON outbound_messages FOR EACH ROW
      WHEN (NEW.status = 'sent') EXECUTE FUNCTION fail()`);
    desk.callbacksAreLost = true;
    await expect(deliverNextMessage(desk.needs)).rejects.toThrow('the disk is full');
    await desk.sandbox.idle();
    await desk.db.$executeRawUnsafe('DROP TRIGGER no_sent ON outbound_messages');
    expect(await desk.rowOf(key)).toMatchObject({ status: 'sending', twilioSid: null });
    await desk.change(key, { claimedUntil: new Date(0) });
    await desk.deliverAll();
    desk.callbacksAreLost = false;
    expect(await desk.rowOf(key)).toMatchObject({ status: 'sent', twilioSid: expect.stringMatching(/^SM/) });
    expect(desk.heardBy(phone)).toEqual(['une seule fois']);
  });

  test('is known by the callback that says so: it is not sent again, and the next one does not wait for ever', async () => {
    const { customer, phone } = await desk.newCustomer();
    const key = await desk.enqueue(customer.id, { body: 'déjà chez Twilio' });
    const next = await desk.enqueue(customer.id, { body: 'la suite' });
    desk.sandbox.twilio.faults.add(refusal(503, 0));
    await deliverNextMessage(desk.needs);
    const { id } = await desk.rowOf(key);
    await recordDelivery(desk.needs, { outboundId: id, status: 'queued', sid: 'SMcallback', errorCode: null });
    expect(await desk.rowOf(key)).toMatchObject({ status: 'queued', twilioSid: 'SMcallback' });
    await desk.change(key, { nextAttemptAt: new Date(0) });
    await desk.deliverAll();
    expect(await desk.rowOf(key)).toMatchObject({ status: 'sent', twilioSid: 'SMcallback' });
    expect((await desk.rowOf(next)).status).toBe('delivered');
    expect(desk.heardBy(phone)).toEqual(['la suite']);
  });

  test('without a lease, however that came, is taken up again', async () => {
    const { customer, phone } = await desk.newCustomer();
    const key = await desk.enqueue(customer.id, { body: 'sans bail' });
    await desk.change(key, { status: 'sending', claimedUntil: null });
    await desk.deliverAll();
    expect(desk.heardBy(phone)).toEqual(['sans bail']);
  });

  test('as a template is looked up by its final words', async () => {
    const { customer, phone } = await desk.newCustomer();
    const template = { key: 'refunded' as const, locale: 'fr' as const, variables: { '1': '10 €', '2': 'C-1001' } };
    const late = desk.later(25);
    const key = await desk.enqueue(customer.id, { body: 'remboursé', template });
    const wording = 'Nous vous remboursons {{1}} pour la commande {{2}}.';
    await desk.approveTemplate('refunded', wording, ['10 €', 'C-1001']);
    desk.callbacksAreLost = true;
    desk.sandbox.twilio.faults.add({ kind: 'lost_answer', path: /Messages\.json$/, method: 'POST' });
    await deliverNextMessage(late);
    await desk.sandbox.idle();
    await desk.change(key, { nextAttemptAt: new Date(0) });
    await deliverNextMessage(late);
    await desk.sandbox.idle();
    desk.callbacksAreLost = false;
    expect(await desk.rowOf(key)).toMatchObject({ status: 'sent', attempts: 2 });
    expect(desk.heardBy(phone)).toEqual(['Nous vous remboursons 10 € pour la commande C-1001.']);
  });

  test('is not taken for another one with the same words', async () => {
    const { customer, phone } = await desk.newCustomer();
    await desk.enqueue(customer.id, { body: 'ajouté' });
    await desk.deliverAll();
    const second = await desk.enqueue(customer.id, { body: 'ajouté' });
    await desk.change(second, { lastError: 'ambiguous twilio_no_answer' });
    await desk.deliverAll();
    expect((await desk.rowOf(second)).status).toBe('delivered');
    expect(desk.heardBy(phone)).toEqual(['ajouté', 'ajouté']);
  });

  test('is not sent again when its callback comes while it is looked up', async () => {
    const { customer, phone } = await desk.newCustomer();
    const key = await desk.enqueue(customer.id, { body: 'au même moment' });
    desk.callbacksAreLost = true;
    desk.sandbox.twilio.faults.add({ kind: 'lost_answer', path: /Messages\.json$/, method: 'POST' });
    await deliverNextMessage(desk.needs);
    await desk.sandbox.idle();
    const { id } = await desk.change(key, { nextAttemptAt: new Date(0) });
    const findSent: typeof desk.needs.messenger.findSent = async (query) => {
      const sids = await desk.needs.messenger.findSent(query);
      for (const sid of sids)
        await recordDelivery(desk.needs, { outboundId: id, status: 'sent', sid, errorCode: null });
      return sids;
    };
    await desk.deliverAll({ messenger: { ...desk.needs.messenger, findSent } });
    desk.callbacksAreLost = false;
    expect(await desk.rowOf(key)).toMatchObject({ status: 'sent', twilioSid: expect.stringMatching(/^SM/) });
    expect(desk.heardBy(phone)).toEqual(['au même moment']);
  });

  test('although it answered with an error of its own, is looked up and not sent twice', async () => {
    const { customer, phone } = await desk.newCustomer();
    const key = await desk.enqueue(customer.id, { body: 'erreur 500' });
    desk.callbacksAreLost = true;
    const send: typeof desk.needs.messenger.send = async (message) => {
      await desk.needs.messenger.send(message);
      desk.sandbox.twilio.faults.add(refusal(500, 20500));
      return desk.needs.messenger.send(message);
    };
    await deliverNextMessage({ ...desk.needs, messenger: { ...desk.needs.messenger, send } });
    expect(await desk.rowOf(key)).toMatchObject({ status: 'queued', twilioSid: null });
    await desk.change(key, { nextAttemptAt: new Date(0) });
    await desk.deliverAll();
    desk.callbacksAreLost = false;
    expect((await desk.rowOf(key)).status).toBe('sent');
    expect(desk.heardBy(phone)).toEqual(['erreur 500']);
  });

  test('may have left until a look-up has answered, even when the look-up fails first', async () => {
    const { customer, phone } = await desk.newCustomer();
    const key = await desk.enqueue(customer.id, { body: 'doute' });
    desk.callbacksAreLost = true;
    desk.sandbox.twilio.faults.add({ kind: 'lost_answer', path: /Messages\.json$/, method: 'POST' });
    desk.sandbox.twilio.faults.add({ ...refusal(429, 20429), method: 'GET' });
    for (const _try of [1, 2, 3]) {
      await deliverNextMessage(desk.needs);
      await desk.sandbox.idle();
      await desk.change(key, { nextAttemptAt: new Date(0) });
    }
    desk.callbacksAreLost = false;
    expect(await desk.rowOf(key)).toMatchObject({ status: 'sent', attempts: 3 });
    expect(desk.heardBy(phone)).toEqual(['doute']);
  });
});
