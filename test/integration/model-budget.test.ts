import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { answerNextConversation } from '../../src/agent/answer-message.ts';
import { spendingOf } from '../../src/db/model-spending.ts';
import { FLOOD } from '../../src/domain/flood.ts';
import { priceOfModel } from '../../src/domain/model-cost.ts';
import type { Model } from '../../src/ports.ts';
import { buildShop } from '../support/catalogue-builder.ts';
import { agentNeeds, bodies, openPhone, scriptedModel, texts } from '../support/conversation.ts';
import { hears, recording, serving, voiceNote } from '../support/customer-files.ts';
import { deferred } from '../support/deferred.ts';
import { MP3, oggOf } from '../support/media-samples.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await buildShop(database.db);
});
beforeEach(async () => {
  await database.db.modelSpending.deleteMany();
  await database.db.notification.deleteMany();
});
afterAll(() => database.close());

// What the scripted model says it used: 100 tokens, 80 of them cached, and 10 for the answer.
const CALL_MICRO_USD = 27;
const noon = { now: () => new Date('2026-11-26T16:00:00Z') };
const DAY = '2026-11-26';

function talk(model: Model, budgets: { shop?: number; customer?: number }, clock = noon) {
  const modelTerms = {
    ...{ price: priceOfModel('gpt-5-mini'), historyMessages: 8 },
    ...{ shopDailyMicroUsd: budgets.shop ?? null, customerDailyMicroUsd: budgets.customer ?? null },
  };
  return agentNeeds(database, { model, modelTerms, clock });
}
const answers = (count: number) => Array.from({ length: count }, (_, index) => ({ text: `Réponse ${index + 1}.` }));
const SAID = 'dites-moi tout de vos pneus bridgestone';

test('every call is counted for its turn and its day, in tokens and in whole millionths of a dollar', async () => {
  const { model } = scriptedModel([
    { call: ['search_products', { query: 'bridgestone', max_price: null }] },
    { text: 'Voici.' },
  ]);
  const ana = openPhone(talk(model, {}));
  await ana.says(SAID);
  expect((await ana.turns())[0]).toMatchObject({
    inputTokens: 200,
    outputTokens: 20,
    costMicroUsd: 2 * CALL_MICRO_USD,
  });
  expect(await spendingOf(database.db, DAY)).toEqual({
    ...{ calls: 2, inputTokens: 200, cachedInputTokens: 160, outputTokens: 20, microUsd: 2 * CALL_MICRO_USD },
  });
  await ana.says('commander');
  expect((await ana.turns())[1]).toMatchObject({ answeredBy: 'fast_path', costMicroUsd: null });
});

test('near a customer’s budget the model is told and may say less; past it rules answer, and nobody is told so', async () => {
  const { model, requests } = scriptedModel(answers(20));
  const needs = talk(model, { customer: 10 * CALL_MICRO_USD });
  const [ana, bob] = [openPhone(needs), openPhone(needs)];
  for (let time = 0; time < 11; time++) {
    const said = bodies(await ana.says(SAID));
    expect(said).not.toMatch(/budget|token/i);
    if (time === 10) expect(said).toContain('Turanza');
  }
  expect(requests.map(({ isBrief }) => isBrief)).toEqual([...Array(8).fill(false), true, true]);
  const messages = requests.map(({ input }) =>
    input.filter((item) => item.type === 'message' && item.role !== 'developer'),
  );
  expect(messages[7]).toHaveLength(9);
  expect(messages[8]).toHaveLength(6);
  expect((await ana.turns()).at(-1)).toMatchObject({
    ...{ answeredBy: 'fallback', inputTokens: 0, error: expect.stringContaining('model_over_budget') },
  });
  // One customer's budget is nobody else's, and nothing for the team.
  await bob.says(SAID);
  expect((await bob.turns())[0]?.answeredBy).toBe('model');
  expect(await database.db.notification.count()).toBe(0);
});

test('past the shop’s budget rules answer everybody until midnight there, and the team is told once a day', async () => {
  const { model, requests } = scriptedModel(answers(20));
  const clock = { now: () => new Date(noon.now().getTime() + shift.hours * 3600_000) };
  const shift = { hours: 0 };
  const needs = talk(model, { shop: 2 * CALL_MICRO_USD }, clock);
  const phones = Array.from({ length: 4 }, () => openPhone(needs));
  for (const phone of phones) await phone.says(SAID);
  expect(requests).toHaveLength(2);
  const told = await database.db.notification.findMany({ orderBy: { businessKey: 'asc' } });
  expect(told.map(({ businessKey }) => businessKey)).toEqual([
    `model-budget:${DAY}:email`,
    `model-budget:${DAY}:slack`,
  ]);
  expect(told[0]?.content).toMatchObject({ notice: { kind: 'model_budget_spent', values: { day: DAY } } });
  // 23:59 in Guadeloupe, then a minute later.
  shift.hours = 11 + 59 / 60;
  await phones[0]?.says(SAID);
  expect(requests).toHaveLength(2);
  shift.hours = 12;
  await phones[0]?.says(SAID);
  expect(requests).toHaveLength(3);
});

test('a turn in the middle of which the budget ends is answered by rules, and what it had cost is not forgotten', async () => {
  const search = { call: ['search_products', { query: 'bridgestone', max_price: null }] as [string, unknown] };
  const { model, requests } = scriptedModel([search, ...answers(5)]);
  const ana = openPhone(talk(model, { shop: CALL_MICRO_USD }));
  expect(bodies(await ana.says(SAID))).toContain('Turanza');
  expect(requests).toHaveLength(1);
  expect((await ana.turns())[0]).toMatchObject({ answeredBy: 'fallback', costMicroUsd: CALL_MICRO_USD });
});

