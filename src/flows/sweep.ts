import { describeError } from '../domain/errors.ts';
import { SweepIncomplete } from '../domain/sweep.ts';
import type { Log } from '../ports.ts';
import { startTimer } from './time-limit.ts';

/** What every sweep answers, to the clock and to the operator's cron route. */
export type SweepResult = { processed: number };

/** Agenda hands a job to another process after a minute: a sweep that takes longer would run beside itself. */
export const LONGEST_RUN_MS = 45_000;

/** Notes for how many something was done just now: it stays done, and counted, when what follows fails. */
export type Count = (done: number) => void;

type Sweeping<T> = {
  log: Log;
  /** Does what is due for one: whether, or for how many, it did something beside what it counted on its way. */
  act: (item: T, count: Count) => Promise<boolean | number>;
  /** What the log calls one: words and ids of ours. */
  facts: (item: T) => Record<string, string>;
  /** What the log says of one that failed. */
  complaint: string;
  isTimeOver?: () => boolean;
};
export type Tally = SweepResult & { tried: number; failed: string[]; lastFailure?: unknown };

/**
 * Does `act` for one item after the other and counts. One that fails is logged and keeps no other from its turn; what
 * does not fit the time (45 s unless told) waits for the next run.
 */
export async function tryEach<T>(items: Iterable<T> | AsyncIterable<T>, sweeping: Sweeping<T>): Promise<Tally> {
  const { act, facts, log, complaint, isTimeOver = startTimer({ longestMs: LONGEST_RUN_MS }) } = sweeping;
  const tally: Tally = { processed: 0, tried: 0, failed: [] };
  const count: Count = (done) => {
    tally.processed += done;
  };
  for await (const item of items) {
    if (isTimeOver()) break;
    tally.tried++;
    try {
      count(Number(await act(item, count)));
    } catch (error) {
      // A sweep within this one, of which a part is done.
      if (error instanceof SweepIncomplete) count(error.processed);
      const named = facts(item);
      log.error({ ...named, error: describeError(error) }, complaint);
      tally.failed.push(Object.values(named).join(' '));
      tally.lastFailure = error;
    }
  }
  return tally;
}

// The log has named each.
const NAMED_AT_MOST = 5;

/**
 * What a run answers when all it tried went well; otherwise it throws `code`, one failed being enough: a run that returns counts
 * as a success, on /metrics and to who asked for it, and nobody would look.
 */
export function resultOf({ processed, tried, failed, lastFailure }: Tally, code: string): SweepResult {
  if (failed.length === 0) return { processed };
  const names = [...failed.slice(0, NAMED_AT_MOST), ...(failed.length > NAMED_AT_MOST ? ['...'] : [])];
  const message = `${failed.length} of ${tried} failed, the others are done: ${names.join(', ')}`;
  throw new SweepIncomplete(code, message, { processed, cause: lastFailure });
}

/** tryEach, which then throws `code` when any failed. */
export async function sweepEach<T>(
  items: Iterable<T> | AsyncIterable<T>,
  { code, ...sweeping }: Sweeping<T> & { code: string },
): Promise<SweepResult> {
  return resultOf(await tryEach(items, sweeping), code);
}
