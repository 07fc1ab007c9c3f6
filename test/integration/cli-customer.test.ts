import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { askToErase } from '../../src/db/erase-customer.ts';
import { buildShop } from '../support/catalogue-builder.ts';
import { agentNeeds, openPhone, scriptedModel } from '../support/conversation.ts';
import { runCommand } from '../support/run-command.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await buildShop(database.db);
});
afterAll(() => database.close());
jest.setTimeout(60_000);

const run = (name: string, ...args: string[]) =>
  runCommand(name, args, {
    DATABASE_URL: database.url,
    SESSION_SECRET: 'a session secret for tests only, long enough',
  });

test('an operator gives a customer everything that is kept of them, then erases them once their order is over', async () => {
  const { db } = database;
  const ana = openPhone(agentNeeds(database));
  for (const words of ['mon secret est vert', '1 bridgestone 205/55 r16', 'commander', 'oui']) await ana.says(words);
  const { id, channelAddress } = await ana.customer();
  const [order] = await ana.orders();
  const number = channelAddress.replace('whatsapp:', '').replace(/(\d{3})/g, '$1 ');

  const exported = await run('export-customer', number);
  expect(exported.code).toBe(0);
  const kept = JSON.parse(exported.stdout);
  expect(kept.inboundMessages[0]).toMatchObject({ body: 'mon secret est vert' });
  expect(kept.outboundMessages.length).toBeGreaterThan(2);
  expect(kept.orders).toMatchObject([{ number: order?.number, payments: [] }]);
  expect(exported.stdout).not.toMatch(/cs_test_|pi_/);
  // Whom WhatsApp gives no number of.
  expect(JSON.parse((await run('export-customer', `customer:${id}`)).stdout).orders).toEqual(kept.orders);
  expect(await run('export-customer', 'customer:7')).toMatchObject({ code: 1, stderr: 'There is no customer:7.\n' });

  const waiting = await run('erase-customer', number);
  expect(waiting).toMatchObject({ code: 0, stdout: expect.stringContaining('once it is over') });
  expect((await ana.customer()).eraseAskedAt).not.toBeNull();
  for (const status of ['confirmed', 'collected'] as const)
    await db.order.update({ where: { id: order?.id ?? '' }, data: { status } });
  // What is still to be said to them is said first.
  expect((await run('erase-customer', number)).stdout).toContain('once it is over');
  await db.outboundMessage.updateMany({ data: { status: 'delivered' } });
  expect(await run('erase-customer', number)).toMatchObject({ code: 0, stdout: expect.stringContaining('Erased') });
  expect(await run('export-customer', number)).toMatchObject({ code: 1, stderr: 'Nothing is kept of that number.\n' });

  const entries = await db.auditEntry.findMany({ where: { subject: `customer:${id}` }, orderBy: { createdAt: 'asc' } });
  expect(entries.map(({ actor, action }) => `${actor} ${action}`)).toEqual([
    ...Array(2).fill('operator customer.exported'),
    ...Array(3).fill('operator customer.erase_asked'),
    `customer:${id} customer.forgotten`,
  ]);
});

test('a customer who was imported and never wrote is forgotten as others are', async () => {
  const { id } = await database.db.customer.create({ data: { channelAddress: 'whatsapp:+590690777777' } });
  expect(await run('erase-customer', '+590690777777')).toMatchObject({ code: 0, stdout: expect.stringContaining(id) });
  const left = await database.db.customer.findUniqueOrThrow({ where: { id } });
  expect(left.channelAddress).toBe(`forgotten:${id}`);
});

test('an operator’s wish stands although a turn that began before it ends after it', async () => {
  const ana = openPhone(agentNeeds(database));
  await ana.says('bonjour');
  const { id: customerId } = await ana.customer();
  const { model } = scriptedModel([{ text: 'Voilà.' }, { text: 'Voilà.' }]);
  let asked: string | undefined;
  const respond: typeof model.respond = async (request) => {
    asked ??= await askToErase(database.db, { customerId, actor: 'operator', at: new Date() });
    return model.respond(request);
  };
  const needs = agentNeeds(database, { model: { ...model, respond } });
  await openPhone(needs, ana.channelAddress).says('dites, combien de temps dure le montage chez vous');
  expect(asked).toBeDefined();
  expect((await ana.customer()).eraseAskedAt).not.toBeNull();
});
