import { MODEL_DOWN_MINUTES } from '../domain/concern.ts';
import { Prisma } from '../generated/prisma/client.ts';
import type { Db } from './client.ts';

/** Writes until when this worker leaves the model alone; null: no longer. */
export async function notePause(db: Db, { worker, until }: { worker: string; until: Date | null }): Promise<void> {
  if (!until) {
    await db.modelPause.deleteMany({ where: { worker } });
    return;
  }
  await db.modelPause.upsert({ where: { worker }, create: { worker, until }, update: { until } });
  // A worker that was killed took its row with it no further than this.
  await db.$executeRaw`DELETE FROM model_pauses WHERE until < now() - interval '1 day'`;
}

/** How many workers answer by rules because the model failed them; those that may try again are not among them. */
export async function countPauses(db: Db): Promise<number> {
  const [row] = await db.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM model_pauses WHERE until > now()`;
  return row?.count ?? 0;
}

/**
 * Since when the model fails some worker, once that is no hiccup any more; what stands behind FROM. A little longer than it rests:
 * it is back when it has answered, not when it may be asked again.
 */
export const MODEL_DOWN = Prisma.sql`(SELECT min(since) AS since FROM model_pauses
  WHERE until > now() - interval '10 minutes' HAVING min(since) <= now() - ${MODEL_DOWN_MINUTES}::int * interval '1 minute')`;

export async function modelDownSince(db: Db): Promise<Date | undefined> {
  const [row] = await db.$queryRaw<{ since: Date }[]>`SELECT x.since FROM ${MODEL_DOWN} x`;
  return row?.since;
}
