import type { Db, Tx } from './client.ts';

export type LocationToKeep = { code: string; name: string; address: string; hours: string };

/** Creates or updates pickup locations by code; those not named stay as they are. */
export async function upsertLocations(db: Db | Tx, locations: readonly LocationToKeep[]): Promise<void> {
  for (const { code, ...rest } of locations) {
    await db.location.upsert({ where: { code }, create: { code, ...rest }, update: rest });
  }
}
