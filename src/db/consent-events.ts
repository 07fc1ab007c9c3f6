import { Prisma } from '../generated/prisma/client.ts';
import type { Db, Tx } from './client.ts';
import { keyedHash } from './forgotten-opt-outs.ts';
import { openForErasing } from './open-for-erasing.ts';
import { transact } from './transact.ts';

/** More than that is a talk, not a word. */
export const WORD_CHARS = 100;

/** A wish that a turn has heard, in the message that says it. */
export type HeardWish = { kind: 'opted_out' | 'opted_in'; messageId: string };

/** Writes down what a turn heard; a STOP that was written down when its message was sorted (db/inbox.ts) is there once. */
export async function noteWishes(tx: Tx, customerId: string, wishes: readonly HeardWish[]): Promise<void> {
  for (const { kind, messageId } of wishes) {
    await tx.$executeRaw`
      INSERT INTO consent_events (customer_id, kind, how, message_sid, word, happened_at)
      SELECT ${customerId}::uuid, ${kind}, 'message', message_sid,
        left(COALESCE(transcript, body), ${WORD_CHARS}::int), received_at
      FROM inbound_messages WHERE id = ${messageId}::uuid
      ON CONFLICT (message_sid, kind) DO NOTHING`;
  }
}

/** They told Twilio itself to stop, as Twilio answered when something was to be sent: nothing of their words is known. */
export async function noteTwilioOptOut(db: Db, customerId: string, at: Date): Promise<void> {
  await db.$executeRaw`
    WITH stopped AS (
      UPDATE customers SET opted_out_at = ${at}::timestamptz, updated_at = now()
      WHERE id = ${customerId}::uuid AND opted_out_at IS NULL RETURNING id)
    INSERT INTO consent_events (customer_id, kind, how, happened_at)
    SELECT id, 'opted_out', 'twilio', ${at}::timestamptz FROM stopped`;
}

/** Of somebody who is being erased, while their address is known: what they said stays a proof to whoever has the address and the key. */
export async function hashConsent(tx: Tx, customerId: string, key: Uint8Array): Promise<void> {
  await tx.$executeRaw`
    UPDATE consent_events e SET word = NULL, message_sid = NULL, address_hash = ${keyedHash(key, Prisma.sql`c.channel_address`)}
    FROM customers c WHERE c.id = e.customer_id AND e.customer_id = ${customerId}::uuid`;
}

/** Deletes what those who were forgotten said before `before`. */
export function deleteOldConsent(db: Db, before: Date): Promise<number> {
  return transact(db, async (tx) => {
    await openForErasing(tx);
    return tx.$executeRaw`
      DELETE FROM consent_events WHERE address_hash IS NOT NULL AND happened_at < ${before}::timestamptz`;
  });
}
