import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AppError } from '../../src/domain/errors.ts';
import { deliverNextMessage } from '../../src/flows/deliver-messages.ts';
import { recordDelivery } from '../../src/flows/record-delivery.ts';
import type { VerifiedEvent } from '../../src/ports.ts';
import { measureModel } from '../../src/vendors/measured-calls.ts';
import { agentNeeds, openPhone, scriptedModel } from '../support/conversation.ts';
import { countingMeter } from '../support/counting-meter.ts';
import { type MessageDesk, openMessageDesk, refusal } from '../support/message-desk.ts';
import { type MoneyDesk, openMoneyDesk, placeOrder } from '../support/money-desk.ts';
import { TOKEN } from '../support/order-samples.ts';
import { until } from '../support/until.ts';
import { twilioPost, withWeb } from '../support/web.ts';

let messages: MessageDesk;
let money: MoneyDesk;
beforeAll(async () => {
  [messages, money] = await Promise.all([openMessageDesk(), openMoneyDesk()]);
});
afterAll(() => Promise.all([messages.close(), money.close()]));

const INBOUND = { MessageSid: 'SM1', From: 'whatsapp:+590690000001', Body: 'bonjour' };

test('requests are timed by the pattern of their route and the class of their status, whatever stands in the address', async () => {
  const { meter, counted } = countingMeter();
  const isReady = async () => ({ ok: false, checks: {} });
  await withWeb({ meter, isReady, showPickup: async () => undefined }, async (web) => {
    await web.fetch('/readyz');
    for (const letter of 'ABC') await web.fetch(`/pickup/${TOKEN.replace('A', letter)}`);
    for (const path of ['/no-such-page', '/neither-this', '/..%2f']) await web.fetch(path, { method: 'DELETE' });
    const count = (labels: string) => `comptoir_http_request_seconds_count{${labels}}`;
    await until('all are counted', async () => {
      const now = await counted();
      return now[count('method="other",route="unmatched",status="4xx"')] === 3;
    });
    const now = await counted();
    expect(now[count('method="GET",route="/readyz",status="5xx"')]).toBe(1);
    expect(now[count('method="GET",route="/pickup/:token",status="3xx"')]).toBe(3);
    expect(JSON.stringify(now)).not.toContain(TOKEN.slice(1));
  });
});

test('webhooks are counted by what became of them, by a kind only where its sender was genuine', async () => {
  const { meter, counted } = countingMeter();
  const kinds: ('stored' | 'duplicate')[] = ['stored', 'duplicate'];
  const receiveMessage = async () => {
    const kind = kinds.shift();
    if (!kind) throw new AppError('database_away', 'away', { retryable: true });
    return { kind };
  };
  const event = { id: 'evt_1', type: 'a.type.of.tomorrow' } as VerifiedEvent;
  const given = {
    meter,
    receiveMessage,
    recordDelivery: async () => {},
    receivePaymentEvent: async () => 'stored' as const,
  };
  const verifyPaymentEvent = (_body: Buffer, signature: string) => (signature === 'good' ? event : undefined);
  await withWeb({ ...given, verifyPaymentEvent }, async (web) => {
    for (let i = 0; i < 3; i++) await web.fetch('/whatsapp/inbound', twilioPost('/whatsapp/inbound', INBOUND));
    await web.fetch('/whatsapp/inbound', twilioPost('/whatsapp/inbound', INBOUND, 'wrong'));
    await web.fetch('/whatsapp/status', twilioPost('/whatsapp/status', INBOUND));
    for (const signature of ['good', 'bad']) {
      const headers = { 'stripe-signature': signature };
      await web.fetch('/webhook/stripe', { method: 'POST', body: '{"type":"charge.refunded"}', headers });
    }
    const of = (vendor: string, kind: string, outcome: string) =>
      `comptoir_webhooks_received_total{vendor="${vendor}",kind="${kind}",outcome="${outcome}"}`;
    await until('all are counted', async () => (await counted())[of('stripe', 'unknown', 'invalid_signature')] === 1);
    expect(await counted()).toMatchObject({
      [of('twilio', 'message', 'stored')]: 1,
      [of('twilio', 'message', 'duplicate')]: 1,
      [of('twilio', 'message', 'failed')]: 1,
      [of('twilio', 'message', 'invalid_signature')]: 1,
      [of('twilio', 'delivery_state', 'unusable')]: 1,
      [of('stripe', 'other', 'stored')]: 1,
    });
  });
});

test('messages are counted by the form they left in, and by the reason they did not, once each', async () => {
  const { meter, counted } = countingMeter();
  const needs = { ...messages.needs, meter };
  const { customer } = await messages.newCustomer();
  const send = async () => {
    const businessKey = await messages.enqueue(customer.id, { body: 'Votre commande est prête.' });
    await deliverNextMessage(needs);
    return messages.db.outboundMessage.findUniqueOrThrow({ where: { businessKey } });
  };
  messages.callbacksAreLost = true;
  const sent = await send();
  messages.sandbox.twilio.faults.add(refusal(400, 63021));
  await send();
  const failed = { outboundId: sent.id, sid: sent.twilioSid as string, status: 'undelivered', errorCode: 63003 };
  // Twilio, or somebody who has its address, says it twice.
  await recordDelivery(needs, failed);
  await recordDelivery(needs, failed);
  expect(await counted()).toMatchObject({
    'comptoir_messages_sent_total{form="text"}': 1,
    'comptoir_messages_failed_total{reason="refused"}': 1,
    'comptoir_messages_failed_total{reason="unreachable"}': 1,
  });
});

test('a turn is timed as a whole, without the model, and as the model alone; its call by how it ended', async () => {
  const { meter, counted } = countingMeter();
  const { model } = scriptedModel([
    () => {
      throw new AppError('model_unavailable', 'away', { retryable: true });
    },
  ]);
  const ana = openPhone(agentNeeds(messages.database, { meter, model: measureModel(model, meter) }));
  await ana.says('que me conseillez-vous pour la montagne en hiver ?');
  expect(await counted()).toMatchObject({
    'comptoir_turn_seconds_count{answered_by="fallback"}': 1,
    'comptoir_turn_own_seconds_count{answered_by="fallback"}': 1,
    'comptoir_vendor_call_seconds_count{vendor="openai",call="respond",outcome="unavailable"}': 1,
  });
});

test("a paid session's webhook is timed: from Stripe's making it, from the session's beginning, and while it is handled", async () => {
  const { meter, counted } = countingMeter();
  money.needs.meter = meter;
  const { orderId, sessionId } = await placeOrder(money);
  const createdAt = new Date(money.clock.now().getTime() - 100_000);
  await money.db.paymentAttempt.updateMany({ where: { orderId }, data: { createdAt } });
  money.stripe.checkout.pay(sessionId);
  await money.work();
  const all = await counted();
  const completed = 'type="checkout.session.completed"';
  expect(all).toMatchObject({
    comptoir_session_to_webhook_seconds_count: 1,
    'comptoir_session_to_webhook_seconds_bucket{le="60"}': 0,
    'comptoir_session_to_webhook_seconds_bucket{le="300"}': 1,
    [`comptoir_payment_event_delay_seconds_count{${completed}}`]: 1,
    [`comptoir_payment_event_seconds_count{${completed},outcome="handled"}`]: 1,
  });
});
