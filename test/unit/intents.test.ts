import { expect, test } from '@jest/globals';
import { looseIntent, plainIntent } from '../../src/domain/intents.ts';

const says = (kind: string, ...texts: string[]) => texts.map((text) => [text, kind] as const);

test.each([
  ...says(
    'yes',
    'oui',
    'Oui !',
    'ouiii',
    'OK',
    "d'accord",
    'D’accord',
    'oui merci',
    'oui je confirme',
    "c'est bon",
    'oui svp',
    '👍',
    'ok vas-y',
  ),
  ...says(
    'yes',
    'yes',
    'Yes please',
    'yep',
    'I confirm',
    'sure',
    'yes, go ahead',
    'sí',
    'Si',
    'vale',
    'sí, confirmo',
    'claro que sí',
  ),
  ...says(
    'no',
    'non',
    'non merci',
    'Nope',
    'no thanks',
    'no gracias',
    'pas maintenant',
    'plus tard',
    'attends',
    'wait',
  ),
  ...says('cart', 'panier', 'voir mon panier', 'my cart', 'ver mi carrito'),
  ...says('order', 'commander', 'payer', 'je veux payer', 'checkout', 'pagar'),
  ...says('status', 'où en est ma commande ?', 'order status', 'mi pedido'),
  ...says('human', 'parler à quelqu’un', 'human', 'hablar con alguien'),
  ...says('stop', 'STOP', 'Arrêt', 'BAJA'),
  ...says('thanks', 'merci', 'Merci beaucoup !', 'thank you', 'gracias'),
  ...says('greeting', 'Bonjour', 'hello!', 'Buenos días'),
  ...says(
    'forget',
    'oublie-moi',
    'Oubliez moi svp',
    'pouvez-vous m’oublier ?',
    'je veux que vous m’oubliiez',
    'efface moi',
  ),
  ...says('forget', 'forget me', 'please forget me', 'can you forget me?', 'I want you to forget me', 'delete me'),
  ...says('forget', 'olvídame', 'Olvidadme', 'quiero que me olviden', 'bórrame', 'droit à l’oubli'),
  ...says('keep_me', 'ne m’oublie pas', 'Finalement, ne m’oubliez pas svp', 'n’efface rien', 'garde mes données'),
  ...says('keep_me', 'don’t forget me', 'keep my data', 'no me olvides', 'no borre nada', 'annuler l’effacement'),
  ...says('my_data', 'mes données', 'je voudrais mes données', 'exporter mes données', 'my data', 'send me my data'),
  ...says('my_data', 'mis datos', 'ver mis datos', 'quiero ver mis datos personales'),
])('%p plainly means %s', (text, kind) => {
  expect(plainIntent(text)?.kind).toBe(kind);
});

test.each([
  'oui mais pas tout de suite',
  'oui ?',
  'ok ?',
  'oui mais 2 seulement',
  'oui et un équilibrage',
  'non je veux 2',
  'parfait',
  'je ne confirme pas',
  'yes but tomorrow',
  'sí pero mañana',
  'ok et le prix',
])('%p is no plain yes and no plain no', (text) => {
  expect(['yes', 'no']).not.toContain(plainIntent(text)?.kind);
});

test.each([
  ['2', 2],
  [' 2. ', 2],
  ['le 2', 2],
  ['la deuxième', 2],
  ['the second one', 2],
  ['el segundo', 2],
  ['x4', 4],
  ['4x', 4],
  ['quatre', 4],
  ['2 svp', 2],
  ['-1', -1],
  ['2.5', 2.5],
  ['2,5', 2.5],
  ['0', 0],
  ['1000000000', 1_000_000_000],
])('%p is the number %p', (text, value) => {
  expect(plainIntent(text)).toEqual({ kind: 'number', value });
});

test.each([
  ["j'en prends 4", 4],
  ['je veux quatre pneus', 4],
  ["I'll take two", 2],
  ['me llevo 4', 4],
  ['4 pneus svp', 4],
  ["j'en veux -3", -3],
  ["j'en prends 2.5", 2.5],
])('%p asks for %p of them', (text, value) => {
  expect(plainIntent(text)).toEqual({ kind: 'quantity', value });
});

