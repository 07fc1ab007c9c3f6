import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { plainIntent } from '../../src/domain/intents.ts';
import { type BuiltShop, buildShop } from '../support/catalogue-builder.ts';
import { agentNeeds, openPhone, scriptedModel } from '../support/conversation.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { DOUBTFUL, PLAIN_YES, PRAISE } from '../support/yeses.ts';

let database: TestDatabase;
let shop: BuiltShop;
beforeAll(async () => {
  database = await createTestDatabase();
  shop = await buildShop(database.db);
  await database.db.stockLevel.updateMany({ data: { onHand: 900 } });
});
afterAll(() => database.close());

const phone = (overrides: Parameters<typeof agentNeeds>[1] = {}) => openPhone(agentNeeds(database, overrides));
const noModel = { name: 'none', respond: () => Promise.reject(new Error('the model was asked')) };
const COMMANDS: [string, string[]][] = [
  [
    'cart',
    [
      'panier',
      'Mon panier svp',
      'voir mon panier',
      'montrez-moi le panier',
      'cart',
      'my cart please',
      'show me my cart',
      'carrito',
      'ver mi carrito',
      'mi carrito por favor',
    ],
  ],
  [
    'order',
    [
      'commander',
      'je veux commander',
      'payer',
      'je voudrais payer maintenant',
      'je paie',
      'passer commande',
      'pay',
      'pay now',
      'checkout',
      'ready to pay',
      'I want to order',
      'pagar',
      'quiero pagar ahora',
      'hacer el pedido',
    ],
  ],
  [
    'status',
    [
      'ma commande',
      'où est ma commande ?',
      'où en est ma commande',
      'suivi',
      'statut de ma commande',
      'my order',
      'track my order',
      "where's my order?",
      'order status',
      'mi pedido',
      '¿dónde está mi pedido?',
      'estado de mi pedido',
    ],
  ],
  [
    'human',
    [
      'parler à quelqu’un',
      'je voudrais parler à une personne svp',
      'un vendeur svp',
      'puis-je parler à un conseiller ?',
      'human',
      'talk to a person please',
      'can I speak to someone?',
      'real person',
      'hablar con alguien',
      'quiero hablar con una persona por favor',
    ],
  ],
  ['stop', ['STOP', 'stop svp', 'Arrêt', 'arrêter', 'unsubscribe', 'BAJA', 'alto', 'darme de baja']],
  ['start', ['START', 'alta', 'unstop']],
];

describe.each(COMMANDS)('%s', (kind, spellings) => {
  test.each(spellings)('%j is understood without a model', (text) => expect(plainIntent(text)?.kind).toBe(kind));
});

// All of them stand in test/unit/assent.test.ts; here some of each language make their order.
test.each(PLAIN_YES.filter((_, index) => index % 6 === 0))(
  '%j to the summary makes the order, and no model is asked',
  async (yes) => {
    const ana = phone();
    await ana.says('1 bridgestone 205/55 r16');
    await ana.says('commander');
    await openPhone(agentNeeds(database, { model: noModel }), ana.channelAddress).says(yes);
    expect(await ana.orders()).toHaveLength(1);
    expect((await ana.turns()).at(-1)).toMatchObject({ answeredBy: 'fast_path', error: null });
  },
);

test.each<[string, () => Parameters<typeof agentNeeds>[1]]>([
  ['without a model', () => ({})],
  ['with a model that takes everything for a yes', () => ({ model: eager() })],
])(
  '%s no doubtful yes to the summary orders anything, and each is answered',
  async (_, overrides) => {
    const ana = phone();
    for (const doubtful of DOUBTFUL.filter((text) => !PRAISE.has(text))) {
      if (!(await ana.cart())?.items.length) await ana.says('1 bridgestone 205/55 r16');
      await ana.says('commander');
      const replies = await openPhone(agentNeeds(database, overrides()), ana.channelAddress).says(doubtful);
      expect([doubtful, (await ana.orders()).length, replies.length > 0]).toEqual([doubtful, 0, true]);
    }
  },
  60_000,
);

function eager() {
  return scriptedModel([{ call: ['confirm_order', {}] }, { text: 'Je vous écoute.' }]).model;
}

const PURCHASES: Record<string, string[]> = {
  fr: [
    'Bonjour',
    'il me faudrait du michelin ou du bridgestone en 205/55 R16',
    '1',
    '4',
    'c’est quoi la différence avec l’autre en fait',
    'panier',
    'commander',
    'oui',
    'merci beaucoup',
  ],
  en: [
    'hello',
    'looking for something decent in 205/55 R16 for a Clio',
    'the first one',
    '2',
    'and would that be quiet on the motorway',
    'my cart',
    'pay now',
    'yes please',
    'where is my order?',
  ],
  es: [
    'hola',
    'necesito algo bueno en 205/55 R16 para mi coche',
    'el primero',
    'me llevo 2',
    'y eso aguanta bien la lluvia fuerte',
    'carrito',
    'pagar',
    'sí, confirmo',
    'gracias',
  ],
};
test.each(Object.entries(PURCHASES))(
  'a usual purchase in %s asks the model in fewer than half of its turns',
  async (_, says) => {
    const { model } = scriptedModel([
      { call: ['search_products', { query: '205/55 R16', max_price: null }] },
      { text: 'Voici ce que je conseille.' },
      { text: 'Il est un peu plus souple.' },
    ]);
    const ana = phone({ model });
    for (const words of says) await ana.says(words);
    expect(await ana.orders()).toHaveLength(1);
    const turns = await ana.turns();
    const plain = turns.filter(({ answeredBy }) => answeredBy === 'fast_path').length;
    expect(turns.every(({ error }) => error === null)).toBe(true);
    expect(plain / turns.length).toBeGreaterThanOrEqual(0.5);
    expect(turns.filter(({ answeredBy }) => answeredBy === 'fallback')).toEqual([]);
  },
);

test('a number means what was last shown: an item of the list, then how many, then a place', async () => {
  const ana = phone();
  await ana.says('michelin 205/55 r16');
  const asked = openPhone(agentNeeds(database, { model: noModel }), ana.channelAddress);
  await asked.says('1');
  await asked.says('2');
  expect((await ana.cart())?.items).toMatchObject([{ productId: shop.primacy, quantity: 2 }]);
  await asked.says('commander');
  await asked.says('2');
  expect((await ana.turns()).slice(1).every(({ answeredBy }) => answeredBy === 'fast_path')).toBe(true);
  await asked.says('oui');
  expect(await ana.orders()).toHaveLength(1);
});
