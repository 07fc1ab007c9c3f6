import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AgentNeeds } from '../../src/agent/answer-message.ts';
import { buildShop } from '../support/catalogue-builder.ts';
import { agentNeeds, bodies, openPhone, scriptedModel } from '../support/conversation.ts';
import { failing, hears, recording, serving, voiceNote } from '../support/customer-files.ts';
import { oggOf } from '../support/media-samples.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await buildShop(database.db);
});
afterAll(() => database.close());

const phone = (needs: Partial<AgentNeeds> = {}) => openPhone(agentNeeds(database, needs));

test('a voice note is answered as the words in it, in their language, and kept as the text of the message', async () => {
  const { transcriber } = hears('I need two Michelin tyres 205/55 R16 please');
  const ana = phone({ transcriber, media: recording });
  expect(bodies(await ana.sends(voiceNote))).toContain('Michelin Primacy 4+');
  expect((await ana.customer()).locale).toBe('en');
  const [turn] = await ana.turns();
  expect(turn?.inboundMessages).toMatchObject([
    { kind: 'media', body: '', transcript: expect.stringContaining('two') },
  ]);
});

test('the model is told that it was spoken, and finds the words in what was said before', async () => {
  const { model, requests } = scriptedModel([{ text: 'Oui.' }, { text: 'Oui.' }]);
  const { transcriber } = hears('vous faites la géométrie ?');
  const ana = phone({ model, transcriber, media: recording });
  await ana.sends(voiceNote);
  await ana.says('et le montage ?');
  expect(requests[0]?.input.at(-1)).toMatchObject({ content: '[voice note, transcribed] vous faites la géométrie ?' });
  expect(requests[1]?.input).toContainEqual({ type: 'message', role: 'user', content: 'vous faites la géométrie ?' });
});

test('a turn that runs again does not listen again', async () => {
  const { transcriber, listened } = hears('bonjour');
  const needs = agentNeeds(database, { transcriber, media: recording });
  const crashing = { ...needs, latestOrders: needs.latestOrders };
  const ana = openPhone(crashing);
  await ana.says('coucou');
  let crashes = 1;
  const texts = needs.texts;
  crashing.texts = (...given) => {
    if (crashes-- > 0) throw new Error('crashed after listening');
    return texts(...given);
  };
  await ana.sends(voiceNote);
  await database.db.conversation.updateMany({ data: { turnDueAt: new Date(0) }, where: { turnDueAt: { not: null } } });
  expect(bodies(await ana.sends())).toContain('Bonjour');
  expect(listened).toHaveLength(1);
});

test('a spoken yes to the summary orders', async () => {
  const { transcriber } = hears('Oui, je confirme.');
  const ana = phone({ transcriber, media: recording });
  await ana.says('1 turanza 205/55 r16');
  await ana.says('commander');
  await ana.sends(voiceNote);
  expect(await ana.orders()).toHaveLength(1);
});

test.each([
  ['there is nobody to listen', {}, 'pas réussi à comprendre'],
  ['it cannot be fetched', { media: failing('media_refused') }, 'pas réussi à comprendre'],
  ['it is too large', { media: failing('media_too_large') }, 'trop long'],
  ['it lasts six minutes', { media: serving(oggOf(360), 'audio/ogg') }, 'trop long'],
  ['nothing is said in it', { media: recording, ...hears('') }, 'pas réussi à comprendre'],
  ['OpenAI is down', { media: recording, ...hears(new Error('down')) }, 'pas réussi à comprendre'],
])('when %s, a voice note is told so and the rest of the burst answered', async (_why, needs, words) => {
  const ana = phone({
    transcriber: hears('x').transcriber,
    ...needs,
    ...('media' in needs ? {} : { transcriber: null }),
  });
  const said = bodies(await ana.sends(voiceNote, { Body: 'équilibrage' }));
  expect(said).toContain(words);
  expect(said).toContain('Équilibrage');
});

test('a customer who speaks Spanish is told in Spanish', async () => {
  const ana = phone();
  await ana.says('hola, buenos días');
  expect(bodies(await ana.sends(voiceNote))).toContain('mensaje de voz');
});
