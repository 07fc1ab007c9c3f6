import { expect, test } from '@jest/globals';
import { type ModelTerms, standingOf } from '../../src/domain/model-budget.ts';
import { costMicroUsd, formatMicroUsd, parsePrices, priceOfModel } from '../../src/domain/model-cost.ts';
import { shopDayOf } from '../../src/domain/shop-day.ts';

const mini = { inputMicroUsd: 250_000, cachedInputMicroUsd: 25_000, outputMicroUsd: 2_000_000 };

test('a snapshot costs what its model costs, and what nobody knows has no price', () => {
  expect(priceOfModel('gpt-5-mini')).toEqual(mini);
  expect(priceOfModel('gpt-5-mini-2025-08-07')).toEqual(mini);
  expect(priceOfModel('gpt-5-mini-turbo')).toBeNull();
  expect(priceOfModel('constructor')).toBeNull();
});

test('tokens from the cache cost less, and what is left of a millionth is a whole one', () => {
  const usage = { inputTokens: 3000, cachedInputTokens: 2048, outputTokens: 120 };
  // 952 * 0.25 + 2048 * 0.025 + 120 * 2 = 238 + 51.2 + 240
  expect(costMicroUsd(usage, mini)).toBe(530);
  expect(costMicroUsd({ inputTokens: 10, cachedInputTokens: 99, outputTokens: 0 }, mini)).toBe(1);
  expect(costMicroUsd({ inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 }, mini)).toBe(0);
});

test.each(['', '1', '1,2', '1,2,3,4', '1,2,-3', '1,2,x', '1e3,2,3', '1,2,3.1234567'])('"%s" is no price', (text) => {
  expect(parsePrices(text)).toBeUndefined();
});

test('prices are read as dollars, and fractions of a cent are shown', () => {
  expect(parsePrices(' 0.25, 0.025 ,2')).toEqual(mini);
  expect(formatMicroUsd(12_345, 'en')).toBe('$0.0123');
  expect(formatMicroUsd(10_000_000, 'en')).toBe('$10.00');
  expect(formatMicroUsd(12_345, 'fr').replace(/\s/g, ' ')).toBe('0,0123 $US');
});

const terms: ModelTerms = {
  ...{ price: mini, historyMessages: 8, shopDailyMicroUsd: 1_000, customerDailyMicroUsd: 100 },
};
test.each([
  [0, 0, 'enough'],
  [799, 79, 'enough'],
  [800, 0, 'nearly_spent'],
  [0, 80, 'nearly_spent'],
  [999, 99, 'nearly_spent'],
  [999, 100, 'customer_spent'],
  [1_000, 100, 'shop_spent'],
])('with %i spent by all and %i by one customer, it is %s', (shopMicroUsd, customerMicroUsd, standing) => {
  expect(standingOf(terms, { shopMicroUsd, customerMicroUsd })).toBe(standing);
});

test('without a budget nothing is ever spent', () => {
  const free = { ...terms, shopDailyMicroUsd: null, customerDailyMicroUsd: null };
  expect(standingOf(free, { shopMicroUsd: 1e12, customerMicroUsd: 1e12 })).toBe('enough');
});

test('a day begins at midnight where the shop is', () => {
  const at = new Date('2026-11-26T03:59:59Z');
  expect(shopDayOf(at, 'America/Guadeloupe')).toBe('2026-11-25');
  expect(shopDayOf(new Date(at.getTime() + 1_000), 'America/Guadeloupe')).toBe('2026-11-26');
  expect(shopDayOf(at, 'Pacific/Auckland')).toBe('2026-11-26');
});
