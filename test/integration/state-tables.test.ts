import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ORDER_STATUSES, ORDER_TRANSITIONS } from '../../src/domain/order.ts';
import { ATTEMPT_STATUSES, ATTEMPT_TRANSITIONS } from '../../src/domain/payment.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let customerId: string;
let locationId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database;
  customerId = (await db.customer.create({ data: { channelAddress: 'whatsapp:+590690000001' } })).id;
  locationId = (await db.location.create({ data: { code: 'X', name: 'X', address: 'X', hours: 'X' } })).id;
});
afterAll(() => database.close());

let count = 0;
async function insertOrder(status: string): Promise<string> {
  const at = new Date('2026-11-21T18:00:00Z');
  const facts = { number: `C-${++count}`, customerId, locationId, locale: 'fr', createdAt: at, expiresAt: at };
  const money = { totalMinor: 9000, currency: 'EUR' };
  const order = await database.db.order.create({ data: { ...facts, ...money, status: status as 'confirmed' } });
  return order.id;
}
async function insertAttempt(status: string): Promise<string> {
  const orderId = await insertOrder('pending_payment');
  const at = new Date('2026-11-21T18:00:00Z');
  const money = { amountMinor: 9000, currency: 'EUR' };
  const facts = { orderId, idempotencyKey: `k-${count}`, params: {}, expiresAt: at, createdAt: at, ...money };
  return (await database.db.paymentAttempt.create({ data: { ...facts, status: status as 'PAID' } })).id;
}

const machines = [
  {
    name: 'an order',
    table: 'orders',
    type: 'OrderStatus',
    transitions: 'order_transitions',
    first: 'pending_payment',
    statuses: ORDER_STATUSES as readonly string[],
    allowed: ORDER_TRANSITIONS as Record<string, readonly string[]>,
    insert: insertOrder,
  },
  {
    name: 'a payment attempt',
    table: 'payment_attempts',
    type: 'PaymentAttemptStatus',
    transitions: 'attempt_transitions',
    first: 'PENDING',
    statuses: ATTEMPT_STATUSES as readonly string[],
    allowed: ATTEMPT_TRANSITIONS as Record<string, readonly string[]>,
    insert: insertAttempt,
  },
];

describe.each(machines)('$name', ({ table, type, transitions, first, statuses, allowed, insert }) => {
  const pairs = statuses.flatMap((from) => statuses.filter((to) => to !== from).map((to) => [from, to] as const));
  const move = (id: string, to: string) =>
    database.pool.query(`UPDATE ${table} SET status = $2::"${type}" WHERE id = $1`, [id, to]);

  test('has the same state table in the code and in the database', async () => {
    const { rows } = await database.pool.query(
      `SELECT from_status::text AS a, to_status::text AS b FROM ${transitions}`,
    );
    const known = rows.map(({ a, b }) => `${a} -> ${b}`).sort();
    expect(known).toEqual(
      pairs
        .filter(([from, to]) => allowed[from]?.includes(to))
        .map((pair) => pair.join(' -> '))
        .sort(),
    );
  });

  test('can reach every state from its first', () => {
    const reached = new Set([first]);
    for (const from of reached) for (const to of allowed[from] ?? []) reached.add(to);
    expect([...reached].sort()).toEqual([...statuses].sort());
  });

  test('is refused every other move by the database itself', async () => {
    for (const [from, to] of pairs.filter(([from, to]) => !allowed[from]?.includes(to))) {
      const id = await insert(from);
      await expect(move(id, to)).rejects.toThrow(`cannot go from ${from} to ${to}`);
    }
  });

  test('may make every move of the table', async () => {
    for (const [from, to] of pairs.filter(([from, to]) => allowed[from]?.includes(to))) {
      expect((await move(await insert(from), to)).rowCount).toBe(1);
    }
  });
});

test('of one order the database takes one open attempt, and what Stripe was asked for stays as it was', async () => {
  const attemptId = await insertAttempt('PROCESSING');
  const again = `INSERT INTO payment_attempts (order_id, idempotency_key, params, amount_minor, currency, expires_at, created_at)
    SELECT order_id, 'another', '{}', amount_minor, currency, expires_at, created_at FROM payment_attempts WHERE id = $1`;
  await expect(database.pool.query(again, [attemptId])).rejects.toThrow('payment_attempts_one_open_per_order');
  const changes = [`amount_minor = 1`, `currency = 'USD'`, `params = '{"a":1}'`, `idempotency_key = 'other'`];
  for (const change of changes) {
    const changed = database.pool.query(`UPDATE payment_attempts SET ${change} WHERE id = $1`, [attemptId]);
    await expect(changed).rejects.toThrow('are fixed');
  }
});
