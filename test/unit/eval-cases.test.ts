import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readCases } from '../../src/evals/read-cases.ts';
import { readRecordings, writeRecordings } from '../../src/evals/recordings.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'comptoir-cases-'));
  write('always.json', { about: 'never', neverSaid: ['undefined'] });
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (file: string, content: unknown) =>
  writeFileSync(path.join(folder, file), typeof content === 'string' ? content : JSON.stringify(content));
const good = { name: 'hello', language: 'fr', turns: [{ says: 'Bonjour' }], expect: { modelCalls: 1 } };
const theme = (...conversations: unknown[]) => ({ about: 'a theme', conversations });

/** What the reader says of a theme with this conversation, instead of the good one. */
function complaintOf(conversation: Record<string, unknown>): string {
  write('greeting.json', theme({ ...good, ...conversation }));
  try {
    readCases(folder);
    return 'it was read';
  } catch (error) {
    return (error as Error).message;
  }
}

test('a conversation is read with what nobody needs to write: an empty cart, no orders, the bot answers', () => {
  write('greeting.json', theme(good));
  const { cases, neverSaid } = readCases(folder);
  expect(cases[0]).toMatchObject({ theme: 'greeting', name: 'hello', model: 'any', answers: [], shop: [] });
  expect(cases[0]?.expect).toMatchObject({ cart: {}, orders: [], answersNext: 'bot', optedOut: false, said: [] });
  expect(neverSaid).toEqual(['undefined']);
});

test.each<[string, Record<string, unknown>, string]>([
  ['a field nobody knows', { turn: [] }, 'greeting.json, "hello": Unrecognized key: "turn"'],
  ['a language we do not speak', { language: 'de' }, 'greeting.json, "hello", language: '],
  ['no turns', { turns: [] }, 'greeting.json, "hello", turns: '],
  [
    'a turn that does nothing',
    { turns: [{ said: ['x'] }] },
    '"hello", turns[0]: does not do exactly one of: says, taps',
  ],
  ['a turn that does two things', { turns: [{ says: 'a', taps: 1 }] }, '"hello", turns[0]: does not do exactly one of'],
  ['a tap on nothing', { turns: [{ taps: 0 }] }, '"hello", turns[0].taps: '],
  [
    'a pattern that is broken',
    { turns: [{ says: 'a', said: ['/(/'] }] },
    'turns[0].said[0]: is no working /regular expression/',
  ],
  ['a quantity of none', { expect: { modelCalls: 1, cart: { 'SKU-1': 0 } } }, '"hello", expect.cart["SKU-1"]: '],
  [
    'an order status that is none',
    { expect: { modelCalls: 1, orders: [{ status: 'paid', lines: {}, totalMinor: 1 }] } },
    'expect.orders[0].status: ',
  ],
  [
    'money as a fraction',
    { expect: { modelCalls: 1, orders: [{ status: 'confirmed', lines: {}, totalMinor: 1.5 }] } },
    'expect.orders[0].totalMinor: ',
  ],
  ['no limit of model calls', { expect: {} }, '"hello", expect.modelCalls: '],
  [
    'an answer that is none',
    { model: 'written', answers: [{ say: 'a' }] },
    '"hello", answers[0]: is no answer: give text, calls or fails',
  ],
  ['a written model without answers', { model: 'written' }, '"hello", answers: are missing for a written model'],
  [
    'answers where rules answer',
    { model: 'none', answers: [{ text: 'a' }] },
    '"hello", answers: there are none by rules alone',
  ],
])('%s is refused with file and field', (_, conversation, complaint) => {
  expect(complaintOf(conversation)).toContain(complaint);
});

test('every problem of every file is told at once, a conversation without a name by its place', () => {
  write('a.json', '{ "about": ');
  write('b.json', theme(good, { ...good, name: undefined }));
  write('c.json', theme(good, { ...good, language: 'xx' }));
  write('always.json', { about: 'never' });
  const read = () => readCases(folder);
  expect(read).toThrow(/a\.json: is no JSON/);
  expect(read).toThrow(/b\.json, conversation 2, name: /);
  expect(read).toThrow(/c\.json, "hello", language: /);
  expect(read).toThrow(/always\.json, neverSaid: /);
});

test('two conversations of one name are refused: recordings and reports go by it', () => {
  write('a.json', theme(good));
  write('b.json', theme(good));
  expect(() => readCases(folder)).toThrow('b.json, "hello": another conversation has this name');
});

test('recordings keep the order of the conversations, the old answers where there are no new ones, and drop the rest', () => {
  write('greeting.json', theme({ ...good, name: 'a' }, { ...good, name: 'b' }));
  const { cases } = readCases(folder);
  rmSync(path.join(folder, 'greeting.json'));
  const answer = (text: string) => [{ to: 'Bonjour', text }];
  const first = new Map([
    ['b', answer('b1')],
    ['gone', answer('x')],
    ['a', answer('a1')],
  ]);
  writeRecordings('greeting', { model: 'stand-in', answers: first, cases }, folder);
  expect([...readRecordings('greeting', folder)]).toEqual([
    ['a', answer('a1')],
    ['b', answer('b1')],
  ]);
  writeRecordings('greeting', { model: 'gpt-x', answers: new Map([['b', answer('b2')]]), cases }, folder);
  expect(readRecordings('greeting', folder).get('a')).toEqual(answer('a1'));
  expect(readRecordings('greeting', folder).get('b')).toEqual(answer('b2'));
  expect(readRecordings('nothing-recorded', folder).size).toBe(0);
});

test('a recording that is spoilt says how to renew it', () => {
  write('greeting.json', { model: 'x', note: '', conversations: { a: [{ words: 'b' }] } });
  expect(() => readRecordings('greeting', folder)).toThrow(
    /recordings\/greeting\.json, conversations\.a\[0\].*--record --only greeting/,
  );
  write('greeting.json', '{');
  expect(() => readRecordings('greeting', folder)).toThrow(/greeting\.json is no JSON: .*--record --only greeting/);
});
