import { expect, test } from '@jest/globals';
import {
  compareLedgers,
  describeDifference,
  differencesDigest,
  type LedgerCharge,
  type LedgerRefund,
  ledgerTotals,
  mayBeOurOrder,
} from '../../src/domain/ledger.ts';
import { lastUtcDays, utcDayOf } from '../../src/domain/utc-day.ts';

const charge = (change: Partial<LedgerCharge> = {}): LedgerCharge => ({
  paymentIntentId: 'pi_1',
  amountMinor: 9000,
  currency: 'EUR',
  ...change,
});
const refund = (change: Partial<LedgerRefund> = {}): LedgerRefund => ({
  stripeRefundId: 're_1',
  paymentIntentId: 'pi_1',
  amountMinor: 1000,
  currency: 'EUR',
  status: 'succeeded',
  ...change,
});
const kinds = (atStripe: object[], here: object[], what: 'charges' | 'refunds') => {
  const none = { charges: [], refunds: [] };
  return compareLedgers({ ...none, [what]: atStripe }, { ...none, [what]: here }).map(({ kind }) => kind);
};

test('two ledgers with the same rows, in whatever order, do not differ', () => {
  const [one, two] = [charge(), charge({ paymentIntentId: 'pi_2', currency: 'USD' })];
  expect(
    compareLedgers({ charges: [one, two], refunds: [refund()] }, { charges: [two, one], refunds: [refund()] }),
  ).toEqual([]);
});

test.each([
  ['a charge that is not here', [charge()], [], 'missing_here'],
  ['a charge that Stripe does not list', [], [charge()], 'missing_at_stripe'],
  ['a charge of another amount', [charge()], [charge({ amountMinor: 8999 })], 'amount_differs'],
  ['a charge in another currency', [charge()], [charge({ currency: 'USD' })], 'amount_differs'],
] as const)('%s is a difference', (_what, atStripe, here, kind) => {
  expect(kinds([...atStripe], [...here], 'charges')).toEqual([kind]);
});

test.each([
  ['a refund that is not here', [refund()], [], 'missing_here'],
  ['a refund that Stripe does not list', [], [refund()], 'missing_at_stripe'],
  ['a refund of another amount', [refund()], [refund({ amountMinor: 1 })], 'amount_differs'],
  ['a refund on another payment', [refund()], [refund({ paymentIntentId: 'pi_2' })], 'payment_differs'],
  ['a refund in another state', [refund()], [refund({ status: 'pending' })], 'status_differs'],
] as const)('%s is a difference', (_what, atStripe, here, kind) => {
  expect(kinds([...atStripe], [...here], 'refunds')).toEqual([kind]);
});

test('a difference says what it is about and how both sides have it, in codes', () => {
  const [amount, missing] = compareLedgers(
    { charges: [charge()], refunds: [refund()] },
    { charges: [charge({ amountMinor: 8000 })], refunds: [] },
  );
  expect(amount && describeDifference(amount)).toBe('charge pi_1 amount_differs 9000 EUR / 8000 EUR');
  expect(missing && describeDifference(missing)).toBe('refund re_1 missing_here 1000 EUR succeeded');
});

test('the same differences have one digest in whatever order, others another', () => {
  const ledger = { charges: [charge(), charge({ paymentIntentId: 'pi_2' })], refunds: [] };
  const found = compareLedgers(ledger, { charges: [], refunds: [] });
  expect(differencesDigest(found.toReversed())).toBe(differencesDigest(found));
  expect(differencesDigest(found.slice(1))).not.toBe(differencesDigest(found));
});

test('totals add up by currency; refunds that failed gave nothing back', () => {
  const charges = [charge(), charge({ amountMinor: 1 }), charge({ currency: 'XPF', amountMinor: 700 })];
  const refunds = [refund(), refund({ status: 'pending' }), refund({ status: 'failed' })];
  expect(ledgerTotals({ charges, refunds })).toEqual({
    EUR: { chargedMinor: 9001, refundedMinor: 2000 },
    XPF: { chargedMinor: 700, refundedMinor: 0 },
  });
});

test('only an order id that looks like one of ours may be ours', () => {
  expect([null, 'A-1001', '0b0e7a3c-6f0f-4d54-9d3c-0d3f5f3b9a11'].map(mayBeOurOrder)).toEqual([false, false, true]);
});

test('days are cut by UTC, whatever the timezone and its summer time', () => {
  const day = { name: '2026-03-29', from: new Date('2026-03-29T00:00Z'), until: new Date('2026-03-30T00:00Z') };
  for (const at of ['2026-03-29T00:00:00.000Z', '2026-03-29T23:59:59.999Z', '2026-03-29T22:00:00.000-01:00'])
    expect(utcDayOf(new Date(at))).toEqual(day);
  expect(lastUtcDays(new Date('2026-03-01T12:00Z'), 3).map(({ name }) => name)).toEqual([
    '2026-03-01',
    '2026-02-28',
    '2026-02-27',
  ]);
});
