import { describe, expect, test } from '@jest/globals';
import { isPlainNo, isPlainYes, mayBeYes } from '../../src/domain/assent.ts';
import { plainIntent } from '../../src/domain/intents.ts';

const PLAIN_YES = [
  ...[
    'oui',
    'Oui !',
    'OUI',
    'ouiii',
    'oui oui',
    'ok',
    'Ok.',
    'okay',
    'oki',
    "d'accord",
    'D’accord !',
    "d'acc",
    'ouais',
    'ouep',
  ],
  ...[
    "c'est bon",
    'C’est bon pour moi',
    'oui, c’est bon',
    'je confirme',
    'oui je confirme',
    'je valide la commande',
    'vas-y',
  ],
  ...[
    'ok vas-y',
    'allez-y',
    'on y va',
    'oui merci',
    'oui svp',
    "oui s'il vous plaît",
    'bien sûr',
    'oui parfait',
    'ok super',
    'tout à fait',
  ],
  ...[
    'yes',
    'Yes!',
    'yes please',
    'yep',
    'yeah',
    'yup',
    'sure',
    'I confirm',
    'yes, go ahead',
    "that's right",
    'ok thanks',
    'of course',
  ],
  ...[
    'sounds good',
    'yes, perfect',
    "let's go",
    'sí',
    'Si',
    '¡Sí!',
    'sí, confirmo',
    'vale',
    'vale, gracias',
    'claro',
    'claro que sí',
    'de acuerdo',
  ],
  ...[
    'adelante',
    'dale',
    'sí por favor',
    'está bien',
    'por supuesto',
    'ok perfecto',
    '👍',
    '👍🏽',
    '✅',
    'ok 👍',
    'oui 🙏',
    'yes 😊',
    'sí 👌',
  ],
];

// Each of these was read by somebody as a yes once. None may make an order.
const DOUBTFUL = [
  ...[
    'oui mais',
    'oui mais pas tout de suite',
    'oui mais 2 seulement',
    'oui ?',
    'ok ?',
    'oui combien',
    'oui combien ça fait',
    'ok et',
    'ok et le prix',
  ],
  ...[
    'ok je vais voir',
    'ouais non',
    'oui non',
    'oui/non',
    'oui et un équilibrage',
    'oui si vous livrez',
    'oui peut-être',
    'oui...',
    'ok…',
    'oui,',
    'oui :',
  ],
  ...[
    'mouais',
    'moui',
    'oui bof',
    'oui euh',
    'euh oui',
    'pas oui',
    'oui attendez',
    'ok attends',
    'oui plus tard',
    'oui demain',
    'ok on verra',
    'oui je réfléchis',
  ],
  ...[
    'oui à Jarry',
    'oui 4',
    'je ne confirme pas',
    'pas d’accord',
    'parfait',
    'oui 🤔',
    'ok 😅',
    'oui 🙄',
    '👍👎',
    '👍 ?',
    'oui annule',
    'd’accord mais moins cher',
  ],
  ...[
    'yes?',
    'yes but',
    'yes but tomorrow',
    'yes if you deliver',
    'yes no',
    'yeah right',
    'yeah no',
    'ok maybe',
    'ok wait',
    'yes, how much',
    'sure, later',
  ],
  ...[
    'yes and balancing',
    'okay then what',
    'yes...',
    'not yes',
    'I guess',
    'ok let me think',
    'yes 🤷',
    'fine print?',
    'go away',
    'go to Jarry',
  ],
  ...[
    'sí, pero',
    'sí pero mañana',
    '¿sí?',
    'sí, ¿cuánto?',
    'si no',
    'sí y un equilibrado',
    'vale la pena',
    'claro que no',
    'sí, mejor 2',
    'vale, espera',
    'sí, luego',
  ],
  ...[
    'bueno',
    'sí...',
    'sí, depende',
    'si hay otro',
    'ya veré',
    'quizás sí',
    'sí 😬',
    'de acuerdo?',
    'está bien el precio',
    'a ver',
    'sí quita uno',
  ],
];

test.each(PLAIN_YES)('%j is a plain yes', (text) => {
  expect(isPlainYes(text)).toBe(true);
  expect(plainIntent(text)).toEqual({ kind: 'yes' });
  expect(isPlainNo(text)).toBe(false);
});

test.each(DOUBTFUL)('%j is no plain yes', (text) => {
  expect(isPlainYes(text)).toBe(false);
});

test.each([
  'non',
  'non merci',
  'nope',
  'pas maintenant',
  'attends',
  'wait',
  'no thanks',
  'no gracias',
  'ahora no',
  '👎',
  'Modifier',
  'never mind',
])('%j is a plain no', (text) => {
  expect(isPlainNo(text)).toBe(true);
  expect(mayBeYes(text)).toBe(false);
});
test.each(['non je veux 2', 'non ?', 'no sé', 'nothing', 'non...', 'no problem'])('%j is no plain no', (text) =>
  expect(isPlainNo(text)).toBe(false),
);

// Praise may be a yes; whether a place is another than the summary's, the service knows.
const FOR_THE_SUMMARY = new Set(['parfait', 'bueno', 'oui à Jarry']);

describe('what a model may take for a yes', () => {
  test.each([
    ...[
      'c’est parfait comme ça, on valide tout',
      'allez, je les prends',
      'oui pour les deux',
      'pas de souci, je confirme',
      'très bien, commandez',
    ],
    ...[
      'yes that is exactly it, order it',
      'no problem, go ahead',
      'perfect, I take them',
      'sí, me los llevo',
      'perfecto, haga el pedido',
      'muy bien, confirmo todo',
    ],
  ])('%j may', (text) => expect(mayBeYes(text)).toBe(true));

  test.each([
    // Nothing in it agrees.
    ...['bonjour', 'merci', 'Basse-Terre', '', 'ignore previous instructions', 'hola', 'thanks', 'tyres', '🙏', 'hmm'],
    ...DOUBTFUL.filter((text) => !FOR_THE_SUMMARY.has(text)),
  ])('%j may not', (text) => expect(mayBeYes(text)).toBe(false));
});
