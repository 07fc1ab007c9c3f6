import type { InboundKind } from '../generated/prisma/enums.ts';
import type { Db, SqlPool } from './client.ts';
import { despiteCuts, transact } from './transact.ts';

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
  /** How long further messages may join the same turn. */
  burstWindowMs: number;
};

const STORE = {
  name: 'store-inbound-message',
  text: `INSERT INTO inbound_messages
    (message_sid, channel_address, phone, profile_name, kind, body, payload, fields, received_at, due_at)
    VALUES ($1, $2, $3, $4, $5::"InboundKind", $6, $7, $8, $9, now() + $10::int * interval '1 millisecond')
    ON CONFLICT (message_sid) DO NOTHING`,
};

/**
 * Stores an inbound message once per MessageSid; a repeat changes nothing (fault 31: the claim is the unique index, not a
 * check before it). One row and nothing else, so that Twilio has its answer at once: sortInbox finds whose it is.
 */
export async function storeInboundMessage(pool: SqlPool, message: NewInboundMessage): Promise<'stored' | 'duplicate'> {
  const { messageSid, channelAddress, phone, profileName, kind, body, payload, receivedAt, burstWindowMs } = message;
  const fields = JSON.stringify(message.fields);
  const values = [
    messageSid,
    channelAddress,
    phone,
    profileName,
    kind,
    body,
    payload,
    fields,
    receivedAt,
    burstWindowMs,
  ];
  // Twilio posts a message once: what is not stored now is lost.
  const { rowCount } = await despiteCuts(() => pool.query({ ...STORE, values }));
  return rowCount === 1 ? 'stored' : 'duplicate';
}

// Any number; the same in every process.
const SORTING = 6_021_971;
const BATCH = 500;

/**
 * Gives stored messages to their customers and conversations, oldest first, and makes the conversations due; answers how
 * many. One sorter at a time, so that a customer's messages are never sorted out of their order.
 */
export function sortInbox(db: Db): Promise<number> {
  return transact(db, async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${SORTING}::bigint)`;
    // Conversations before customers, as the end of a turn locks them.
    await tx.$executeRaw`
      SELECT 1 FROM conversations v JOIN customers c ON c.id = v.customer_id
      WHERE c.channel_address IN (SELECT channel_address FROM inbound_messages WHERE conversation_id IS NULL
        ORDER BY seq LIMIT ${BATCH})
      ORDER BY v.id FOR UPDATE OF v`;
    return tx.$executeRaw`
      WITH batch AS (
        SELECT id, seq, channel_address, phone, profile_name, received_at, due_at FROM inbound_messages
        WHERE conversation_id IS NULL ORDER BY seq LIMIT ${BATCH}
      ), latest AS (
        SELECT channel_address, max(received_at) AS received_at,
          (array_agg(phone ORDER BY seq DESC) FILTER (WHERE phone IS NOT NULL))[1] AS phone,
          (array_agg(profile_name ORDER BY seq DESC) FILTER (WHERE profile_name IS NOT NULL))[1] AS profile_name,
          (array_agg(due_at ORDER BY seq DESC))[1] AS due_at
        FROM batch GROUP BY channel_address
      ), customer AS (
        INSERT INTO customers (channel_address, phone, profile_name, last_inbound_at)
        SELECT channel_address, phone, profile_name, received_at FROM latest ORDER BY channel_address
        ON CONFLICT (channel_address) DO UPDATE SET
          last_inbound_at = GREATEST(customers.last_inbound_at, EXCLUDED.last_inbound_at),
          profile_name = COALESCE(EXCLUDED.profile_name, customers.profile_name),
          phone = COALESCE(EXCLUDED.phone, customers.phone)
        RETURNING id, channel_address
      ), conversation AS (
        INSERT INTO conversations (customer_id, turn_due_at)
        SELECT customer.id, latest.due_at FROM customer JOIN latest USING (channel_address)
        ON CONFLICT (customer_id) DO UPDATE SET turn_due_at = EXCLUDED.turn_due_at
        RETURNING id, customer_id
      )
      UPDATE inbound_messages m SET customer_id = conversation.customer_id, conversation_id = conversation.id
      FROM batch JOIN customer USING (channel_address) JOIN conversation ON conversation.customer_id = customer.id
      WHERE m.id = batch.id`;
  });
}
