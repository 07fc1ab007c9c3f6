import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import Stripe from 'stripe';
import { sandboxWorld, stripeSdk } from '../contract/sandbox-world.ts';

let world: Awaited<ReturnType<typeof sandboxWorld>>;

beforeAll(async () => {
  world = await sandboxWorld();
});
beforeEach(() => {
  world.answers.status = 200;
  world.received.length = 0;
});
afterAll(() => world.end());

function order(change: object = {}): Stripe.Checkout.SessionCreateParams {
  return {
    mode: 'payment',
    success_url: `${world.publicUrl}/payment/success?session_id={CHECKOUT_SESSION_ID}`,
    cancel_url: `${world.publicUrl}/payment/cancel`,
    expires_at: world.clock.nowSeconds() + 1435 * 60,
    line_items: [
      { quantity: 2, price_data: { currency: 'eur', unit_amount: 8900, product_data: { name: 'Pneu <i>' } } },
    ],
    metadata: { orderId: 'o1' },
    payment_intent_data: { metadata: { orderId: 'o1' } },
    ...change,
  };
}

const sessions = () => world.stripeSdk.checkout.sessions;
const tap = (url: string, outcome: string) =>
  fetch(url, { method: 'POST', body: new URLSearchParams({ outcome }), redirect: 'manual' });

/** The events the app got, verified as the app verifies them. */
function events(): Stripe.Event[] {
  return world.received
    .filter((one) => one.path === '/webhook/stripe')
    .map((one) => Stripe.webhooks.constructEvent(one.body, String(one.headers['stripe-signature']), 'whsec_new'));
}
const types = (): string[] => events().map((event) => event.type);

test('the same key replays the first answer, and refuses other parameters', async () => {
  const params = order();
  const first = await sessions().create(params, { idempotencyKey: 'k1' });
  const again = await sessions().create(params, { idempotencyKey: 'k1' });
  expect(again.id).toBe(first.id);
  expect(again.lastResponse.headers['idempotent-replayed']).toBe('true');
  const other = sessions().create(order({ cancel_url: 'https://other.example' }), { idempotencyKey: 'k1' });
  await expect(other).rejects.toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
});

test('a lost answer made the session all the same, and the retry with the same key finds it', async () => {
  // Twice, because the SDK itself tries again on a reset connection.
  world.stripe.faults.add({ path: /^\/v1\/checkout\/sessions$/, kind: 'lost_answer', times: 2 });
  const params = order();
  await expect(sessions().create(params, { idempotencyKey: 'k2' })).rejects.toThrow();
  const before = world.stripe.ledger.sessions.all().length;
  const { id } = await sessions().create(params, { idempotencyKey: 'k2' });
  expect(world.stripe.ledger.sessions.all()).toHaveLength(before);
  expect(world.stripe.ledger.sessions.get(id)).toBeDefined();
});

test('a 500 is answered again under its key, and not under another; a 429 is not kept', async () => {
  const path = /^\/v1\/checkout\/sessions$/;
  const create = (idempotencyKey: string) =>
    sessions()
      .create(order(), { idempotencyKey, maxNetworkRetries: 0 })
      .then(
        ({ id }) => id,
        ({ statusCode }) => statusCode,
      );
  world.stripe.faults.add({ path, kind: 'status', status: 500 });
  expect([await create('k3'), await create('k3')]).toEqual([500, 500]);
  expect(await create('k4')).toMatch(/^cs_/);
  world.stripe.faults.add({ path, kind: 'status', status: 429 });
  expect([await create('k5'), await create('k5')]).toEqual([429, expect.stringMatching(/^cs_/)]);
});

const item = { quantity: 1, price_data: { currency: 'eur', unit_amount: 100, product_data: { name: 'x' } } };
test.each([
  ['payment_method_types', () => ({ payment_method_types: ['card'] }), 'payment_method_types'],
  ['a life under 30 minutes', () => ({ expires_at: world.clock.nowSeconds() + 60 }), 'expires_at'],
  ['a life over 24 hours', () => ({ expires_at: world.clock.nowSeconds() + 86_500 }), 'expires_at'],
  ['101 line items', () => ({ line_items: Array(101).fill(item) }), 'line_items'],
  ['no line items', () => ({ line_items: [] }), 'line_items'],
  ['half a tyre', () => ({ line_items: [{ ...item, quantity: 0.5 }] }), 'line_items[0][quantity]'],
  ['a metadata value over 500 characters', () => ({ metadata: { a: 'x'.repeat(501) } }), 'metadata'],
])('%s is refused as Stripe refuses it', async (_what, change, param) => {
  const refused = sessions().create(order(change()));
  await expect(refused).rejects.toMatchObject({ type: 'StripeInvalidRequestError', statusCode: 400, param });
});

test('a declined card leaves the session open; 3-D Secure asks, and completing it pays', async () => {
  const { id, url } = await sessions().create(order());
  const page = String(url);
  expect((await tap(page, 'decline')).headers.get('location')).toBe(`/sandbox/checkout/${id}`);
  expect(await (await fetch(page)).text()).toContain('Votre carte a été refusée');
  expect((await sessions().retrieve(id)).status).toBe('open');
  await tap(page, 'three_ds');
  expect(await (await fetch(page)).text()).toContain('Votre banque vous demande');
  await tap(page, 'three_ds_fail');
  await tap(page, 'three_ds');
  const paid = await tap(page, 'three_ds_complete');
  expect([paid.status, paid.headers.get('location')]).toEqual([
    303,
    `${world.publicUrl}/payment/success?session_id=${id}`,
  ]);
  await world.idle();
  expect(types().sort()).toEqual([
    'checkout.session.completed',
    'payment_intent.payment_failed',
    'payment_intent.payment_failed',
    'payment_intent.requires_action',
    'payment_intent.requires_action',
    'payment_intent.succeeded',
  ]);
  const completed = events().find((event) => event.type === 'checkout.session.completed');
  expect(completed?.data.object).toMatchObject({ id, payment_status: 'paid', metadata: { orderId: 'o1' } });
});

