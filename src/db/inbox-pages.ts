import { PERSON_HOURS } from '../domain/takeover.ts';
import { Prisma } from '../generated/prisma/client.ts';
import type { Db } from './client.ts';
import { type LatestPlace, latestConversations, NEWEST_SORTED } from './latest-conversations.ts';

/** Where a page of the inbox begins; what comes or changes after its first page was shown moves nobody. */
export type InboxPlace =
  | ({ of: 'latest' } & LatestPlace)
  /** Beyond whoever is with a person since then. */
  | { of: 'pause'; since: Date; id: string }
  /** Beyond who wrote last with this message, of those before `upToSeq`. */
  | { of: 'found'; seq: bigint; id: string; upToSeq: bigint };
export type InboxPage = { ids: string[]; older: InboxPlace | null };

const IS_PERSONS = (now: Date) => Prisma.sql`v.human_since IS NOT NULL
  AND GREATEST(v.human_since, v.staff_last_at) >= ${now}::timestamptz - ${PERSON_HOURS}::int * interval '1 hour'`;

/** As domain/takeover.ts waitsForPerson has it. */
const IS_WAITING = Prisma.sql`EXISTS (SELECT 1 FROM customers c WHERE c.id = v.customer_id
  AND (v.staff_last_at IS NULL OR v.staff_last_at < c.last_inbound_at))`;

type PauseGroup = 'waiting' | 'with_person';
type PauseWish = { now: Date; limit: number; from?: Extract<InboxPlace, { of: 'pause' }> | undefined };

/** Who waits, the longest first; or all that a person has, the latest first. A pause's beginning stays while it lasts. */
function pausesOf(group: PauseGroup, { now, limit, from }: PauseWish): Prisma.Sql {
  const [order, beyond] =
    group === 'waiting'
      ? [Prisma.sql`v.human_since, v.id`, Prisma.sql`>`]
      : [Prisma.sql`v.human_since DESC, v.id DESC`, Prisma.sql`<`];
  return Prisma.sql`SELECT v.id, v.human_since AS since FROM conversations v
    WHERE ${IS_PERSONS(now)} AND ${group === 'waiting' ? IS_WAITING : Prisma.sql`true`}
      AND ${from ? Prisma.sql`(v.human_since, v.id) ${beyond} (${from.since}::timestamptz, ${from.id}::uuid)` : Prisma.sql`true`}
    ORDER BY ${order} LIMIT ${limit}::int`;
}

/** A page of those who wait for a person, or of those who are with one. */
export async function pausedPage(db: Db, group: PauseGroup, wish: PauseWish): Promise<InboxPage> {
  const rows = await db.$queryRaw<
    { id: string; since: Date }[]
  >`${pausesOf(group, { ...wish, limit: wish.limit + 1 })}`;
  const shown = rows.slice(0, wish.limit);
  const last = shown.at(-1);
  return {
    ids: shown.map(({ id }) => id),
    older: last && rows.length > shown.length ? { of: 'pause', ...last } : null,
  };
}

/** A page of these customers' conversations, who wrote last first. */
export async function foundPage(
  db: Db,
  customerIds: readonly string[],
  { limit, from }: { limit: number; from?: Extract<InboxPlace, { of: 'found' }> | undefined },
): Promise<InboxPage> {
  const upToSeq = from?.upToSeq ?? (await newestInboundSeq(db)) + 1n;
  const beyond = from ? Prisma.sql`(latest.seq, v.id) < (${from.seq}, ${from.id}::uuid)` : Prisma.sql`true`;
  const rows = await db.$queryRaw<{ id: string; seq: bigint }[]>`
    SELECT v.id, latest.seq FROM unnest(${customerIds}::uuid[]) found(customer_id) JOIN conversations v USING (customer_id)
    CROSS JOIN LATERAL (SELECT COALESCE((SELECT seq FROM inbound_messages
      WHERE conversation_id = v.id AND seq < ${upToSeq} ORDER BY seq DESC LIMIT 1), 0) AS seq) latest
    WHERE ${beyond} ORDER BY latest.seq DESC, v.id DESC LIMIT ${limit + 1}::int`;
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    ids: shown.map(({ id }) => id),
    older: last && rows.length > shown.length ? { of: 'found', ...last, upToSeq } : null,
  };
}

async function newestInboundSeq(db: Db): Promise<bigint> {
  const [row] = await db.$queryRaw<{ seq: bigint }[]>`${NEWEST_SORTED}`;
  return row?.seq ?? 0n;
}

/** A page of all conversations by their last message; on the first also whoever waits for a person or is with one, whatever they said last. */
export async function wholePage(
  db: Db,
  { now, limit, from }: { now: Date; limit: number; from?: LatestPlace | undefined },
): Promise<InboxPage> {
  if (from) {
    const { ids, older } = await latestConversations(db, { limit, from });
    return { ids, older: older && { of: 'latest', ...older } };
  }
  const [latest, paused] = await Promise.all([
    latestConversations(db, { limit }),
    db.$queryRaw<{ id: string }[]>`
      (${pausesOf('waiting', { now, limit })}) UNION (${pausesOf('with_person', { now, limit })})`,
  ]);
  const ids = [...new Set([...latest.ids, ...paused.map(({ id }) => id)])];
  const older = latest.older && (await hasOthers(db, ids)) ? { of: 'latest' as const, ...latest.older } : null;
  return { ids, older };
}

/** Of so many others one will have said something. */
const MANY = 200;

/** Whether anybody beside these has said or been told anything: in a small shop all of them stand on the first page, long as they talk. */
async function hasOthers(db: Db, ids: readonly string[]): Promise<boolean> {
  const [row] = await db.$queryRaw<{ found: boolean }[]>`
    SELECT count(*) = ${MANY}::int OR COALESCE(bool_or(
      EXISTS (SELECT 1 FROM inbound_messages WHERE conversation_id = other.id)
      OR EXISTS (SELECT 1 FROM outbound_messages WHERE conversation_id = other.id)), false) AS found
    FROM (SELECT id FROM conversations WHERE id <> ALL(${ids}::uuid[]) LIMIT ${MANY}::int) other`;
  return row?.found === true;
}
