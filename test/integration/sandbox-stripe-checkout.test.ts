import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import Stripe from 'stripe';
import { sandboxWorld } from '../contract/sandbox-world.ts';

let world: Awaited<ReturnType<typeof sandboxWorld>>;

beforeAll(async () => {
  world = await sandboxWorld();
});
beforeEach(() => {
  world.received.length = 0;
});
afterAll(() => world.end());

const sessions = () => world.stripeSdk.checkout.sessions;

async function newSession(change: Partial<Stripe.Checkout.SessionCreateParams> = {}, unit_amount = 8900) {
  const { id, url } = await sessions().create({
    mode: 'payment',
    success_url: `${world.publicUrl}/payment/success`,
    cancel_url: `${world.publicUrl}/payment/cancel`,
    line_items: [{ quantity: 1, price_data: { currency: 'eur', unit_amount, product_data: { name: 'Valve' } } }],
    ...change,
  });
  return { id, url: String(url) };
}
const send = (url: string, fields: Record<string, string>) =>
  fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
const html = async (url: string) => (await fetch(url)).text();

/** The events the app got, verified as the app verifies them. */
async function events(): Promise<Stripe.Event[]> {
  await world.idle();
  return world.received.map((one) =>
    Stripe.webhooks.constructEvent(one.body, String(one.headers['stripe-signature']), 'whsec_new'),
  );
}

describe('a free order', () => {
  test('completes without intent or charge, and is told by one event only', async () => {
    const charges = world.stripe.ledger.charges.all().length;
    const { id, url } = await newSession({}, 0);
    await send(url, { outcome: 'pay' });
    expect(await sessions().retrieve(id)).toMatchObject({
      status: 'complete',
      payment_status: 'no_payment_required',
      payment_intent: null,
      amount_total: 0,
    });
    const [completed, ...more] = await events();
    expect(more).toEqual([]);
    expect(completed?.type).toBe('checkout.session.completed');
    expect(completed?.data.object).toMatchObject({ id, payment_status: 'no_payment_required' });
    expect(world.stripe.ledger.charges.all()).toHaveLength(charges);
    await expect(sessions().expire(id)).rejects.toMatchObject({ statusCode: 400 });
  });

  test.each([
    ['fr', 'Confirmer la commande', 'Commande déjà confirmée'],
    ['en', 'Confirm the order', 'Order already confirmed'],
    ['es', 'Confirmar el pedido', 'Pedido ya confirmado'],
  ] as const)('asks for no card on the page in %s', async (locale, confirm, confirmed) => {
    const { url } = await newSession({ locale }, 0);
    expect(await html(url)).toContain(confirm);
    expect(await html(url)).not.toMatch(/4242|0002|3184/);
    await send(url, { outcome: 'pay' });
    expect(await html(url)).toContain(confirmed);
  });

  test('has nothing for the bank to decline, ask about or pay later', async () => {
    const { id, url } = await newSession({}, 0);
    for (const outcome of ['decline', 'three_ds', 'three_ds_fail', 'pay_later']) await send(url, { outcome });
    expect(await sessions().retrieve(id)).toMatchObject({ status: 'open', payment_intent: null });
    expect(await events()).toEqual([]);
  });

  test.each([1, 49])('is not one of %i cents, which is too little for Stripe', async (amount) => {
    await expect(newSession({}, amount)).rejects.toMatchObject({ code: 'amount_too_small', statusCode: 400 });
  });
});

describe("the customer's email", () => {
  const emailOf = async (id: string) => (await sessions().retrieve(id)).customer_details?.email ?? null;

  test('typed on the page names the payer, and is no address for the receipt', async () => {
    const { id, url } = await newSession({ payment_intent_data: { receipt_email: 'shop@example.org' } });
    await send(url, { outcome: 'pay', email: ' awa@example.org ' });
    expect(await emailOf(id)).toBe('awa@example.org');
    const intent = world.stripe.checkout.intent(id);
    expect(intent?.receipt_email).toBe('shop@example.org');
    const charge = world.stripe.ledger.charge(String(intent?.latest_charge));
    expect(charge).toMatchObject({ receipt_email: 'shop@example.org', billing_details: { email: 'awa@example.org' } });
  });

  test('may be left out, also where the shop names an address for the receipt', async () => {
    const { id, url } = await newSession({ payment_intent_data: { receipt_email: 'shop@example.org' } });
    await send(url, { outcome: 'pay', email: '' });
    expect(await emailOf(id)).toBeNull();
  });

  test('that the shop knows is filled in and cannot be changed', async () => {
    const { id, url } = await newSession({ customer_email: 'awa@example.org' });
    expect(await html(url)).toMatch(/<input[^>]*value="awa@example.org"[^>]*readonly/);
    await send(url, { outcome: 'pay', email: 'awa@example.org' });
    expect(await emailOf(id)).toBe('awa@example.org');
  });

  test('outlives a declined card and a challenge', async () => {
    const { id, url } = await newSession();
    await send(url, { outcome: 'decline', email: 'awa@example.org' });
    expect(await html(url)).toMatch(/<input[^>]*value="awa@example.org"/);
    await send(url, { outcome: 'three_ds', email: 'awa@example.org' });
    await send(url, { outcome: 'three_ds_complete' });
    expect(await emailOf(id)).toBe('awa@example.org');
  });

  test('can be given by a test, for payments now and later, and for free orders', async () => {
    const [now, free] = [await newSession(), await newSession({}, 0)];
    for (const { id } of [now, free]) {
      world.stripe.checkout.pay(id, { email: 'awa@example.org' });
      expect(await emailOf(id)).toBe('awa@example.org');
    }
    const later = await newSession();
    world.stripe.checkout.enterEmail(later.id, 'awa@example.org');
    world.stripe.checkout.payLater(later.id);
    expect(await emailOf(later.id)).toBe('awa@example.org');
  });

  test.each([
    ['fr', 'Adresse e-mail', 'n’est pas valide'],
    ['en', 'Email address', 'is not valid'],
    ['es', 'Correo electrónico', 'no es válido'],
  ] as const)('that is none is told to be wrong in %s, and nothing is paid', async (locale, label, error) => {
    const { id, url } = await newSession({ locale });
    expect(await html(url)).toContain(label);
    const refused = await send(url, { outcome: 'pay', email: 'awa at example' });
    expect(refused.status).toBe(422);
    expect(await refused.text()).toContain(error);
    expect((await sessions().retrieve(id)).status).toBe('open');
    const left = await send(url, { outcome: 'leave', email: 'awa at example' });
    expect(left.headers.get('location')).toBe(`${world.publicUrl}/payment/cancel`);
  });
});
