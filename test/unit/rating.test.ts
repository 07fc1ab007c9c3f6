import { expect, test } from '@jest/globals';
import { ratingOf } from '../../src/domain/rating.ts';

const GOOD = [
  'Oui très bien merci',
  'oui',
  'Parfait !',
  'nickel',
  'très satisfait',
  'Rien à dire, au top',
  '5',
  '4/5',
  '9/10',
  '⭐⭐⭐⭐⭐',
  '👍',
  '😀',
  'Oui, super travail',
  'yes thanks',
  'very happy, thank you',
  'All good',
  '5 stars',
  'sí, muy bien',
  'Muy contento, gracias',
  'todo perfecto',
];
const FAIR = [
  'moyen',
  'Bof',
  'pas mal',
  '3',
  '3/5',
  '6 sur 10',
  '😐',
  'so so',
  'could be better',
  'regular',
  'más o menos',
];
const BAD = [
  'non',
  'Pas content du tout',
  'je ne suis pas satisfait',
  'très déçu, un pneu est mal monté',
  'nul',
  '1',
  '2/5',
  '⭐',
  '👎',
  '😡',
  'not happy at all',
  'No, very disappointed',
  'terrible',
  'no estoy contento',
  'muy mal servicio',
];
// About something else, or in words nobody can be sure of: for whoever understands more.
const UNCLEAR = [
  'bonjour',
  'vous avez des 205/55 R16 ?',
  'Il me faut 2 pneus',
  'j’ai une question sur ma facture',
  '205/55 R16',
  '7',
  '0',
  'how much is the fitting',
  'quiero dos neumáticos',
  'oui mais je voudrais aussi des jantes',
  '',
];

test.each(GOOD)('"%s" is a happy customer', (text) => expect(ratingOf(text)).toBe('good'));
test.each(FAIR)('"%s" is so-so', (text) => expect(ratingOf(text)).toBe('fair'));
test.each(BAD)('"%s" is an unhappy customer', (text) => expect(ratingOf(text)).toBe('bad'));
test.each(UNCLEAR)('"%s" is no rating', (text) => expect(ratingOf(text)).toBeUndefined());
test.each(['Aucun problème, pas déçu', 'no problem, all good'])('"%s" is not taken for the opposite', (text) =>
  expect(ratingOf(text)).not.toBe('bad'),
);
