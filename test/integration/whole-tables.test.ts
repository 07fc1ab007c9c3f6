import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { writeHistory } from '../../bench/shop-history.ts';
import { attemptsPastTheirEnd, attemptsToReconcile, countAttemptsToReconcile } from '../../src/db/attempts-to-ask.ts';
import { openDatabase } from '../../src/db/client.ts';
import { countConcerns, listConcerns } from '../../src/db/concerns.ts';
import { knownIntents, readShopLedger } from '../../src/db/ledger.ts';
import { moneyOverview } from '../../src/db/money-overview.ts';
import { claimNextNotification, keysTeamWasTold } from '../../src/db/notifications.ts';
import { paidWaiting, shelvesOf } from '../../src/db/paid-waiting.ts';
import { firstAttemptAt } from '../../src/db/payment-attempts.ts';
import { countRecoveredEvents, requeueFailedEvents } from '../../src/db/payment-events.ts';
import { measureReconciliation } from '../../src/db/reconciliations.ts';
import { claimNextRefund } from '../../src/db/refunds.ts';
import { measureShop } from '../../src/db/shop-health.ts';
import { silentCustomers } from '../../src/db/silent-customers.ts';
import { orderDetail } from '../../src/db/staff-orders.ts';
import { countStuckWork } from '../../src/db/stuck-work.ts';
import { CONCERN_KINDS } from '../../src/domain/concern.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

// What operators, sweeps and the clock ask every few minutes must not get slower by what is long over.
jest.setTimeout(120_000);
const ORDERS = 20_000;
const GROWING = `'orders','order_items','payment_attempts','payments','payment_events','reservations','stock_movements',
  'outbound_messages','audit_entries','pickups','customers','notifications','refunds'`;
let database: TestDatabase;
let client: pg.Client;
let orderId: string;
let [levelId, productId] = ['', ''];
// One connection, whose statistics are flushed before they are read.
let shop: ReturnType<typeof openDatabase>;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await writeHistory(client, ORDERS);
  await client.query(`INSERT INTO payment_events (stripe_event_id, type, livemode, payload, outcome, happened_at, received_at)
    SELECT 'evt_h' || n, 'charge.updated', false, '{"a": 1}', (CASE WHEN n % 5000 = 0 THEN 'failed' ELSE 'handled' END)::"PaymentEventOutcome",
    now() - n * interval '1 s', now() - n * interval '1 s' FROM generate_series(1, ${ORDERS * 2}) n`);
  await client.query(`INSERT INTO notifications (business_key, channel, content, status, created_at, order_id)
    SELECT 'r:' || id, 'email', '{}', 'sent', now(), id FROM orders`);
  await client.query(`INSERT INTO refunds (payment_id, amount_minor, currency, status, created_at)
    SELECT id, 100, currency, 'succeeded', now() - random() * interval '365 days' FROM payments LIMIT ${ORDERS / 5}`);
  await client.query(`UPDATE payments SET received_at = now() - random() * interval '365 days'`);
  await client.query(
    `UPDATE customers SET created_at = now() - random() * interval '3.2 years', last_inbound_at = NULL`,
  );
  await client.query('VACUUM ANALYZE');
  shop = openDatabase(database.url, { maxConnections: 1, onError: () => {} });
  orderId = (await client.query('SELECT id FROM orders LIMIT 1')).rows[0].id;
  ({ levelId, productId } = (
    await client.query('SELECT id AS "levelId", product_id AS "productId" FROM stock_levels LIMIT 1')
  ).rows[0]);
  // This connection's own reading is counted before the first test counts.
  await client.query('SELECT pg_stat_force_next_flush()');
  await client.query('SELECT 1');
});
afterAll(async () => {
  await shop.close();
  await client.end();
  await database.close();
});
async function scans() {
  await shop.db.$queryRaw`SELECT pg_stat_force_next_flush()::text`;
  await shop.db.$queryRaw`SELECT 1`;
  await client.query('SELECT pg_stat_clear_snapshot()');
  const { rows } = await client.query(
    `SELECT relname AS name, seq_scan::int AS scans FROM pg_stat_user_tables WHERE relname IN (${GROWING})`,
  );
  return new Map<string, number>(rows.map(({ name, scans }) => [name, scans]));
}
const now = new Date();
const scope = { now, day: '2026-11-26', dailyBudgetMicroUsd: 1_000_000 };
const ago = (days: number) => new Date(now.getTime() - days * 24 * 3600_000);
const work: [string, (db: TestDatabase['db']) => Promise<unknown>][] = [
  ['moneyOverview', (db) => moneyOverview(db, { now, timezone: 'UTC' })],
  ['attemptsToReconcile', (db) => attemptsToReconcile(db, { createdBefore: now, askedBefore: now, limit: 200 })],
  ['countAttemptsToReconcile', (db) => countAttemptsToReconcile(db, now, now)],
  ['attemptsPastTheirEnd', (db) => attemptsPastTheirEnd(db, now, 200)],
  ['firstAttemptAt', (db) => firstAttemptAt(db)],
  ['countConcerns', (db) => countConcerns(db, scope)],
  ['listConcerns', (db) => listConcerns(db, scope, { kinds: CONCERN_KINDS, limit: 50 })],
  ['countStuckWork', (db) => countStuckWork(db, now)],
  ['measureShop', (db) => measureShop(db, now)],
  ['measureReconciliation', (db) => measureReconciliation(db, now, ago(30))],
  ['silentCustomers', (db) => silentCustomers(db, ago(3 * 365))],
  ['orderDetail', (db) => orderDetail(db, orderId)],
  ['paidWaiting', (db) => paidWaiting(db, [levelId])],
  ['shelvesOf', (db) => shelvesOf(db, productId)],
  ['claimNextRefund', (db) => claimNextRefund(db)],
  ['claimNextNotification', (db) => claimNextNotification(db, 'email')],
  ['countRecoveredEvents', (db) => countRecoveredEvents(db, { from: ago(1), until: now })],
  ['requeueFailedEvents one', (db) => requeueFailedEvents(db, { stripeEventIds: ['evt_h77'], foreign: true })],
  ['requeueFailedEvents all', (db) => requeueFailedEvents(db, { foreign: false })],
  ['keysTeamWasTold', (db) => keysTeamWasTold(db, ['daily-report:2026-11-25', 'daily-report:2026-11-26'])],
  ['knownIntents', (db) => knownIntents(db, ['pi_x', 'pi_y'])],
  [
    'readShopLedger',
    (db) => readShopLedger(db, { from: ago(1), until: now, paymentIntentIds: ['pi_x'], stripeRefundIds: ['re_x'] }),
  ],
];
test.each(work)('%s reads no table that grows from end to end, in a shop of years', async (_name, run) => {
  const before = await scans();
  await run(shop.db);
  const after = await scans();
  const read = [...after].filter(([name, count]) => count > (before.get(name) ?? 0)).map(([name]) => name);
  expect(read).toEqual([]);
});
