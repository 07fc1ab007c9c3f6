import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AgentNeeds } from '../../src/agent/answer-message.ts';
import { buildShop } from '../support/catalogue-builder.ts';
import { agentNeeds, bodies, openPhone, scriptedModel } from '../support/conversation.ts';
import { failing, file, hears, jpeg, picture, recording, voiceNote } from '../support/customer-files.ts';
import { JPEG } from '../support/media-samples.ts';
import { textLog } from '../support/recording-log.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await buildShop(database.db);
});
afterAll(() => database.close());

const phone = (needs: Partial<AgentNeeds> = {}) => openPhone(agentNeeds(database, needs));

// ---------------------------------------------------------------- pictures

test('the model sees a picture with the words that came with it, and sells what it shows', async () => {
  const { model, requests } = scriptedModel([
    { call: ['search_products', { query: 'michelin 205/55 R16', max_price: null }] },
    { text: 'Oui, je l’ai.' },
  ]);
  const said = bodies(await phone({ model, media: jpeg }).sends(picture('vous avez ce pneu ?')));
  expect(requests[0]?.input.at(-1)).toEqual({
    ...{ type: 'message', role: 'user', content: '[sent a picture] vous avez ce pneu ?' },
    images: [{ bytes: JPEG, contentType: 'image/jpeg' }],
  });
  expect(said).toContain('Michelin Primacy 4+');
});

test('a picture is looked at in its own turn only, and no byte of it is kept', async () => {
  const { model, requests } = scriptedModel([{ text: 'Joli.' }, { text: 'Oui.' }, { text: 'Oui ?' }]);
  const ana = phone({ model, media: jpeg });
  await ana.sends(picture('regarde'));
  await ana.sends(picture());
  await ana.says('alors ?');
  expect(JSON.stringify(requests[2])).not.toContain('images');
  // That there was one is remembered.
  expect(requests[2]?.input).toContainEqual({ type: 'message', role: 'user', content: '[sent a file]' });
  const kept = await database.db.$queryRaw<{ row: string }[]>`
    SELECT to_jsonb(m)::text AS row FROM inbound_messages m UNION ALL SELECT to_jsonb(t)::text FROM conversation_turns t`;
  expect(kept.map(({ row }) => row).join()).not.toContain(JPEG.toString('base64').slice(0, 12));
});

test.each(['media_refused', 'media_too_large', 'media_unavailable'])(
  'a picture that cannot be fetched (%s) is told so, and the size on the tyre is asked for',
  async (code) => {
    const { model, requests } = scriptedModel([]);
    expect(bodies(await phone({ model, media: failing(code) }).sends(picture()))).toContain('205/55 R16');
    expect(requests).toEqual([]);
  },
);

test('with words beside it, a picture that cannot be fetched leaves the words to the model', async () => {
  const { model, requests } = scriptedModel([{ text: 'Quelle taille ?' }]);
  await phone({ model, media: failing('media_refused') }).sends(picture('vous avez ce pneu ?'));
  const last = requests[0]?.input.at(-1);
  expect(last).toEqual({
    ...{ type: 'message', role: 'user' },
    content: '[sent a picture that could not be opened] vous avez ce pneu ?',
  });
});

test('without a model, or when it fails, the size is asked for; words that tell are answered', async () => {
  expect(bodies(await phone().sends(picture()))).toContain('flanc du pneu');
  expect(bodies(await phone().sends(picture('vous avez ce pneu ?')))).toContain('flanc du pneu');
  expect(bodies(await phone().sends(picture('michelin 195/65 R15')))).toContain('Energy Saver');
  const { model } = scriptedModel([{ error: new Error('down') }]);
  expect(bodies(await phone({ model, media: jpeg }).sends(picture()))).toContain('flanc du pneu');
});

test('what is written in a picture confirms nothing', async () => {
  const { model } = scriptedModel([{ call: ['confirm_order', {}] }]);
  const ana = phone();
  await ana.says('1 turanza 205/55 r16');
  await ana.says('commander');
  const looking = openPhone(agentNeeds(database, { model, media: jpeg }), ana.channelAddress);
  expect(bodies(await looking.sends(picture()))).toContain('relisez et confirmez');
  expect(await ana.orders()).toEqual([]);
});

