import { describeError } from '../domain/errors.ts';
import type { Log } from '../ports.ts';
import { startTimer } from './time-limit.ts';

/** What every sweep answers, to the clock and to the operator's cron route. */
export type SweepResult = { processed: number };
/** `failed` were logged and left to the next run. */
export type CountedSweep = SweepResult & { failed: number };

/** Agenda hands a job to another process after a minute: a sweep that takes longer would run beside itself. */
export const LONGEST_RUN_MS = 45_000;

/**
 * Does `act` for one item after the other and counts those it did something for. One that fails is logged and does not
 * keep the others from their turn; what does not fit the time (45 s unless told) waits for the next run.
 */
export async function sweepEach<T extends { orderId: string }>(
  needs: { log: Log },
  items: readonly T[],
  act: (item: T) => Promise<boolean>,
  isTimeOver = startTimer({ longestMs: LONGEST_RUN_MS }),
): Promise<CountedSweep> {
  let [processed, failed] = [0, 0];
  for (const item of items) {
    if (isTimeOver()) break;
    try {
      if (await act(item)) processed++;
    } catch (error) {
      failed++;
      needs.log.error({ orderId: item.orderId, error: describeError(error) }, 'sweep failed for an order');
    }
  }
  return { processed, failed };
}
