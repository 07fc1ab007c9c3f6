import { afterAll, beforeAll, expect, test } from '@jest/globals';
import Stripe from 'stripe';
import { HANDLED_STRIPE_EVENTS } from '../../src/domain/stripe-events.ts';
import { createPayments } from '../../src/vendors/stripe.ts';
import { fetchStripeMode, fetchWebhookState, setUpWebhook } from '../../src/vendors/stripe-webhooks.ts';
import { checkoutSession } from '../support/checkout-session.ts';
import { type RecordingServer, startRecordingServer } from '../support/recording-server.ts';

// What Stripe tells the shop: which events are taken for its own, and where it sends them.

const secrets = ['whsec_new', 'whsec_old'];
let server: RecordingServer;

beforeAll(async () => {
  server = await startRecordingServer(() => ({}));
});
afterAll(() => server.close());

const payments = () =>
  createPayments({
    secretKey: 'sk_test_x',
    webhookSecrets: secrets,
    apiBaseUrl: server.url,
    publicUrl: 'https://shop.example',
  });

const stripe = new Stripe('sk_test_x');
const nowSeconds = () => Math.floor(Date.now() / 1000);
const payload = JSON.stringify({
  id: 'evt_1',
  object: 'event',
  type: 'checkout.session.completed',
  livemode: false,
  data: { object: checkoutSession({ payment_intent: 'pi_1' }) },
});
const sign = (secret: string, timestamp = nowSeconds(), signed = payload) =>
  stripe.webhooks.generateTestHeaderString({ payload: signed, secret, timestamp });

test.each(secrets)('an event signed with %s is verified while secrets rotate', (secret) => {
  expect(payments().verifyEvent(Buffer.from(payload), sign(secret))).toMatchObject({
    id: 'evt_1',
    type: 'checkout.session.completed',
    livemode: false,
    objectId: 'cs_test_1',
    orderId: 'o-1',
    paymentIntentId: 'pi_1',
  });
});

test.each<[string, string, string]>([
  ['a strange secret', payload, sign('whsec_strange')],
  ['a stale timestamp', payload, sign('whsec_new', nowSeconds() - 310)],
  ['a timestamp from the future', payload, sign('whsec_new', nowSeconds() + 310)],
  ['a changed body', payload.replace('evt_1', 'evt_2'), sign('whsec_new')],
  ['no signature', payload, ''],
  ['garbage for a signature', payload, 't=,v1=,,=é'],
  ['a body that is not JSON', 'not json', sign('whsec_new', nowSeconds(), 'not json')],
  ['a body that is not an event', '{"id":1}', sign('whsec_new', nowSeconds(), '{"id":1}')],
])('an event with %s is refused without throwing', (_name, body, signature) => {
  expect(payments().verifyEvent(Buffer.from(body), signature)).toBeUndefined();
});

test('a stored payload reads as it did when it was verified, and garbage is said to be unreadable', () => {
  const verified = payments().verifyEvent(Buffer.from(payload), sign('whsec_new'));
  expect(verified?.json).toBe(payload);
  expect(payments().readEvent(JSON.parse(payload))).toEqual(verified);
  const intent = { id: 'pi_7', object: 'payment_intent', metadata: {} };
  const event = { id: 'evt_3', type: 'payment_intent.canceled', livemode: true, data: { object: intent } };
  expect(payments().readEvent(event)).toMatchObject({ objectId: 'pi_7', paymentIntentId: 'pi_7', orderId: null });
  expect(() => payments().readEvent(null)).toThrow('not the shape');
});

test('the webhook endpoint is created once with exactly the events handled, then kept in step', async () => {
  const url = 'https://shop.example/webhook/stripe';
  const list = (data: object[]) => ({ json: { object: 'list', data, has_more: false } });
  const settings = { secretKey: 'sk_test_x', apiBaseUrl: server.url };
  server.answers((recorded) => (recorded.method === 'GET' ? list([]) : { json: { id: 'we_1', secret: 'whsec_1' } }));
  await expect(setUpWebhook(settings, url)).resolves.toEqual({
    kind: 'created',
    endpointId: 'we_1',
    signingSecret: 'whsec_1',
    othersAtUrl: [],
  });
  const sent = [...new URLSearchParams(server.last('/v1/webhook_endpoints').body)];
  expect(sent.filter(([key]) => key.startsWith('enabled_events')).map(([, event]) => event)).toEqual([
    ...HANDLED_STRIPE_EVENTS,
  ]);

  const existing = { id: 'we_1', url, status: 'enabled', enabled_events: [...HANDLED_STRIPE_EVENTS].reverse() };
  server.answers(() => list([existing]));
  await expect(setUpWebhook(settings, url)).resolves.toEqual({
    kind: 'unchanged',
    endpointId: 'we_1',
    othersAtUrl: [],
  });
  server.answers((recorded) =>
    recorded.method === 'GET' ? list([{ ...existing, enabled_events: ['*'] }]) : { json: existing },
  );
  await expect(setUpWebhook(settings, url)).resolves.toEqual({ kind: 'updated', endpointId: 'we_1', othersAtUrl: [] });
});

test('of several endpoints at the address the enabled one is kept in step, and further enabled ones are told of', async () => {
  const url = 'https://shop.example/webhook/stripe';
  const endpoint = (id: string, status: string) => ({ id, url, status, enabled_events: [...HANDLED_STRIPE_EVENTS] });
  const rows = [endpoint('we_off', 'disabled'), endpoint('we_1', 'enabled'), endpoint('we_2', 'enabled')];
  server.answers(() => ({ json: { object: 'list', data: rows, has_more: false } }));
  const settings = { secretKey: 'sk_test_x', apiBaseUrl: server.url };
  await expect(setUpWebhook(settings, url)).resolves.toEqual({
    kind: 'unchanged',
    endpointId: 'we_1',
    othersAtUrl: ['we_2'],
  });
});

test.each([
  ['all_events', { status: 'enabled', enabled_events: ['*'] }],
  ['all_events', { status: 'enabled', enabled_events: [...HANDLED_STRIPE_EVENTS] }],
  ['some_events', { status: 'enabled', enabled_events: HANDLED_STRIPE_EVENTS.slice(1) }],
  ['nothing', { status: 'disabled', enabled_events: ['*'] }],
  ['nothing', { url: 'https://another.example/webhook/stripe', status: 'enabled', enabled_events: ['*'] }],
])('the doctor is told that Stripe posts %s to an account’s %j', async (state, given) => {
  const url = 'https://shop.example/webhook/stripe';
  server.answers(() => ({ json: { object: 'list', data: [{ id: 'we_1', url, ...given }], has_more: false } }));
  await expect(fetchWebhookState({ secretKey: 'sk_test_x', apiBaseUrl: server.url }, url)).resolves.toBe(state);
});

test('the doctor is told the mode', async () => {
  server.answers(() => ({ json: { object: 'balance', livemode: false } }));
  await expect(fetchStripeMode({ secretKey: 'sk_test_x', apiBaseUrl: server.url })).resolves.toBe('test mode');
});
