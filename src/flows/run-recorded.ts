import type { Db } from '../db/client.ts';
import { type FinishedRun, type ReconciliationPart, recordFailedRun, recordRun } from '../db/reconciliations.ts';
import { describeError } from '../domain/errors.ts';
import type { UtcDay } from '../domain/utc-day.ts';
import type { Clock } from '../ports.ts';

export type Outcome = Pick<FinishedRun, 'repaired' | 'remaining' | 'coveredUntil' | 'details' | 'dueAt'>;

/** Does one part of reconciliation and leaves in the database how it ended; a failure is noted and thrown on. */
export async function runRecorded<T extends Outcome>(
  needs: { db: Db; clock: Clock },
  { part, day }: { part: ReconciliationPart; day: UtcDay },
  work: () => Promise<T>,
): Promise<T> {
  const run = { part, day: day.from, startedAt: needs.clock.now() };
  try {
    const outcome = await work();
    const { repaired, remaining, coveredUntil, details, dueAt } = outcome;
    const found = { repaired, remaining, ...(coveredUntil && { coveredUntil }), ...(details && { details }) };
    await recordRun(needs.db, { ...run, ...found, ...(dueAt && { dueAt }), finishedAt: needs.clock.now() });
    return outcome;
  } catch (error) {
    await recordFailedRun(needs.db, { ...run, error: describeError(error) });
    throw error;
  }
}
