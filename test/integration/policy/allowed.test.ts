import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildLocation } from '../../support/catalogue-builder.ts';
import { agentNeeds, bodies, openPhone, scriptedModel } from '../../support/conversation.ts';
import { reach } from '../../support/policy-stages.ts';
import {
  add,
  type Call,
  type Case,
  details,
  openPolicyWorld,
  type PolicyWorld,
  type Said,
  search,
  voiceNote,
  type World,
} from '../../support/policy-world.ts';

let policy: PolicyWorld;
beforeAll(async () => {
  policy = await openPolicyWorld();
});
afterAll(() => policy.database.close());

type Loose = Awaited<ReturnType<PolicyWorld['letLoose']>>;
const ALLOWED: (Pick<Case, 'it' | 'stage' | 'says' | 'calls' | 'voice'> & {
  outcome: string;
  check?: (done: Loose) => unknown;
})[] = [
  {
    it: 'to search',
    stage: 'fresh',
    says: 'que valent vos pneus bridgestone en été',
    calls: () => [search],
    outcome: 'found',
  },
  {
    it: 'to show a product it found',
    stage: 'fresh',
    says: 'que valent vos pneus bridgestone en été',
    calls: () => [search, ['show_product', { product_id: policy.shop.turanza }]],
    outcome: 'shown',
  },
  {
    it: 'to add what it found',
    stage: 'fresh',
    says: 'mettez-en moi deux dans le panier',
    calls: add(2),
    outcome: 'changed',
    check: async ({ ana }) => expect((await ana.cart())?.items).toMatchObject([{ quantity: 2 }]),
  },
  {
    it: 'to add once what it adds twice, with a search between',
    stage: 'fresh',
    says: 'mettez-en moi deux dans le panier',
    calls: (world) => [...add(2)(world), search, ...add(2)(world).slice(1)],
    outcome: 'changed',
    check: async ({ ana }) => expect((await ana.cart())?.items).toMatchObject([{ quantity: 2 }]),
  },
  {
    it: 'to add as many as a line holds',
    stage: 'fresh',
    says: 'mettez-en moi quatre-vingt-dix-neuf oui',
    calls: add(99),
    outcome: 'changed',
  },
  {
    it: 'to change a line',
    stage: 'carted',
    says: 'en fait il m’en faudrait plutôt trois',
    calls: ({ productId }) => [['set_quantity', { product_id: productId, quantity: 3 }]],
    outcome: 'changed',
    check: async ({ ana }) => expect((await ana.cart())?.items).toMatchObject([{ quantity: 3 }]),
  },
  {
    it: 'to remove a line',
    stage: 'carted',
    says: 'je n’en veux plus en fait, désolé',
    calls: ({ productId }) => [['remove_from_cart', { product_id: productId }]],
    outcome: 'changed',
    check: async ({ ana }) => expect((await ana.cart())?.items).toEqual([]),
  },
  {
    it: 'to remove a line twice, which removes it once',
    stage: 'carted',
    says: 'je n’en veux plus en fait, désolé',
    calls: ({ productId }) => [
      ['remove_from_cart', { product_id: productId }],
      ['show_cart', {}],
      ['remove_from_cart', { product_id: productId }],
    ],
    outcome: 'refused: this product is not in the cart',
  },
  {
    it: 'to show the cart',
    stage: 'carted',
    says: 'rappelez-moi donc où nous en étions',
    calls: () => [['show_cart', {}]],
    outcome: 'cart',
  },
  {
    it: 'to keep a name they gave',
    stage: 'fresh',
    says: 'moi c’est jean-marc au fait',
    calls: () => [details({ first_name: 'Jean-Marc' })],
    outcome: 'kept',
    check: async ({ ana }) => expect(await ana.customer()).toMatchObject({ firstName: 'Jean-Marc' }),
  },
  {
    it: 'to keep the name of their profile',
    stage: 'fresh',
    says: 'appelez-moi comme sur mon profil',
    calls: () => [details({ first_name: 'Ana' })],
    outcome: 'kept',
  },
  {
    it: 'to keep an email they wrote',
    stage: 'fresh',
    says: 'le reçu à (Ana.B@Example.com), merci bien',
    calls: () => [details({ email: 'ana.b@example.com' })],
    outcome: 'kept',
    check: async ({ ana }) => expect(await ana.customer()).toMatchObject({ email: 'ana.b@example.com' }),
  },
  {
    it: 'to keep an email they said aloud',
    stage: 'fresh',
    says: voiceNote,
    voice: 'envoyez à ana@example.com',
    calls: () => [details({ email: 'ana@example.com' })],
    outcome: 'kept',
  },
  {
    it: 'to change an email after payment to the one they write',
    stage: 'paid',
    says: 'envoyez plutôt à neuf@example.com dorénavant',
    calls: () => [details({ email: 'neuf@example.com' })],
    outcome: 'kept',
    check: async () => expect(await policy.database.db.notification.count({ where: { channel: 'email' } })).toBe(0),
  },
  {
    it: 'to speak another language',
    stage: 'fresh',
    says: 'can we go on in English from here',
    calls: () => [details({ language: 'en' })],
    outcome: 'kept',
    check: async ({ ana }) => expect(await ana.customer()).toMatchObject({ locale: 'en' }),
  },
  {
    it: 'to choose a place',
    stage: 'carted',
    says: 'je passerai plutôt par Jarry demain',
    calls: () => [['choose_location', { location_id: placeId() }]],
    outcome: 'chosen',
  },
  {
    it: 'to propose the order',
    stage: 'carted',
    says: 'allez on y va, faites la commande',
    calls: () => [['propose_order', {}]],
    outcome: 'proposed',
    check: async ({ ana }) => expect(await ana.orders()).toEqual([]),
  },
  ...(
    [
      'c’est parfait comme ça, on valide tout',
      'allez, banco, je les prends',
      'great, that is fine, order it',
      'perfecto, haga el pedido, gracias',
      'pas de souci, je confirme',
    ] as Said[]
  ).map((says) => ({
    ...{ it: `to confirm after ${JSON.stringify(says)}`, stage: 'proposed' as const, says, outcome: 'ordered' },
    calls: (): Call[] => [['confirm_order', {}]],
    check: async ({ ana }: Loose) => expect(await ana.orders()).toHaveLength(1),
  })),
  {
    it: 'to confirm by a voice note',
    stage: 'proposed',
    says: voiceNote,
    voice: 'Oui c’est très bien, je valide la commande, allons-y.',
    calls: () => [['confirm_order', {}]],
    outcome: 'ordered',
  },
  {
    it: 'to confirm by a reply to the summary',
    stage: 'proposed',
    says: { Body: 'c’est parfait comme ça, on valide', quotes: 'récapitulatif' },
    calls: () => [['confirm_order', {}]],
    outcome: 'ordered',
  },
  {
    it: 'to confirm for the place of the summary',
    stage: 'proposed',
    says: 'très bien pour Jarry, je valide tout',
    calls: () => [['confirm_order', {}]],
    outcome: 'ordered',
  },
  {
    it: 'how their orders stand',
    stage: 'ordered',
    says: 'au fait, j’en suis à quel point chez vous',
    calls: () => [['order_status', {}]],
    outcome: 'orders',
  },
  {
    it: 'to send their link again',
    stage: 'ordered',
    says: 'j’ai égaré votre message pour régler',
    calls: () => [['resend_payment_link', {}]],
    outcome: 'sent',
    check: ({ replies, order }) => expect(bodies(replies)).toContain(order?.url),
  },
  ...(
    [
      'annulez donc ma commande je vous prie',
      'je n’en veux plus, laissez tomber',
      'please cancel it for me today',
      'ya no lo quiero, cancele mi pedido',
    ] as Said[]
  ).map((says) => ({
    ...{ it: `to cancel after ${JSON.stringify(says)}`, stage: 'ordered' as const, says, outcome: 'cancelled' },
    calls: ({ number }: World): Call[] => [['cancel_order', { order_number: number }]],
    check: async ({ ana }: Loose) => expect((await ana.orders())[0]?.status).toBe('cancelled'),
  })),
  {
    it: 'to call a person',
    stage: 'fresh',
    says: 'c’est compliqué, il me faut de l’aide',
    calls: () => [['call_human', { reason: 'help' }]],
    outcome: 'called',
  },
  ...['service client svp', 'you charged me twice', 'falta un neumático', 'celle de la semaine passée encore'].map(
    (says): Case & { outcome: string } => ({
      ...{ it: `to call a person after "${says}"`, stage: 'fresh', says, outcome: 'called' },
      calls: () => [['call_human', { reason: 'they ask for one' }]],
    }),
  ),
];
let jarry: string;
beforeAll(async () => {
  jarry = await buildLocation(policy.database.db, 'jarry');
});
const placeId = () => jarry;

