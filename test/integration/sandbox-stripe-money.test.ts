import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import Stripe from 'stripe';
import { sandboxWorld } from '../contract/sandbox-world.ts';
import { until } from '../support/until.ts';

let world: Awaited<ReturnType<typeof sandboxWorld>>;

beforeAll(async () => {
  world = await sandboxWorld();
});
beforeEach(() => {
  world.received.length = 0;
});
afterAll(() => world.end());

/** What 178.00 EUR paid by card leave behind. */
async function paid() {
  const { id } = await world.stripeSdk.checkout.sessions.create({
    mode: 'payment',
    success_url: `${world.publicUrl}/payment/success`,
    line_items: [
      { quantity: 2, price_data: { currency: 'eur', unit_amount: 8900, product_data: { name: 'Pneu 205/55 R16' } } },
    ],
  });
  world.stripe.checkout.pay(id);
  const intent = world.stripe.checkout.intent(id) as Stripe.PaymentIntent;
  await world.idle();
  world.received.length = 0;
  return { sessionId: id, payment_intent: intent.id, charge: String(intent.latest_charge) };
}

/** The types of the events the app got since, verified as the app verifies them. */
async function told(): Promise<string[]> {
  await world.idle();
  return world.received
    .map((one) => Stripe.webhooks.constructEvent(one.body, String(one.headers['stripe-signature']), 'whsec_new').type)
    .sort();
}
const refund = (params: Stripe.RefundCreateParams) => world.stripeSdk.refunds.create(params);
const chargeOf = (id: string) => world.stripeSdk.charges.retrieve(id);
const moneyMoved = async (disputeId: string) =>
  (await world.stripeSdk.disputes.retrieve(disputeId)).balance_transactions.map(({ amount }) => amount);

describe('lists', () => {
  test('are walked to their end by the SDK, newest first, every row once', async () => {
    const { charge, payment_intent } = await paid();
    const made = Array.from({ length: 117 }, () => world.stripe.refunds.create({ charge, amount: '10' }).id).reverse();
    for (const list of [
      world.stripeSdk.refunds.list({ payment_intent, limit: 50 }),
      world.stripeSdk.refunds.list({ charge, limit: 100 }),
    ]) {
      const seen: string[] = [];
      for await (const { id } of list) seen.push(id);
      expect(seen).toEqual(made);
    }
    const events: string[] = [];
    for await (const event of world.stripeSdk.events.list({ type: 'refund.*', limit: 100 })) {
      const { id, payment_intent: of } = event.data.object as Stripe.Refund;
      if (of === payment_intent) events.push(id);
    }
    expect(events).toEqual(made);
  });

  test('go backwards from a row as well, and tell on both sides whether there is more', async () => {
    const { charge } = await paid();
    const [a, b, c, d] = Array.from({ length: 4 }, () => world.stripe.refunds.create({ charge, amount: '10' }).id);
    const page = async (query: Stripe.RefundListParams) => {
      const { data, has_more } = await world.stripeSdk.refunds.list({ charge, ...query });
      return [data.map(({ id }) => id), has_more];
    };
    expect(await page({ limit: 3 })).toEqual([[d, c, b], true]);
    expect(await page({ limit: 3, starting_after: b as string })).toEqual([[a], false]);
    expect(await page({ limit: 2, ending_before: a as string })).toEqual([[c, b], true]);
    expect(await page({ limit: 3, ending_before: b as string })).toEqual([[d, c], false]);
    await expect(page({ starting_after: 're_none' })).rejects.toMatchObject({ code: 'resource_missing' });
  });

  test('of charges and refunds hold those of the asked time and payment, and no others', async () => {
    await world.clock.advance(60);
    const from = world.clock.nowSeconds();
    const { sessionId: _, ...first } = await paid();
    await world.clock.advance(60);
    const until = world.clock.nowSeconds();
    const second = await paid();
    const ids = async (query: Stripe.ChargeListParams) =>
      (await world.stripeSdk.charges.list(query)).data.map(({ id }) => id);
    expect(await ids({ created: { gte: from, lt: until } })).toEqual([first.charge]);
    expect(await ids({ created: { gt: from - 1, lte: until - 1 } })).toEqual([first.charge]);
    expect(await ids({ created: { gte: until } })).toEqual([second.charge]);
    expect(await ids({ created: { lt: from }, payment_intent: second.payment_intent })).toEqual([]);
    expect(await ids({ payment_intent: first.payment_intent })).toEqual([first.charge]);
    const asked = { created: { gte: from, lt: until } };
    world.stripe.refunds.create({ charge: first.charge, amount: '10' });
    expect((await world.stripeSdk.refunds.list(asked)).data).toEqual([]);
    expect((await world.stripeSdk.refunds.list({ created: { gte: until } })).data).toHaveLength(1);
  });
});

