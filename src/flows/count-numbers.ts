import type { Db } from '../db/client.ts';
import { countAgain, firstDayWithNumbers, lockCount, saveCount } from '../db/shop-numbers.ts';
import { transact } from '../db/transact.ts';
import { daysLater, GRAINS, type Grain, SETTLED_AFTER_DAYS, startAfter, startOf } from '../domain/numbers.ts';
import { shopDayOf } from '../domain/shop-day.ts';
import type { Clock } from '../ports.ts';
import type { SweepResult } from './sweep.ts';
import { startTimer } from './time-limit.ts';

/** Counted in one transaction. More than what is not settled can be: the last step always reaches today. */
const STEP_DAYS = 100;
// Agenda hands a job to another process after a minute.
const LONGEST_MS = 45_000;

type Needs = { db: Db; clock: Clock; timezone: string };

/**
 * Keeps the numbers of the staff's page: what is not settled is counted again, what is stays, and the first time all is
 * counted, step by step. Each number is what its SQL says (db/number-measures.ts), however often and late this runs.
 */
export async function countNumbers(needs: Needs): Promise<SweepResult> {
  const isTimeOver = startTimer({ longestMs: LONGEST_MS });
  let processed = 0;
  for (const grain of GRAINS) {
    for (let isDone = false; !isDone && !isTimeOver(); ) {
      const step = await countStep(needs, grain);
      processed += step.changed;
      isDone = step.isDone;
    }
  }
  return { processed };
}

async function countStep(needs: Needs, grain: Grain): Promise<{ changed: number; isDone: boolean }> {
  const { timezone } = needs;
  return transact(needs.db, async (tx) => {
    const known = await lockCount(tx, grain);
    const now = needs.clock.now();
    const today = shopDayOf(now, timezone);
    const end = startAfter(grain, startOf(grain, today));
    const isKnown = known?.timezone === timezone;
    const firstDay = isKnown ? known.settledUntil : startOf(grain, (await firstDayWithNumbers(tx, timezone)) ?? today);
    const stepEnd = startAfter(grain, startOf(grain, daysLater(firstDay, STEP_DAYS)));
    const endDay = stepEnd < end ? stepEnd : end;
    const changed = await countAgain(tx, { grain, timezone, firstDay, endDay });
    const settled = startOf(grain, daysLater(today, -SETTLED_AFTER_DAYS));
    const settledUntil = [endDay, settled > firstDay ? settled : firstDay].sort()[0] as string;
    const isDone = endDay === end;
    const countedAt = isDone ? now : isKnown ? known.countedAt : null;
    await saveCount(tx, grain, { timezone, settledUntil, countedAt });
    return { changed, isDone };
  });
}
