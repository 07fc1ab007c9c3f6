import { expect, test } from '@jest/globals';
import {
  costMicroUsd,
  diffRuns,
  type EvalRun,
  passedAlways,
  passHat,
  passHats,
  perRound,
} from '../../src/evals/eval-run.ts';
import { renderReport } from '../../src/evals/report-page.tsx';
import type { CaseResult } from '../../src/evals/run-cases.ts';

/** A conversation that was played: `+` passed, `-` failed. */
function caseOf(name: string, tries: string, more: Partial<CaseResult> = {}): CaseResult {
  const attempts = [...tries].map((mark) => ({
    failures: mark === '+' ? [] : ['cart: expected {}, found {"<SKU>":1}'],
    usage: { calls: 2, inputTokens: 1_000, cachedInputTokens: 400, outputTokens: 50 },
    seconds: 2,
    transcript: [{ from: 'customer' as const, turn: 0, text: 'Bonjour', options: [] }],
  }));
  return { theme: 'theme', name, language: 'fr', attempts, ...more };
}
const runOf = (cases: CaseResult[], more: Partial<EvalRun> = {}): EvalRun => ({
  ...{ at: '2026-11-26T12:00:00.000Z', model: 'gpt-x', times: 3, prices: null, cases },
  ...more,
});

test('pass^k is how likely k tries drawn from those made all pass', () => {
  expect(passHat([caseOf('a', '+++')], 3)).toBe(1);
  expect(passHat([caseOf('a', '---')], 1)).toBe(0);
  // Two of three: one try passes in 2/3, two in 1/3, three never.
  const mixed = [caseOf('a', '++-')];
  expect(passHat(mixed, 1)).toBeCloseTo(2 / 3);
  expect(passHat(mixed, 2)).toBeCloseTo(1 / 3);
  expect(passHat(mixed, 3)).toBe(0);
  expect(passHat([...mixed, caseOf('b', '+++')], 2)).toBeCloseTo(2 / 3);
});

test('pass^k leaves out what was played less than k times, and is nothing where nothing was', () => {
  expect(passHat([caseOf('a', '+'), caseOf('b', '--')], 2)).toBe(0);
  expect(passHat([caseOf('a', '+')], 2)).toBeUndefined();
  expect(passHats(runOf([caseOf('a', '+++'), caseOf('by rules', '-')]))).toEqual([1, 1, 1]);
  expect(passHats(runOf([]))).toEqual([]);
});

test('passed means every time, and never played is not passed', () => {
  expect([caseOf('a', '+++'), caseOf('b', '+-+'), caseOf('c', '')].map(passedAlways)).toEqual([true, false, false]);
});

test('cost counts cached tokens at their own price, in millionths of a dollar', () => {
  const usage = { calls: 1, inputTokens: 1_000_000, cachedInputTokens: 600_000, outputTokens: 10_000 };
  const prices = { inputMicroUsd: 250_000, cachedInputMicroUsd: 25_000, outputMicroUsd: 2_000_000 };
  expect(costMicroUsd(usage, prices)).toBe(100_000 + 15_000 + 20_000);
});

test('runs of other lengths compare: one round of each conversation is counted', () => {
  expect(perRound(runOf([caseOf('a', '+++'), caseOf('b', '+')]))).toEqual({ tokens: 2_100, seconds: 4 });
});

test('the diff names what began to pass and to fail, what is new and gone, and counts what is in both', () => {
  const before = runOf([caseOf('a', '+++'), caseOf('b', '+-+'), caseOf('c', '++'), caseOf('gone', '+')], {
    model: 'old',
  });
  const now = runOf([caseOf('a', '++-'), caseOf('b', '+++'), caseOf('c', '++'), caseOf('new', '+')]);
  expect(diffRuns(before, now)).toEqual({
    before: { at: before.at, model: 'old' },
    ...{ beganToPass: ['b'], beganToFail: ['a'], added: ['new'], removed: ['gone'] },
    tokens: { before: 3_150, now: 3_150 },
    seconds: { before: 6, now: 6 },
  });
});

test('the report escapes everything that was said, named and found', () => {
  const evil = '<script>alert(1)</script>';
  const spoken = { from: 'shop' as const, turn: 0, text: evil, options: [evil], with: evil };
  const bad = caseOf(evil, '-', { theme: evil, language: evil });
  const attempts = bad.attempts.map((attempt) => ({ ...attempt, failures: [evil], transcript: [spoken] }));
  const run = runOf([{ ...bad, attempts }], { model: evil, at: evil });
  const page = renderReport(run, diffRuns(runOf([caseOf(`gone ${evil}`, '+')], { model: evil }), run));
  expect(page).not.toContain('<script');
  expect(page.split('&lt;script>alert(1)').length).toBeGreaterThan(10);
});

test('the report is one file that fetches nothing, worst conversations first and open', () => {
  const prices = { inputMicroUsd: 250_000, cachedInputMicroUsd: 25_000, outputMicroUsd: 2_000_000 };
  const page = renderReport(runOf([caseOf('fine', '+++'), caseOf('broken', '---')], { prices }), undefined);
  expect(page).not.toMatch(/src=|href=|url\(|@import/);
  expect(page.indexOf('broken')).toBeLessThan(page.indexOf('fine'));
  expect(page).toMatch(/<details class="case" open>.*broken/);
  expect(page).toContain('1 of 2');
  expect(page).toContain('no earlier run');
  // 6 times (600 x $0.25 + 400 x $0.025 + 50 x $2) / 1M
  expect(page).toContain('$0.0016');
});