describe('a refund', () => {
  test('can begin pending, whoever asks for it, and succeed later', async () => {
    const { charge, payment_intent } = await paid();
    world.stripe.refunds.nextBegins('pending');
    const pending = await refund({ payment_intent, amount: 800 });
    expect(pending).toMatchObject({ status: 'pending', pending_reason: 'processing' });
    expect((await refund({ payment_intent, amount: 100 })).status).toBe('succeeded');
    const waiting = world.stripe.refunds.create({ charge, amount: '50' }, { status: 'requires_action' });
    expect((await world.stripeSdk.refunds.retrieve(waiting.id)).status).toBe('requires_action');
    expect((await chargeOf(charge)).amount_refunded).toBe(950);
    await told();
    world.received.length = 0;
    world.stripe.refunds.setStatus(pending.id, 'succeeded');
    expect(await told()).toEqual(['refund.updated']);
    expect(await world.stripeSdk.refunds.retrieve(pending.id)).not.toHaveProperty('pending_reason');
  });

  test('that fails gives its money back to the charge once, however often the bank says so', async () => {
    const { charge, payment_intent } = await paid();
    const { id } = await refund({ payment_intent });
    await told();
    world.received.length = 0;
    world.stripe.refunds.setStatus(id, 'failed');
    expect(await told()).toEqual(['refund.failed', 'refund.updated']);
    world.stripe.refunds.setStatus(id, 'failed');
    expect(await chargeOf(charge)).toMatchObject({ amount_refunded: 0, refunded: false });
    expect((await world.stripeSdk.refunds.retrieve(id)).failure_reason).toBe('expired_or_canceled_card');
    expect((await refund({ payment_intent })).amount).toBe(17_800);
  });
});

describe('a dispute', () => {
  test('takes the money at once, refuses refunds, and gives all back when it is won', async () => {
    const { charge, payment_intent } = await paid();
    const dispute = world.stripe.refunds.openDispute(charge, { amount: 5000, reason: 'product_not_received' });
    expect(dispute).toMatchObject({ amount: 5000, reason: 'product_not_received', status: 'needs_response' });
    expect(await told()).toEqual(['charge.dispute.created', 'charge.dispute.funds_withdrawn']);
    expect(await moneyMoved(dispute.id)).toEqual([-5000]);
    await expect(refund({ payment_intent, amount: 100 })).rejects.toMatchObject({ code: 'charge_disputed' });
    world.received.length = 0;
    world.stripe.refunds.updateDispute(dispute.id, 'under_review');
    expect(await told()).toEqual(['charge.dispute.updated']);
    world.received.length = 0;
    world.stripe.refunds.closeDispute(dispute.id, 'won');
    expect(await told()).toEqual(['charge.dispute.closed', 'charge.dispute.funds_reinstated']);
    expect(await moneyMoved(dispute.id)).toEqual([-5000, 5000]);
    expect((await refund({ payment_intent, amount: 100 })).status).toBe('succeeded');
    expect((await chargeOf(charge)).disputed).toBe(true);
  });

  test('that is lost keeps the money and goes on refusing refunds', async () => {
    const { charge, payment_intent } = await paid();
    const dispute = world.stripe.refunds.openDispute(charge);
    await told();
    world.received.length = 0;
    world.stripe.refunds.closeDispute(dispute.id, 'lost');
    expect(await told()).toEqual(['charge.dispute.closed']);
    expect(await moneyMoved(dispute.id)).toEqual([-17_800]);
    await expect(refund({ payment_intent })).rejects.toMatchObject({ code: 'charge_disputed' });
  });

  test('may follow another one, and counts by itself', async () => {
    const { charge, payment_intent } = await paid();
    const first = world.stripe.refunds.openDispute(charge, { amount: 100 });
    world.stripe.refunds.closeDispute(first.id, 'won');
    const second = world.stripe.refunds.openDispute(charge, { amount: 200 });
    expect(await moneyMoved(second.id)).toEqual([-200]);
    await expect(refund({ payment_intent })).rejects.toMatchObject({ code: 'charge_disputed' });
    world.stripe.refunds.closeDispute(second.id, 'prevented');
    expect((await refund({ payment_intent })).status).toBe('succeeded');
  });

  test('that is an inquiry takes nothing and can be refunded, until the bank makes a chargeback of it', async () => {
    const { charge, payment_intent } = await paid();
    const calm = world.stripe.refunds.openDispute(charge, { status: 'warning_needs_response' });
    expect(calm.is_charge_refundable).toBe(true);
    world.stripe.refunds.closeDispute(calm.id, 'warning_closed');
    expect(await told()).toEqual(['charge.dispute.closed', 'charge.dispute.created']);
    expect(await moneyMoved(calm.id)).toEqual([]);
    world.received.length = 0;
    const grave = world.stripe.refunds.openDispute(charge, { status: 'warning_needs_response' });
    expect((await refund({ payment_intent, amount: 100 })).status).toBe('succeeded');
    await told();
    world.received.length = 0;
    world.stripe.refunds.updateDispute(grave.id, 'needs_response');
    expect(await told()).toEqual(['charge.dispute.funds_withdrawn', 'charge.dispute.updated']);
    expect(await moneyMoved(grave.id)).toEqual([-17_800]);
    await expect(refund({ payment_intent })).rejects.toMatchObject({ code: 'charge_disputed' });
  });
});

