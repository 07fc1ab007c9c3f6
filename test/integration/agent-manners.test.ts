import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ALL_TOOLS } from '../../src/agent/tools/all-tools.ts';
import { measureShop } from '../../src/db/shop-health.ts';
import { LOCALES } from '../../src/domain/locale.ts';
import { type BuiltShop, buildShop } from '../support/catalogue-builder.ts';
import {
  agentNeeds,
  bodies,
  call,
  type ModelScript,
  openPhone,
  scriptedModel,
  talkWithModel,
  texts,
} from '../support/conversation.ts';
import { silentLog } from '../support/silent-log.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let shop: BuiltShop;
beforeAll(async () => {
  database = await createTestDatabase();
  shop = await buildShop(database.db);
  // Enough for every customer of this file.
  await database.db.stockLevel.updateMany({ data: { onHand: 500 } });
});
afterAll(() => database.close());

const phone = (overrides: Parameters<typeof agentNeeds>[1] = {}) => openPhone(agentNeeds(database, overrides));
const talk = (steps: ModelScript) => talkWithModel(database, steps);

test('the summary says how long there is to pay as the shop is configured', async () => {
  const ana = phone({ checkoutExpiresMinutes: 720 });
  await ana.says('1 bridgestone 205/55 r16');
  expect(bodies(await ana.says('commander'))).toContain('12 heures pour payer');
  const eve = phone({ checkoutExpiresMinutes: 45 });
  await eve.says('1 bridgestone 205/55 r16');
  expect(bodies(await eve.says('commander'))).toContain('45 minutes pour payer');
});

test('a long answer of the model comes as several messages, each a whole sentence', async () => {
  const text = 'Ce pneu tient la route sous la pluie comme au sec. '.repeat(60).trim();
  const { ana } = talk([{ text }]);
  const replies = await ana.says('parlez-moi donc de vos pneus en long et en large');
  expect(replies).toHaveLength(2);
  expect(replies.map((reply) => reply.body).join(' ')).toBe(text);
});

test('the customer sees "typing" and that their last message was read, but not while a person answers', async () => {
  const typing: string[] = [];
  const ana = phone({ showTyping: async (messageSid) => void typing.push(messageSid) });
  await ana.says('bonjour', 'je veux parler à quelqu’un');
  const [turn] = await ana.turns();
  expect(typing).toEqual([turn?.inboundMessages.find(({ body }) => body !== 'bonjour')?.messageSid]);
  await ana.says('vous êtes là ?');
  expect(typing).toHaveLength(1);
});

test('a price limit with cents is a search, not a fault', async () => {
  const { ana } = talk([call('search_products', { query: 'équilibrage', max_price: 19.99 }), { text: 'Voici.' }]);
  expect(bodies(await ana.says('un équilibrage à moins de 19,99 € c’est possible chez vous'))).toContain('Équilibrage');
  expect((await ana.turns()).map((turn) => turn.error)).toEqual([null]);
});

test.each(LOCALES)('the question after a pickup asks in %s for words, which no list takes for a number', (locale) => {
  expect(texts(locale, 'review_request', { firstName: '', orderNumber: 'C-A' })).not.toMatch(/\d/);
});

test('calling a person is logged and measured, for a day', async () => {
  const warned: string[] = [];
  const log = {
    ...silentLog,
    warn: (_: object, message: string) => void warned.push(message),
    child: () => log,
    within: <T>(_: object, act: () => T) => act(),
  };
  const ana = phone({ log });
  const before = (await measureShop(database.db, new Date())).waitingForPerson;
  expect(bodies(await ana.says('je veux parler à quelqu’un'))).toContain('signalé');
  expect(warned).toEqual(['a customer asks for a person']);
  expect((await measureShop(database.db, new Date())).waitingForPerson).toBe(before + 1);
  expect((await measureShop(database.db, new Date(Date.now() + 25 * 3600_000))).waitingForPerson).toBe(0);
  await ana.taps('resume');
  expect((await measureShop(database.db, new Date())).waitingForPerson).toBe(before);
});

test('a model that changes its mind twice has the last word', async () => {
  const set = (quantity: number) => call('set_quantity', { product_id: shop.turanza, quantity });
  const { ana } = talk([
    call('search_products', { query: 'bridgestone turanza', max_price: null }),
    call('add_to_cart', { product_id: shop.turanza, quantity: 1 }),
    ...[set(4), set(2), set(4)],
    { text: 'Quatre, c’est noté.' },
  ]);
  await ana.says('quatre bridgestone, enfin deux, non quatre, vous me suivez');
  expect((await ana.cart())?.items.map((item) => item.quantity)).toEqual([4]);
});

