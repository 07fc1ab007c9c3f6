import { expect, test } from '@jest/globals';
import { isEmptySearch, parseSearch } from '../../src/domain/search-query.ts';
import { searchTextOf, searchWords } from '../../src/domain/search-text.ts';

test.each([
  '205/55 R16',
  '205/55R16',
  '205 55 16',
  '205-55-16',
  '205/55/16',
  '205/55 ZR16',
  '2055516',
  'du 205/55 r16 91V svp',
  '205x55x16',
])('the size %p is read as people type it', (text) => {
  expect(parseSearch(text).size).toEqual(['205', '55', '16']);
});

test.each([
  ['205/55', ['205', '55']],
  ['pneus R16', ['16']],
  ['17 pouces', ['17']],
  ['un pneu 17"', ['17']],
  ["17''", ['17']],
  ['4"', []],
  ['pneus hiver', []],
])('the part of a size in %p is kept', (text, size) => {
  expect(parseSearch(text).size).toEqual(size);
});

test('words of the three languages mean the same', () => {
  const [winter] = parseSearch('winter').groups;
  expect(parseSearch('hiver').groups).toEqual([winter]);
  expect(parseSearch('invierno').groups).toEqual([winter]);
  expect(parseSearch('neumáticos').generic).toEqual(parseSearch('pneus').generic);
});

test('how many is told apart from what', () => {
  expect(parseSearch('4 michelin 205/55 r16')).toMatchObject({ quantity: 4, groups: [['michelin']] });
  expect(parseSearch('je voudrais deux bridgestone')).toMatchObject({ quantity: 2, groups: [['bridgestone']] });
  expect(parseSearch('4 saisons 205/55 r16').quantity).toBeUndefined();
  expect(parseSearch('4 pneus 4 saisons 205/55 r16')).toMatchObject({
    quantity: 4,
    groups: [parseSearch('season').groups[0]],
  });
  expect(parseSearch('205/55 r16').quantity).toBeUndefined();
});

test('a price limit and "cheap" are wishes, not words', () => {
  expect(parseSearch('pneus pas chers moins de 100 €')).toMatchObject({
    wantsCheapest: false,
    maxPrice: 100,
    groups: [],
  });
});

test('nothing but politeness is an empty search', () => {
  expect(isEmptySearch(parseSearch('je voudrais s’il vous plaît'))).toBe(true);
  expect(isEmptySearch(parseSearch('😀 !!!'))).toBe(true);
});

test('ten thousand characters are read in no time', () => {
  const startedAt = performance.now();
  for (const text of ['a '.repeat(5_000), '2'.repeat(10_000), '205/'.repeat(2_500)]) parseSearch(text);
  // Milliseconds; a pattern that tries every way to read them would take minutes.
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});

test('both sides of a search are normalised alike', () => {
  expect(searchWords('Pneus ÉTÉ 205/55R16 91V')).toEqual(['pneu', 'ete', '205', '55', 'r', '16', '91', 'v']);
  const product = {
    label: 'Michelin Alpin 6',
    brand: 'Michelin',
    model: 'Alpin 6',
    category: 'pneu',
    description: 'Neige',
  };
  expect(searchTextOf({ ...product, attributes: { saison: 'hiver', runflat: true, xl: false } })).toBe(
    'michelin alpin 6 michelin alpin 6 pneu hiver runflat neige',
  );
});
