import type { JobRun } from '../domain/sweep.ts';
import type { Db } from './client.ts';

/**
 * Notes a run that ended just now, by PostgreSQL's clock, which all processes share. Of runs side by side the one that began
 * last is the last run, whichever ends first; a success is never taken back.
 */
export async function saveJobRun(
  db: Db,
  job: string,
  run: { durationMs: number; processed: number | null; errorCode: string | null },
): Promise<void> {
  const { durationMs, processed, errorCode } = run;
  await db.$executeRaw`
    INSERT INTO job_runs AS j (job, started_at, duration_ms, processed, error_code, last_success_at)
    SELECT ${job}, now() - ${durationMs}::int * interval '1 millisecond', ${durationMs}::int, ${processed}::int,
      ${errorCode}::text, CASE WHEN ${errorCode}::text IS NULL THEN now() END
    ON CONFLICT (job) DO UPDATE SET
      last_success_at = GREATEST(EXCLUDED.last_success_at, j.last_success_at),
      (started_at, duration_ms, processed, error_code) = (SELECT r.* FROM (VALUES
        (EXCLUDED.started_at, EXCLUDED.duration_ms, EXCLUDED.processed, EXCLUDED.error_code),
        (j.started_at, j.duration_ms, j.processed, j.error_code)) r (at, ms, processed, code) ORDER BY at DESC LIMIT 1)`;
}

/** By the sweep's name; none for what never came to an end. */
export async function lastJobRuns(db: Db): Promise<Map<string, JobRun>> {
  const rows = await db.jobRun.findMany({
    select: { job: true, startedAt: true, durationMs: true, errorCode: true, lastSuccessAt: true },
  });
  return new Map(rows.map(({ job, ...run }) => [job, run]));
}
