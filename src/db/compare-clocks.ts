import type { Db } from './client.ts';

/**
 * By how much a clock is ahead of PostgreSQL's, which all processes share; negative where it is behind. 0 where PostgreSQL's moment may
 * be within the time its answer took, so that a slow answer makes no difference of its own.
 */
export async function clockAheadMs(db: Db, nowMs: () => number): Promise<number> {
  const askedAt = nowMs();
  const [row] = await db.$queryRaw<
    { ms: number }[]
  >`SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms`;
  const answeredAt = nowMs();
  const databaseMs = row?.ms ?? Number.NaN;
  if (askedAt > databaseMs) return askedAt - databaseMs;
  return Math.min(0, answeredAt - databaseMs);
}
