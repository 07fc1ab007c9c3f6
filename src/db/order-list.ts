import { COUNTER_GROUPS, type CounterGroup } from '../domain/counter-group.ts';
import type { Days } from '../domain/period.ts';
import { Prisma } from '../generated/prisma/client.ts';
import type { Db } from './client.ts';
import { matchOrders, type OrderMatch } from './order-search.ts';
import { type OrderRow, orderRows } from './staff-orders.ts';

/** Which orders; days are those on which they were placed, where the shop is. What is absent does not narrow. */
export type OrderFilter = Days & { group?: CounterGroup; locationId?: string; query?: string };
/** Where a page begins or ends: newest first, and of one moment by id. */
export type OrderPlace = { createdAt: Date; id: string };
export type OrderPage = {
  /** Newest first. */
  orders: OrderRow[];
  /** Orders of each group within the rest of the filter, counted to COUNTED_TO; null for a search that finds too many. */
  counts: Record<CounterGroup, number> | null;
  /** Where the pages beside this one begin; null where there is none. */
  older: OrderPlace | null;
  newer: OrderPlace | null;
};
type PageWish = { timezone: string; limit: number; older?: OrderPlace; newer?: OrderPlace };

/** Counting stops here: more is "1,000+" to whoever reads it. */
export const COUNTED_TO = 1_000;

/** The orders a search leaves, as `seen`. */
function seenBy(match: OrderMatch | undefined): Prisma.Sql {
  const columns = Prisma.sql`SELECT o.id, o.created_at, o.location_id, o.counter_group FROM orders o`;
  if (match?.kind === 'rare')
    return Prisma.sql`seen AS MATERIALIZED (${columns} WHERE o.id = ANY(${match.ids}::uuid[]))`;
  return match
    ? Prisma.sql`seen AS NOT MATERIALIZED (${columns} WHERE ${match.condition})`
    : Prisma.sql`seen AS NOT MATERIALIZED (${columns})`;
}

function within({ locationId, firstDay, lastDay }: OrderFilter, timezone: string): Prisma.Sql {
  const conditions = [
    locationId && Prisma.sql`s.location_id = ${locationId}::uuid`,
    firstDay && Prisma.sql`s.created_at >= (${firstDay}::date::timestamp AT TIME ZONE ${timezone})`,
    lastDay && Prisma.sql`s.created_at < ((${lastDay}::date + 1)::timestamp AT TIME ZONE ${timezone})`,
  ].filter((condition) => typeof condition === 'object');
  return Prisma.join([Prisma.sql`true`, ...conditions], ' AND ');
}

/** A page's places, and one more when there is more that way. Each group is read from its index as far as needed. */
function placesOf(db: Db, { seen, inFilter, groups, wish }: Narrowed & { wish: PageWish }): Promise<OrderPlace[]> {
  const { older, newer, limit } = wish;
  const order = newer ? Prisma.sql`created_at, id` : Prisma.sql`created_at DESC, id DESC`;
  const from = newer ?? older;
  const beyond = from
    ? Prisma.sql`(s.created_at, s.id) ${newer ? Prisma.sql`>` : Prisma.sql`<`} (${from.createdAt}::timestamptz, ${from.id}::uuid)`
    : Prisma.sql`true`;
  return db.$queryRaw<OrderPlace[]>`
    WITH ${seen}
    SELECT found.id, found.created_at AS "createdAt"
    FROM unnest(${groups}::text[]) g(name) CROSS JOIN LATERAL (
      SELECT s.id, s.created_at FROM seen s WHERE s.counter_group = g.name AND ${inFilter} AND ${beyond}
      ORDER BY ${order} LIMIT ${limit + 1}::int) found
    ORDER BY ${order} LIMIT ${limit + 1}::int`;
}

type Narrowed = { seen: Prisma.Sql; inFilter: Prisma.Sql; groups: readonly CounterGroup[] };

async function countGroups(db: Db, { seen, inFilter }: Omit<Narrowed, 'groups'>) {
  const rows = await db.$queryRaw<{ name: CounterGroup; n: number }[]>`
    WITH ${seen}
    SELECT g.name, (SELECT count(*)::int FROM (
      SELECT 1 FROM seen s WHERE s.counter_group = g.name AND ${inFilter} LIMIT ${COUNTED_TO + 1}::int) counted) AS n
    FROM unnest(${[...COUNTER_GROUPS]}::text[]) g(name)`;
  return Object.fromEntries(rows.map(({ name, n }) => [name, n])) as Record<CounterGroup, number>;
}

async function narrow(db: Db, filter: OrderFilter, timezone: string) {
  const match = filter.query ? await matchOrders(db, filter.query) : undefined;
  const groups: readonly CounterGroup[] = filter.group ? [filter.group] : COUNTER_GROUPS;
  return { match, seen: seenBy(match), inFilter: within(filter, timezone), groups };
}

/** A page of the orders in a filter, beside the counts of each group. */
export async function listOrders(db: Db, filter: OrderFilter, wish: PageWish): Promise<OrderPage> {
  const { match, ...narrowed } = await narrow(db, filter, wish.timezone);
  const [places, counts] = await Promise.all([
    placesOf(db, { ...narrowed, wish }),
    match?.kind === 'common' ? null : countGroups(db, narrowed),
  ]);
  const isMore = places.length > wish.limit;
  const shown = places.slice(0, wish.limit);
  if (wish.newer) shown.reverse();
  const first = shown[0] ?? null;
  const last = shown.at(-1) ?? null;
  return {
    orders: await orderRows(
      db,
      shown.map(({ id }) => id),
    ),
    counts,
    older: wish.newer || isMore ? last : null,
    newer: wish.newer ? (isMore ? first : null) : wish.older ? first : null,
  };
}

/** Every order in a filter, newest first, in batches: each is read by itself, so that none is held for a slow reader. */
export async function* orderIdsInBatches(
  db: Db,
  filter: OrderFilter,
  { timezone, size }: { timezone: string; size: number },
): AsyncGenerator<string[]> {
  const { match: _, ...narrowed } = await narrow(db, filter, timezone);
  let older: OrderPlace | undefined;
  do {
    const wish: PageWish = { timezone, limit: size, ...(older && { older }) };
    const places: OrderPlace[] = await placesOf(db, { ...narrowed, wish });
    older = places.length > size ? places[size - 1] : undefined;
    const batch = places.slice(0, size).map(({ id }) => id);
    if (batch.length > 0) yield batch;
  } while (older);
}
