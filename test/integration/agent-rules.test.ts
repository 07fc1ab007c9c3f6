import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildShop } from '../support/catalogue-builder.ts';
import { agentNeeds, bodies, openPhone } from '../support/conversation.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await buildShop(database.db);
});
afterAll(() => database.close());

const phone = () => openPhone(agentNeeds(database));

test.each([
  {
    language: 'fr',
    greeting: ['Bonjour', 'Bienvenue'],
    search: 'des pneus michelin 195/65 R15 svp',
    quantity: "j'en prends 2",
    service: 'et un équilibrage',
    order: 'commander',
    yes: 'oui je confirme',
    status: 'où en est ma commande ?',
    heard: ['Combien', 'Total', 'Retrait', 'en attente de paiement'],
  },
  {
    language: 'en',
    greeting: ['Hello', 'Welcome'],
    search: 'michelin tyres 195/65 R15 please',
    quantity: "I'll take two",
    service: 'I need balancing',
    order: 'checkout',
    yes: 'Yes please!',
    status: 'order status',
    heard: ['How many', 'Total', 'Pickup', 'waiting for payment'],
  },
  {
    language: 'es',
    greeting: ['Hola', 'bienvenida'],
    search: 'busco neumáticos michelin 195/65 R15',
    quantity: 'me llevo 2',
    service: 'quiero un equilibrado',
    order: 'pagar',
    yes: 'sí, confirmo',
    status: 'mi pedido',
    heard: ['Cuántos', 'Total', 'Recogida', 'pendiente de pago'],
  },
])('without any model a customer buys in $language, from the greeting to the order', async (words) => {
  const ana = phone();
  expect(bodies(await ana.says(words.greeting[0] as string))).toContain(words.greeting[1]);
  expect(bodies(await ana.says(words.search))).toContain(words.heard[0]);
  expect(bodies(await ana.says(words.quantity))).toContain(words.heard[1]);
  await ana.says(words.service);
  expect(bodies(await ana.says('1'))).toContain('Équilibrage');
  expect(bodies(await ana.says(words.order))).toContain(words.heard[2]);
  // The payment link follows from the checkout worker: nothing is said here.
  expect(await ana.says(words.yes)).toEqual([]);
  const [order, ...others] = await ana.orders();
  expect(others).toEqual([]);
  expect(order).toMatchObject({ status: 'pending_payment', totalMinor: 2 * 8990 + 1500, locale: words.language });
  expect(bodies(await ana.says(words.status))).toContain(words.heard[3]);
  expect(new Set((await ana.turns()).map((turn) => turn.answeredBy))).toEqual(new Set(['fallback', 'fast_path']));
  expect((await ana.customer()).locale).toBe(words.language);
});

test('the same purchase by taps alone', async () => {
  const ana = phone();
  const [list] = await ana.says('205/55 R16');
  expect(list?.list?.items.map((item) => item.title)).toEqual([
    'Bridgestone Turanza 6',
    'Michelin Primacy 4+',
    'Michelin Alpin 6',
  ]);
  expect(list?.body).toContain('1. *Bridgestone Turanza 6*');
  await ana.taps('Michelin Primacy 4+');
  await ana.taps('Ajouter 4');
  const [question] = await ana.taps('Commander');
  expect(question?.buttons?.map((button) => button.title)).toEqual(['Basse-Terre', 'Jarry']);
  expect(bodies(await ana.taps('Jarry'))).toContain('*Total : 479,60 €*');
  await ana.taps('Confirmer');
  expect(await ana.orders()).toHaveLength(1);
  expect((await ana.turns()).map((turn) => turn.answeredBy)).toEqual(['fallback', ...Array(5).fill('fast_path')]);
});

test('one thought in three messages is one search and one answer', async () => {
  const ana = phone();
  const replies = await ana.says('bonjour', 'des michelin', '205/55 R16');
  expect(replies).toHaveLength(1);
  expect(replies[0]?.list?.items.map((item) => item.title)).toEqual(['Michelin Primacy 4+', 'Michelin Alpin 6']);
  expect(await ana.turns()).toHaveLength(1);
});

test('how many and what in one message goes straight into the cart', async () => {
  const ana = phone();
  await ana.says('2 bridgestone 205/55 r16');
  expect((await ana.cart())?.items.map((item) => item.quantity)).toEqual([2]);
  await ana.says('4 michelin 205/55 r16');
  await ana.says('le primacy');
  expect((await ana.cart())?.items.map((item) => item.quantity)).toEqual([2, 4]);
});

