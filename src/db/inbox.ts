import { FLOOD } from '../domain/flood.ts';
import { storableJson } from '../domain/storable.ts';
import { Prisma } from '../generated/prisma/client.ts';
import type { InboundKind } from '../generated/prisma/enums.ts';
import type { Db, SqlPool, Tx } from './client.ts';
import { WORD_CHARS } from './consent-events.ts';
import { keyedHash } from './forgotten-opt-outs.ts';
import { gatherWrites } from './gather-writes.ts';
import { tellMessagesIn } from './live-changes.ts';
import { transact } from './transact.ts';

export type NewInboundMessage = {
  messageSid: string;
  channelAddress: string;
  phone: string | null;
  profileName: string | null;
  kind: InboundKind;
  body: string;
  payload: string | null;
  fields: Record<string, string>;
  receivedAt: Date;
  /** STOP: from the moment it is sorted on, whatever their turn says later. */
  optsOut: boolean;
  /** How long further messages may join the same turn. */
  burstWindowMs: number;
};

// One message or a hundred: a row of JSON each, in the order they came.
const STORE = {
  name: 'store-inbound-messages',
  text: `INSERT INTO inbound_messages
      (message_sid, channel_address, phone, profile_name, kind, body, payload, fields, received_at, opts_out, due_at)
    SELECT "messageSid", "channelAddress", phone, "profileName", kind, body, payload, fields, "receivedAt", "optsOut",
      now() + "burstWindowMs" * interval '1 millisecond'
    FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS ("messageSid" text, "channelAddress" text, phone text,
      "profileName" text, kind "InboundKind", body text, payload text, fields jsonb, "receivedAt" timestamptz,
      "optsOut" boolean, "burstWindowMs" int)) WITH ORDINALITY
    ORDER BY ordinality
    ON CONFLICT (message_sid) DO NOTHING RETURNING message_sid AS "messageSid"`,
};

export type StoreInboundMessage = (message: NewInboundMessage) => Promise<'stored' | 'duplicate'>;

/**
 * Stores an inbound message once per MessageSid; a repeat changes nothing (fault 31: the claim is the unique index, not a
 * check before it). One row and nothing else, so that Twilio has its answer at once: sortInbox finds whose it is. Twilio posts a
 * message once: what is not stored now is lost. What an earlier try stored is told as a duplicate.
 */
export function createInboundStore(pool: SqlPool): StoreInboundMessage {
  return gatherWrites(
    async (messages: NewInboundMessage[]) => {
      const values = [storableJson(JSON.stringify(messages))];
      const { rows } = await pool.query<{ messageSid: string }>({ ...STORE, values });
      const stored = new Set(rows.map(({ messageSid }) => messageSid));
      // Of the same message twice in one statement, the first is the one that was stored.
      return messages.map(({ messageSid }) => (stored.delete(messageSid) ? 'stored' : 'duplicate'));
    },
    { maxItems: 100 },
  );
}

// Any number; the same in every process.
const SORTING = 6_021_971;
const BATCH = 500;

/** `slowedCustomerIds`: they flood us, and are answered when that has calmed down. */
export type SortedInbox = { sorted: number; slowedCustomerIds: string[] };

/**
 * Gives stored messages to their customers and conversations, oldest first, and makes the conversations due. One sorter at a
 * time, so that a customer's messages are never sorted out of their order. A STOP holds from here on, and one that was said
 * before its customer was forgotten (db/forgotten-opt-outs.ts) holds again.
 */