test('paying twice charges once', async () => {
  const { id, url } = await sessions().create(order());
  await Promise.all([tap(String(url), 'pay'), tap(String(url), 'pay')]);
  await world.idle();
  expect(types().filter((type) => type === 'checkout.session.completed')).toHaveLength(1);
  await expect(sessions().expire(id)).rejects.toMatchObject({ statusCode: 400 });
});

test('a session expires when the clock passes its end, and says so once', async () => {
  const { id, url } = await sessions().create(order());
  await world.clock.advance(1436);
  await world.idle();
  await world.clock.advance(60);
  await world.idle();
  const expired = events().filter((event) => event.type === 'checkout.session.expired');
  expect(expired.filter((event) => (event.data.object as { id: string }).id === id)).toHaveLength(1);
  await tap(String(url), 'pay');
  expect((await sessions().retrieve(id)).status).toBe('expired');
  expect(await (await fetch(String(url))).text()).toContain('Ce lien de paiement a expiré');
});

test('a payment made later completes unpaid and succeeds when time passes', async () => {
  const { id, url } = await sessions().create(order());
  await tap(String(url), 'pay_later');
  await world.idle();
  expect(await sessions().retrieve(id)).toMatchObject({ status: 'complete', payment_status: 'unpaid' });
  await world.clock.advance(60);
  await world.idle();
  expect(types()).toContain('checkout.session.async_payment_succeeded');
  expect((await sessions().retrieve(id)).payment_status).toBe('paid');
});

test('a charge can be given back in part, then in full, and never beyond', async () => {
  const { id, url } = await sessions().create(order());
  await tap(String(url), 'pay');
  const payment_intent = String((await sessions().retrieve(id)).payment_intent);
  const { refunds } = world.stripeSdk;
  const partial = { payment_intent, amount: 800 };
  const { id: refundId } = await refunds.create(partial, { idempotencyKey: 'r1' });
  expect((await refunds.create(partial, { idempotencyKey: 'r1' })).id).toBe(refundId);
  await expect(refunds.create({ payment_intent, amount: 17_001 })).rejects.toMatchObject({ param: 'amount' });
  await refunds.create({ payment_intent });
  await expect(refunds.create({ payment_intent })).rejects.toMatchObject({ code: 'charge_already_refunded' });
  await world.idle();
  expect(types().filter((type) => type === 'charge.refunded')).toHaveLength(2);
});

test('an event the app refuses is tried again, and is found by delivery_success until it was taken', async () => {
  world.answers.status = 503;
  const { id, url } = await sessions().create(order());
  await tap(String(url), 'pay');
  await world.idle();
  expect(types().filter((type) => type === 'checkout.session.completed')).toHaveLength(3);
  const failed = async () => {
    const found = await world.stripeSdk.events.list({ delivery_success: false, type: 'checkout.session.completed' });
    return found.data.filter((event) => (event.data.object as { id: string }).id === id);
  };
  expect(await failed()).toHaveLength(1);
  world.answers.status = 200;
  await world.stripe.events.deliverPending();
  expect(await failed()).toHaveLength(0);
});

test('held events are made but not delivered until they are released', async () => {
  world.stripe.events.hold();
  const { url } = await sessions().create(order());
  await tap(String(url), 'pay');
  await world.idle();
  expect(types()).toEqual([]);
  await world.stripe.events.release();
  expect(types().sort()).toEqual(['checkout.session.completed', 'payment_intent.succeeded']);
});

test.each([
  ['fr', 'Payer', '178,00'],
  ['en', 'Pay', '178.00'],
  ['es', 'Pagar', '178,00'],
] as const)('the checkout page speaks %s, shows the lines escaped and runs no script', async (locale, pay, total) => {
  const { url } = await sessions().create(order({ locale }));
  const response = await fetch(String(url));
  const html = await response.text();
  expect(html).toContain(`<html lang="${locale}">`);
  expect(html).toContain(pay);
  expect(html).toContain(total);
  expect(html).toContain('Pneu &lt;i>');
  expect(html).toContain('Chez Awa &amp; Fils');
  expect(html).not.toMatch(/<script|style=/);
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
});

test('unknown sessions and outcomes are refused, and leaving goes back to the shop', async () => {
  const { url } = await sessions().create(order());
  expect((await fetch(`${world.publicUrl}/sandbox/checkout/cs_test_none`)).status).toBe(404);
  expect((await tap(`${world.publicUrl}/sandbox/checkout/cs_test_none`, 'pay')).status).toBe(404);
  expect((await tap(String(url), 'steal')).status).toBe(400);
  expect((await tap(String(url), 'leave')).headers.get('location')).toBe(`${world.publicUrl}/payment/cancel`);
});

test('a wrong key and an unknown object are refused', async () => {
  const stranger = stripeSdk(world.stripeBaseUrl, 'sk_test_wrong');
  await expect(stranger.balance.retrieve()).rejects.toMatchObject({ statusCode: 401 });
  await expect(sessions().retrieve('cs_test_none')).rejects.toMatchObject({
    code: 'resource_missing',
    statusCode: 404,
  });
  expect((await world.stripeSdk.balance.retrieve()).object).toBe('balance');
});