test('workers that answer at once pass the shop’s budget by the calls that were under way, one a lane', async () => {
  const LANES = 6;
  let atOnce = 0;
  let most = 0;
  const { model: scripted, requests } = scriptedModel(answers(60));
  const allIn = deferred();
  // The first calls wait for each other: all were allowed before any was counted.
  const model: Model = {
    name: 'scripted',
    async respond(request) {
      atOnce += 1;
      most = Math.max(most, atOnce);
      if (atOnce === LANES) allIn.resolve();
      await allIn.promise;
      atOnce -= 1;
      return scripted.respond(request);
    },
  };
  const needs = talk(model, { shop: CALL_MICRO_USD });
  for (let index = 0; index < 12; index++) await openPhone(needs).receive(SAID);
  const lane = async () => {
    while (await answerNextConversation(needs));
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  expect(most).toBe(LANES);
  expect(requests).toHaveLength(LANES);
  expect((await spendingOf(database.db, DAY)).microUsd).toBe(LANES * CALL_MICRO_USD);
});

test('a call is paid for though its turn was lost', async () => {
  const { db } = database;
  const { model } = scriptedModel([() => ({ text: 'Bonjour.' })]);
  const thief: Model = {
    name: 'scripted',
    async respond(request) {
      const reply = await model.respond(request);
      await db.$executeRaw`UPDATE conversations SET claim_token = claim_token + 1 WHERE claimed_until IS NOT NULL`;
      return reply;
    },
  };
  const ana = openPhone(talk(thief, {}));
  await ana.receive(SAID);
  await answerNextConversation(talk(thief, {}));
  expect(await ana.turns()).toEqual([]);
  expect(await spendingOf(db, DAY)).toMatchObject({ calls: 1, microUsd: CALL_MICRO_USD });
});

const MINUTE_MICRO_USD = 3_000;
const ofBytes = (beginning: Buffer, bytes: number) =>
  Buffer.concat([beginning, Buffer.alloc(bytes - beginning.length)]);

/** A customer whose voice notes are that file, said to be of this type. */
function speaking(bytes: Buffer, type: string, budgets: { shop?: number; customer?: number } = {}) {
  const { transcriber, listened } = hears(...Array(20).fill('bonjour'));
  const { model } = scriptedModel([]);
  const needs = { ...talk(model, budgets), transcriber, media: serving(bytes, type) };
  return { needs, listened };
}

test('listening is counted for the day by how long the note is taken to be, before it is listened to', async () => {
  const { needs, listened } = speaking(oggOf(60), 'audio/ogg');
  await openPhone(needs).sends(voiceNote);
  expect(listened).toHaveLength(1);
  expect(await spendingOf(database.db, DAY)).toMatchObject({ calls: 1, inputTokens: 0, microUsd: MINUTE_MICRO_USD });

  // Neither what it says of itself nor a failure makes it cheaper.
  await openPhone({ ...needs, ...hears(new Error('down')), media: serving(ofBytes(MP3, 120_000), 'audio/mpeg') }).sends(
    voiceNote,
  );
  expect((await spendingOf(database.db, DAY)).microUsd).toBe(3 * MINUTE_MICRO_USD);
});

test.each([
  ['shop', 'fr'],
  ['customer', 'en'],
  ['customer', 'es'],
] as const)('past the %s’s budget nobody listens, and the customer is told so in %s', async (whose, locale) => {
  const { needs, listened } = speaking(oggOf(60), 'audio/ogg', { [whose]: MINUTE_MICRO_USD });
  const ana = openPhone(needs);
  await ana.sends(voiceNote);
  await database.db.customer.update({ where: { channelAddress: ana.channelAddress }, data: { locale } });
  const [reply] = await ana.sends(voiceNote);
  expect(reply?.body).toBe(texts(locale, 'voice_not_now'));
  expect(listened).toHaveLength(1);
});

test('a dozen of large recordings that do not say how long they are cost nothing: none is listened to', async () => {
  const { needs, listened } = speaking(ofBytes(MP3, 15_000_000), 'audio/mpeg');
  const ana = openPhone(needs);
  for (let turn = 0; turn < 3; turn++)
    expect(bodies(await ana.sends(...Array(4).fill(voiceNote)))).toContain('trop long');
  expect(listened).toEqual([]);
  expect((await spendingOf(database.db, DAY)).microUsd).toBe(0);
});

test('nobody listens to a flood: its sender is told to write', async () => {
  const { needs, listened } = speaking(oggOf(60), 'audio/ogg');
  const ana = openPhone(needs);
  for (let n = 0; n <= FLOOD.messagesPerMinute; n++) await ana.receiveFields(voiceNote);
  await database.db.conversation.updateMany({ data: { turnDueAt: new Date(0), slowedUntil: new Date(0) } });
  expect(bodies(await ana.sends())).toContain(texts('fr', 'voice_not_now'));
  expect(listened).toEqual([]);
  // It is over: the next note is heard.
  await database.db.inboundMessage.updateMany({ data: { receivedAt: new Date(0) } });
  await ana.sends(voiceNote);
  expect(listened).toHaveLength(1);
});

test('while a person answers notes are heard, for them to read, and paid from the same budget', async () => {
  const { needs, listened } = speaking(oggOf(60), 'audio/ogg', { customer: MINUTE_MICRO_USD });
  const ana = openPhone({ ...needs, media: recording });
  await ana.says('parler à quelqu’un');
  await ana.sends(voiceNote);
  const spent = { day: new Date(DAY), customerId: (await ana.customer()).id };
  await database.db.modelSpending.updateMany({ where: spent, data: { microUsd: MINUTE_MICRO_USD } });
  expect(await ana.sends(voiceNote)).toEqual([]);
  expect(listened).toHaveLength(1);
});
