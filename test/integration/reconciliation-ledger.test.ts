import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type Stripe from 'stripe';
import { verifyDatabase } from '../../src/db/verify.ts';
import { reconcileLedger } from '../../src/flows/reconcile-ledger.ts';
import { watchShop } from '../../src/flows/watch-shop.ts';
import { beginDay, type MoneyDesk, openMoneyDesk, paidOrder, paidUnheard, stateOf } from '../support/money-desk.ts';

let desk: MoneyDesk;
beforeEach(async () => {
  desk = await openMoneyDesk();
  await beginDay(desk);
});
afterEach(() => desk.close());

const HOUR = 60;
const reconcile = () => reconcileLedger(desk.needs, { longestMs: 30_000 });
const differences = async () => {
  const rows = await desk.db.reconciliation.findMany({ where: { part: 'ledger' }, orderBy: { day: 'asc' } });
  return rows.flatMap(({ details }) => (details as { differences: { kind: string; id: string }[] }).differences);
};
const notices = () =>
  desk.db.notification.findMany({ where: { channel: 'slack', businessKey: { startsWith: 'ledger-differs' } } });
const today = () => desk.clock.now().toISOString().slice(0, 10);
const changeCharge = (id: string, change: Partial<Stripe.Charge>) =>
  desk.stripe.ledger.charges.put(id, { ...desk.stripe.ledger.charge(id), ...change });