export async function sortInbox(db: Db, optOutKey: Uint8Array): Promise<SortedInbox> {
  // Nothing to sort, as after every message and at every poll, is found out without a lock.
  const [unsorted] = await db.$queryRaw<
    unknown[]
  >`SELECT 1 FROM inbound_messages WHERE conversation_id IS NULL LIMIT 1`;
  if (!unsorted) return { sorted: 0, slowedCustomerIds: [] };
  return transact(db, async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${SORTING}::bigint)`;
    // Conversations before customers, as the end of a turn locks them.
    await tx.$executeRaw`
      SELECT 1 FROM conversations v JOIN customers c ON c.id = v.customer_id
      WHERE c.channel_address IN (SELECT channel_address FROM inbound_messages WHERE conversation_id IS NULL
        ORDER BY seq LIMIT ${BATCH})
      ORDER BY v.id FOR UPDATE OF v`;
    const rows = await tx.$queryRaw<{ customerId: string; conversationId: string; slowed: boolean }[]>`
      WITH batch AS (
        SELECT id, seq, message_sid, body, channel_address, phone, profile_name, received_at, opts_out, due_at FROM inbound_messages
        WHERE conversation_id IS NULL ORDER BY seq LIMIT ${BATCH}
      ), latest AS (
        SELECT channel_address, count(*) AS count, max(received_at) AS received_at,
          max(received_at) FILTER (WHERE opts_out) AS opted_out_at,
          (array_agg(phone ORDER BY seq DESC) FILTER (WHERE phone IS NOT NULL))[1] AS phone,
          (array_agg(profile_name ORDER BY seq DESC) FILTER (WHERE profile_name IS NOT NULL))[1] AS profile_name,
          (array_agg(due_at ORDER BY seq DESC))[1] AS due_at
        FROM batch GROUP BY channel_address
      ), paced AS (
        -- Never put off further by what follows: a flood without end is answered once a minute.
        SELECT latest.*, CASE WHEN v.slowed_until > now() THEN v.slowed_until
          WHEN latest.count + (SELECT count(*) FROM (
              SELECT received_at FROM inbound_messages WHERE conversation_id = v.id
              ORDER BY seq DESC LIMIT ${FLOOD.messagesPerMinute}) before
            WHERE before.received_at > latest.received_at - interval '1 minute') > ${FLOOD.messagesPerMinute}
          THEN now() + ${FLOOD.slowedSeconds}::int * interval '1 second' END AS slowed_until
        FROM latest LEFT JOIN customers c USING (channel_address) LEFT JOIN conversations v ON v.customer_id = c.id
      ), known_opt_out AS (
        DELETE FROM forgotten_opt_outs f USING latest
        WHERE f.address_hash = ${keyedHash(optOutKey, Prisma.sql`latest.channel_address`)}
        RETURNING latest.channel_address, f.opted_out_at
      ), customer AS (
        INSERT INTO customers (channel_address, phone, profile_name, last_inbound_at, opted_out_at)
        SELECT channel_address, phone, profile_name, received_at, COALESCE(latest.opted_out_at, known.opted_out_at)
        FROM latest LEFT JOIN known_opt_out known USING (channel_address) ORDER BY channel_address
        ON CONFLICT (channel_address) DO UPDATE SET
          last_inbound_at = GREATEST(customers.last_inbound_at, EXCLUDED.last_inbound_at),
          unreachable_at = NULL,
          -- The latest STOP: a turn that answers a START before it must find that something changed (db/commit-turn.ts).
          opted_out_at = COALESCE(EXCLUDED.opted_out_at, customers.opted_out_at),
          profile_name = COALESCE(EXCLUDED.profile_name, customers.profile_name),
          phone = COALESCE(EXCLUDED.phone, customers.phone)
        RETURNING id, channel_address
      ), said AS (
        -- The proof of it (db/consent-events.ts).
        INSERT INTO consent_events (customer_id, kind, how, message_sid, word, happened_at)
        SELECT customer.id, 'opted_out', 'remembered', NULL, NULL, opted_out_at
        FROM known_opt_out JOIN customer USING (channel_address)
        UNION ALL (SELECT customer.id, 'opted_out', 'message', message_sid, left(body, ${WORD_CHARS}::int), received_at
        FROM batch JOIN customer USING (channel_address) WHERE opts_out ORDER BY seq)
        ON CONFLICT (message_sid, kind) DO NOTHING
      ), conversation AS (
        INSERT INTO conversations (customer_id, turn_due_at, slowed_until)
        SELECT customer.id, COALESCE(paced.slowed_until, paced.due_at), paced.slowed_until
        FROM customer JOIN paced USING (channel_address)
        ON CONFLICT (customer_id) DO UPDATE SET turn_due_at = EXCLUDED.turn_due_at, slowed_until = EXCLUDED.slowed_until
        RETURNING id, customer_id, slowed_until
      )
      UPDATE inbound_messages m SET customer_id = conversation.customer_id, conversation_id = conversation.id
      FROM batch JOIN customer USING (channel_address) JOIN conversation ON conversation.customer_id = customer.id
      WHERE m.id = batch.id
      RETURNING m.customer_id AS "customerId", conversation.id AS "conversationId", conversation.slowed_until IS NOT NULL AS slowed`;
    await tellMessagesIn(tx, [...new Set(rows.map(({ conversationId }) => conversationId))]);
    const slowed = rows.filter((row) => row.slowed).map(({ customerId }) => customerId);
    return { sorted: rows.length, slowedCustomerIds: [...new Set(slowed)] };
  });
}

/**
 * Whether the customer is to be told now that they are answered later: at most once an hour, and not while a person
 * answers them. `locale` is the customer's own, null until we heard it.
 */
export async function claimSlowNotice(
  tx: Tx,
  customerId: string,
  now: Date,
): Promise<{ locale: string | null } | undefined> {
  const toldBefore = new Date(now.getTime() - FLOOD.noticeEveryMinutes * 60_000);
  const [claimed] = await tx.$queryRaw<{ locale: string | null }[]>`
    UPDATE conversations v SET slow_notice_at = ${now}::timestamptz FROM customers c
    WHERE c.id = v.customer_id AND v.customer_id = ${customerId}::uuid AND v.human_since IS NULL
      AND (v.slow_notice_at IS NULL OR v.slow_notice_at <= ${toldBefore}::timestamptz)
    RETURNING c.locale`;
  return claimed;
}
