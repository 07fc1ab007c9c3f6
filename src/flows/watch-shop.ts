import type { Db } from '../db/client.ts';
import { lastJobRuns } from '../db/job-runs.ts';
import { countPauses } from '../db/model-pauses.ts';
import { type SpendingToday, spendingOf } from '../db/model-spending.ts';
import { measureReconciliation, type ReconciliationHealth } from '../db/reconciliations.ts';
import { measureShop, pingDatabase, type ShopHealth as WorkHealth } from '../db/shop-health.ts';
import { countStuckWork } from '../db/stuck-work.ts';
import { describeError } from '../domain/errors.ts';
import { shopDayOf } from '../domain/shop-day.ts';
import type { StuckWork } from '../domain/stuck-work.ts';
import { type JobRun, SWEEP_NAMES, type SweepName } from '../domain/sweep.ts';
import { lastUtcDays, RECONCILED_DAYS } from '../domain/utc-day.ts';
import type { Clock, Log } from '../ports.ts';
import { showSellingCost } from './show-selling-cost.ts';

export type ShopHealth = WorkHealth &
  ReconciliationHealth & {
    stuckWork: StuckWork;
    /** The last run of every sweep; null where none has come to an end yet. */
    jobs: { job: SweepName; lastRun: JobRun | null }[];
    /** Workers that leave the model alone after it failed. */
    modelPauses: number;
    /** Of the day it is where the shop is. */
    modelToday: SpendingToday;
    /** Of the last seven days, in millionths of a US dollar; 0 when none was paid. */
    modelPerPaidOrderMicroUsd: number;
  };

export async function watchShop(needs: { db: Db; clock: Clock; timezone: string }): Promise<ShopHealth> {
  const { db, clock, timezone } = needs;
  const now = clock.now();
  const oldestDay = lastUtcDays(now, RECONCILED_DAYS).at(-1)?.from ?? now;
  const [work, reconciliation, stuckWork, runs, modelPauses, modelToday, selling] = await Promise.all([
    measureShop(db, now),
    measureReconciliation(db, now, oldestDay),
    countStuckWork(db, now),
    lastJobRuns(db),
    countPauses(db),
    spendingOf(db, shopDayOf(now, timezone)),
    showSellingCost(needs),
  ]);
  const modelPerPaidOrderMicroUsd = selling.perPaidOrderMicroUsd ?? 0;
  const jobs = SWEEP_NAMES.map((job) => ({ job, lastRun: runs.get(job) ?? null }));
  return { ...work, ...reconciliation, stuckWork, jobs, modelPauses, modelToday, modelPerPaidOrderMicroUsd };
}

/** Whether this process can serve: its database answers, and MongoDB where Agenda keeps its jobs there. */
export async function checkReadiness(needs: {
  db: Db;
  log: Log;
  pingMongodb?: () => Promise<void>;
}): Promise<{ ok: boolean; checks: Record<string, string> }> {
  const pings = { database: () => pingDatabase(needs.db), ...(needs.pingMongodb && { mongodb: needs.pingMongodb }) };
  const checks = await Promise.all(
    Object.entries(pings).map(async ([name, ping]) => {
      try {
        await ping();
        return [name, 'ok'] as const;
      } catch (error) {
        needs.log.error({ error: describeError(error) }, `${name} does not answer`);
        return [name, 'does not answer'] as const;
      }
    }),
  );
  return { ok: checks.every(([, state]) => state === 'ok'), checks: Object.fromEntries(checks) };
}
