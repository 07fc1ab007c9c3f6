import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadDemoCatalogue } from '../../src/db/demo-catalogue.ts';
import { agentNeeds, bodies, openPhone } from '../support/conversation.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await loadDemoCatalogue(database.db);
  await database.db.stockLevel.updateMany({ data: { onHand: 500 } });
});
afterAll(() => database.close());

const PIRELLI = 'PIRE-CINTURATOP7C-2254517Y';
const VENTUS = 'HANK-VENTUSPRIME4-2055516V';
const NANKANG = 'NANK-NS20-2055516W';
const PRIMACY = 'MICH-PRIMACY4-2055516V';
const BALANCING = 'SRV-EQUILIBRAGE';
const ALIGNMENT = 'SRV-GEOMETRIE';
const FITTING = 'SRV-MONTAGE-STD';
const FIT_AND_BALANCE = 'SRV-MONTAGE-EQUI';
const VALVE = 'SRV-VALVE';

type Cart = Record<string, number>;
/** What is said, message by message, the cart that must result, and what the last reply asks or tells. */
type Row = [says: string[], cart: Cart, hears?: RegExp];
const FRENCH: Row[] = [
  [['2 pirelli 225/45 r17'], { [PIRELLI]: 2 }],
  [['2 pirelli 225/45r17 et 1 equilibrage, sans la geometrie'], { [PIRELLI]: 2, [BALANCING]: 1 }],
  [['2 michelin 205/55r16 et 1 equilibrage, sans la geometrie'], { [BALANCING]: 1 }, /Pour « michelin 205\/55r16 »/],
  [['2 michelin 205/55r16 et 1 equilibrage', '1'], { [BALANCING]: 1, [PRIMACY]: 2 }],
  [
    ['bonjour, je voudrais 4 pneus hankook 205/55 R16, 4 équilibrages et un montage'],
    { [VENTUS]: 4, [BALANCING]: 4, [FITTING]: 1 },
  ],
  [['deux nankang 205 55 16 + deux équilibrages'], { [NANKANG]: 2, [BALANCING]: 2 }],
  [['une paire de hankook 205/55 r16 et 2 équilibrages svp'], { [VENTUS]: 2, [BALANCING]: 2 }],
  [['hankook 205/55 r16 x4, équilibrage x4'], { [VENTUS]: 4, [BALANCING]: 4 }],
  [['4 hankook 205/55 r16\n4 équilibrages\n1 géométrie'], { [VENTUS]: 4, [BALANCING]: 4, [ALIGNMENT]: 1 }],
  [['un jeu de 4 hankook 205/55 r16 et quatre valves caoutchouc'], { [VENTUS]: 4, [VALVE]: 4 }],
  [['4 montage et équilibrage'], { [FIT_AND_BALANCE]: 4 }],
  [['2 michelin primacy 4+ 205/55 r16 et 2 montages'], { [PRIMACY]: 2, [FITTING]: 2 }],
  [['2 pirelli 225/45 r17', 'non, plutôt 4'], { [PIRELLI]: 4 }],
  [['2 pirelli 225/45 r17', 'finalement 3'], { [PIRELLI]: 3 }],
  [['2 pirelli 225/45 r17', 'mets-en 4'], { [PIRELLI]: 4 }],
  [['2 pirelli 225/45 r17', 'en fait non, mettez-en 1'], { [PIRELLI]: 1 }],
  [['2 pirelli 225/45 r17', 'ajoutes-en 2'], { [PIRELLI]: 4 }],
  [['2 pirelli 225/45 r17', 'encore 2'], { [PIRELLI]: 4 }],
  [['2 pirelli 225/45 r17', '1 de plus'], { [PIRELLI]: 3 }],
  [['2 pirelli 225/45 r17 et 2 équilibrages', 'enlève l’équilibrage'], { [PIRELLI]: 2 }],
  [
    ['2 pirelli 225/45 r17 et 2 équilibrages', 'enlève l’équilibrage et mets 4 valves caoutchouc'],
    { [PIRELLI]: 2, [VALVE]: 4 },
  ],
  [['2 pirelli 225/45 r17 et 2 équilibrages', 'je ne veux pas d’équilibrage finalement'], { [PIRELLI]: 2 }],
  [['2 pirelli 225/45 r17 et 2 équilibrages', 'pas d’équilibrage'], { [PIRELLI]: 2 }],
  [['2 pirelli 225/45 r17 et 2 équilibrages', 'passez les équilibrages à 4'], { [PIRELLI]: 2, [BALANCING]: 4 }],
  [['2 pirelli 225/45 r17 et 2 équilibrages', 'finalement 3'], { [PIRELLI]: 2, [BALANCING]: 2 }, /Pour quel article/],
  [['2 pirelli 225/45 r17', '2 équilibrages', 'non, plutôt 4'], { [PIRELLI]: 2, [BALANCING]: 4 }],
  [['4 pirelli 225/45 r17', 'retire 2 pirelli'], { [PIRELLI]: 2 }],
  [['2 pirelli 225/45 r17 et 2 équilibrages', 'retire le 2'], { [PIRELLI]: 2 }],
  [['2 pirelli 225/45 r17 et 2 équilibrages', 'retire tout'], {}],
  [['2 pirelli 225/45 r17', '4 pirelli 225/45 r17'], { [PIRELLI]: 2 }, /4 en tout, ou 4 de plus/],
  [['2 pirelli 225/45 r17', '4 pirelli 225/45 r17', '4 en tout'], { [PIRELLI]: 4 }],
  [['2 pirelli 225/45 r17', '4 pirelli 225/45 r17', '4 de plus'], { [PIRELLI]: 6 }],
  [['avez-vous 4 pirelli 225/45 r17 ?'], {}, /Combien/],
  [['2 pirelli 225/45 r17, et vous livrez ?'], { [PIRELLI]: 2 }, /livrons pas/],
  [['des pneus pas chers en 205/55 r16'], {}, /NS-20/],
  [['2,5 pirelli 225/45 r17 et 1 équilibrage'], { [BALANCING]: 1 }, /nombre entier/],
  [['-3 pirelli 225/45 r17 et 1 équilibrage'], { [BALANCING]: 1 }, /nombre entier/],
  [['1000 pirelli 225/45 r17 et 1 équilibrage'], { [BALANCING]: 1 }, /nombre entier/],
  [['2 pirelli 225/45 r17 et 1 trottinette'], { [PIRELLI]: 2 }, /rien trouvé pour « trottinette »/],
  [['2 pirelli 225/45 r17 et un équilibrage'], { [PIRELLI]: 2, [BALANCING]: 1 }],
  [['2 pneus 225/45 r17 mais pas de michelin, pas de hankook, pas de continental'], { [PIRELLI]: 2 }],
  [['4 équilibrages au lieu de 2'], { [BALANCING]: 4 }],
  [['2 équilibrages', '4 équilibrages au lieu de 2'], { [BALANCING]: 4 }],
];
const ENGLISH: Row[] = [
  [['two pirelli 225/45 r17 and one balancing, no alignment'], { [PIRELLI]: 2, [BALANCING]: 1 }],
  [['hello, I need 4 hankook 205/55 R16 and 4 balancing please'], { [VENTUS]: 4, [BALANCING]: 4 }],
  [
    ["I'd like a pair of hankook 205/55 r16, two balancing and an alignment"],
    { [VENTUS]: 2, [BALANCING]: 2, [ALIGNMENT]: 1 },
  ],
  [['4 pirelli 225/45 r17 without balancing'], { [PIRELLI]: 4 }],
  [["I'll take 4 pirelli 225/45 r17 but not the balancing"], { [PIRELLI]: 4 }],
  [['2 michelin 205/55r16 and 2 balancing'], { [BALANCING]: 2 }, /For “michelin 205\/55r16”/],
  [['2 michelin 205/55r16 and 2 balancing', '1'], { [BALANCING]: 2, [PRIMACY]: 2 }],
  [['2 pirelli 225/45 r17', 'change to 4'], { [PIRELLI]: 4 }],
  [['2 pirelli 225/45 r17', 'actually make it 3'], { [PIRELLI]: 3 }],
  [['2 pirelli 225/45 r17', 'two more'], { [PIRELLI]: 4 }],
  [['2 pirelli 225/45 r17', 'add 2 more please'], { [PIRELLI]: 4 }],
  [['2 pirelli 225/45 r17 and 2 balancing', 'remove the balancing'], { [PIRELLI]: 2 }],
  [['2 pirelli 225/45 r17 and 2 balancing', "I don't need balancing"], { [PIRELLI]: 2 }],
  [['2 pirelli 225/45 r17 and 2 balancing', 'remove the second one'], { [PIRELLI]: 2 }],
  [['2 pirelli 225/45 r17 and 2 balancing', 'actually change the balancing to 4'], { [PIRELLI]: 2, [BALANCING]: 4 }],
  [['4 pirelli 225/45 r17', 'remove 2 pirelli'], { [PIRELLI]: 2 }],
  [['I want 2 pirelli 225/45 r17', 'I want 4 pirelli 225/45 r17'], { [PIRELLI]: 2 }, /4 in all, or 4 more/],
  [['do you have 4 pirelli 225/45 r17?'], {}, /How many/],
  [['not too expensive 205/55 r16 tyres please'], {}, /NS-20/],
  [['4 pirelli 225/45 r17 and what are your opening hours?'], { [PIRELLI]: 4 }, /Comptoir/],
  [['I would like 2 pirelli 225/45 r17 and one unicycle'], { [PIRELLI]: 2 }, /found nothing for “unicycle”/],
];
const SPANISH: Row[] = [
  [['dos pirelli 225/45 r17 y un equilibrado, sin alineación'], { [PIRELLI]: 2, [BALANCING]: 1 }],
  [['hola, necesito 4 hankook 205/55 R16 y 4 equilibrados por favor'], { [VENTUS]: 4, [BALANCING]: 4 }],
  [
    ['quiero un par de hankook 205/55 r16, dos equilibrados y una alineación'],
    { [VENTUS]: 2, [BALANCING]: 2, [ALIGNMENT]: 1 },
  ],
  [['me llevo cuatro pirelli 225/45 r17 sin equilibrado'], { [PIRELLI]: 4 }],
  [['quiero 2 michelin 205/55r16 y 2 equilibrados'], { [BALANCING]: 2 }, /Para «michelin 205\/55r16»/],
  [['2 michelin 205/55r16 y 2 equilibrados', '1'], { [BALANCING]: 2, [PRIMACY]: 2 }],
  [['2 pirelli 225/45 r17', 'no, mejor 4'], { [PIRELLI]: 4 }],
  [['2 pirelli 225/45 r17', 'mejor 3'], { [PIRELLI]: 3 }],
  [['2 pirelli 225/45 r17', 'pon 4'], { [PIRELLI]: 4 }],
  [['2 pirelli 225/45 r17', 'añade 2 más'], { [PIRELLI]: 4 }],
  [['2 pirelli 225/45 r17', 'otros 2'], { [PIRELLI]: 4 }],
  [['quiero 2 pirelli 225/45 r17 y 2 equilibrados', 'quita el equilibrado'], { [PIRELLI]: 2 }],
  [['quiero 2 pirelli 225/45 r17 y 2 equilibrados', 'no quiero equilibrado'], { [PIRELLI]: 2 }],
  [
    ['quiero 2 pirelli 225/45 r17 y 2 equilibrados', 'quita el equilibrado y pon 4 válvulas de caucho'],
    { [PIRELLI]: 2 },
    /No tengo exactamente|No he encontrado|opciones|número/,
  ],
  [['quiero 2 pirelli 225/45 r17 y 2 equilibrados', 'cambia los equilibrados a 4'], { [PIRELLI]: 2, [BALANCING]: 4 }],
  [['quiero 4 pirelli 225/45 r17', 'quita 2 pirelli'], { [PIRELLI]: 2 }],
  [['quiero 2 pirelli 225/45 r17', 'quiero 4 pirelli 225/45 r17'], { [PIRELLI]: 2 }, /4 en total o 4 más/],
  [['¿tiene 4 pirelli 225/45 r17?'], {}, /Cuántos/],
  [['neumáticos no muy caros 205/55 r16'], {}, /NS-20/],
  [['quiero 2 pirelli 225/45 r17 y una bicicleta'], { [PIRELLI]: 2 }, /bicicleta/],
];

describe.each<[string, string, Row[]]>([
  ['French', 'bonjour', FRENCH],
  ['English', 'hello', ENGLISH],
  ['Spanish', 'hola', SPANISH],
])('without a model, in %s', (_, greeting, rows) => {
  test.each(rows)('%j fills the cart with %j', async (...row) => {
    // Not as parameters: jest takes a third that no row fills for its callback.
    const [says, cart, hears] = row;
    const ana = openPhone(agentNeeds(database));
    await ana.says(greeting);
    let heard = '';
    for (const words of says) heard = bodies(await ana.says(words));
    const items = (await ana.cart())?.items ?? [];
    const products = await database.db.product.findMany({ where: { id: { in: items.map((item) => item.productId) } } });
    const held = items.map(({ productId, quantity }) => [products.find(({ id }) => id === productId)?.sku, quantity]);
    expect([Object.fromEntries(held), heard]).toEqual([cart, heard]);
    if (hears) expect(heard).toMatch(hears);
    expect((await ana.turns()).every(({ error }) => error === null)).toBe(true);
  });
});
