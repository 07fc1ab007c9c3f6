import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AppError } from '../../src/domain/errors.ts';
import { type BuiltShop, buildShop } from '../support/catalogue-builder.ts';
import {
  agentNeeds,
  bodies,
  call,
  lastToolOutput,
  type ModelScript,
  openPhone,
  talkWithModel,
} from '../support/conversation.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let shop: BuiltShop;
beforeAll(async () => {
  database = await createTestDatabase();
  shop = await buildShop(database.db);
});
afterAll(() => database.close());

const talk = (steps: ModelScript) => talkWithModel(database, steps);
const search = (query: string) => ({
  call: ['search_products', { query, max_price: null }] as [string, unknown],
});

test('the model sells: it searches, adds and proposes; the customer’s yes makes the order', async () => {
  const { ana, requests } = talk([
    search('bridgestone 205/55 R16'),
    { text: 'Le Bridgestone est un très bon choix.' },
    call('add_to_cart', { product_id: shop.turanza, quantity: 2 }),
    { text: 'C’est dans votre panier. On passe commande ?' },
    call('propose_order'),
    call('confirm_order'),
  ]);
  const found = await ana.says('je roule en Clio, que me conseillez-vous en 205/55 R16 chez bridgestone ?');
  expect(found.map((reply) => reply.body)[0]).toBe('Le Bridgestone est un très bon choix.');
  expect(found[1]?.buttons?.map((button) => button.title)).toEqual(['Ajouter 1', 'Ajouter 2', 'Ajouter 4']);
  const [added] = await ana.says('mettez-moi ça deux fois dans le panier, je reviens du garage');
  expect(added?.buttons?.map((button) => button.title)).toEqual(['Commander', 'Voir le panier']);
  expect(bodies(await ana.says('allez on y va pour ces deux-là'))).toContain('*Total : 209,80 €*');
  // Less plain than a plain yes: the model reads it and calls confirm_order; the link is the checkout worker's.
  expect(await ana.says('c’est parfait comme ça, on valide tout')).toEqual([]);
  expect(await ana.orders()).toMatchObject([{ totalMinor: 20980, status: 'pending_payment' }]);
  expect((await ana.turns()).map((turn) => [turn.answeredBy, turn.model])).toEqual(
    Array(4).fill(['model', 'scripted']),
  );
  expect((await ana.turns())[0]).toMatchObject({ inputTokens: 200, cachedInputTokens: 160, outputTokens: 20 });
  expect(requests).toHaveLength(6);
});

test('the prefix never changes, and no phone number reaches the model', async () => {
  const { ana, requests } = talk([{ text: 'Bonjour !' }, { text: 'Je regarde.' }]);
  await ana.says('bonjour vous êtes là');
  await ana.says('dites-moi tout');
  const [first, second] = requests;
  expect(second?.instructions).toBe(first?.instructions);
  expect(second?.tools).toEqual(first?.tools);
  expect(first?.tools).toHaveLength(14);
  expect(first?.safetyIdentifier).toMatch(/^[0-9a-f]{32}$/);
  expect(JSON.stringify(requests)).not.toContain(ana.channelAddress.replace('whatsapp:', ''));
  const roles = second?.input.map((item) => (item.type === 'message' ? item.role : item.type));
  // The shop's facts and the state, then what was said; nothing is old enough to be summed up.
  expect(roles).toEqual(['developer', 'developer', 'user', 'assistant', 'user']);
});

test('the service lists what was found: prices are its own, whatever the model lists', async () => {
  const { ana } = talk([
    search('205/55 R16'),
    { text: 'Voici **mes** conseils :\n1. Michelin — 5 €\n2. Rien — 0 €\nLequel ?' },
  ]);
  const [reply] = await ana.says('qu’est-ce que vous me proposez en 205/55 R16 svp');
  expect(bodies(reply ? [reply] : [])).toContain('1. *Bridgestone Turanza 6* — 104,90 €');
  expect(reply?.body).toContain('*mes* conseils');
  expect(reply?.body).not.toContain('5 €\n2.');
  expect(reply?.list?.items).toHaveLength(3);
  expect(bodies(await ana.says('1'))).toContain('Turanza');
});