describe('the ledger of a day', () => {
  test('agrees when every payment and refund came by its webhook', async () => {
    const { paymentIntentId: intentId, orderId } = await paidOrder(desk);
    desk.stripe.refunds.create({ payment_intent: intentId, amount: '1000' });
    await desk.work();
    await desk.sandbox.clock.advance(6);
    expect(await reconcile()).toEqual({ processed: 0 });
    expect(await differences()).toEqual([]);
    expect(await desk.db.reconciliation.findFirst({ where: { day: new Date(today()) } })).toMatchObject({
      details: {
        totals: {
          atStripe: { EUR: { chargedMinor: 9000, refundedMinor: 1000 } },
          here: { EUR: { chargedMinor: 9000, refundedMinor: 1000 } },
        },
        foreign: 0,
      },
    });
    expect((await stateOf(desk, orderId)).order).toBe('confirmed');
  });

  test('settles a charge that was missing here, and says nothing to the team', async () => {
    const { orderId } = await paidUnheard(desk);
    await desk.sandbox.clock.advance(6);
    expect(await reconcile()).toEqual({ processed: 1 });
    expect(await stateOf(desk, orderId)).toMatchObject({ order: 'confirmed', told: ['payment-link', 'thank-you'] });
    expect([await differences(), await notices()]).toEqual([[], []]);
    expect((await verifyDatabase(desk.db)).broken).toEqual([]);
  });

  test('records refunds that were missing here, and the state of those that are older here', async () => {
    const order = await paidOrder(desk);
    const pending = desk.stripe.refunds.create(
      { payment_intent: order.paymentIntentId, amount: '2000' },
      { status: 'pending' },
    );
    await desk.work();
    desk.stripe.events.lose();
    desk.stripe.refunds.setStatus(pending.id, 'succeeded');
    desk.stripe.refunds.create({ payment_intent: order.paymentIntentId, amount: '7000' });
    await desk.sandbox.clock.advance(6);
    expect(await reconcile()).toEqual({ processed: 2 });
    const { order: status, told } = await stateOf(desk, order.orderId);
    expect({ status, told }).toEqual({
      status: 'refunded',
      told: ['payment-link', 'thank-you', 'refunded', 'refunded'],
    });
    expect(await differences()).toEqual([]);
  });

  test('settles the payment first when neither it nor its refund was heard of', async () => {
    const order = await paidUnheard(desk);
    desk.stripe.refunds.create({ payment_intent: order.paymentIntentId });
    await desk.sandbox.clock.advance(6);
    expect(await reconcile()).toEqual({ processed: 2 });
    expect(await stateOf(desk, order.orderId)).toMatchObject({ order: 'refunded', attempts: ['REFUNDED'] });
  });

  test('settles the payment of an earlier day first, of which only the refund is listed', async () => {
    const order = await paidUnheard(desk);
    await desk.sandbox.clock.advance(24 * HOUR);
    desk.stripe.refunds.create({ payment_intent: order.paymentIntentId });
    await desk.sandbox.clock.advance(6);
    expect(await reconcile()).toEqual({ processed: 1 });
    expect(await stateOf(desk, order.orderId)).toMatchObject({ order: 'refunded', attempts: ['REFUNDED'] });
    expect(await notices()).toEqual([]);
  });

  test('alarms once about an amount that differs, shows it in the numbers, and is quiet when it was put right', async () => {
    const { paymentIntentId: intentId, chargeId } = await paidOrder(desk);
    changeCharge(chargeId, { amount_captured: 8000 });
    await desk.sandbox.clock.advance(6);
    expect(await reconcile()).toEqual({ processed: 0 });
    await desk.sandbox.clock.advance(HOUR);
    await reconcile();
    const details = `charge ${intentId} amount_differs 8000 EUR / 9000 EUR`;
    expect(await notices()).toMatchObject([
      { content: { notice: { kind: 'ledger_differs', values: { day: today(), count: 1, details } } } },
    ]);
    expect(await watchShop(desk.needs)).toMatchObject({ ledgerDifferences: 1 });
    changeCharge(chargeId, { amount_captured: 9000 });
    await desk.sandbox.clock.advance(HOUR);
    await reconcile();
    expect(await watchShop(desk.needs)).toMatchObject({ ledgerDifferences: 0 });
  });

  test('alarms again when the content of the differences changes', async () => {
    const [one, two] = [await paidOrder(desk), await paidOrder(desk)];
    changeCharge(one.chargeId, { amount_captured: 8000 });
    await desk.sandbox.clock.advance(6);
    await reconcile();
    changeCharge(two.chargeId, { amount_captured: 7000 });
    await desk.sandbox.clock.advance(HOUR);
    await reconcile();
    expect(await notices()).toHaveLength(2);
  });

  test('alarms about a payment and a refund of ours that Stripe does not know', async () => {
    const { paymentIntentId: intentId, chargeId } = await paidOrder(desk);
    const refund = desk.stripe.refunds.create({ payment_intent: intentId, amount: '1000' });
    await desk.work();
    desk.stripe.ledger.refunds.delete(refund.id);
    desk.stripe.ledger.charges.delete(chargeId);
    await desk.sandbox.clock.advance(6);
    await reconcile();
    expect(await differences()).toMatchObject([
      { what: 'charge', kind: 'missing_at_stripe', id: intentId },
      { what: 'refund', kind: 'missing_at_stripe', id: refund.id },
    ]);
    expect(await notices()).toHaveLength(1);
    // Nothing of ours was taken away.
    expect([await desk.db.payment.count(), await desk.db.refund.count()]).toEqual([1, 1]);
  });

  test('alarms about money for an order that is not here, as after a restore', async () => {
    const { chargeId, paymentIntentId: intentId } = await paidOrder(desk);
    const metadata = { orderId: randomUUID() };
    desk.stripe.ledger.charges.put('ch_lost', {
      ...desk.stripe.ledger.charge(chargeId),
      ...{ id: 'ch_lost', payment_intent: 'pi_lost', metadata },
    });
    desk.stripe.ledger.intents.put('pi_lost', { ...desk.stripe.ledger.intent(intentId), id: 'pi_lost', metadata });
    await desk.sandbox.clock.advance(6);
    await reconcile();
    expect(await differences()).toMatchObject([{ kind: 'missing_here', id: 'pi_lost' }]);
  });

  test('counts charges and refunds of other products of the account, and ignores them', async () => {
    const { chargeId, paymentIntentId: intentId } = await paidOrder(desk);
    const foreign = (id: string, metadata: Stripe.Metadata) => {
      const charge = { ...desk.stripe.ledger.charge(chargeId), id: `ch_${id}`, payment_intent: `pi_${id}`, metadata };
      const intent = { ...desk.stripe.ledger.intent(intentId), id: `pi_${id}`, latest_charge: `ch_${id}`, metadata };
      desk.stripe.ledger.charges.put(charge.id, charge);
      desk.stripe.ledger.intents.put(intent.id, intent);
    };
    foreign('plain', {});
    foreign('other_shop', { orderId: 'A-1001' });
    desk.stripe.refunds.create({ payment_intent: 'pi_plain' });
    await desk.sandbox.clock.advance(6);
    await reconcile();
    expect(await differences()).toEqual([]);
    expect(await desk.db.reconciliation.findFirst({ where: { part: 'ledger', day: new Date(today()) } })).toMatchObject(
      {
        details: { foreign: 3, totals: { atStripe: { EUR: { chargedMinor: 9000, refundedMinor: 0 } } } },
      },
    );
  });

  test('does not look at what is younger than five minutes', async () => {
    await paidUnheard(desk);
    await desk.sandbox.clock.advance(4);
    expect(await reconcile()).toEqual({ processed: 0 });
  });

  test('leaves a refund that Stripe made after midnight to the day Stripe dates it', async () => {
    const { paymentIntentId: intentId } = await paidOrder(desk);
    const refund = desk.stripe.refunds.create({ payment_intent: intentId, amount: '1000' });
    await desk.work();
    const midnight = new Date(today()).getTime() / 1000;
    desk.stripe.ledger.refunds.put(refund.id, { ...refund, created: midnight - 60 });
    await desk.sandbox.clock.advance(6);
    expect(await reconcile()).toEqual({ processed: 0 });
    expect(await differences()).toEqual([]);
  });
});
