import type { Db } from '../db/client.ts';
import { notifyTeam } from '../db/notifications.ts';
import { countStuckWork } from '../db/stuck-work.ts';
import { STUCK_WORK, type StuckWork } from '../domain/stuck-work.ts';
import { utcDayOf } from '../domain/utc-day.ts';
import type { Clock, Log } from '../ports.ts';

export function findStuckWork({ db, clock }: { db: Db; clock: Clock }): Promise<StuckWork> {
  return countStuckWork(db, clock.now());
}

/**
 * Tells the team of work that should long be done, once a day for each kind. Nothing is repaired: the loops try again by
 * themselves, and what keeps them from it needs a person.
 */
export async function tellStuckWork({ db, clock, log }: { db: Db; clock: Clock; log: Log }): Promise<StuckWork> {
  const at = clock.now();
  const stuck = await findStuckWork({ db, clock });
  for (const work of STUCK_WORK) {
    const count = stuck[work];
    if (count === 0) continue;
    const key = `work-stuck:${work}:${utcDayOf(at).name}`;
    const isNews = await notifyTeam(db, { key, kind: 'work_stuck', values: { work, count }, at });
    if (isNews) log.error({ work, count }, 'work is stuck: see docs/operations.md');
  }
  return stuck;
}
