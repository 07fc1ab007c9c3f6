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

test('"finalement 2" changes the only line, and the summary made before it is worth nothing', async () => {
  const ana = phone();
  await ana.says('1 bridgestone 205/55 r16');
  const [summary] = await ana.says('commander');
  expect(bodies(await ana.says('finalement mettez-en 2'))).toContain('2 × Bridgestone');
  expect(bodies(await ana.taps(summary?.buttons?.[0]?.id as string))).toContain('plus à jour');
  expect(await ana.orders()).toEqual([]);
});

test('a yes that is not the answer to the summary orders nothing', async () => {
  const ana = phone();
  await ana.says('2 bridgestone 205/55 r16');
  await ana.says('commander', 'oui');
  expect(await ana.orders()).toEqual([]);
  await ana.says('vous livrez ?');
  // The last thing said was no question about the order: the summary is shown again.
  expect(bodies(await ana.says('oui'))).toContain('récapitulatif');
  expect(bodies(await ana.says('oui', 'non attendez'))).toContain('rien n’est commandé');
  expect(bodies(await ana.says('oui mais seulement 1'))).not.toBe('');
  expect(await ana.orders()).toEqual([]);
});

test('old buttons get a clear answer and change nothing', async () => {
  const ana = phone();
  await ana.says('2 bridgestone 205/55 r16');
  const [summary] = await ana.taps('Commander');
  const confirm = summary?.buttons?.[0]?.id as string;
  expect(bodies(await ana.taps('Modifier'))).toContain('rien n’est commandé');
  expect(bodies(await ana.taps(confirm))).toContain('plus à jour');
  expect(await ana.orders()).toEqual([]);
  await ana.taps('Confirmer');
  expect(await ana.orders()).toHaveLength(1);
  expect(bodies(await ana.taps(confirm))).toContain('vide');
  expect(await ana.orders()).toHaveLength(1);
});

test('two taps on Confirm make one order', async () => {
  const ana = phone();
  await ana.says('1 bridgestone 205/55 r16');
  const [summary] = await ana.taps('Commander');
  const payload = summary?.buttons?.[0]?.id as string;
  await ana.receive('Confirmer', { payload, kind: 'button' });
  expect(bodies(await ana.taps(payload))).toContain('en attente de paiement');
  expect(await ana.orders()).toHaveLength(1);
});

test('a price that moved after the summary is proposed anew, not charged', async () => {
  const ana = phone();
  await ana.says('2 michelin 195/65 r15');
  await ana.says('commander');
  await database.db.product.update({ where: { sku: 'MIC-E-1956515' }, data: { priceMinor: 9990 } });
  const heard = bodies(await ana.says('oui'));
  expect(heard).toContain('prix vient de changer');
  expect(heard).toContain('199,80');
  expect(await ana.orders()).toEqual([]);
  await ana.says('oui');
  expect((await ana.orders()).map((order) => order.totalMinor)).toEqual([19980]);
  await database.db.product.update({ where: { sku: 'MIC-E-1956515' }, data: { priceMinor: 8990 } });
});

test('two taps on Confirm after a price moved show the new summary once', async () => {
  const ana = phone();
  await ana.says('2 michelin 195/65 r15');
  const [summary] = await ana.says('commander');
  const payload = summary?.buttons?.[0]?.id as string;
  await database.db.product.update({ where: { sku: 'MIC-E-1956515' }, data: { priceMinor: 9990 } });
  await ana.receive('Confirmer', { payload, kind: 'button' });
  expect(bodies(await ana.taps(payload)).match(/récapitulatif\*/g)).toHaveLength(1);
  expect(await ana.orders()).toEqual([]);
  await database.db.product.update({ where: { sku: 'MIC-E-1956515' }, data: { priceMinor: 8990 } });
});

test('stock that went away is said, with what is left', async () => {
  const ana = phone();
  await ana.says('2 alpin 205/55 r16');
  await ana.says('commander');
  await database.db
    .$executeRaw`UPDATE stock_levels SET on_hand = 1 FROM products p WHERE p.id = product_id AND p.sku = 'MIC-A6-2055516'`;
  const heard = bodies(await ana.says('oui'));
  expect(heard).toContain('stock vient de bouger');
  expect(heard).toContain('2 demandés, 1 disponible');
  expect(await ana.orders()).toEqual([]);
  await database.db
    .$executeRaw`UPDATE stock_levels SET on_hand = 2 FROM products p WHERE p.id = product_id AND p.sku = 'MIC-A6-2055516'`;
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

test("another customer's order cannot be made again", async () => {
  const owner = phone();
  await owner.says('1 bridgestone 205/55 r16');
  await owner.says('commander');
  await owner.says('oui');
  const [order] = await owner.orders();
  const thief = phone();
  expect(bodies(await thief.taps(`again:${order?.id}`))).toContain('pas encore de commande');
  expect(await thief.cart()).toBeNull();
  // Its owner can, once it is over.
  expect(bodies(await owner.taps(`again:${order?.id}`))).toContain('récapitulatif');
});

test('a long cart is summed up whole, each message within WhatsApp’s limit for buttons', async () => {
  const ana = phone();
  await ana.says('2 bridgestone 205/55 r16');
  const { id } = (await ana.cart()) as { id: string };
  const extras = Array.from({ length: 25 }, (_, index) => ({
    ...{ sku: `X${index}`, brand: 'X', model: '', label: `Service d’atelier numéro ${index} pour véhicule utilitaire` },
    ...{ description: '', category: 'service', priceMinor: 100, currency: 'EUR', stocked: false },
  }));
  await database.db.product.createMany({ data: extras });
  const products = await database.db.product.findMany({ where: { brand: 'X' } });
  const items = products.map((product, index) => ({
    cartId: id,
    productId: product.id,
    quantity: 1,
    position: index + 5,
  }));
  await database.db.cartItem.createMany({ data: items });
  const replies = await ana.says('commander');
  expect(bodies(replies).match(/Service d’atelier/g)).toHaveLength(25);
  for (const { body } of replies) expect(body.length).toBeLessThan(1024);
  expect(bodies(replies.slice(-1))).toContain('*Total : 234,80 €*');
  await database.db.product.updateMany({ where: { brand: 'X' }, data: { active: false } });
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
