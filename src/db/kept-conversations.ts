import { Prisma } from '../generated/prisma/client.ts';
import type { Db, Tx } from './client.ts';
import { ORDER_IS_OPEN } from './open-orders.ts';
import { transact } from './transact.ts';

const { sql } = Prisma;

/** Conversations locked at once, and rows of a table let go in one transaction. */
const CONVERSATIONS = 100;
const ROWS = 2_000;

/** Where the walk over conversations goes on: behind this one. */
export type WalkedTo = { since: Date; id: string };
export type Emptied = { emptied: number; next: WalkedTo | undefined };
type Walk = { now: Date; before: Date; after: WalkedTo | undefined };

/** Of a conversation `v`: something waits in it, or an order, dispute or review of its customer is open; all that was said stays. */
const SOMETHING_IS_OPEN = sql`(v.turn_due_at IS NOT NULL OR v.claimed_until > now()
  OR EXISTS (SELECT 1 FROM inbound_messages m WHERE m.conversation_id = v.id AND m.turn_id IS NULL)
  OR EXISTS (SELECT 1 FROM outbound_messages m WHERE m.conversation_id = v.id AND m.status IN ('queued', 'sending'))
  OR EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = v.customer_id AND ${ORDER_IS_OPEN}))`;

/**
 * Does `empty` for the next conversations that may have something from before `before`, none of which another run has, and
 * notes since when all of each is kept, which is when it is looked at again. `oldest` answers when the oldest that is left in a
 * conversation `v` is from.
 */
function walk(
  db: Db,
  { now, before, after }: Walk,
  mark: 'raw_kept_since' | 'words_kept_since',
  { empty, oldest }: { empty(tx: Tx, conversationIds: string[]): Promise<number>; oldest: Prisma.Sql },
): Promise<Emptied> {
  const column = Prisma.raw(mark);
  const since = sql`COALESCE(v.${column}, v.created_at)`;
  const isBehind = after ? sql`(${since}, v.id) > (${after.since}::timestamptz, ${after.id}::uuid)` : sql`true`;
  return transact(db, async (tx) => {
    const due = await tx.$queryRaw<WalkedTo[]>`
      SELECT v.id, ${since} AS since FROM conversations v
      WHERE ${since} < ${before}::timestamptz AND ${isBehind} AND ${SOMETHING_IS_OPEN} IS NOT TRUE
      ORDER BY ${since}, v.id LIMIT ${CONVERSATIONS}::int FOR UPDATE OF v SKIP LOCKED`;
    const ids = due.map(({ id }) => id);
    if (ids.length === 0) return { emptied: 0, next: undefined };
    const emptied = await empty(tx, ids);
    // Where nothing is left, whatever comes is younger than now.
    await tx.$executeRaw`
      UPDATE conversations v SET ${column} = COALESCE((${oldest}), ${now}::timestamptz) WHERE v.id = ANY(${ids}::uuid[])`;
    return { emptied, next: due.at(-1) };
  });
}

const HAS_RAW = sql`m.fields - 'MediaContentType0' <> '{}'::jsonb`;

/**
 * Lets go of the fields Twilio sent with messages from before `before`, but for what kind of file one was: what else the shop needs
 * of them has columns of its own. `message_sid` stays, so that Twilio sending one again changes nothing.
 */
export const emptyRawMessages = (db: Db, step: Walk): Promise<Emptied> =>
  walk(db, step, 'raw_kept_since', {
    oldest: sql`SELECT min(m.received_at) FROM inbound_messages m WHERE m.conversation_id = v.id AND ${HAS_RAW}`,
    empty: (tx, ids) => tx.$executeRaw`
      UPDATE inbound_messages SET fields = CASE WHEN fields ? 'MediaContentType0'
          THEN jsonb_build_object('MediaContentType0', fields->'MediaContentType0') ELSE '{}'::jsonb END
      WHERE id IN (SELECT m.id FROM inbound_messages m WHERE m.conversation_id = ANY(${ids}::uuid[])
        AND m.received_at < ${step.before}::timestamptz AND ${HAS_RAW} LIMIT ${ROWS}::int)`,
  });

const HEARD = sql`(m.body <> '' OR m.payload IS NOT NULL OR m.transcript IS NOT NULL OR m.profile_name IS NOT NULL
  OR m.phone IS NOT NULL OR m.fields <> '{}'::jsonb)`;
const SAID = sql`(m.content <> '{"body": ""}'::jsonb OR m.last_error IS NOT NULL)`;
const THOUGHT = sql`(t.tool_calls <> '[]'::jsonb OR t.error IS NOT NULL)`;

/**
 * Lets go of what was said before `before`: the customer's words and ours, what the bot called its tools with, and, of who has been
 * silent since, what the model is told of earlier talks. Rows stay with their keys, times, states and tokens: nothing is sent or
 * answered twice, and the numbers stay.
 */
export const emptyWords = (db: Db, step: Walk): Promise<Emptied> =>
  walk(db, step, 'words_kept_since', {
    oldest: sql`SELECT LEAST(
      (SELECT min(m.received_at) FROM inbound_messages m WHERE m.conversation_id = v.id AND ${HEARD}),
      (SELECT min(m.created_at) FROM outbound_messages m WHERE m.conversation_id = v.id AND ${SAID}),
      (SELECT min(t.started_at) FROM conversation_turns t WHERE t.conversation_id = v.id AND ${THOUGHT}))`,
    empty: async (tx, ids) => {
      const { before } = step;
      const heard = await tx.$executeRaw`
        UPDATE inbound_messages SET body = '', payload = NULL, transcript = NULL, profile_name = NULL, phone = NULL, fields = '{}'
        WHERE id IN (SELECT m.id FROM inbound_messages m WHERE m.conversation_id = ANY(${ids}::uuid[])
          AND m.received_at < ${before}::timestamptz AND ${HEARD} LIMIT ${ROWS}::int)`;
      const said = await tx.$executeRaw`
        UPDATE outbound_messages SET content = '{"body": ""}', last_error = NULL
        WHERE id IN (SELECT m.id FROM outbound_messages m WHERE m.conversation_id = ANY(${ids}::uuid[])
          AND m.created_at < ${before}::timestamptz AND ${SAID} LIMIT ${ROWS}::int)`;
      const thought = await tx.$executeRaw`
        UPDATE conversation_turns SET tool_calls = '[]', error = NULL
        WHERE id IN (SELECT t.id FROM conversation_turns t WHERE t.conversation_id = ANY(${ids}::uuid[])
          AND t.started_at < ${before}::timestamptz AND ${THOUGHT} LIMIT ${ROWS}::int)`;
      await tx.$executeRaw`
        UPDATE conversations v SET focus = '{}', summary = '{}' FROM customers c
        WHERE c.id = v.customer_id AND v.id = ANY(${ids}::uuid[])
          AND (c.last_inbound_at IS NULL OR c.last_inbound_at < ${before}::timestamptz)
          AND (v.focus <> '{}'::jsonb OR v.summary <> '{}'::jsonb)`;
      return heard + said + thought;
    },
  });
