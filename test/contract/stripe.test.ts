import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type Stripe from 'stripe';
import { HANDLED_STRIPE_EVENTS } from '../../src/domain/stripe-events.ts';
import { parseForm } from '../../src/sandbox/stripe/form.ts';
import { createPayments } from '../../src/vendors/stripe.ts';
import { STRIPE_ACCOUNT, sandboxWorld } from './sandbox-world.ts';
import { specsOf } from './specs.ts';

let world: Awaited<ReturnType<typeof sandboxWorld>>;
const answers = specsOf('stripe');
const requests = specsOf('stripe', { fromForm: true });

beforeAll(async () => {
  world = await sandboxWorld();
});
afterAll(() => world.end());

function order(): Stripe.Checkout.SessionCreateParams {
  return {
    mode: 'payment',
    success_url: `${world.publicUrl}/payment/success?session_id={CHECKOUT_SESSION_ID}`,
    cancel_url: `${world.publicUrl}/payment/cancel?order_id=o1`,
    locale: 'fr',
    expires_at: world.clock.nowSeconds() + 1435 * 60,
    line_items: [
      { quantity: 4, price_data: { currency: 'eur', unit_amount: 8900, product_data: { name: 'Pneu 205/55 R16' } } },
    ],
    metadata: { orderId: 'o1', orderNumber: 'C-1' },
    payment_intent_data: { metadata: { orderId: 'o1' }, receipt_email: 'awa@example.org' },
  };
}

const lastAnswer = (method: string, path: RegExp): unknown => JSON.parse(world.last(method, path).response);

test('what our SDK sends to create a session is what Stripe describes, and so is what it gets back', async () => {
  await world.stripeSdk.checkout.sessions.create(order(), { idempotencyKey: 'contract-1' });
  const sent = world.last('POST', /^\/v1\/checkout\/sessions$/);
  expect(requests.faults('Session.create', 'request', parseForm(sent.request))).toEqual([]);
  expect(answers.faults('Session.create', 'response', JSON.parse(sent.response))).toEqual([]);
});

test('a session is as Stripe describes it when paid and expanded, and so are its intent, its charge and its refund', async () => {
  const { stripeSdk, stripe } = world;
  const { id } = await stripeSdk.checkout.sessions.create(order());
  stripe.checkout.decline(id);
  stripe.checkout.challenge(id);
  stripe.checkout.pay(id);
  const expand = ['payment_intent', 'payment_intent.latest_charge', 'line_items'];
  const session = await stripeSdk.checkout.sessions.retrieve(id, { expand });
  expect(answers.faults('Session.retrieve', 'response', lastAnswer('GET', /sessions\/cs_/))).toEqual([]);
  expect(session.line_items?.data).toHaveLength(1);
  const intent = session.payment_intent as Stripe.PaymentIntent;
  const charge = intent.latest_charge as Stripe.Charge;
  expect(charge.receipt_url).toContain(charge.id);
  await stripeSdk.paymentIntents.retrieve(intent.id);
  expect(answers.faults('PaymentIntent.retrieve', 'response', lastAnswer('GET', /payment_intents/))).toEqual([]);
  await stripeSdk.charges.retrieve(charge.id, { expand: ['refunds'] });
  expect(answers.faults('Charge.retrieve', 'response', lastAnswer('GET', /charges/))).toEqual([]);
  await stripeSdk.refunds.create({ payment_intent: intent.id, amount: 100, reason: 'requested_by_customer' });
  const refund = world.last('POST', /refunds/);
  expect(requests.faults('Refund.create', 'request', parseForm(refund.request))).toEqual([]);
  expect(answers.faults('Refund.create', 'response', JSON.parse(refund.response))).toEqual([]);
});

test('a free order is as Stripe describes it, open and complete', async () => {
  const params = order();
  for (const { price_data } of params.line_items ?? []) if (price_data) price_data.unit_amount = 0;
  const { id } = await world.stripeSdk.checkout.sessions.create(params);
  expect(answers.faults('Session.create', 'response', lastAnswer('POST', /sessions$/))).toEqual([]);
  world.stripe.checkout.pay(id, { email: 'awa@example.org' });
  await world.stripeSdk.checkout.sessions.retrieve(id);
  expect(answers.faults('Session.retrieve', 'response', lastAnswer('GET', /sessions\/cs_/))).toEqual([]);
});

test('a failed payment and an expired session are as Stripe describes them', async () => {
  const { id } = await world.stripeSdk.checkout.sessions.create(order());
  world.stripe.checkout.decline(id);
  const { payment_intent } = await world.stripeSdk.checkout.sessions.retrieve(id);
  await world.stripeSdk.paymentIntents.retrieve(String(payment_intent));
  expect(answers.faults('PaymentIntent.retrieve', 'response', lastAnswer('GET', /payment_intents/))).toEqual([]);
  await world.stripeSdk.checkout.sessions.expire(id);
  expect(answers.faults('Session.expire', 'response', lastAnswer('POST', /expire/))).toEqual([]);
});

/** Sessions, refunds, disputes and warnings through all they can go through; the id of the last dispute. */
async function everythingHappens(): Promise<string> {
  const { checkout, refunds } = world.stripe;
  const newSession = async () => (await world.stripeSdk.checkout.sessions.create(order())).id;
  const expired = await newSession();
  checkout.decline(expired);
  checkout.expire(expired);
  const unpaid = await newSession();
  checkout.payLater(unpaid);
  checkout.settleBank(unpaid, false);
  const paid = await newSession();
  checkout.challenge(paid);
  checkout.payLater(paid);
  checkout.settleBank(paid, true);
  const charge = String(checkout.intent(paid)?.latest_charge);
  for (const outcome of ['succeeded', 'failed', 'canceled'] as const) {
    refunds.setStatus(refunds.create({ charge, amount: '100' }, { status: 'requires_action' }).id, outcome);
  }
  refunds.warnOfFraud(charge);
  const inquiry = refunds.openDispute(charge, { status: 'warning_needs_response' });
  refunds.updateDispute(inquiry.id, 'needs_response');
  refunds.closeDispute(inquiry.id, 'won');
  return refunds.closeDispute(refunds.openDispute(charge).id, 'lost').id;
}

