import type { Db } from '../db/client.ts';
import { measureShop, pingDatabase, type ShopHealth } from '../db/shop-health.ts';
import { describeError } from '../domain/errors.ts';
import type { Clock, Log } from '../ports.ts';

export type { ShopHealth };

export function watchShop(needs: { db: Db; clock: Clock }): Promise<ShopHealth> {
  return measureShop(needs.db, needs.clock.now());
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
