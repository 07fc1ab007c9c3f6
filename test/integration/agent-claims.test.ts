import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { answerNextConversation } from '../../src/agent/answer-message.ts';
import { claimConversation } from '../../src/db/claim-conversation.ts';
import { buildShop } from '../support/catalogue-builder.ts';
import { agentNeeds, bodies, openPhone } from '../support/conversation.ts';
import { slowModel } from '../support/slow-model.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await buildShop(database.db);
});
afterAll(() => database.close());

const makeDue = () => database.db.$executeRaw`
  UPDATE conversations SET turn_due_at = now() - interval '1 second', claimed_until = NULL WHERE turn_due_at IS NOT NULL`;

test('nobody waiting, nothing to do', async () => {
  expect(await answerNextConversation(agentNeeds(database))).toBe(false);
});

test('ten workers at once answer one customer once', async () => {
  const needs = agentNeeds(database);
  const ana = openPhone(needs);
  await ana.receive('bonjour');
  const worked = await Promise.all(Array.from({ length: 10 }, () => answerNextConversation(needs)));
  expect(worked.filter(Boolean)).toHaveLength(1);
  expect(await ana.replies()).toHaveLength(1);
  expect(await ana.turns()).toHaveLength(1);
});

test('many customers and many workers: everybody is answered once', async () => {
  const needs = agentNeeds(database);
  const phones = Array.from({ length: 12 }, () => openPhone(needs));
  await Promise.all(phones.map((ana) => ana.receive('2 bridgestone 205/55 r16')));
  const work = async () => {
    while (await answerNextConversation(needs)) {
      // until nobody waits
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  for (const ana of phones) {
    expect(await ana.turns()).toHaveLength(1);
    expect((await ana.cart())?.items.map((item) => item.quantity)).toEqual([2]);
  }
});

test('messages that come while a turn runs are answered after it, in order', async () => {
  const { model, asked, letGo } = slowModel('Un instant, je regarde.');
  const ana = openPhone(agentNeeds(database, { model }));
  await ana.receive('que me conseillez-vous pour une Clio ?');
  const running = answerNextConversation(agentNeeds(database, { model }));
  await asked;
  await ana.receive('panier');
  await ana.receive('STOP');
  // Somebody answers this customer already.
  expect(await answerNextConversation(agentNeeds(database))).toBe(false);
  letGo();
  await running;
  expect(bodies(await ana.replies())).toBe('Un instant, je regarde.');
  expect(bodies(await ana.says())).toMatch(/vide.*\n---\n.*rappels/s);
  expect((await ana.turns()).map((turn) => turn.inboundMessages.map((message) => message.body))).toEqual([
    ['que me conseillez-vous pour une Clio ?'],
    ['panier', 'STOP'],
  ]);
});

test('a worker that lost its claim writes nothing: the one that has it answers', async () => {
  const { model, asked, letGo } = slowModel('Trop tard.');
  const ana = openPhone(agentNeeds(database));
  await ana.receive('que me conseillez-vous pour une Clio ?');
  const frozen = answerNextConversation(agentNeeds(database, { model }));
  await asked;
  await makeDue(); // as if its lease had run out
  expect(bodies(await ana.says())).not.toBe('');
  letGo();
  await frozen;
  expect(await ana.replies()).toEqual([]);
  expect((await ana.turns()).map((turn) => turn.answeredBy)).toEqual(['fallback']);
});

test('a turn that crashes is run again, and nothing is doubled', async () => {
  const needs = agentNeeds(database);
  let crashes = 1;
  const ids = () => {
    if (crashes-- > 0) throw new Error('the power went out');
    return crypto.randomUUID();
  };
  const ana = openPhone(needs);
  await ana.receive('2 bridgestone 205/55 r16');
  expect(await answerNextConversation({ ...needs, newId: ids })).toBe(true);
  expect(await ana.replies()).toEqual([]);
  expect(await ana.cart()).toBeNull();
  await makeDue();
  expect(bodies(await ana.says())).toContain('ajouté');
  expect((await ana.cart())?.items.map((item) => item.quantity)).toEqual([2]);
  expect((await ana.customer()).conversation?.failedTurns).toBe(0);
});

test('a crash after the order was made makes no second one, and tells how it stands', async () => {
  const needs = agentNeeds(database);
  const ana = openPhone(needs);
  await ana.says('1 michelin 195/65 r15');
  await ana.says('commander');
  const dying = {
    ...needs,
    newId: () => {
      throw new Error('killed between the order and the commit');
    },
  };
  await ana.receive('oui');
  await answerNextConversation(dying);
  expect(await ana.orders()).toHaveLength(1);
  await makeDue();
  expect(bodies(await ana.says())).toContain('déjà enregistrée');
  expect(await ana.orders()).toHaveLength(1);
});

test('a message that always crashes is closed with an apology, and the next one is answered', async () => {
  const needs = agentNeeds(database);
  const ana = openPhone(needs);
  const poisoned = { ...needs, latestOrders: () => Promise.reject(new Error('broken beyond repair')) };
  await ana.receive('où en est ma commande');
  for (let tries = 0; tries < 3; tries++) {
    await makeDue();
    await answerNextConversation(poisoned);
  }
  expect(bodies(await ana.replies())).toContain('Désolé');
  expect((await ana.turns()).map((turn) => turn.error)).toEqual(['Error: broken beyond repair']);
  expect(bodies(await ana.says('panier'))).toContain('vide');
});

test('a message that kills its worker every time is closed with an apology too', async () => {
  const needs = agentNeeds(database);
  const ana = openPhone(needs);
  await ana.receive('bonjour');
  for (let deaths = 0; deaths < 3; deaths++) {
    expect(await claimConversation(database.db)).toBeDefined();
    await makeDue();
  }
  expect(bodies(await ana.says())).toContain('Désolé');
  expect((await ana.turns())[0]?.error).toContain('workers died');
});

test('a reply leaves once per turn: its business key is the turn’s', async () => {
  const ana = openPhone(agentNeeds(database));
  await ana.says('bonjour');
  const [turn] = await ana.turns();
  const { id } = await ana.customer();
  const rows = await database.db.outboundMessage.findMany({ where: { customerId: id } });
  expect(rows.map((row) => row.businessKey)).toEqual([`turn:${turn?.id}:1`]);
});
