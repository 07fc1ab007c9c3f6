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
