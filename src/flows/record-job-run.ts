import type { Db } from '../db/client.ts';
import { saveJobRun } from '../db/job-runs.ts';
import { describeError, errorCodeOf } from '../domain/errors.ts';
import type { SweepName, Sweeps } from '../domain/sweep.ts';
import type { Log } from '../ports.ts';
import { refuseWrongClock } from './refuse-wrong-clock.ts';

type Needs = {
  db: Db;
  log: Log;
  /** The machine's own clock; Date.now unless told. */
  machineMs?: () => number;
};

/**
 * The same sweeps, each leaving behind how its last run went (`job_runs`), whoever runs it. What they throw is thrown on. On a machine
 * whose clock is wrong none does anything, and each run has failed.
 */
export function recordedSweeps(needs: Needs, sweeps: Sweeps): Sweeps {
  const recorded = Object.entries(sweeps).map(([job, sweep]) => [
    job,
    () => runRecorded(needs, job as SweepName, sweep),
  ]);
  return Object.fromEntries(recorded);
}

async function runRecorded(needs: Needs, job: SweepName, sweep: Sweeps[SweepName]): Promise<{ processed: number }> {
  const startedAt = performance.now();
  const save = async (outcome: { processed: number | null; errorCode: string | null }) => {
    const durationMs = Math.round(performance.now() - startedAt);
    try {
      await saveJobRun(needs.db, job, { durationMs, ...outcome });
    } catch (error) {
      // The work is done or has failed by itself: that nobody can note it must not change which.
      needs.log.warn({ job, error: describeError(error) }, 'how a sweep went could not be noted');
    }
  };
  try {
    await refuseWrongClock(needs.db, needs.machineMs);
    const result = await sweep();
    await save({ processed: result.processed, errorCode: null });
    return result;
  } catch (error) {
    await save({ processed: null, errorCode: errorCodeOf(error) });
    throw error;
  }
}