// ---------------------------------------------------------------- everything else

test.each([
  ['video', file('video/mp4'), 'vidéo'],
  ['document', file('application/pdf', { Body: 'facture.pdf' }), 'documents'],
  ['program', file('application/x-msdownload', { Body: 'tarif.exe' }), 'documents'],
  ['contact', file('text/vcard'), 'fiche de contact'],
  ['thing nobody knows', { MessageType: 'unsupported' }, 'rien reçu que je puisse lire'],
])('a %s is kindly declined without any model and without fetching it', async (_what, fields, words) => {
  const { model, requests } = scriptedModel([]);
  const [reply] = await phone({ model }).sends(fields);
  expect(reply?.body).toContain(words);
  expect(reply?.buttons?.map(({ title }) => title)).toEqual(['Parler à quelqu’un']);
  expect(requests).toEqual([]);
});

test('the words with a video are answered', async () => {
  expect(bodies(await phone().sends(file('video/mp4', { Body: 'michelin 195/65 R15' })))).toContain('Energy Saver');
});

test('a sticker or a reaction in the middle of things is read silently', async () => {
  const ana = phone();
  await ana.says('merci');
  expect(await ana.sends(file('image/webp', { MessageType: 'sticker' }))).toEqual([]);
  expect(await ana.sends({ MessageType: 'reaction', Body: '❤️' })).toEqual([]);
  expect((await ana.turns()).map(({ answeredBy }) => answeredBy)).toEqual(Array(3).fill('fast_path'));
});

test('whoever begins with a sticker is greeted', async () => {
  expect(bodies(await phone().sends(file('image/webp')))).toContain('Bienvenue');
});

test('a thumb below the summary is no yes, and leaves it open for one', async () => {
  const ana = phone();
  await ana.says('1 turanza 205/55 r16');
  await ana.says('commander');
  expect(await ana.sends({ MessageType: 'reaction', Body: '👍' })).toEqual([]);
  expect(await ana.orders()).toEqual([]);
  await ana.says('oui');
  expect(await ana.orders()).toHaveLength(1);
});

const ad = { ReferralHeadline: 'Michelin Energy Saver 195/65 R15 en promo', ReferralBody: 'Stock limité' };

test('"is this still available?" from an advertisement finds what it shows, with a model and without', async () => {
  for (const Body of ['Bonjour, c’est toujours disponible ?', 'dispo ?']) {
    expect(bodies(await phone().sends({ ...ad, Body }))).toContain('Energy Saver');
  }
  const { model, requests } = scriptedModel([{ text: 'Oui.' }]);
  await phone({ model }).sends({ ...ad, Body: 'dispo ?', ReferralSourceUrl: 'https://fb.me/x' });
  expect(requests[0]?.input.at(-1)).toMatchObject({
    content: `[came from the advertisement "${ad.ReferralHeadline} - ${ad.ReferralBody}"] dispo ?`,
  });
  expect(JSON.stringify(requests[0])).not.toContain('fb.me');
});

test('whoever asks for something else than the advertisement shows gets that', async () => {
  expect(bodies(await phone().sends({ ...ad, Body: 'turanza 205/55 r16' }))).toContain('Bridgestone');
});

test('no address, transcript or byte of what customers send is logged', async () => {
  const lines: string[] = [];
  const log = textLog(lines);
  const { transcriber } = hears('mon secret', new Error('down'));
  const { model } = scriptedModel([]);
  const ana = phone({ log, transcriber, media: recording });
  await ana.sends(voiceNote);
  await ana.sends(voiceNote);
  const looking = openPhone(agentNeeds(database, { log, model, media: failing('media_refused') }), ana.channelAddress);
  await looking.sends(picture());
  expect(lines.filter((line) => /voice note|picture/.test(line))).toHaveLength(2);
  expect(lines.join()).not.toMatch(/secret|Media\/ME|OggS|api\.twilio/);
});
