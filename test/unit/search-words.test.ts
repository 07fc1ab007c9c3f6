import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { expand, type KnownWord, wordsToLookUp } from '../../src/domain/search-expansion.ts';
import { parseSearch } from '../../src/domain/search-query.ts';
import { type Candidate, rankCandidates } from '../../src/domain/search-ranking.ts';
import { isOneEdit, spellingKeys } from '../../src/domain/search-spelling.ts';
import { joinedWords, weighWords } from '../../src/domain/search-text.ts';
import { sizesIn, sizeWord } from '../../src/domain/tyre-size.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const letter = fc.constantFrom(...LETTERS);
const word = fc.array(letter, { minLength: 4, maxLength: 12 }).map((letters) => letters.join(''));

test('every one-letter slip of a word is one edit away and shares a spelling key with it', () => {
  const slips = fc.record({
    word,
    at: fc.nat(),
    other: letter,
    kind: fc.constantFrom('less', 'more', 'other', 'swap'),
  });
  fc.assert(
    fc.property(slips, ({ word: right, at, other, kind }) => {
      const index = at % (right.length - 1);
      const [before, here, next] = [right.slice(0, index), right[index] ?? '', right[index + 1] ?? ''];
      const wrong = {
        less: before + right.slice(index + 1),
        more: before + other + right.slice(index),
        other: before + other + right.slice(index + 1),
        swap: before + next + here + right.slice(index + 2),
      }[kind];
      fc.pre(wrong !== right);
      const keys = new Set(spellingKeys(right));
      expect(isOneEdit(wrong, right)).toBe(true);
      expect(isOneEdit(right, wrong)).toBe(true);
      expect(spellingKeys(wrong).some((key) => keys.has(key))).toBe(true);
    }),
  );
});

test.each([
  ['michelin', 'michelin'],
  ['michelin', 'mchlin'],
  ['pad', 'pdas'],
  ['abcd', 'badc'],
  ['laser', 'later s'],
])('%p and %p are not one edit apart', (a, b) => {
  expect(isOneEdit(a, b)).toBe(false);
});

test('numbers and words too short to tell are never a slip', () => {
  for (const text of ['205', 'ps4', 'xm', 'wh1000xm3', 'a'.repeat(30)]) expect(spellingKeys(text)).toEqual([]);
});

test.each([
  ['Sony WH-1000XM3', ['wh1000xm3']],
  ['16 GB', ['16gb']],
  ['Wi-Fi 6E', ['wifi', '6e']],
  ['2.5 m', []],
  ['StarTech.com 7.1', ['startechcom']],
  ['machine à laver', []],
])('%p is one word where it stands together', (text, words) => {
  expect(joinedWords(text)).toEqual(words);
});

const product = {
  ...{ sku: 'AB-12', label: 'Michelin Alpin 6', brand: 'Michelin', model: 'Alpin 6', category: 'pneu' },
  ...{ attributes: { saison: 'hiver', runflat: true, xl: false }, description: 'Neige 205/55 R16' },
};

test('a word weighs more in the name than in the description, and more in a short text than in a long one', () => {
  const weights = weighWords(product);
  const of = (text: string, from = weights) => from.get(text) ?? 0;
  expect(of('alpin')).toBeGreaterThan(of('neige'));
  expect(of('runflat')).toBeGreaterThan(0);
  expect(of('xl')).toBe(0);
  expect(of('ab12')).toBeGreaterThan(0);
  const long = weighWords({ ...product, description: `Neige ${'mot '.repeat(100)}` });
  expect(of('neige')).toBeGreaterThan(of('neige', long));
});

test('a size in the text is found whole and by its parts, and what is no size is not', () => {
  expect([...sizesIn('Pneu 205/55ZR16 91V')].sort()).toEqual(['205/55', '205/55r16', 'r16']);
  expect([...sizesIn('205 55 16')]).toContain(sizeWord(['205', '55', '16']));
  expect([...sizesIn('EAN 1234567, 318 27 43')]).toEqual([]);
  expect(weighWords(product).has('205/55r16')).toBe(true);
});

test.each([
  ['moins de 90 EUR', 90],
  ['a moins de 89,50 €', 89.5],
  ['entre 50 et 90 €', 90],
  ['between 50 and 90', 90],
  ['entre 50 y 90 euros', 90],
  ['90 € max', 90],
  ['maximum 90', 90],
  ['budget de 90', 90],
  ['hasta 90 €', 90],
  ['menos de 90', 90],
  ['under 90', 90],
  ['pro max 256', undefined],
  ['under 90cm', undefined],
  ['max 64gb', undefined],
])('%p is a limit of %p', (text, maxPrice) => {
  expect(parseSearch(`casque ${text}`).maxPrice).toBe(maxPrice);
});

test.each([
  ['michelin ou équivalent', true],
  ['michelin ou similaire 205/55 r16', true],
  ['michelin or equivalent', true],
  ['michelin or something similar', false],
  ['michelin o similar', true],
  ['michelin o equivalentes', true],
  ['michelin ou une autre marque', true],
  ['michelin', false],
])('%p allows other makes: %p', (text, orEquivalent) => {
  const query = parseSearch(text);
  expect(query.orEquivalent).toBe(orEquivalent);
  if (orEquivalent) expect(query.groups).toEqual([['michelin']]);
});

test('a number that measures the thing does not count it', () => {
  for (const text of ['64gb sd', '64 gb sd', '4 port hub', '3d printer', '10 mm']) {
    expect([text, parseSearch(text).quantity]).toEqual([text, undefined]);
  }
  expect(parseSearch('2x michelin').quantity).toBe(2);
  expect(parseSearch('2 michelin').quantity).toBe(2);
});