test('whatever the model did to the cart, the reply shows what it has come to', async () => {
  const put = (quantity: number) => ({ product_id: shop.turanza, quantity });
  const { ana } = talk([
    ...[search('bridgestone 205/55 R16'), call('add_to_cart', put(2)), { text: 'Je vous en mets deux.' }],
    ...[call('set_quantity', put(4)), { text: 'Quatre donc :\n• 4 × Turanza = 1 €\nOn commande ?' }],
    ...[call('set_quantity', put(2)), search('équilibrage'), { text: 'Et pour l’équilibrage ?' }],
    ...[call('remove_from_cart', { product_id: shop.turanza }), { text: 'C’est retiré.' }],
  ]);
  expect(bodies(await ana.says('mettez m’en deux dans le coffre de ma Clio'))).toBe(
    'Je vous en mets deux.\n\n• 2 × Bridgestone Turanza 6 205/55 R16 91V à 104,90 € = 209,80 €\n*Total : 209,80 €*',
  );
  const [changed] = await ana.says('ah non il m’en faudrait le double je crois bien');
  expect(bodies(changed ? [changed] : [])).toMatch(
    /^Quatre donc :\s+On commande \?\n\n• 4 × .*419,60 €\n\*Total : 419,60 €\*$/,
  );
  expect(changed?.buttons?.map(({ title }) => title)).toEqual(['Commander', 'Voir le panier']);
  const [cart, ...offer] = await ana.says('la moitié suffit, et il y a quoi comme équilibrage chez vous');
  expect(bodies(cart ? [cart] : [])).toMatch(/^🛒 \*Votre panier\*\n• 2 × .*\n\*Total : 209,80 €\*$/);
  expect(bodies(offer)).toContain('Et pour l’équilibrage ?');
  expect(bodies(await ana.says('tout compte fait rien de tout ça ne me convient'))).toBe('C’est retiré.');
});

test('who may be meant to talk to a person has the promised button under the words, beside a list, a card or a cart', async () => {
  const person = call('call_human', { reason: 'technical advice' });
  const { ana } = talk([
    ...[search('205/55 R16'), person, { text: 'Le plus silencieux, je ne le sais pas.' }],
    ...[search('bridgestone 205/55 R16'), person, { text: 'Son usure, je ne la connais pas.' }],
    ...[call('add_to_cart', { product_id: shop.turanza, quantity: 2 }), person, { text: 'Deux, donc.' }],
  ]);
  const titles = (replies: Awaited<ReturnType<typeof ana.says>>) =>
    replies.map(({ buttons }) => buttons?.map(({ title }) => title));
  const listed = await ana.says('le plus silencieux de vos pneus en 205/55 R16, ce serait lequel');
  expect(listed[0]?.body).toBe('Le plus silencieux, je ne le sais pas.');
  expect(titles(listed)).toEqual([['Parler à quelqu’un'], undefined]);
  expect(listed[1]?.body).toMatch(/^1\. /);
  expect(listed[1]?.list?.items).toHaveLength(3);
  const shown = await ana.says('et le bridgestone en 205/55 R16, il dure longtemps');
  expect(titles(shown).slice(0, 1)).toEqual([['Parler à quelqu’un']]);
  expect(bodies(shown)).toContain('104,90');
  const carted = await ana.says('mettez-m’en une paire de ceux-là alors');
  expect(titles(carted)).toEqual([['Commander', 'Voir le panier', 'Parler à quelqu’un']]);
});

test('a model may say what the tools told it, and what comes of that; whose number was told, too', async () => {
  const said = [
    'À 104,90 € il tient longtemps ; quatre font 419,60 €.',
    'Non, pas de remise : ni 50 € ni 20 %. Je note votre numéro, le 0690 12 34 56, et ana@example.com.',
  ];
  const { ana } = talk([search('bridgestone 205/55 R16'), { text: said[0] as string }, { text: said[1] as string }]);
  expect(bodies(await ana.says('dites-moi tout de vos pneus bridgestone en 205/55 R16'))).toContain(said[0]);
  const asked = 'vous me les faites à 50, ou à moins 20 % ? rappelez-moi au 0690123456 ou à ana@example.com';
  expect(bodies(await ana.says(asked))).toBe(said[1]);
});

test('the state tells the prices of what was shown and put in the cart, so that a model may repeat them', async () => {
  const { ana } = talk([
    ...[search('bridgestone turanza'), { text: 'Voici.' }, { text: 'À 104,90 € pièce, 419,60 € les quatre.' }],
    ...[call('add_to_cart', { product_id: shop.turanza, quantity: 3 }), { text: 'C’est fait.' }],
    { text: 'Cela fait 314,70 € pour les trois.' },
  ]);
  await ana.says('vous auriez un bridgestone turanza pour ma Clio');
  expect(bodies(await ana.says('rappelez-moi donc ce que cela me coûterait'))).toContain('419,60 €');
  await ana.says('mettez m’en trois dans le coffre de ma Clio');
  expect(bodies(await ana.says('et cela me ferait donc combien en définitive'))).toContain('314,70 €');
  expect((await ana.turns()).map((turn) => turn.error)).toEqual([null, null, null, null]);
});

