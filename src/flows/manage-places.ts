import { writeAudit } from '../db/audit.ts';
import type { Db, Tx } from '../db/client.ts';
import type { LocationFacts } from '../db/locations.ts';
import { insertPlace, listPlaces, lockPlaces, type PickupPlace, writePlace } from '../db/pickup-places.ts';
import { transact } from '../db/transact.ts';
import type { SettingsAction } from '../domain/audit.ts';
import { plainText } from '../domain/plain-text.ts';
import type { Clock } from '../ports.ts';

export type { PickupPlace };
export type PlaceFacts = LocationFacts;
/** `open_orders`: they would have nowhere to be fetched. `last_place`: neither would the next one. */
export type PlaceResult = { kind: 'saved' | 'unchanged' | 'unknown' | 'open_orders' | 'last_place' };

type Needs = { db: Db; clock: Clock };
type Wish = { staffId: string };

export const showPlaces = ({ db }: { db: Db }): Promise<PickupPlace[]> => listPlaces(db);

/** Short and new among `taken`, made of the name: "Jarry" -> "jarry", "jarry-2". Catalogue files name places by it. */
function codeOf(name: string, taken: readonly string[]): string {
  const plain =
    plainText(name)
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '')
      .slice(0, 30) || 'place';
  for (let n = 1; ; n++) {
    const code = n === 1 ? plain : `${plain}-${n}`;
    if (!taken.includes(code)) return code;
  }
}

const audit = (
  tx: Tx,
  deed: { staffId: string; action: SettingsAction; placeId: string; details: object; at: Date },
): Promise<void> => {
  const { staffId, action, placeId, at } = deed;
  const details = JSON.parse(JSON.stringify(deed.details));
  return writeAudit(tx, { actor: `staff:${staffId}`, action, subject: `location:${placeId}`, details, at });
};

/** A new place, open at once; it has no stock yet. */
export function addPlace({ db, clock }: Needs, wish: Wish & { facts: PlaceFacts }): Promise<PlaceResult> {
  const { facts, staffId } = wish;
  return transact(db, async (tx) => {
    const places = await lockPlaces(tx);
    const code = codeOf(
      facts.name,
      places.map((place) => place.code),
    );
    const placeId = await insertPlace(tx, { ...facts, code });
    await audit(tx, { staffId, action: 'location.added', placeId, details: { name: facts.name }, at: clock.now() });
    return { kind: 'saved' };
  });
}

/** Orders keep the place they were made for, under its new name. */
export function editPlace(
  { db, clock }: Needs,
  wish: Wish & { placeId: string; facts: PlaceFacts },
): Promise<PlaceResult> {
  const { placeId, facts, staffId } = wish;
  return transact(db, async (tx) => {
    const place = (await lockPlaces(tx)).find(({ id }) => id === placeId);
    if (!place) return { kind: 'unknown' };
    const { name, address, hours } = place;
    const before = { name, address, hours };
    if (Object.entries(facts).every(([key, value]) => before[key as keyof PlaceFacts] === value))
      return { kind: 'unchanged' };
    await writePlace(tx, placeId, facts);
    await audit(tx, {
      staffId,
      action: 'location.changed',
      placeId,
      details: { before, after: facts },
      at: clock.now(),
    });
    return { kind: 'saved' };
  });
}

/** A closed place is offered to nobody and what it holds is not for sale; not while orders wait there, and never the last. */
export function openOrClosePlace(
  { db, clock }: Needs,
  wish: Wish & { placeId: string; active: boolean },
): Promise<PlaceResult> {
  const { placeId, active, staffId } = wish;
  return transact(db, async (tx) => {
    const places = await lockPlaces(tx);
    const place = places.find(({ id }) => id === placeId);
    if (!place) return { kind: 'unknown' };
    if (place.active === active) return { kind: 'unchanged' };
    if (!active && place.openOrders > 0) return { kind: 'open_orders' };
    if (!active && places.filter((each) => each.active).length === 1) return { kind: 'last_place' };
    await writePlace(tx, placeId, { active });
    const action = active ? 'location.opened' : 'location.closed';
    await audit(tx, { staffId, action, placeId, details: { name: place.name }, at: clock.now() });
    return { kind: 'saved' };
  });
}
