import { expect, test } from '@jest/globals';
import { checkCase, type Played } from '../../src/evals/check-case.ts';
import { caseSchema, type EvalCase } from '../../src/evals/eval-case.ts';
import { saysPattern } from '../../src/evals/pattern.ts';

const order = { number: 'C-1001', status: 'confirmed', totalMinor: 8990, at: 'JARRY', lines: { 'SKU-1': 1 } };
const played = (changes: Partial<Played> = {}, outcome: Partial<Played['outcome']> = {}): Played => ({
  transcript: [
    { from: 'customer', turn: 0, text: 'Bonjour, evil', options: [] },
    { from: 'shop', turn: 0, text: 'Bonjour ! Cela fait 89,90\u202f€.', options: ['Ajouter 1'] },
    { from: 'customer', turn: 1, text: 'oui', options: [] },
    { from: 'shop', turn: 1, text: 'C’est noté.', options: [] },
  ],
  outcome: {
    ...{ cart: { 'SKU-2': 2 }, orders: [order], answersNext: 'bot', optedOut: false, turns: [] },
    customer: { firstName: 'Camille', email: null, language: 'fr' },
    ...outcome,
  },
  usage: { calls: 2, inputTokens: 10, cachedInputTokens: 0, outputTokens: 1 },
  seconds: 1,
  problems: [],
  ...changes,
});
const EXPECTED = {
  cart: { 'SKU-2': 2 },
  orders: [{ status: 'confirmed', lines: { 'SKU-1': 1 }, totalMinor: 8990, at: 'JARRY' }],
  customer: { firstName: 'Camille', language: 'fr' },
  said: ['89,90 €', '/bonjour ?!/', '[Ajouter 1]', "c'est noté"],
  neverSaid: ['evil'],
  modelCalls: 2,
};
function caseOf(expected: Record<string, unknown> = {}, more: Record<string, unknown> = {}): EvalCase {
  const turns = [{ says: 'Bonjour' }, { says: 'oui' }];
  const expect = { ...EXPECTED, ...expected };
  return { ...caseSchema.parse({ name: 'a', language: 'fr', turns, expect, ...more }), theme: 'theme' };
}

test('a conversation that is as expected passes; what the customer says is not the shop’s', () => {
  expect(checkCase(caseOf(), played())).toEqual([]);
});

test.each<[string, Record<string, unknown>, RegExp]>([
  ['another cart', { cart: {} }, /^cart: expected \{\}, found \{"SKU-2":2\}$/],
  ['fewer orders', { orders: [] }, /^orders: expected 0, found 1 \(confirmed/],
  ['another status', { orders: [{ ...EXPECTED.orders[0], status: 'expired' }] }, /^order 1 status: /],
  ['other lines', { orders: [{ ...EXPECTED.orders[0], lines: { 'SKU-1': 2 } }] }, /^order 1 lines: /],
  [
    'another total',
    { orders: [{ ...EXPECTED.orders[0], totalMinor: 1 }] },
    /^order 1 totalMinor: expected 1, found 8990/,
  ],
  ['another place', { orders: [{ ...EXPECTED.orders[0], at: 'GOSIER' }] }, /^order 1 at: /],
  ['a person who answers', { answersNext: 'person' }, /^answersNext: /],
  ['an opt-out', { optedOut: true }, /^optedOut: /],
  ['an email', { customer: { email: 'a@b.example' } }, /^customer\.email: /],
  ['another language', { customer: { language: 'es' } }, /^customer\.language: /],
  ['words that were not said', { said: ['livraison gratuite'] }, /^not said: livraison gratuite$/],
  ['a pattern that does not match', { said: ['/\\d{4} €/'] }, /^not said: /],
  ['words that must not be said', { neverSaid: ['NOTÉ'] }, /^said, but must not be: NOTÉ$/],
  ['fewer model calls', { modelCalls: 1 }, /^modelCalls: at most 1, the model was asked 2 times$/],
])('%s that is expected and not found fails, and says so', (_, expected, failure) => {
  const failures = checkCase(caseOf(expected), played());
  expect(failures).toEqual([expect.stringMatching(failure)]);
});

test('what is expected of a turn is looked for in that turn only', () => {
  const turns = [
    { says: 'Bonjour', neverSaid: ['noté'] },
    { says: 'oui', said: ['89,90 €'] },
  ];
  expect(checkCase(caseOf({}, { turns }), played())).toEqual(['not said in turn 2: 89,90 €']);
});

test('what no conversation may say fails any of them', () => {
  expect(checkCase(caseOf(), played(), ['/89/'])).toEqual(['said, but must not be: /89/']);
});

test('a model that failed did not pass, even where the rules saved the conversation; a written one may fail', () => {
  const failed = played({}, { turns: [{ answeredBy: 'fallback', error: 'model_unavailable: HTTP 500' }] });
  expect(checkCase(caseOf(), failed)).toEqual(['the model failed: model_unavailable: HTTP 500']);
  expect(checkCase(caseOf({}, { model: 'written', answers: [{ text: 'a' }] }), failed)).toEqual([]);
});

test('a conversation that could not be played to its end fails', () => {
  expect(checkCase(caseOf(), played({ problems: ['turn 2: nothing to tap'] }))).toEqual(['turn 2: nothing to tap']);
});

test.each([
  ['12,90\u00a0€', '12,90 €', true],
  ['L’équipe', "l'ÉQUIPE", true],
  ['1.5', '/^\\d,\\d$/', false],
  ['a.c', 'abc', false],
  ['abc', 'a.c', false],
])('"%s" says "%s": %s', (text, pattern, says) => {
  expect(saysPattern(text, pattern)).toBe(says);
});
