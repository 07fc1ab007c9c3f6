import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eraseForgotten } from '../../src/flows/erase-forgotten.ts';
import { buildShop } from '../support/catalogue-builder.ts';
import { agentNeeds, bodies, OPT_OUT_KEY, openPhone } from '../support/conversation.ts';
import { silentLog } from '../support/silent-log.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await buildShop(database.db);
});
afterAll(() => database.close());

const phone = (address?: string) => openPhone(agentNeeds(database), address);
/** As it runs `hours` after everything here was said. */
const sweep = (hours = 2) => {
  const clock = { now: () => new Date(Date.now() + hours * 3600_000) };
  return eraseForgotten({ db: database.db, clock, log: silentLog, optOutKey: OPT_OUT_KEY });
};
/** Somebody with an order that waits to be paid. */
async function withOpenOrder() {
  const ana = phone();
  for (const words of ['1 bridgestone 205/55 r16', 'commander', 'oui']) await ana.says(words);
  const [order] = await ana.orders();
  if (!order) throw new Error('no order was made');
  return { ana, order, id: (await ana.customer()).id };
}
/** Paid, with everything said that there was to say. */
async function pay(orderId: string): Promise<void> {
  await database.db.outboundMessage.updateMany({ data: { status: 'delivered' } });
  await database.db.paymentAttempt.updateMany({ where: { orderId }, data: { status: 'PAID' } });
  await database.db.order.update({ where: { id: orderId }, data: { status: 'confirmed' } });
}
async function collect(orderId: string): Promise<void> {
  await pay(orderId);
  await database.db.order.update({ where: { id: orderId }, data: { status: 'collected' } });
}
const byId = (id: string) => database.db.customer.findUniqueOrThrow({ where: { id } });

test('a STOP outlives being forgotten, as a hash only, until it is taken back', async () => {
  const before = phone();
  for (const words of ['bonjour', 'STOP', 'oublie-moi', 'oui']) await before.says(words);
  const [hash] = await database.db.forgottenOptOut.findMany();
  const hmac = createHmac('sha256', OPT_OUT_KEY).update(before.channelAddress).digest('hex');
  expect(hash?.addressHash).toBe(hmac);

  const after = phone(before.channelAddress);
  await after.says('bonjour');
  expect((await after.customer()).optedOutAt).toEqual(hash?.optedOutAt);
  expect(await database.db.forgottenOptOut.count()).toBe(0);
  await after.says('START');
  await after.says('merci');
  expect((await after.customer()).optedOutAt).toBeNull();
});

test('who comes back with a START is written to again', async () => {
  const before = phone();
  for (const words of ['bonjour', 'STOP', 'oublie-moi', 'oui']) await before.says(words);
  const after = phone(before.channelAddress);
  await after.says('START');
  expect((await after.customer()).optedOutAt).toBeNull();
  expect(await database.db.forgottenOptOut.count()).toBe(0);
});

test('who never said STOP may be written to when they come back', async () => {
  const before = phone();
  for (const words of ['bonjour', 'oublie-moi', 'oui']) await before.says(words);
  const after = phone(before.channelAddress);
  await after.says('bonjour');
  expect((await after.customer()).optedOutAt).toBeNull();
});

test('with an order open it is promised, and done by itself once the order is over', async () => {
  const { ana, order, id } = await withOpenOrder();
  expect(bodies(await ana.says('oublie-moi'))).toContain(`${order.number}* n’est pas terminée`);
  expect(bodies(await ana.says('oui'))).toContain('dès que votre commande');
  expect(bodies(await ana.says('mes données'))).toContain('Effacement : promis');
  expect(await sweep()).toEqual({ processed: 0 });
  expect((await byId(id)).eraseAskedAt).not.toBeNull();

  await pay(order.id);
  expect(await sweep()).toEqual({ processed: 0 });
  await database.db.order.update({ where: { id: order.id }, data: { status: 'collected' } });
  const sweeps = await Promise.all([sweep(), sweep()]);
  expect(sweeps.reduce((sum, { processed }) => sum + processed, 0)).toBe(1);
  expect(await byId(id)).toMatchObject({ channelAddress: `forgotten:${id}`, firstName: null, eraseAskedAt: null });
  const audits = { where: { action: 'customer.forgotten', subject: `customer:${id}` } };
  expect(await database.db.auditEntry.count(audits)).toBe(1);
});

test('not while a dispute is under way, nor while they wait for an answer', async () => {
  const { ana, order, id } = await withOpenOrder();
  for (const words of ['oublie-moi', 'oui']) await ana.says(words);
  await collect(order.id);
  await database.db.order.update({ where: { id: order.id }, data: { disputedAt: new Date() } });
  expect(await sweep()).toEqual({ processed: 0 });
  await database.db.order.update({ where: { id: order.id }, data: { disputedAt: null } });
  const conversation = { where: { customerId: id } };
  await database.db.conversation.update({ ...conversation, data: { turnDueAt: new Date() } });
  expect(await sweep()).toEqual({ processed: 0 });
  await database.db.conversation.update({ ...conversation, data: { turnDueAt: null } });
  // They wrote a moment ago; something still waits to be sent.
  expect(await sweep(0)).toEqual({ processed: 0 });
  const last = await database.db.outboundMessage.findFirstOrThrow({ where: { customerId: id } });
  await database.db.outboundMessage.update({ where: { id: last.id }, data: { status: 'queued' } });
  expect(await sweep()).toEqual({ processed: 0 });
  await database.db.outboundMessage.update({ where: { id: last.id }, data: { status: 'delivered' } });
  expect(await sweep()).toEqual({ processed: 1 });
});

test('a further order makes the promise wait for it as well', async () => {
  const { ana, order, id } = await withOpenOrder();
  for (const words of ['oublie-moi', 'oui', '1 bridgestone 205/55 r16', 'commander', 'oui']) await ana.says(words);
  await collect(order.id);
  expect(await sweep()).toEqual({ processed: 0 });
  for (const each of await ana.orders()) if (each.id !== order.id) await collect(each.id);
  expect(await sweep()).toEqual({ processed: 1 });
  expect((await byId(id)).channelAddress).toBe(`forgotten:${id}`);
});

test.each([
  ['choosing to keep everything', ['oublie-moi', 'non']],
  ['saying so', ['ne m’oublie pas']],
])('the promise is taken back by %s', async (_, saying) => {
  const { ana, order } = await withOpenOrder();
  for (const words of ['oublie-moi', 'oui', ...saying]) await ana.says(words);
  await collect(order.id);
  expect(await sweep()).toEqual({ processed: 0 });
  expect((await ana.customer()).eraseAskedAt).toBeNull();
});