describe('allowed', () => {
  test.each(ALLOWED)('asked for $it, it is done', async (row) => {
    const done = await policy.letLoose(row);
    expect(done.outcomes.at(-1)).toBe(row.outcome);
    expect(done.turn).toMatchObject({ answeredBy: 'model', error: null });
    await row.check?.(done);
  });

  test('to call a person after their yes to whether one should answer, or a complaint that was asked about', async () => {
    const { model } = scriptedModel([
      { call: ['call_human', { reason: 'technical advice' }] },
      { text: 'Je ne sais pas. Voulez-vous que quelqu’un du magasin vous réponde ?' },
      { call: ['call_human', { reason: 'technical advice' }] },
      { text: 'De quelle commande s’agit-il ?' },
      { call: ['call_human', { reason: 'complaint' }] },
    ]);
    const needs = agentNeeds(policy.database, { model });
    const ana = openPhone(needs);
    const [reply] = await ana.says('peut-on monter des 225 à la place des 205 sur une Clio');
    expect(reply?.buttons?.map(({ title }) => title)).toEqual(['Parler à quelqu’un']);
    expect((await ana.customer()).conversation?.humanSince).toBeNull();
    await ana.says('oui, ce serait parfait');
    expect((await ana.customer()).conversation?.humanSince).not.toBeNull();

    const bob = openPhone(needs);
    await bob.says('les pneus que vous avez montés vibrent beaucoup');
    await bob.says('celle de la semaine passée');
    expect((await bob.customer()).conversation?.humanSince).not.toBeNull();
  });

  test('to cancel after their plain yes to the question whether to', async () => {
    const { ana: before, order } = await reach(policy.database, agentNeeds(policy.database), 'ordered');
    const { model } = scriptedModel([
      { text: `Voulez-vous que j’annule la commande ${order?.number} ?` },
      { call: ['cancel_order', { order_number: order?.number }] },
    ]);
    const ana = openPhone(agentNeeds(policy.database, { model }), before.channelAddress);
    await ana.says('elle me sert plus trop cette affaire en fin de compte');
    expect((await ana.orders())[0]?.status).toBe('pending_payment');
    await ana.says('oui');
    expect((await ana.orders())[0]?.status).toBe('cancelled');
  });
});
