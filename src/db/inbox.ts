import { FLOOD } from '../domain/flood.ts';
import type { InboundKind } from '../generated/prisma/enums.ts';
import type { Db, Tx } from './client.ts';
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

/** `slowed`: the customer floods us, and is answered when that has calmed down. */
export type StoredMessage = { kind: 'stored'; customerId: string; slowed: boolean } | { kind: 'duplicate' };

/**
 * Stores an inbound message once per MessageSid, with its customer and conversation, in one statement; a repeat changes
 * nothing (fault 31: the claim is the unique index, not a check before it).
 */
export async function storeInboundMessage(db: Db, message: NewInboundMessage): Promise<StoredMessage> {
  const floodSince = new Date(message.receivedAt.getTime() - 60_000);
  const optedOutAt = message.optsOut ? message.receivedAt : null;
  // Twilio posts a message once: what is not stored now is lost.
  const [stored] = await despiteCuts(
    () => db.$queryRaw<{ customerId: string; slowed: boolean }[]>`
    WITH fresh AS (
      SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM inbound_messages WHERE message_sid = ${message.messageSid})
    ), lately AS (
      SELECT (
        SELECT count(*) FROM (
          SELECT received_at FROM inbound_messages WHERE conversation_id = v.id
          ORDER BY seq DESC LIMIT ${FLOOD.messagesPerMinute}::int) latest
        WHERE received_at > ${floodSince}::timestamptz) >= ${FLOOD.messagesPerMinute}::int AS is_flood
      FROM conversations v JOIN customers c ON c.id = v.customer_id WHERE c.channel_address = ${message.channelAddress}
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
      ON CONFLICT (customer_id) DO UPDATE SET
        -- Never put off further by what follows: a flood without end is answered once a minute.
        (slowed_until, turn_due_at) = (SELECT CASE WHEN slowed THEN until END,
            CASE WHEN slowed THEN until ELSE EXCLUDED.turn_due_at END
          FROM (SELECT conversations.slowed_until > now() OR (SELECT is_flood FROM lately) AS slowed,
            CASE WHEN conversations.slowed_until > now() THEN conversations.slowed_until
              ELSE now() + ${FLOOD.slowedSeconds}::int * interval '1 second' END AS until) pace)
      RETURNING id, customer_id, slowed_until
    )
    INSERT INTO inbound_messages
      (message_sid, customer_id, conversation_id, kind, body, payload, fields, received_at)
    SELECT ${message.messageSid}, customer_id, id, ${message.kind}::"InboundKind", ${message.body}, ${message.payload},
      ${JSON.stringify(message.fields)}::jsonb, ${message.receivedAt}::timestamptz
    FROM conversation
    ON CONFLICT (message_sid) DO NOTHING
    RETURNING customer_id AS "customerId", (SELECT slowed_until IS NOT NULL FROM conversation) AS slowed`,
  );
  return stored ? { kind: 'stored', ...stored } : { kind: 'duplicate' };
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
