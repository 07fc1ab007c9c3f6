import type { Db, Tx } from '../db/client.ts';
import { type CountState, countAgain, firstDayWithNumbers, lockCount, saveCount } from '../db/shop-numbers.ts';
import { transact } from '../db/transact.ts';
import { daysLater, GRAINS, type Grain, SETTLED_AFTER_DAYS, startAfter, startOf } from '../domain/numbers.ts';
import { shopDayOf } from '../domain/shop-day.ts';
import type { Clock } from '../ports.ts';
import type { SweepResult } from './sweep.ts';
import { startTimer } from './time-limit.ts';

/** Counted in one transaction: a month, or what days and weeks are nearest to it. */
const STEP_DAYS = 30;
// Agenda hands a job to another process after a minute.
const LONGEST_MS = 45_000;

type Needs = { db: Db; clock: Clock; timezone: string };
/** `from`: the first day of what comes next; undefined when all is counted. */
type Step = { changed: number; from: string | undefined };

/**
 * Keeps the numbers of the staff's page: what is not settled is counted again, what is stays, and the first time all is
 * counted, step by step. Each number is what its SQL says (db/number-measures.ts), however often and late this runs.
 */
export async function countNumbers(needs: Needs): Promise<SweepResult> {
  const isTimeOver = startTimer({ longestMs: LONGEST_MS });
  let processed = 0;
  for (const grain of GRAINS) {
    let step: Step | undefined;
    do {
      step = await countStep(needs, grain, step?.from);
      processed += step.changed;
    } while (step.from !== undefined && !isTimeOver());
  }
  return { processed };
}

/** From where the last step ended, or the first time from what is not settled. */
function countStep(needs: Needs, grain: Grain, from: string | undefined): Promise<Step> {
  const { timezone } = needs;
  return transact(needs.db, async (tx) => {
    const known = await lockCount(tx, grain);
    // A process of another time zone counts as well, as while a new one is deployed: the next run begins anew.
    if (from !== undefined && known?.timezone !== timezone) return { changed: 0, from: undefined };
    const now = needs.clock.now();
    const today = shopDayOf(now, timezone);
    const settled = startOf(grain, daysLater(today, -SETTLED_AFTER_DAYS));
    const state = known?.timezone === timezone ? known : await firstState(tx, { grain, timezone, settled });
    const firstDay = from ?? state.settledUntil;
    const end = startAfter(grain, startOf(grain, today));
    const endDay = earlier(startAfter(grain, startOf(grain, daysLater(firstDay, STEP_DAYS - 1))), end);
    const changed = await countAgain(tx, { grain, timezone, firstDay, endDay });
    const isDone = endDay === end;
    await saveCount(tx, grain, {
      timezone,
      settledUntil: earlier(endDay, settled),
      countedAt: isDone ? now : state.countedAt,
    });
    return { changed, from: isDone ? undefined : endDay };
  });
}

async function firstState(
  tx: Tx,
  { grain, timezone, settled }: { grain: Grain; timezone: string; settled: string },
): Promise<CountState> {
  const day = await firstDayWithNumbers(tx, timezone);
  return {
    timezone,
    settledUntil: day === undefined ? settled : earlier(startOf(grain, day), settled),
    countedAt: null,
  };
}

/** Of two days. */
const earlier = (one: string, other: string): string => (one < other ? one : other);