test.each([
  '205/55 R16',
  '2055516',
  '205 55 16',
  '2 michelin 205/55 r16',
  '1e9',
  'deux michelin',
  '<b>2</b>',
  "2'; DROP TABLE carts; --",
])('%p is neither a number nor a quantity', (text) => {
  expect(plainIntent(text)).toBeUndefined();
});

test.each([
  ...says('human', 'je voudrais un conseiller svp', 'can I speak with someone from the shop'),
  ...says('shop_info', 'vous êtes ouverts quand ?', 'what are your opening hours?', '¿dónde están? horario'),
  ...says('delivery', 'vous livrez à Saint-François ?', 'do you deliver?'),
  ...says('link', 'vous pouvez me renvoyer le lien ?'),
  ...says('cancel_order', "je veux annuler s'il vous plaît"),
  ...says('cancel_order', 'annuler', 'annulez ma commande svp', 'cancel my order C-1001', 'quiero cancelar mi pedido'),
  ...says(
    'ask_cancel',
    'Puis-je annuler plus tard ?',
    'je ne veux pas annuler ma commande',
    'ne pas annuler ma commande',
    "don't cancel my order",
    'si je ne viens pas, ma commande est annulée',
    '¿puedo cancelar más tarde?',
    'no quiero cancelar',
  ),
  ...says('complaint', 'tu es nul, connard', 'I want a refund', 'esto es una estafa'),
  ...says('payment_info', 'je peux payer en espèces ?', 'can I pay by card?', '¿se puede pagar en efectivo?'),
  ...says('other_place', "plutôt à l'autre magasin", 'in another place, the other shop', 'en otra tienda'),
  ...says('thanks', 'très bien merci', 'perfect, thanks', 'muy bien, gracias'),
  ...says('clear_cart', 'vide mon panier'),
  ...says('cart', "qu'est-ce qu'il y a dans mon panier ?"),
  ...says('order', 'je veux commander'),
  ...says('remove', 'retire les michelin', 'remove the second one'),
])('without a model %p is taken for %s', (text, kind) => {
  expect(looseIntent(text)?.kind).toBe(kind);
});

test.each([
  ['passez les équilibrages à 4', 4, 'equilibrages'],
  ['actually change the tyres to 2', 2, 'tyres'],
  ['mejor 2 equilibrados', 2, 'equilibrados'],
])('%p makes a line hold %p', (text, value, words) => {
  const intent = looseIntent(text);
  expect(intent).toMatchObject({ kind: 'change', value });
  expect(intent?.kind === 'change' && intent.words.split(' ')).toContain(words);
  expect(intent?.kind === 'change' && intent.words).not.toContain('change');
});

test('an order is cancelled by the number that was said', () => {
  expect(looseIntent('annuler la commande C-1001')).toEqual({ kind: 'cancel_order', orderNumber: 'C-1001' });
  expect(looseIntent('annuler')).toEqual({ kind: 'cancel_order', orderNumber: null });
});

test.each([
  'je veux commander 4 pneus 205/55 R16',
  'pneus hiver michelin',
  'un équilibrage',
  'bonjour, des pneus 205/55 R16',
])('without a model %p is looked for in the catalogue', (text) => {
  expect(looseIntent(text)).toBeUndefined();
});

test.each([
  ...['ne m’oubliez pas', 'don’t forget me', 'no me olvides', 'j’ai oublié', 'I forgot', 'n’oubliez pas la géométrie'],
  ...['forget the balancing', 'oubliez l’équilibrage', 'olvida las llantas', 'delete the tyres', 'efface les pneus'],
])('%p asks nobody to forget a person', (text) => {
  expect(plainIntent(text)?.kind).not.toBe('forget');
  expect(looseIntent(text)?.kind).not.toBe('forget');
});

test.each(['no, 4', 'No , 4 please', 'non, 4', 'nan 4', 'no, mejor 4', 'no: cuatro'])(
  '%j is neither a yes nor a number of a list',
  (text) => expect(plainIntent(text)).toBeUndefined(),
);
test.each(['no 4', 'No. 4', 'n° 4'])('%j is number 4', (text) =>
  expect(plainIntent(text)).toEqual({ kind: 'number', value: 4 }),
);
