import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fillSearchIndex } from '../../src/db/search-index.ts';
import type { Locale } from '../../src/domain/locale.ts';
import { type BuiltShop, buildShop } from '../support/catalogue-builder.ts';
import { agentNeeds, bodies, bought, openPhone } from '../support/conversation.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let shop: BuiltShop;
beforeAll(async () => {
  database = await createTestDatabase();
  shop = await buildShop(database.db);
  await database.db.stockLevel.updateMany({ data: { onHand: 900 } });
});
afterAll(() => database.close());

const phone = (overrides: Parameters<typeof agentNeeds>[1] = {}, address?: string) =>
  openPhone(agentNeeds(database, overrides), address);

describe('the language follows the customer', () => {
  test.each<[from: Locale, to: Locale, words: string]>([
    ['fr', 'en', 'do you have winter tyres please'],
    ['fr', 'es', 'hola, busco neumáticos'],
    ['en', 'fr', 'enlève l’équilibrage'],
    ['en', 'es', '¿dónde está mi pedido? quiero pagar'],
    ['es', 'fr', 'je cherche des pneus'],
    ['es', 'en', 'where is my order'],
    ['fr', 'en', 'vous parlez anglais ?'],
    ['fr', 'es', 'en español por favor'],
    ['en', 'fr', 'in French please'],
  ])('from %s to %s with %j', async (from, to, words) => {
    const ana = phone();
    await ana.says({ fr: 'bonjour', en: 'hello', es: 'hola' }[from]);
    expect((await ana.customer()).locale).toBe(from);
    const heard = bodies(await ana.says(words));
    expect((await ana.customer()).locale).toBe(to);
    expect(heard).not.toBe('');
    // And what tells nothing leaves it there.
    await ana.says('205/55 R16');
    expect((await ana.customer()).locale).toBe(to);
  });
});

describe('the returning customer', () => {
  test('is greeted by name and offered the same as last time, once', async () => {
    const ana = phone();
    await bought(database, ana);
    const [greeting] = await ana.says('bonjour');
    expect(greeting?.body).toContain('Bonjour Ana');
    expect(greeting?.body).toContain('2 × Bridgestone Turanza 6 205/55 R16 91V');
    expect(greeting?.buttons?.[0]?.title).toBe('La même chose');
    expect(bodies(await ana.taps('La même chose'))).toContain('récapitulatif');
    expect(await ana.orders()).toHaveLength(1);
    await ana.says('non');
    await ana.says('vider le panier');
    expect(bodies(await ana.says('bonjour'))).not.toContain('La dernière fois');
  });

  test('says yes to it, which proposes and orders nothing yet', async () => {
    const ana = phone();
    await bought(database, ana);
    await ana.says('bonjour');
    expect(bodies(await ana.says('oui'))).toContain('récapitulatif');
    expect(await ana.orders()).toHaveLength(1);
    await ana.says('oui');
    expect(await ana.orders()).toHaveLength(2);
  });

  test('asks for the same in their own words', async () => {
    const ana = phone();
    await bought(database, ana);
    expect(bodies(await ana.says('comme la dernière fois'))).toContain('récapitulatif');
  });

  test('is not offered what is no longer sold, nor beside a cart', async () => {
    const ana = phone();
    await bought(database, ana, { words: '1 michelin 195/65 r15' });
    await database.db.product.update({ where: { id: shop.energy }, data: { active: false } });
    expect(bodies(await ana.says('bonjour'))).not.toContain('La dernière fois');
    await database.db.product.update({ where: { id: shop.energy }, data: { active: true } });
    await fillSearchIndex(database.db);
    await ana.says('1 bridgestone 205/55 r16');
    expect(bodies(await ana.says('bonjour'))).not.toContain('La dernière fois');
  });

  test('is shown their usual size when they name none', async () => {
    const ana = phone();
    await bought(database, ana, { words: '2 michelin 195/65 r15' });
    const heard = bodies(await ana.says('il me faut des pneus'));
    expect(heard).toContain('taille habituelle, 195/65 R15');
    expect(heard).toContain('Energy Saver');
    expect(heard).not.toContain('205/55');
    expect(bodies(await ana.says('des pneus 205/55 R16'))).toContain('Turanza');
  });
});

describe('a person comes', () => {
  test.each([
    ...[
      'vous êtes des voleurs',
      'bande d’escrocs, c’est une arnaque',
      'c’est honteux',
      'j’en ai marre d’attendre',
      'va te faire voir',
    ],
    ...['this is a scam', 'you are useless', 'I am fed up with this', 'fuck this shop', 'this is unacceptable'],
    ...['esto es una estafa', 'sois unos inútiles', 'qué vergüenza de tienda', 'estoy harto de esperar', 'ladrones'],
  ])('for %j, without a model', async (words) => {
    const ana = phone({ model: { name: 'none', respond: () => Promise.reject(new Error('the model was asked')) } });
    await ana.says('bonjour');
    await ana.says(words);
    expect((await ana.customer()).conversation?.humanSince).not.toBeNull();
    expect((await ana.turns()).at(-1)).toMatchObject({ answeredBy: 'fast_path', error: null });
    expect(
      await database.db.notification.count({
        where: { businessKey: { contains: (await ana.customer()).conversation?.id ?? '' } },
      }),
    ).toBeGreaterThan(0);
  });

  test.each([
    'ce n’est pas une arnaque au moins ?',
    'is this a scam?',
    'un pneu pas trop cher',
    '¿es una estafa?',
    'c’est nul si je prends du 205 ?',
  ])('not for %j', async (words) => {
    const ana = phone();
    await ana.says(words);
    expect((await ana.customer()).conversation?.humanSince).toBeNull();
  });

  test('after three misunderstandings in a row, and not before', async () => {
    const ana = phone();
    for (const words of ['blabla zorglub', 'xkcd qwertz']) await ana.says(words);
    expect((await ana.customer()).conversation?.humanSince).toBeNull();
    expect(bodies(await ana.says('pfff grmbl'))).toContain('Pardon, je n’arrive pas à vous comprendre');
    expect((await ana.customer()).conversation?.humanSince).not.toBeNull();
  });

  test('not when something was understood in between', async () => {
    const ana = phone();
    for (const words of ['blabla zorglub', 'xkcd qwertz', 'panier', 'pfff grmbl', 'zzz kkk']) await ana.says(words);
    expect((await ana.customer()).conversation?.humanSince).toBeNull();
  });
});
