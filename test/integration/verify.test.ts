import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { brokenRules, CHECKS, verifyDatabase } from '../../src/db/verify.ts';
import { type MoneyDesk, openMoneyDesk, paidOrder, placeOrder } from '../support/money-desk.ts';

// Each rule of db:verify, broken on purpose in a transaction that is taken back.

let desk: MoneyDesk;
beforeAll(async () => {
  desk = await openMoneyDesk();
  await placeOrder(desk);
  await paidOrder(desk);
  const refunded = await paidOrder(desk);
  desk.stripe.refunds.create({ payment_intent: refunded.paymentIntentId });
  await desk.work();
});
afterAll(() => desk.close());

class TakenBack extends Error {}

/** The rules that find something once `sql` was done behind every guard's back. */
async function rulesBrokenBy(sql: string): Promise<string[]> {
  let broken: string[] = [];
  const work = desk.db.$transaction(async (tx) => {
    // Triggers and foreign keys sleep in this transaction: the rules are for what got past them.
    await tx.$executeRawUnsafe('SET LOCAL session_replication_role = replica');
    await tx.$executeRawUnsafe(sql);
    broken = (await brokenRules(tx)).map(({ rule }) => rule);
    throw new TakenBack();
  });
  await expect(work).rejects.toBeInstanceOf(TakenBack);
  return broken;
}

const paid = `(SELECT id FROM orders WHERE status = 'confirmed' LIMIT 1)`;
const open = `(SELECT id FROM orders WHERE status = 'pending_payment' LIMIT 1)`;
const BREAKS: Record<string, string> = {
  'the stock ledger adds up to every level': `UPDATE stock_levels SET on_hand = on_hand + 1`,
  'what is reserved is what held reservations say': `UPDATE reservations SET quantity = quantity + 1 WHERE status = 'held'`,
  'a product is known to be out or low when its levels say so': `UPDATE products SET shelf = NULL`,
  'nothing is held for an order that is over': `UPDATE orders SET status = 'cancelled' WHERE id = ${open}`,
  'an order has items that add up to its total': `DELETE FROM order_items WHERE order_id = ${paid}`,
  'an order has at most one open payment attempt': `DO $$ BEGIN DROP INDEX payment_attempts_one_open_per_order;
    INSERT INTO payment_attempts (order_id, idempotency_key, params, amount_minor, currency, expires_at, created_at)
    SELECT order_id, 'again', params, amount_minor, currency, expires_at, created_at FROM payment_attempts
    WHERE status = 'PENDING'; END $$`,
  'a paid order has a payment': `UPDATE orders SET status = 'ready' WHERE id = ${open}`,
  'money received belongs to a paid order or goes back': `UPDATE orders SET status = 'expired' WHERE id = ${paid}`,
  'an attempt that is paid has its payment': `UPDATE payment_attempts SET status = 'PAID' WHERE order_id = ${open}`,
  'money that counts as given back went back, by refunds or lost disputes': `UPDATE refunds SET amount_minor = amount_minor - 1`,
  'pickup is frozen while a dispute is open, and only then': `UPDATE orders SET disputed_at = now() WHERE id = ${paid}`,
  'an order shows the gravest of its open reviews': `UPDATE orders SET review_reason = 'fraud_warning' WHERE id = ${paid}`,
  'a paid order keeps its total and no more': `UPDATE payments SET amount_minor = amount_minor + 1`,
  'refunds do not exceed their payment, in its currency': `UPDATE refunds SET currency = 'USD'`,
  'a collected order says when it was collected': `UPDATE orders SET status = 'collected' WHERE id = ${paid}`,
  'search knows every product on sale, and no other': `UPDATE products SET active = FALSE`,
  'search finds a product by its own words only': `DELETE FROM search_postings WHERE word_id = (SELECT min(word_id) FROM search_postings)`,
  'constraints and indexes are in force': `ALTER TABLE stock_levels DROP CONSTRAINT stock_on_hand_not_negative,
    ADD CONSTRAINT stock_on_hand_not_negative CHECK (on_hand >= 0) NOT VALID`,
};

test('every rule is broken by one of these tests', () => {
  expect(Object.keys(BREAKS).toSorted()).toEqual(CHECKS.map(({ rule }) => rule).toSorted());
});

test('a shop that was never tampered with breaks none, and every rule is told of', async () => {
  const told: string[] = [];
  await expect(verifyDatabase(desk.db, ({ rule }) => told.push(rule))).resolves.toEqual({
    rules: CHECKS.length,
    broken: [],
  });
  expect(told).toHaveLength(CHECKS.length);
});

test.each(Object.entries(BREAKS))('db:verify sees when it is not true that %s', async (rule, sql) => {
  expect(await rulesBrokenBy(sql)).toContain(rule);
});

const GUARDED: [string, string, string][] = [
  ['a stock movement', 'only ever added to', `UPDATE stock_movements SET on_hand_delta = on_hand_delta + 1`],
  ['a stock movement’s row', 'only ever added to', `DELETE FROM stock_movements`],
  ['a reservation that ended', 'has ended', `UPDATE reservations SET status = 'held' WHERE status = 'consumed'`],
  [
    'what a reservation is of',
    'of other goods',
    `UPDATE reservations SET quantity = quantity + 1 WHERE status = 'held'`,
  ],
  ['an entry of the audit log', 'only ever added to', `UPDATE audit_entries SET actor = 'system'`],
  ['what Stripe sent', 'kept as it came', `UPDATE payment_events SET payload = '{}'`],
  ['the goods on a shelf below zero', 'stock_', `UPDATE stock_levels SET on_hand = -1, reserved = -1`],
  ['more reserved than there is', 'stock_reserved_within', `UPDATE stock_levels SET reserved = on_hand + 1`],
];
test.each(GUARDED)('the database itself refuses to change %s', async (_what, message, sql) => {
  await expect(desk.db.$executeRawUnsafe(sql)).rejects.toThrow(message);
});