describe('an early fraud warning', () => {
  const warning = (id: string) => world.stripeSdk.radar.earlyFraudWarnings.retrieve(id);

  test('names charge and payment, and calls for action until the charge is refunded in full', async () => {
    const { charge, payment_intent } = await paid();
    const { id } = world.stripe.refunds.warnOfFraud(charge, { fraudType: 'misc' });
    expect(await told()).toEqual(['radar.early_fraud_warning.created']);
    expect(await warning(id)).toMatchObject({ charge, payment_intent, fraud_type: 'misc', actionable: true });
    await refund({ payment_intent, amount: 100 });
    expect((await warning(id)).actionable).toBe(true);
    const rest = await refund({ payment_intent });
    expect((await warning(id)).actionable).toBe(false);
    world.stripe.refunds.setStatus(rest.id, 'failed');
    expect((await warning(id)).actionable).toBe(true);
  });

  test('calls for nothing once the charge is disputed, and not at all when that was so before', async () => {
    const { charge } = await paid();
    const { id } = world.stripe.refunds.warnOfFraud(charge);
    world.stripe.refunds.openDispute(charge);
    expect((await warning(id)).actionable).toBe(false);
    expect(world.stripe.refunds.warnOfFraud(charge).actionable).toBe(false);
    await expect(warning('issfr_none')).rejects.toMatchObject({ code: 'resource_missing' });
  });
});

describe('the network', () => {
  test('loses events for good, which the Events API still lists as not delivered', async () => {
    const { charge } = await paid();
    world.stripe.events.lose();
    const { id } = world.stripe.refunds.create({ charge, amount: '100' });
    await world.stripe.events.release();
    await world.stripe.events.deliverPending();
    await world.clock.advance(1);
    expect(await told()).toEqual([]);
    const listed = async (delivery_success: boolean) => {
      const { data } = await world.stripeSdk.events.list({ delivery_success, type: 'refund.created' });
      return data.filter((event) => (event.data.object as Stripe.Refund).id === id).map((event) => event.id);
    };
    const [lost] = await listed(false);
    expect(lost).toMatch(/^evt_/);
    expect(await listed(true)).toEqual([]);
    world.stripe.refunds.create({ charge, amount: '100' });
    expect(await told()).toEqual(['charge.refunded', 'refund.created']);
    await world.stripe.events.deliver(lost as string);
    expect(await listed(true)).toEqual([lost]);
  });

  test('hangs after the work was done: nobody is answered, and the same key finds what was made', async () => {
    const { payment_intent, charge } = await paid();
    world.stripe.faults.add({ path: /refunds$/, method: 'POST', kind: 'hang_after' });
    const params = { payment_intent, amount: 700 };
    const options = { idempotencyKey: 'hangs', timeout: 3_000 };
    const unanswered = expect(world.stripeSdk.refunds.create(params, options)).rejects.toThrow(/timeout|aborted/i);
    await until('the work was done', async () => (await chargeOf(charge)).amount_refunded === 700);
    await unanswered;
    const again = await world.stripeSdk.refunds.create(params, { idempotencyKey: 'hangs' });
    expect(again.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect((await chargeOf(charge)).amount_refunded).toBe(700);
  });
});
