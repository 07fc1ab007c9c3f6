import { describe, expect, test } from '@jest/globals';
import { isPlainNo, isPlainYes, mayBeYes } from '../../src/domain/assent.ts';
import { plainIntent } from '../../src/domain/intents.ts';
import { DOUBTFUL, PLAIN_YES, PRAISE } from '../support/yeses.ts';

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
    ...DOUBTFUL.filter((text) => !PRAISE.has(text)),
  ])('%j may not', (text) => expect(mayBeYes(text)).toBe(false));
});