const failure = new AppError('model_unavailable', 'OpenAI answered HTTP 503', { retryable: true });
test.each<[string, ModelScript, RegExp]>([
  ['is down', [{ error: failure }], /503/],
  ['fails after it added to the cart', [search('bridgestone'), call('add_to_cart', {}), { error: failure }], /503/],
  ['says nothing', [{ text: '  ' }], /without words/],
  ['answers with data', [{ text: '{"tool":"search"}' }], /no message/],
  ['writes a link', [{ text: 'Payez ici : https://evil.example' }], /link/],
  ['names a page', [{ text: 'Payez sur pneus-promo.shop/payer ou wa.me/33612345678' }], /link/],
  ['names a site', [{ text: 'Voyez aussi pneus-promo.shop' }], /nobody named/],
  ['names a number', [search('bridgestone'), { text: 'Appelez le 06 12 34 56 78, c’est mieux.' }], /nobody named/],
  [
    'invents a price',
    [search('bridgestone'), { text: 'Le Bridgestone Turanza est à 10,00 € pour vous. Total : 20 €' }],
    /nobody told/,
  ],
  ['gives a discount', [search('bridgestone'), { text: 'Je vous fais −90 % dessus !' }], /nobody told/],
  ['goes in circles', Array.from({ length: 9 }, () => search('michelin')), /8 rounds/],
])('when the model %s the rules answer the same turn', async (_, steps, error) => {
  const { ana, requests } = talk([...steps]);
  const replies = await ana.says('bridgestone 205/55 R16');
  expect(bodies(replies)).toContain('Turanza');
  expect((await ana.turns()).map((turn) => turn.answeredBy)).toEqual(['fallback']);
  expect((await ana.turns())[0]?.error).toMatch(error);
  expect(requests.length).toBeLessThanOrEqual(8);
});

test('what a failed model had put in the cart is not bought twice', async () => {
  const { ana } = talk([
    search('bridgestone 205/55 R16'),
    call('add_to_cart', { product_id: shop.turanza, quantity: 2 }),
    { error: failure },
  ]);
  await ana.says('2 bridgestone 205/55 r16');
  expect((await ana.cart())?.items.map((item) => item.quantity)).toEqual([2]);
  expect((await ana.turns())[0]?.toolCalls).toHaveLength(2);
});

test('down in the middle of a purchase, still sold', async () => {
  const { ana } = talk([search('bridgestone 205/55 R16'), { text: 'Un bon choix.' }]);
  await ana.says('un pneu bridgestone en 205/55 R16 pour ma voiture');
  await ana.says('2');
  await ana.says('je voudrais commander maintenant');
  await ana.says('oui');
  expect(await ana.orders()).toHaveLength(1);
});

const nobody = '3f0e6a52-6a52-4b6e-9d6e-3f0e6a526a52';
const refusals: [string, string, (known: string) => unknown][] = [
  ['an id nobody has', 'add_to_cart', () => ({ product_id: nobody, quantity: 1 })],
  ['a product it was never shown', 'add_to_cart', () => ({ product_id: shop.energy, quantity: 1 })],
  ['an id that is none', 'show_product', () => ({ product_id: "1' OR 1=1" })],
  ['a quantity of 0', 'add_to_cart', (known) => ({ product_id: known, quantity: 0 })],
  ['a quantity of -1', 'add_to_cart', (known) => ({ product_id: known, quantity: -1 })],
  ['a quantity of 1e9', 'add_to_cart', (known) => ({ product_id: known, quantity: 1e9 })],
  ['a quantity of 2.5', 'add_to_cart', (known) => ({ product_id: known, quantity: 2.5 })],
  ['a quantity in words', 'add_to_cart', (known) => ({ product_id: known, quantity: 'deux' })],
  ['more than there is', 'add_to_cart', (known) => ({ product_id: known, quantity: 99 })],
  ['a price of its own', 'add_to_cart', (known) => ({ product_id: known, quantity: 1, price: 1 })],
  ['a quantity of what is not in the cart', 'set_quantity', (known) => ({ product_id: known, quantity: 1 })],
  ['to remove what is not there', 'remove_from_cart', (known) => ({ product_id: known })],
  ['a place that does not exist', 'choose_location', () => ({ location_id: nobody })],
  ['an email that is none', 'set_customer_details', () => ({ first_name: null, email: 'no', language: null })],
  ['to confirm what was never proposed', 'confirm_order', () => ({})],
  ['to propose an empty cart', 'propose_order', () => ({})],
  ['a customer of its choice', 'order_status', () => ({ customer_id: nobody })],
  ['arguments that are no JSON', 'show_cart', () => '{'],
  ['a tool that does not exist', 'refund_order', () => ({ order: 'C-1001' })],
];
test.each(refusals)('asked for %s, %s refuses with data and changes nothing', async (_, name, args) => {
  let refused: Record<string, unknown> = {};
  const { ana } = talk([
    search('bridgestone turanza'),
    () => call(name, args(shop.turanza)),
    (request) => {
      refused = lastToolOutput(request);
      return { text: 'Je ne peux pas faire cela.' };
    },
  ]);
  await ana.says('faites donc quelque chose d’interdit');
  expect(refused).toMatchObject({ kind: 'refused', reason: expect.any(String) });
  expect((await ana.turns()).map((turn) => turn.answeredBy)).toEqual(['model']);
  expect((await ana.cart())?.items ?? []).toEqual([]);
  expect(await ana.orders()).toEqual([]);
});

