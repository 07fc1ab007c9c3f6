import type { Db } from '../db/client.ts';
import { clockAheadMs } from '../db/compare-clocks.ts';
import { SweepIncomplete } from '../domain/sweep.ts';
import { describeWrongClock, WRONG_FROM_MS } from '../domain/wrong-clock.ts';

/**
 * Throws `clock_wrong` where this machine's clock and PostgreSQL's differ by more than an hour: what is kept for years would be over at
 * once, or never. The machine's own, not the `Clock` port: the chat page's may be days ahead of it on purpose.
 */
export async function refuseWrongClock(db: Db, nowMs: () => number = Date.now): Promise<void> {
  const aheadMs = await clockAheadMs(db, nowMs);
  if (Math.abs(aheadMs) <= WRONG_FROM_MS) return;
  throw new SweepIncomplete('clock_wrong', describeWrongClock(nowMs(), aheadMs), { processed: 0, cause: undefined });
}
