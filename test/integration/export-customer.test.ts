import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { exportCustomer } from '../../src/db/export-customer.ts';
import { buildShop } from '../support/catalogue-builder.ts';
import { agentNeeds, openPhone } from '../support/conversation.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await buildShop(database.db);
});
afterAll(() => database.close());

/** Where each table that belongs to a customer stands in what is given to them. */
const GIVEN: Record<string, string> = {
  carts: 'carts',
  consent_events: 'consentEvents',
  conversations: 'keptInMind',
  inbound_messages: 'inboundMessages',
  model_spending: 'modelSpending',
  orders: 'orders',
  outbound_messages: 'outboundMessages',
};

test('every table that belongs to a customer is given to them; a new one is given, too, or says here where it is', async () => {
  const { rows } = await database.pool.query<{ name: string }>(
    `SELECT DISTINCT conrelid::regclass::text AS name FROM pg_constraint
     WHERE contype = 'f' AND confrelid = 'customers'::regclass ORDER BY name`,
  );
  expect(rows.map(({ name }) => name)).toEqual(Object.keys(GIVEN));
  const ana = openPhone(agentNeeds(database));
  await ana.says('bonjour');
  const { id: customerId } = await ana.customer();
  const given = await exportCustomer(database.db, { customerId, actor: 'operator', at: new Date() });
  expect(Object.keys(given)).toEqual(expect.arrayContaining(Object.values(GIVEN)));
});

test('what the bot keeps in mind of a customer is given, and a cart they left', async () => {
  const ana = openPhone(agentNeeds(database), 'whatsapp:+590690000071');
  await ana.says('1 bridgestone 205/55 r16');
  const { id: customerId } = await ana.customer();
  await database.db.cart.updateMany({ where: { customerId }, data: { status: 'abandoned' } });
  await database.db.conversation.update({ where: { customerId }, data: { summary: { cars: ['Clio 4'] } } });
  await database.db.modelSpending.create({ data: { day: new Date('2026-11-27'), customerId, calls: 3 } });
  const given = await exportCustomer(database.db, { customerId, actor: 'operator', at: new Date() });
  expect(JSON.parse(JSON.stringify(given))).toMatchObject({
    keptInMind: { summary: { cars: ['Clio 4'] } },
    carts: [{ status: 'abandoned', items: [{ quantity: 1 }] }],
    modelSpending: [{ day: '2026-11-27T00:00:00.000Z', calls: 3 }],
  });
});