test('every event the shop handles can be made, and carries the envelope and an object that Stripe describes', async () => {
  const disputeId = await everythingHappens();
  expect((await world.stripeSdk.disputes.retrieve(disputeId)).status).toBe('lost');
  await world.idle();
  await world.stripeSdk.events.list({ limit: 100, delivery_success: true });
  const answer = lastAnswer('GET', /events/) as { data: Stripe.Event[] };
  expect(answers.faults('Event.list', 'response', answer)).toEqual([]);
  const operations: Record<string, string> = {
    'checkout.session': 'Session.retrieve',
    payment_intent: 'PaymentIntent.retrieve',
    charge: 'Charge.retrieve',
    refund: 'Refund.retrieve',
    dispute: 'Dispute.retrieve',
    'radar.early_fraud_warning': 'EarlyFraudWarning.retrieve',
  };
  for (const { type, data } of answer.data) {
    const kind = (data.object as { object: string }).object;
    expect([type, answers.faults(operations[kind] ?? type, 'response', data.object)]).toEqual([type, []]);
  }
  const types = answer.data.map((event) => event.type);
  expect(HANDLED_STRIPE_EVENTS.filter((type) => !types.some((known) => known === type))).toEqual([]);
});

test('what the shop asks about money is what Stripe describes, and so is what it gets to know', async () => {
  const { secretKey } = STRIPE_ACCOUNT;
  const { stripe, stripeUrl, publicUrl, clock } = world;
  const payments = createPayments({ secretKey, webhookSecrets: [], apiBaseUrl: stripeUrl, publicUrl });
  const { id } = await world.stripeSdk.checkout.sessions.create(order());
  stripe.checkout.pay(id);
  const { id: paymentIntentId, latest_charge } = stripe.checkout.intent(id) as Stripe.PaymentIntent;
  const refund = stripe.refunds.create({ payment_intent: paymentIntentId, amount: '100' }, { status: 'pending' });
  const warning = stripe.refunds.warnOfFraud(String(latest_charge));
  const dispute = stripe.refunds.openDispute(String(latest_charge), { amount: 5000 });
  stripe.refunds.setStatus(refund.id, 'failed');
  const now = clock.nowSeconds() * 1000;
  const today = { from: new Date(now - 86_400_000), until: new Date(now + 60_000) };

  expect(await payments.listCharges(today)).toContainEqual(expect.objectContaining({ id: latest_charge }));
  expect(await payments.listRefunds(today)).toContainEqual(expect.objectContaining({ id: refund.id }));
  expect(await payments.listRefunds({ paymentIntentId })).toHaveLength(1);
  for await (const event of payments.listEvents(today)) expect(event.happenedAt).not.toBeNull();
  expect(await payments.retrieveDispute(dispute.id)).toMatchObject({ amountMinor: 5000, fundsWithdrawn: true });
  expect(await payments.retrieveFraudWarning(warning.id)).toMatchObject({ paymentIntentId, actionable: false });
  const asked = [
    ['Charge.list', /charges\?/],
    ['Refund.list', /refunds\?created/],
    ['Refund.list', /refunds\?payment_intent/],
    ['Event.list', /events\?/],
    ['Dispute.retrieve', /disputes\//],
    ['EarlyFraudWarning.retrieve', /early_fraud_warnings\//],
  ] as const;
  for (const [operation, path] of asked) {
    const sent = world.last('GET', path);
    const query = parseForm(sent.path.split('?')[1] ?? '');
    expect([operation, answers.faults(operation, 'response', JSON.parse(sent.response))]).toEqual([operation, []]);
    if (operation.endsWith('.list')) expect(requests.faults(operation, 'request', query)).toEqual([]);
  }
});

test('webhook endpoints are made and changed as Stripe describes', async () => {
  const { webhookEndpoints } = world.stripeSdk;
  const url = 'https://shop.example/webhook/stripe';
  const made = await webhookEndpoints.create({ url, enabled_events: ['checkout.session.completed'] });
  expect(made.secret).toMatch(/^whsec_/);
  expect(answers.faults('WebhookEndpoint.create', 'response', lastAnswer('POST', /endpoints$/))).toEqual([]);
  const changed = await webhookEndpoints.update(made.id, { enabled_events: ['charge.refunded'] });
  expect(changed.enabled_events).toEqual(['charge.refunded']);
  expect((await webhookEndpoints.list()).data).toHaveLength(1);
});

test('the check can fail: a mangled answer, an invented field and a forgotten parameter are refused', async () => {
  const { id } = await world.stripeSdk.checkout.sessions.create(order());
  await world.stripeSdk.checkout.sessions.retrieve(id);
  const good = lastAnswer('GET', /sessions\/cs_/) as Record<string, unknown>;
  const faults = (value: unknown) => answers.faults('Session.retrieve', 'response', value);
  expect(faults(good)).toEqual([]);
  expect(faults({ ...good, amount_total: '35600' })).not.toEqual([]);
  expect(faults({ ...good, invented: 1 })).not.toEqual([]);
  expect(faults({ ...good, payment_status: undefined })).not.toEqual([]);
  const request = { ...order(), payment_method_types: ['card'] };
  expect(requests.faults('Session.create', 'request', request)).not.toEqual([]);
});
