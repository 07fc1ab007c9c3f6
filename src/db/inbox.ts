import type { InboundKind } from '../generated/prisma/enums.ts';
import type { Db } from './client.ts';
import { despiteCuts } from './transact.ts';

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
  /** STOP: from this moment on, whatever their turn says later. */
  optsOut: boolean;
  /** How long further messages may join the same turn. */
  burstWindowMs: number;
};

/**
 * Stores an inbound message once per MessageSid, with its customer and conversation, in one statement; a repeat changes
 * nothing (fault 31: the claim is the unique index, not a check before it).
 */
export async function storeInboundMessage(db: Db, message: NewInboundMessage): Promise<'stored' | 'duplicate'> {
  const optedOutAt = message.optsOut ? message.receivedAt : null;
  // Twilio posts a message once: what is not stored now is lost.
  const stored = await despiteCuts(
    () => db.$queryRaw<{ id: string }[]>`
    WITH fresh AS (
      SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM inbound_messages WHERE message_sid = ${message.messageSid})
    ), customer AS (
      INSERT INTO customers (channel_address, phone, profile_name, last_inbound_at, opted_out_at)
      SELECT ${message.channelAddress}, ${message.phone}, ${message.profileName}, ${message.receivedAt}::timestamptz,
        ${optedOutAt}::timestamptz FROM fresh
      ON CONFLICT (channel_address) DO UPDATE SET
        last_inbound_at = GREATEST(customers.last_inbound_at, EXCLUDED.last_inbound_at),
        unreachable_at = NULL,
        opted_out_at = COALESCE(customers.opted_out_at, EXCLUDED.opted_out_at),
        profile_name = COALESCE(EXCLUDED.profile_name, customers.profile_name),
        phone = COALESCE(EXCLUDED.phone, customers.phone)
      RETURNING id
    ), conversation AS (
      INSERT INTO conversations (customer_id, turn_due_at)
      SELECT id, now() + ${message.burstWindowMs}::int * interval '1 millisecond' FROM customer
      ON CONFLICT (customer_id) DO UPDATE SET turn_due_at = EXCLUDED.turn_due_at
      RETURNING id, customer_id
    )
    INSERT INTO inbound_messages
      (message_sid, customer_id, conversation_id, kind, body, payload, fields, received_at)
    SELECT ${message.messageSid}, customer_id, id, ${message.kind}::"InboundKind", ${message.body}, ${message.payload},
      ${JSON.stringify(message.fields)}::jsonb, ${message.receivedAt}::timestamptz
    FROM conversation
    ON CONFLICT (message_sid) DO NOTHING
    RETURNING id`,
  );
  return stored.length === 1 ? 'stored' : 'duplicate';
}
