import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { reconcileLedger } from '../../src/flows/reconcile-ledger.ts';
import { beginDay, type MoneyDesk, openMoneyDesk, paidOrder, paidUnheard, stateOf } from '../support/money-desk.ts';

// Which days are compared with Stripe's ledger, and when again; what a comparison does: reconciliation-ledger.test.ts.

let desk: MoneyDesk;
beforeEach(async () => {
  desk = await openMoneyDesk();
  await beginDay(desk);
});
afterEach(() => desk.close());

const HOUR = 60;
const reconcile = () => reconcileLedger(desk.needs, { longestMs: 30_000 });
const notices = () =>
  desk.db.notification.findMany({ where: { channel: 'slack', businessKey: { startsWith: 'ledger-differs' } } });
const today = () => desk.clock.now().toISOString().slice(0, 10);

describe('days', () => {
  const runsOf = async (day: string) =>
    desk.db.reconciliation.findUnique({ where: { part_day: { part: 'ledger', day: new Date(day) } } });

  test('today is compared once an hour, by one of two processes, and again at once after a failure', async () => {
    const { chargeId } = await paidOrder(desk);
    const { ledger } = desk.stripe;
    ledger.charges.put(chargeId, { ...ledger.charge(chargeId), amount_captured: 1 });
    await desk.sandbox.clock.advance(6);
    let lists = 0;
    const listCharges: typeof desk.payments.listCharges = (of) => {
      lists++;
      return desk.payments.listCharges(of);
    };
    const needs = { ...desk.needs, payments: { ...desk.payments, listCharges } };
    const both = () =>
      Promise.all([reconcileLedger(needs, { longestMs: 30_000 }), reconcileLedger(needs, { longestMs: 30_000 })]);
    await both();
    await both();
    expect(lists).toBe(1);
    await desk.sandbox.clock.advance(HOUR);
    desk.stripe.faults.add({ path: /charges/, kind: 'status', status: 400 });
    await expect(reconcile()).rejects.toMatchObject({ code: 'ledger_not_compared' });
    expect(await runsOf(today())).toMatchObject({ error: expect.stringContaining('Stripe refused'), remaining: 1 });
    await desk.sandbox.clock.advance(5);
    await reconcile();
    expect(await runsOf(today())).toMatchObject({ error: null });
  });

  test('yesterday is compared once more when it is over, and then no more', async () => {
    await paidOrder(desk);
    await desk.sandbox.clock.advance(6);
    await reconcile();
    const yesterday = today();
    await beginDay(desk);
    await reconcile();
    const known = await runsOf(yesterday);
    expect(known?.coveredUntil).toEqual(new Date(today()));
    await desk.sandbox.clock.advance(2 * HOUR);
    await reconcile();
    expect(await runsOf(yesterday)).toEqual(known);
  });

  test('days on which nobody looked are compared afterwards, and what differed is repaired', async () => {
    const { orderId } = await paidUnheard(desk);
    await desk.sandbox.clock.advance(3 * 24 * HOUR);
    await reconcile();
    expect(await stateOf(desk, orderId)).toMatchObject({ order: 'confirmed' });
    expect(await desk.db.reconciliation.count({ where: { part: 'ledger' } })).toBe(4);
  });

  test('one day that fails does not keep the others from being compared', async () => {
    const { orderId } = await paidUnheard(desk);
    await desk.sandbox.clock.advance(24 * HOUR);
    desk.stripe.faults.add({ path: /charges/, kind: 'status', status: 400 });
    await expect(reconcile()).rejects.toMatchObject({ code: 'ledger_not_compared' });
    expect(await stateOf(desk, orderId)).toMatchObject({ order: 'confirmed' });
  });

  test('a repair that failed for a reason that passes raises no alarm and is tried again', async () => {
    const { orderId } = await paidUnheard(desk);
    await desk.sandbox.clock.advance(6);
    desk.stripe.faults.add({ path: /payment_intents/, kind: 'status', status: 500, times: 3 });
    await expect(reconcile()).rejects.toMatchObject({ code: 'ledger_not_compared' });
    expect(await notices()).toEqual([]);
    await desk.sandbox.clock.advance(5);
    expect(await reconcile()).toEqual({ processed: 1 });
    expect(await stateOf(desk, orderId)).toMatchObject({ order: 'confirmed' });
  });
});
