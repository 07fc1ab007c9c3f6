import type { ModelUse } from './check-case.ts';
import type { CaseResult } from './run-cases.ts';

/** Millionths of a dollar for a million tokens: $0.25 is 250,000. */
export type Prices = { inputMicroUsd: number; cachedInputMicroUsd: number; outputMicroUsd: number };

/** A whole run, as it is kept beside the report. */
export type EvalRun = { at: string; model: string; times: number; prices: Prices | null; cases: CaseResult[] };

export const attemptsOf = ({ cases }: Pick<EvalRun, 'cases'>) => cases.flatMap(({ attempts }) => attempts);
export const passes = ({ attempts }: CaseResult): number =>
  attempts.filter(({ failures }) => failures.length === 0).length;
/** Passed every time it was played. */
export const passedAlways = (result: CaseResult): boolean =>
  result.attempts.length > 0 && passes(result) === result.attempts.length;

/** Chance that `k` tries drawn from `tries`, of which `passed` passed, all passed: C(passed, k) / C(tries, k). */
function allPass(tries: number, passed: number, k: number): number {
  let chance = 1;
  for (let drawn = 0; drawn < k; drawn++) chance *= Math.max(0, passed - drawn) / (tries - drawn);
  return chance;
}

/**
 * pass^k (https://arxiv.org/abs/2406.12045): how likely a conversation passes `k` times out of `k`, over all conversations
 * played that often; undefined when none was. What a shop needs is not one good try but every one.
 */
export function passHat(cases: readonly CaseResult[], k: number): number | undefined {
  const enough = cases.filter(({ attempts }) => attempts.length >= k);
  if (enough.length === 0) return undefined;
  const sum = enough.reduce((total, result) => total + allPass(result.attempts.length, passes(result), k), 0);
  return sum / enough.length;
}

/**
 * pass^1 to pass^k of a run that played each conversation k times, over those that a model answers: what rules and written
 * answers play once is the same every time.
 */
export function passHats({ cases, times }: Pick<EvalRun, 'cases' | 'times'>): number[] {
  const repeated = cases.filter(({ attempts }) => attempts.length >= times);
  return Array.from({ length: times }, (_, index) => passHat(repeated, index + 1)).filter(
    (share) => share !== undefined,
  );
}

export function usageOf(run: Pick<EvalRun, 'cases'>): ModelUse {
  const sum = { calls: 0, inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 };
  for (const { usage } of attemptsOf(run)) {
    for (const key of Object.keys(sum) as (keyof ModelUse)[]) sum[key] += usage[key];
  }
  return sum;
}

/** Millionths of a dollar. */
export function costMicroUsd({ inputTokens, cachedInputTokens, outputTokens }: ModelUse, prices: Prices): number {
  const uncached = inputTokens - cachedInputTokens;
  const { inputMicroUsd, cachedInputMicroUsd, outputMicroUsd } = prices;
  const perMillion = uncached * inputMicroUsd + cachedInputTokens * cachedInputMicroUsd + outputTokens * outputMicroUsd;
  return Math.round(perMillion / 1_000_000);
}

/** Of one time through every conversation: runs of other lengths compare. */
export function perRound(run: EvalRun): { tokens: number; seconds: number } {
  const perCase = run.cases.map(({ attempts }) => {
    const sum = attempts.reduce(
      (total, { usage, seconds }) => ({
        tokens: total.tokens + usage.inputTokens + usage.outputTokens,
        seconds: total.seconds + seconds,
      }),
      { tokens: 0, seconds: 0 },
    );
    const tries = Math.max(1, attempts.length);
    return { tokens: sum.tokens / tries, seconds: sum.seconds / tries };
  });
  return {
    tokens: Math.round(perCase.reduce((total, { tokens }) => total + tokens, 0)),
    seconds: perCase.reduce((total, { seconds }) => total + seconds, 0),
  };
}

export type RunDiff = {
  before: { at: string; model: string };
  beganToPass: string[];
  beganToFail: string[];
  added: string[];
  removed: string[];
  /** Of the conversations in both runs, one round. */
  tokens: { before: number; now: number };
  seconds: { before: number; now: number };
};

/** What is different from an earlier run. */
export function diffRuns(before: EvalRun, now: EvalRun): RunDiff {
  const known = new Map(before.cases.map((result) => [result.name, result]));
  const played = new Set(now.cases.map(({ name }) => name));
  const both = now.cases.filter(({ name }) => known.has(name));
  const changed = (passesNow: boolean) =>
    both
      .filter((result) => {
        const earlier = known.get(result.name) as CaseResult;
        return passedAlways(result) === passesNow && passedAlways(earlier) !== passesNow;
      })
      .map(({ name }) => name);
  const then = perRound({ ...before, cases: before.cases.filter(({ name }) => played.has(name)) });
  const today = perRound({ ...now, cases: both });
  return {
    before: { at: before.at, model: before.model },
    ...{ beganToPass: changed(true), beganToFail: changed(false) },
    added: now.cases.filter(({ name }) => !known.has(name)).map(({ name }) => name),
    removed: before.cases.filter(({ name }) => !played.has(name)).map(({ name }) => name),
    tokens: { before: then.tokens, now: today.tokens },
    seconds: { before: then.seconds, now: today.seconds },
  };
}
