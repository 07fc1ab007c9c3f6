import type { Db, Tx } from './client.ts';
import type { LocationFacts } from './locations.ts';

/** A place where orders are fetched, as managers keep it; closed ones too. */
export type PickupPlace = LocationFacts & {
  id: string;
  code: string;
  active: boolean;
  /** Orders that are neither fetched nor over. */
  openOrders: number;
};

export async function listPlaces(db: Db | Tx): Promise<PickupPlace[]> {
  return db.$queryRaw<PickupPlace[]>`
    SELECT l.id, l.code, l.name, l.address, l.hours, l.active, (
      SELECT count(*)::int FROM orders o
      WHERE o.location_id = l.id AND o.status IN ('pending_payment', 'confirmed', 'ready')) AS "openOrders"
    FROM locations l ORDER BY l.active DESC, l.name, l.code`;
}

/** All places, locked: of two managers who close the last two at once the second sees what the first did. */
export async function lockPlaces(tx: Tx): Promise<PickupPlace[]> {
  await tx.$executeRaw`SELECT FROM locations ORDER BY id FOR UPDATE`;
  return listPlaces(tx);
}

export async function insertPlace(tx: Tx, place: LocationFacts & { code: string }): Promise<string> {
  const { id } = await tx.location.create({ data: place, select: { id: true } });
  return id;
}

export async function writePlace(
  tx: Tx,
  id: string,
  facts: Partial<LocationFacts & { active: boolean }>,
): Promise<void> {
  await tx.location.update({ where: { id }, data: facts });
}

/** Whether orders can be fetched there, and that it stays so until this transaction ends. */
export async function holdOpenPlace(tx: Tx, id: string): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`SELECT 1 FROM locations WHERE id = ${id}::uuid AND active FOR KEY SHARE`;
  return rows.length > 0;
}
