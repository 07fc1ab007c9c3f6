import type { Db, Tx } from './client.ts';

export type LocationFacts = { name: string; address: string; hours: string };
export type LocationToKeep = LocationFacts & {
  code: string;
  /** WGS 84 degrees, both or neither; neither leaves what is known. */
  latitude?: number | undefined;
  longitude?: number | undefined;
};

/** Creates or updates pickup locations by code; those not named stay as they are. */
export async function upsertLocations(db: Db | Tx, locations: readonly LocationToKeep[]): Promise<void> {
  for (const { code, name, address, hours, latitude, longitude } of locations) {
    const isPlaced = latitude !== undefined && longitude !== undefined;
    const rest = { name, address, hours, ...(isPlaced && { latitude, longitude }) };
    await db.location.upsert({ where: { code }, create: { code, ...rest }, update: rest });
  }
}

/**
 * Makes the locations among `codes` that do not exist, all from the same facts: the shop's first has its name, further ones
 * their code after it. Answers the codes made.
 */
export async function makeLocations(tx: Tx, codes: readonly string[], facts: LocationFacts): Promise<string[]> {
  const known = new Set((await tx.location.findMany({ select: { code: true } })).map(({ code }) => code));
  const made = [...new Set(codes)].filter((code) => !known.has(code));
  const isFirst = (index: number) => known.size === 0 && index === 0;
  await tx.location.createMany({
    data: made.map((code, index) => ({ ...facts, code, name: isFirst(index) ? facts.name : `${facts.name} ${code}` })),
  });
  return made;
}
