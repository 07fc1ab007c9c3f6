import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mostPayableMinor } from '../../src/domain/money.ts';
import { buildProduct, buildShop } from '../support/catalogue-builder.ts';
import { agentNeeds, bodies, call, lastToolOutput, openPhone, talkWithModel } from '../support/conversation.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

// The dearest thing a catalogue may hold: one of it is all that one payment takes.
let database: TestDatabase;
let crane: string;
beforeAll(async () => {
  database = await createTestDatabase();
  await buildShop(database.db);
  const seed = { sku: 'GRUE', label: 'Grue portuaire Liebherr', brand: 'Liebherr', stock: { jarry: 500 } };
  crane = await buildProduct(database.db, { ...seed, priceMinor: mostPayableMinor('EUR') });
});
afterAll(() => database.close());

const proposals = () => database.db.proposal.count();

test.each([
  { language: 'fr', words: ['bonjour', '99 liebherr', 'commander', '2 en tout', 'commander', '1 en tout'], yes: 'oui' },
  { language: 'en', words: ['hello', '99 liebherr', 'checkout', 'make it 2', 'checkout', 'make it 1'], yes: 'yes' },
  { language: 'es', words: ['hola', '99 liebherr', 'pagar', 'mejor 2', 'pagar', 'mejor 1'], yes: 'sí' },
])('who wants more than one payment takes is told how much that is, in $language', async ({ words, yes }) => {
  const ana = openPhone(agentNeeds(database));
  const [hello, all, order, two, again, one] = words as [string, string, string, string, string, string];
  await ana.says(hello);
  await ana.says(all);
  const before = await proposals();
  // Beyond what an integer of the database holds, and beyond Stripe's eight digits only.
  expect(bodies(await ana.says(order)).replace(/\D/g, '')).toContain('9899999901');
  await ana.says(two);
  const refused = bodies(await ana.says(again));
  expect(refused.replace(/\D/g, '')).toBe('19999999899999999');
  expect(refused).toMatch(/ne peut pas dépasser|cannot be more than|no puede superar/);
  expect(await proposals()).toBe(before);
  await ana.says(one);
  await ana.says(order);
  await ana.says(yes);
  expect(await ana.orders()).toMatchObject([{ totalMinor: 99_999_999 }]);
});

test('the model is told both amounts, and that a person can help', async () => {
  const { ana, requests } = talkWithModel(database, [
    { call: ['search_products', { query: 'grue liebherr', max_price: null }] },
    call('add_to_cart', { product_id: crane, quantity: 3 }),
    call('propose_order'),
    { text: 'C’est plus qu’un paiement en ligne ne permet.' },
  ]);
  await ana.says('il me faudrait trois grues liebherr pour le port, on commande tout de suite ?');
  const output = lastToolOutput(requests.at(-1) as (typeof requests)[number]);
  expect(output).toMatchObject({
    kind: 'refused',
    total: expect.any(String),
    instead: expect.stringContaining('ask whether someone of the shop should answer'),
  });
  expect(String(output.most).replace(/\D/g, '')).toBe('99999999');
});

test.each(['1000', '99999999999', '9'.repeat(40), '-2147483649', '2147483648,5'])(
  'a quantity of %s is no quantity, whatever is said next',
  async (number) => {
    const ana = openPhone(agentNeeds(database));
    for (const words of ['bonjour', `${number} liebherr`, number, `j’en veux ${number}`, `passez à ${number}`])
      expect(bodies(await ana.says(words))).not.toMatch(/souci technique|NaN|Infinity/);
    expect(await ana.orders()).toEqual([]);
    expect(await database.db.cartItem.count({ where: { quantity: { gt: 99 } } })).toBe(0);
  },
);

test('a rupiah is worth so little that Stripe takes twelve digits of them, and the shop what a column holds', () => {
  expect(mostPayableMinor('IDR')).toBe(2 ** 31 - 1);
});
