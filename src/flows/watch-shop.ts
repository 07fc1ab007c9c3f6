import type { Db } from '../db/client.ts';
import { measureShop, pingDatabase, type ShopHealth } from '../db/shop-health.ts';
import { describeError } from '../domain/errors.ts';
import type { Clock, Log } from '../ports.ts';

export type { ShopHealth };

export function watchShop(needs: { db: Db; clock: Clock }): Promise<ShopHealth> {
  return measureShop(needs.db, needs.clock.now());
}

/** Whether this process can serve: its database answers. */
export async function checkReadiness(needs: {
  db: Db;
  log: Log;
}): Promise<{ ok: boolean; checks: Record<string, string> }> {
  try {
    await pingDatabase(needs.db);
    return { ok: true, checks: { database: 'ok' } };
  } catch (error) {
    needs.log.error({ error: describeError(error) }, 'the database does not answer');
    return { ok: false, checks: { database: 'does not answer' } };
  }
}