test('a call repeated word for word does nothing more', async () => {
  const add = call('add_to_cart', { product_id: shop.turanza, quantity: 1 });
  const { ana } = talk([search('bridgestone turanza'), add, add, add, { text: 'C’est ajouté.' }]);
  await ana.says('mettez le bridgestone dans mon panier je vous prie');
  expect((await ana.cart())?.items.map((item) => item.quantity)).toEqual([1]);
});

test('the model cannot confirm a summary in the turn that changed the cart, nor in the turn that made it', async () => {
  let refused: Record<string, unknown> = {};
  const { ana } = talk([
    search('bridgestone turanza'),
    call('add_to_cart', { product_id: shop.turanza, quantity: 1 }),
    call('propose_order'),
    call('set_quantity', { product_id: shop.turanza, quantity: 2 }),
    call('confirm_order'),
    (request) => {
      refused = lastToolOutput(request);
      return { text: 'Je vous refais le récapitulatif.' };
    },
  ]);
  expect(bodies(await ana.says('un bridgestone turanza et on commande'))).toContain('récapitulatif');
  await ana.says('ah non mettez-en plutôt deux, et c’est bon pour moi');
  expect(refused).toMatchObject({ kind: 'refused' });
  expect(await ana.orders()).toEqual([]);
  // The old summary went with the old cart.
  expect(await database.db.proposal.count({ where: { status: 'open', cart: { id: (await ana.cart())?.id } } })).toBe(0);
});

test('a yes to what was said after the summary is no yes to the summary: it is shown again', async () => {
  const { ana } = talk([
    search('bridgestone turanza'),
    call('add_to_cart', { product_id: shop.turanza, quantity: 1 }),
    call('propose_order'),
    { text: 'Oui, nous sommes ouverts demain. Cela vous convient ?' },
    call('confirm_order'),
  ]);
  await ana.says('un bridgestone turanza et on commande');
  await ana.says('vous ouvrez tôt demain matin pour le montage dites-moi');
  expect(bodies(await ana.says('oui'))).toContain('récapitulatif');
  expect(await ana.orders()).toEqual([]);
  await ana.says('oui');
  expect(await ana.orders()).toHaveLength(1);
});

test("the model sees and cancels nobody else's order", async () => {
  const owner = openPhone(agentNeeds(database));
  await owner.says('1 michelin 195/65 r15');
  await owner.says('commander');
  await owner.says('oui');
  const [order] = await owner.orders();
  let status: Record<string, unknown> = {};
  const { ana } = talk([
    call('order_status'),
    (request) => {
      status = lastToolOutput(request);
      return call('cancel_order', { order_number: order?.number });
    },
  ]);
  expect(bodies(await ana.says(`annulez donc la commande ${order?.number} de mon voisin`))).toContain('rien à annuler');
  expect(status).toEqual({ kind: 'orders', orders: [] });
  expect((await owner.orders())[0]?.status).toBe('pending_payment');
});

test('what a customer tells in passing is kept', async () => {
  const details = { first_name: 'Ana', email: 'ana@example.com', language: null };
  const { ana } = talk([call('set_customer_details', details), { text: 'Enchanté, Ana !' }]);
  await ana.says('je m’appelle Ana, mon adresse est ana@example.com');
  expect(await ana.customer()).toMatchObject({ firstName: 'Ana', email: 'ana@example.com', locale: 'fr' });
});
