import { Prisma } from '../generated/prisma/client.ts';
import type { Db, Tx } from './client.ts';
import type { MessageCursor } from './conversation-messages.ts';

/** Below these messages; and where each conversation stands is told by its messages before `upTo`, whatever came since. */
export type LatestPlace = { below: MessageCursor; upTo: MessageCursor };
export type LatestPage = { ids: string[]; older: LatestPlace | null };

/** No index moves with every message: the messages themselves are walked, so many at a time on each side. */
const WALKED_AT_ONCE = 1_000;

type Side = keyof MessageCursor;
/** A conversation at its last message; without `id` the last message of a stretch that was walked, below which more may follow. */
type Step = { id: string | null; seq: bigint; at: Date };

const TABLES = {
  inboundSeq: { name: Prisma.sql`inbound_messages`, at: Prisma.sql`received_at` },
  outboundSeq: { name: Prisma.sql`outbound_messages`, at: Prisma.sql`created_at` },
};

/** The conversations whose last message before `upTo` is one of the `size` below `below` on this side; of one moment, ours is later. */
function stretchOf(
  db: Db | Tx,
  side: Side,
  { below, upTo, size }: { below: bigint; upTo: MessageCursor; size: number },
) {
  const [own, other] =
    side === 'inboundSeq' ? [TABLES.inboundSeq, TABLES.outboundSeq] : [TABLES.outboundSeq, TABLES.inboundSeq];
  const [isLater, otherUpTo] =
    side === 'inboundSeq' ? [Prisma.sql`>=`, upTo.outboundSeq] : [Prisma.sql`>`, upTo.inboundSeq];
  return db.$queryRaw<Step[]>`
    WITH walked AS MATERIALIZED (
      SELECT conversation_id AS id, seq, ${own.at} AS at FROM ${own.name}
      WHERE conversation_id IS NOT NULL AND seq < ${below} ORDER BY seq DESC LIMIT ${size}::int
    ), newest AS (SELECT DISTINCT ON (id) * FROM walked ORDER BY id, seq DESC)
    SELECT id, seq, at FROM newest n
    WHERE NOT EXISTS (SELECT 1 FROM ${own.name} WHERE conversation_id = n.id AND seq > n.seq AND seq < ${upTo[side]})
      AND NOT EXISTS (SELECT 1 FROM (
        SELECT ${other.at} AS at FROM ${other.name} WHERE conversation_id = n.id AND seq < ${otherUpTo}
        ORDER BY seq DESC LIMIT 1) answer WHERE answer.at ${isLater} n.at)
    UNION ALL (SELECT NULL, seq, at FROM walked WHERE (SELECT count(*) FROM walked) = ${size}::int ORDER BY seq LIMIT 1)
    ORDER BY seq DESC, id NULLS LAST`;
}

async function* walk(db: Db | Tx, side: Side, { below: from, upTo }: LatestPlace): AsyncGenerator<Step> {
  let below = from[side];
  for (let size = WALKED_AT_ONCE; ; size *= 2) {
    const steps = await stretchOf(db, side, { below, upTo, size });
    yield* steps;
    const end = steps.at(-1);
    if (!end || end.id !== null) return;
    below = end.seq;
  }
}

/** What is stored and not yet its customer's (db/inbox.ts) comes after it: messages are sorted in their order. */
export const NEWEST_SORTED = Prisma.sql`
  SELECT seq FROM inbound_messages WHERE conversation_id IS NOT NULL ORDER BY seq DESC LIMIT 1`;

async function nowhereYet(db: Db | Tx): Promise<LatestPlace> {
  const [upTo] = await db.$queryRaw<[MessageCursor]>`
    SELECT COALESCE((${NEWEST_SORTED}), 0) + 1 AS "inboundSeq",
      COALESCE((SELECT max(seq) FROM outbound_messages), 0) + 1 AS "outboundSeq"`;
  return { below: upTo, upTo };
}

/**
 * Conversations by their last message, the newest first. Over all pages each stands once, where its last message was when the
 * first page was made (but for one whose message was just then being stored: that is on the next first page). A page is shorter
 * than `limit` where people talk long, and empty only where no more follow.
 */
export async function latestConversations(
  db: Db | Tx,
  { limit, from }: { limit: number; from?: LatestPlace },
): Promise<LatestPage> {
  const { below: start, upTo } = from ?? (await nowhereYet(db));
  const below = { ...start };
  const sides = {
    inboundSeq: walk(db, 'inboundSeq', { below, upTo }),
    outboundSeq: walk(db, 'outboundSeq', { below, upTo }),
  };
  let [asked, said] = await Promise.all([sides.inboundSeq.next(), sides.outboundSeq.next()]);
  const ids: string[] = [];
  while (ids.length < limit && !(asked.done && said.done)) {
    const side = said.done || (!asked.done && asked.value.at > said.value.at) ? 'inboundSeq' : 'outboundSeq';
    const step = (side === 'inboundSeq' ? asked : said).value as Step;
    below[side] = step.seq;
    if (step.id !== null) ids.push(step.id);
    // Long enough for one page: walking on may find nobody for a long time.
    else if (ids.length > 0) return { ids, older: { below, upTo } };
    if (side === 'inboundSeq') asked = await sides.inboundSeq.next();
    else said = await sides.outboundSeq.next();
  }
  return { ids, older: asked.done && said.done ? null : { below, upTo } };
}