/** What the catalogue's vocabulary would answer for the words of a wish. */
function vocabulary(text: string, words: Record<string, number>, forms: Record<string, string> = {}): KnownWord[] {
  return wordsToLookUp(parseSearch(text)).flatMap((asked) =>
    Object.entries(words).map(([known, products], id) => {
      return { asked, typed: asked, id, word: known, isForm: forms[asked] === known, products };
    }),
  );
}
const meant = (text: string, words: Record<string, number>, forms = {}, doubting = false) =>
  expand(parseSearch(text), vocabulary(text, words, forms), doubting)
    .terms.toSorted((a, b) => a.group - b.group || b.boost - a.boost)
    .map((term) => `${term.group} ${term.word}`);

test('a known word is itself and its other forms, never a slip of another', () => {
  expect(meant('drive', { drive: 9, driver: 9, drove: 900 }, { drive: 'driver' })).toEqual(['0 drive', '0 driver']);
  // A stem in common across languages is not enough.
  expect(meant('camera', { camera: 9, cam: 9 }, { camera: 'cam' })).toEqual(['0 camera']);
});

test('an unknown word is a slip of the most usual words near it, those with its first letter first', () => {
  expect(meant('laswr', { lasar: 2, laser: 50 })).toEqual(['0 laser', '0 lasar']);
  expect(meant('cattery', { battery: 50, cattle: 50 })).toEqual(['0 battery']);
  expect(meant('moue', { mouse: 50, move: 50, roue: 50 })).toEqual(['0 mouse', '0 move', '0 roue']);
});

test('a word that hardly any product has gives way to one that very many have', () => {
  expect(meant('headphne', { headphne: 1, headphone: 50 })).toEqual(['0 headphne', '0 headphone']);
  expect(meant('headphne', { headphne: 3, headphone: 50 })).toEqual(['0 headphne']);
  expect(meant('headphne', { headphne: 2, headphone: 3 })).toEqual(['0 headphne']);
});

test('an unknown word is the beginning of others only when it is no slip', () => {
  expect(meant('turan', { turanza: 3, turandot: 1 })).toEqual(['0 turanza', '0 turandot']);
  expect(meant('turan', { turanza: 3, turin: 1 })).toEqual(['0 turin']);
});

test('known words are doubted when asked to, for more usual ones only', () => {
  expect(meant('phone sand', { phone: 90, sand: 5, stand: 40, san: 4 })).toEqual(['0 phone', '1 sand']);
  expect(meant('phone sand', { phone: 90, sand: 5, stand: 40, san: 4 }, {}, true)).toEqual([
    '0 phone',
    '1 sand',
    '1 stand',
  ]);
});

test('what was typed in one piece is one word where the catalogue has it, and its parts elsewhere', () => {
  expect(meant('ps4 pro', { ps: 9, 4: 9, ps4: 3, pro: 5 })).toEqual(['0 ps4', '1 pro']);
  expect(meant('ps4 pro', { ps: 9, 4: 9, pro: 5 })).toEqual(['0 ps', '1 4', '2 pro']);
  expect(expand(parseSearch('ps4'), []).required).toBe(2);
});

const candidate = (label: string, rest: Partial<Candidate> = {}): Candidate => ({
  ...{ id: label, label, brand: '', model: '', category: '', priceMinor: 100, stocked: true, score: 10, mask: 1 },
  ...{ available: true, here: false, ...rest },
});
function rank(text: string, words: Record<string, number>, candidates: Candidate[]) {
  const query = parseSearch(text);
  const ranking = rankCandidates(candidates, query, expand(query, vocabulary(text, words)));
  const names = (all: Candidate[]) => all.map(({ label }) => label);
  return { best: names(ranking.best), others: names(ranking.others) };
}

test('all the words in the small print do not beat most of them in the name', () => {
  const words = { surround: 9, speaker: 9 };
  const small = candidate('Notebook', { score: 3, mask: 3 });
  const most = candidate('Surround set', { score: 12 });
  const full = candidate('Surround speaker', { score: 15, mask: 3 });
  expect(rank('surround speakers', words, [small, most, full])).toEqual({
    best: ['Surround speaker'],
    others: ['Surround set', 'Notebook'],
  });
  expect(rank('surround speakers', words, [small, most])).toEqual({ best: ['Notebook'], others: ['Surround set'] });
});

test('where a make or kind is all that was asked for, the price decides', () => {
  const [a, b] = [
    candidate('A', { brand: 'Sony', score: 9, priceMinor: 2 }),
    candidate('B', { brand: 'Sony', priceMinor: 3 }),
  ];
  expect(rank('sony', { sony: 9 }, [b, a]).best).toEqual(['A', 'B']);
  const many = Array.from({ length: 11 }, (_, n) => candidate(`Sac ${n}`, { score: 20 - n, priceMinor: 20 - n }));
  expect(rank('sac', { sac: 11 }, many).best[0]).toBe('Sac 0');
  expect(rank('sac', { sac: 9 }, many.slice(0, 9)).best[0]).toBe('Sac 8');
});

test('"cheap" sorts by price what fits about as well as the best, and nothing that fits worse', () => {
  const many = Array.from({ length: 11 }, (_, n) => candidate(`Sac ${n}`, { score: 20 - n / 10, priceMinor: 20 - n }));
  const worse = candidate('Housse', { score: 5, priceMinor: 1 });
  expect(rank('sac', { sac: 12 }, [...many, worse]).best[0]).toBe('Sac 0');
  const { best } = rank('sac pas cher', { sac: 12 }, [...many, worse]);
  expect([best[0], best.at(-1)]).toEqual(['Sac 10', 'Housse']);
});
