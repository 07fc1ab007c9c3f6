import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { plainText, tokenize } from '../../src/sandbox/public/format.js';

type Token = ReturnType<typeof tokenize>[number];

const text = (content: string) => ({ type: 'text', text: content });

/** What the tokens read when written out again, marks left aside. */
const written = (tokens: Token[]): string =>
  tokens
    .map((token) => ('children' in token ? written(token.children) : token.type === 'break' ? '\n' : token.text))
    .join('');

test('bold, italic, strike and code become tokens', () => {
  expect(tokenize('*a* _b_ ~c~ `d`')).toEqual([
    { type: 'bold', children: [text('a')] },
    text(' '),
    { type: 'italic', children: [text('b')] },
    text(' '),
    { type: 'strike', children: [text('c')] },
    text(' '),
    { type: 'mono', text: 'd', block: false },
  ]);
});

test('marks nest', () => {
  expect(tokenize('*total _51 €_*')).toEqual([
    { type: 'bold', children: [text('total '), { type: 'italic', children: [text('51 €')] }] },
  ]);
});

test.each([
  ['a product of numbers', '4*205*16'],
  ['a mark that hugs a space', '* a * and _ b _'],
  ['a mark that is never closed', '*total'],
  ['two marks around nothing', '** and __'],
  ['a name with underscores', 'snake_case_name'],
  ['a word that only ends in a mark', '2~ 3~'],
])('%s stays as it was typed', (_, typed) => {
  expect(tokenize(typed)).toEqual([text(typed)]);
});

test('a mark does not cross the end of a line', () => {
  expect(tokenize('*a\nb*')).toEqual([text('*a'), { type: 'break' }, text('b*')]);
});

test('a code block keeps its lines, its marks and its addresses', () => {
  expect(tokenize('```\n*a*\nhttps://x.test\n```')).toEqual([
    { type: 'mono', text: '\n*a*\nhttps://x.test\n', block: true },
  ]);
});

test('an address keeps the underscores of its token and leaves the sentence its full stop', () => {
  expect(tokenize('Payez : https://pay.test/c/cs_test_a_B_. Merci')).toEqual([
    text('Payez : '),
    { type: 'link', href: 'https://pay.test/c/cs_test_a_B_', text: 'https://pay.test/c/cs_test_a_B_' },
    text('. Merci'),
  ]);
});

test('an address in marks or in brackets ends before them', () => {
  const link = { type: 'link', href: 'https://x.test/a_b', text: 'https://x.test/a_b' };
  expect(tokenize('*https://x.test/a_b*')).toEqual([{ type: 'bold', children: [link] }]);
  expect(tokenize('_https://x.test/a_b_')).toEqual([{ type: 'italic', children: [link] }]);
  expect(tokenize('(https://x.test/a_b)')).toEqual([text('('), link, text(')')]);
});

test('only web addresses become links', () => {
  for (const typed of ['javascript:alert(1)', 'data:text/html,x', 'ftp://x.test', 'http://']) {
    expect(tokenize(typed)).toEqual([text(typed)]);
  }
});

test('HTML is text like any other', () => {
  expect(tokenize('<b onclick=x>a</b>')).toEqual([text('<b onclick=x>a</b>')]);
});

test('the list of conversations shows a message on one line, without its marks', () => {
  expect(plainText('*Merci* !\nTotal ~12~ _10 €_')).toBe('Merci ! Total 12 10 €');
});

test('no character that is not a mark is ever lost', () => {
  const typed = fc.string({
    unit: fc.constantFrom('*', '_', '~', '`', '\n', ' ', 'a', 'é', '1', '.', 'https://x.test'),
  });
  const bare = (content: string) => content.replace(/[*_~`]/g, '');
  fc.assert(fc.property(typed, (content) => bare(written(tokenize(content))) === bare(content)));
});

test('a message of 10,000 marks is read without delay', () => {
  const startedAtMs = performance.now();
  tokenize('*a '.repeat(3_334));
  tokenize('*'.repeat(10_000));
  expect(performance.now() - startedAtMs).toBeLessThan(10_000);
});
