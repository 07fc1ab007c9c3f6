import type { Db } from '../db/client.ts';
import { measureReconciliation, type ReconciliationHealth } from '../db/reconciliations.ts';
import { measureShop, pingDatabase, type ShopHealth as WorkHealth } from '../db/shop-health.ts';
import { countStuckWork } from '../db/stuck-work.ts';
import { describeError } from '../domain/errors.ts';
import type { StuckWork } from '../domain/stuck-work.ts';
import { lastUtcDays, RECONCILED_DAYS } from '../domain/utc-day.ts';
import type { Clock, Log } from '../ports.ts';

export type ShopHealth = WorkHealth & ReconciliationHealth & { stuckWork: StuckWork };

export async function watchShop({ db, clock }: { db: Db; clock: Clock }): Promise<ShopHealth> {
  const now = clock.now();
  const oldestDay = lastUtcDays(now, RECONCILED_DAYS).at(-1)?.from ?? now;
  const [work, reconciliation, stuckWork] = await Promise.all([
    measureShop(db, now),
    measureReconciliation(db, now, oldestDay),
    countStuckWork(db, now),
  ]);
  return { ...work, ...reconciliation, stuckWork };
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