test('while a person answers the bot keeps quiet, until it is asked back or a day has passed', async () => {
  let now = new Date();
  const ana = openPhone(agentNeeds(database, { clock: { now: () => now } }));
  expect(bodies(await ana.says('je veux parler à quelqu’un'))).toContain('l’équipe');
  expect(await ana.says('il y a quelqu’un ?', 'panier')).toEqual([]);
  expect((await ana.turns()).at(-1)).toMatchObject({ answeredBy: 'silent' });
  expect(bodies(await ana.taps('resume'))).toContain('revoilà');
  expect(bodies(await ana.says('panier'))).toContain('vide');
  await ana.says('humain');
  now = new Date(now.getTime() + 25 * 3600_000);
  expect(bodies(await ana.says('panier'))).toContain('vide');
});

test('STOP is kept, and START takes it back', async () => {
  const ana = phone();
  expect(bodies(await ana.says('STOP'))).toContain('rappels');
  expect((await ana.customer()).optedOutAt).not.toBeNull();
  await ana.says('start');
  expect((await ana.customer()).optedOutAt).toBeNull();
});

test.each([
  ['<script>alert(1)</script><b>michelin</b>'],
  ["'; DROP TABLE products; --"],
  ['{0} {count, plural, other {#}} {{shopName}}'],
  ['a'.repeat(10_000)],
  ['pneu '.repeat(2_000)],
  ['😀'],
  ['   '],
  ['%_\\ & | ! <-> :* \'"'],
  ['1e9'],
  ['99999999999999999999'],
])('%# bad input gets a clear answer, never an error', async (text) => {
  const ana = phone();
  const replies = await ana.says(text);
  expect(replies.length).toBeGreaterThan(0);
  expect(bodies(replies)).not.toMatch(/Error|undefined|NaN|\[object/);
  for (const { body } of replies) expect(body.length).toBeLessThanOrEqual(1600);
  expect((await ana.turns()).map((turn) => turn.error)).toEqual([null]);
  expect((await database.db.product.findMany()).length).toBeGreaterThan(4);
});

test('an empty message is answered, not ignored', async () => {
  const ana = phone();
  await ana.receive('');
  expect(bodies(await ana.says())).toContain('rien reçu que je puisse lire');
});

test.each([
  ['non, 4', 'Total : 359,60 €'],
  ['no, 4', 'Total : 359,60 €'],
  ['no, mejor 4', 'Total: 359,60 €'],
])('%j after two were put in the cart makes it four, and is no yes to anything', async (words, total) => {
  const ana = phone();
  await ana.says('2 michelin 195/65 r15');
  expect(bodies(await ana.says(words))).toContain(total);
  expect((await ana.cart())?.items.map((item) => item.quantity)).toEqual([4]);
  await ana.says('commander');
  await ana.says('non, 2');
  expect((await ana.cart())?.items.map((item) => item.quantity)).toEqual([2]);
  expect(await ana.orders()).toEqual([]);
});

test('a number that corrects while a card asks how many is about that product, not about what is in the cart', async () => {
  const ana = phone();
  await ana.says('1 équilibrage');
  expect(bodies(await ana.says('michelin 195/65 r15'))).toContain('Combien en voulez-vous');
  await ana.says('non, 4');
  expect((await ana.cart())?.items.map((item) => item.quantity)).toEqual([1, 4]);
});

test('"no, 4" to a list is no fourth choice: it says how many', async () => {
  const ana = phone();
  await ana.says('2 pneus 205/55 r16');
  expect(bodies(await ana.says('no, 4'))).toContain('4 de quel modèle');
  await ana.says('2');
  expect((await ana.cart())?.items.map((item) => item.quantity)).toEqual([4]);
});

test('a list of one is no list: its card comes, with the question how many', async () => {
  const ana = phone();
  const replies = await ana.says('bridgestone hiver 195/65 r15');
  expect(bodies(replies)).toMatch(/^Je n’ai pas exactement .*\n---\n[\s\S]*Combien en voulez-vous/);
  expect(bodies(replies)).not.toContain('numéro');
  await ana.says('2');
  expect((await ana.cart())?.items.map((item) => item.quantity)).toEqual([2]);
});