test('"the cheapest" is the cheapest of what was shown, and no argument pretends to sort', async () => {
  const ana = phone();
  await ana.says('michelin 205/55 r16');
  expect(bodies(await ana.says('le moins cher'))).toContain('Primacy');
  const search = ALL_TOOLS.find((tool) => tool.name === 'search_products');
  expect(Object.keys(search?.parameters.properties ?? {})).toEqual(['query', 'max_price']);
});

test('cheap tyres are tyres, five of them, not what is done to tyres', async () => {
  const montage = await database.db.product.create({
    data: {
      ...{ sku: 'SRV-PNEU', brand: '', model: '', label: 'Montage d’un pneu', description: 'Prix par pneu.' },
      ...{ category: 'service', priceMinor: 100, currency: 'EUR', stocked: false },
    },
  });
  const [offer] = await phone().says('des pneus pas chers');
  expect(offer?.list?.items[0]?.title).not.toContain('Montage');
  expect(offer?.list?.items.length).toBeLessThanOrEqual(5);
  await database.db.product.update({ where: { id: montage.id }, data: { active: false } });
});

test('two wishes in one message, and in two, both count', async () => {
  const ana = phone();
  await ana.says('2 bridgestone 205/55 r16 et 2 équilibrages roue');
  expect((await ana.cart())?.items.map((item) => item.quantity)).toEqual([2, 2]);
  const eve = phone();
  await eve.says('des bridgestone 205/55 r16', "j'en veux 3");
  expect((await eve.cart())?.items.map((item) => item.quantity)).toEqual([3]);
});

test('the cart is changed by the names of its lines', async () => {
  const ana = phone();
  await ana.says('2 bridgestone 205/55 r16');
  await ana.says('2 équilibrages roue');
  const quantities = async () => (await ana.cart())?.items.map((item) => item.quantity);
  expect(await quantities()).toEqual([2, 2]);
  await ana.says('passez les équilibrages à 4');
  expect(await quantities()).toEqual([2, 4]);
  expect(bodies(await ana.says('finalement mettez-en 3'))).toContain('Pour quel article');
  await ana.says('retire le 7');
  expect(await quantities()).toEqual([2, 4]);
  await ana.says("retire l'équilibrage");
  expect(await quantities()).toEqual([2]);
  await ana.says('retire tout');
  expect(await quantities()).toEqual([]);
});

test('the pickup place is named in words, and moved in words', async () => {
  const ana = phone();
  await ana.says('2 primacy 205/55 r16');
  await ana.says('commander');
  expect(bodies(await ana.says('à Jarry svp'))).toContain('Retrait : *Jarry');
  expect(bodies(await ana.says("plutôt dans l'autre magasin"))).toContain('Où souhaitez-vous');
  expect(bodies(await ana.says('Basse-Terre'))).toContain('Retrait : *Basse-Terre');
  expect((await ana.turns()).at(-1)?.answeredBy).toBe('fast_path');
});

test('a number after looking at the cart is about the cart, not about the card shown before', async () => {
  const ana = phone();
  await ana.says('2 bridgestone 205/55 r16');
  await ana.says('équilibrage');
  await ana.says('panier');
  await ana.says('finalement 1');
  expect((await ana.cart())?.items.map((item) => item.quantity)).toEqual([1]);
});

test('a shop that speaks French only answers in French, tells of a closed day, and tells the model how it likes to sound', async () => {
  const now = new Date();
  const closedDays = [new Date(now.getTime() + 86_400_000).toISOString().slice(0, 10), '2020-01-01'];
  const rules = { locales: ['fr' as const], closedDays, tone: 'phrases courtes' };
  const script = scriptedModel([{ text: 'Bonjour !' }]);
  const ana = phone({ rules, model: script.model });
  await ana.says('hello, I would like something nice for my mother please');
  const facts = JSON.stringify(script.requests.at(-1));
  expect(facts).toContain('phrases courtes');
  expect(facts).toContain('closed_days');
  expect(facts).not.toContain('2020');
  const bot = phone({ rules });
  expect(bodies(await bot.says('what are your opening hours?'))).toContain('Fermé exceptionnellement');
});
