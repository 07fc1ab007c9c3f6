import type { Model } from '../ports.ts';
import { checkCase, type ModelUse } from './check-case.ts';
import type { EvalCase, RecordedAnswer } from './eval-case.ts';
import type { EvalShop } from './eval-shop.ts';
import { namesIn, playCase } from './play-case.ts';
import { recordingModel, replayedModel } from './recorded-model.ts';
import { renewCommand } from './recordings.ts';
import type { Spoken } from './transcript.ts';

/** One time that a conversation was played. */
export type Attempt = {
  /** Nothing: it passed. */
  failures: string[];
  usage: ModelUse;
  seconds: number;
  transcript: Spoken[];
};
export type CaseResult = { theme: string; name: string; language: string; attempts: Attempt[] };

type CaseModel = { model: Model | null; misfits(): string[] };
/** Who answers in a case; a case by rules or by a written model decides for itself. */
export type ModelChoice = (evalCase: EvalCase, shop: EvalShop) => CaseModel;

const fitting = (model: Model | null): CaseModel => ({ model, misfits: () => [] });

function modelOf(evalCase: EvalCase, shop: EvalShop, choose: ModelChoice): CaseModel {
  if (evalCase.model === 'none') return fitting(null);
  if (evalCase.model === 'written') return replayedModel(evalCase.answers, () => namesIn(shop));
  return choose(evalCase, shop);
}

/** The model that the keys name, or the stand-in: whichever the shop was opened with. */
export const liveModel: ModelChoice = (_, shop) => fitting(shop.parts.model);

/** The same, with its answers written into `into` by the conversation's name. */
export const recordedLive =
  (into: Map<string, RecordedAnswer[]>): ModelChoice =>
  ({ name }, shop) => {
    const answers: RecordedAnswer[] = [];
    into.set(name, answers);
    const { model } = shop.parts;
    return fitting(model && recordingModel(model, () => namesIn(shop), answers));
  };

/**
 * What was recorded of a conversation, or written by hand; without either, or where it does not fit any more, the
 * conversation fails.
 */
export const replayed =
  (recordings: (theme: string) => ReadonlyMap<string, RecordedAnswer[]>): ModelChoice =>
  ({ theme, name, answers: written }, shop) => {
    const isWritten = written.length > 0;
    const answers = isWritten ? written : recordings(theme).get(name);
    const { model, misfits } = replayedModel(answers ?? [], () => namesIn(shop));
    const renew = (problem: string) =>
      isWritten ? `${problem}: mend its "answers" in ${theme}.json` : `${problem}: ${renewCommand(theme)}`;
    return {
      model,
      misfits: () => (answers ? misfits().map(renew) : [renew('nothing is recorded of this conversation')]),
    };
  };

/** Plays a case once and checks it. */
export async function tryCase(
  shop: EvalShop,
  evalCase: EvalCase,
  { choose, neverSaid }: { choose: ModelChoice; neverSaid: readonly string[] },
): Promise<Attempt> {
  const { model, misfits } = modelOf(evalCase, shop, choose);
  const played = await playCase(shop, evalCase, model);
  const { usage, seconds, transcript } = played;
  // First what explains the rest: a recording that does not fit changes everything after it.
  return { failures: [...misfits(), ...checkCase(evalCase, played, neverSaid)], usage, seconds, transcript };
}

export type RunOptions = {
  times: number;
  choose: ModelChoice;
  neverSaid: readonly string[];
  onAttempt?: (evalCase: EvalCase, attempt: Attempt) => void;
};

/** How often a case is worth playing: rules and written answers never differ from one time to the next. */
const timesOf = ({ model }: EvalCase, times: number) => (model === 'any' ? times : 1);

/** Plays every case `times` times, on as many shops at once as there are. */
export async function runCases(
  shops: readonly EvalShop[],
  cases: readonly EvalCase[],
  options: RunOptions,
): Promise<CaseResult[]> {
  const results = cases.map(({ theme, name, language }): CaseResult => ({ theme, name, language, attempts: [] }));
  const waiting = cases.flatMap((evalCase, index) =>
    Array.from({ length: timesOf(evalCase, options.times) }, () => ({ evalCase, index })),
  );
  await Promise.all(
    shops.map(async (shop) => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const attempt = await tryCase(shop, next.evalCase, options);
        results[next.index]?.attempts.push(attempt);
        options.onAttempt?.(next.evalCase, attempt);
      }
    }),
  );
  return results;
}
