import type { OutboundContent } from '../domain/outbound-message.ts';
import { asStorable } from '../domain/storable.ts';
import { Prisma } from '../generated/prisma/client.ts';
import type { Db, Tx } from './client.ts';
import { FORGOTTEN } from './erase-customer.ts';
import { despiteCuts } from './transact.ts';

export type NewOutboundMessage = {
  /** What makes the message exist once, e.g. `thank-you:<order id>`. */
  businessKey: string;
  customerId: string;
  orderId?: string;
  content: OutboundContent;
  /** Which of two wordings that are compared (domain/shop-settings.ts). */
  variant?: 'A' | 'B';
  /** When it was decided, in business time. */
  at: Date;
};

/**
 * Writes a message in the transaction that decided it. False when nothing was written: a second call with the same key, or a
 * customer who was forgotten and whom nobody can write to.
 */
export async function enqueueMessage(tx: Db | Tx, message: NewOutboundMessage): Promise<boolean> {
  const inserted = await tx.$executeRaw`
    INSERT INTO outbound_messages (business_key, customer_id, conversation_id, order_id, variant, content, created_at)
    SELECT ${message.businessKey}, v.customer_id, v.id, ${message.orderId ?? null}::uuid, ${message.variant ?? null}::text,
      ${JSON.stringify(asStorable(message.content))}::jsonb, ${message.at}::timestamptz
    FROM conversations v JOIN customers c ON c.id = v.customer_id
    WHERE v.customer_id = ${message.customerId}::uuid AND NOT starts_with(c.channel_address, ${FORGOTTEN})
    -- Waits for an erasure under way, and then finds nobody.
    FOR KEY SHARE OF c
    ON CONFLICT (business_key) DO NOTHING`;
  return inserted === 1;
}

/** The first of these Twilio SIDs that no other message of ours is known by; a callback may have told it of this one. */
export async function firstSidOfNoOther(db: Db, id: string, sids: readonly string[]): Promise<string | undefined> {
  const known = await db.outboundMessage.findMany({
    where: { twilioSid: { in: [...sids] }, id: { not: id } },
    select: { twilioSid: true },
  });
  return sids.find((sid) => !known.some((message) => message.twilioSid === sid));
}

type Claim = { id: string; claimToken: bigint };

/** False when the lease was lost: another worker owns the row now. */
export async function markSent(
  db: Db,
  claim: Claim,
  sent: { sid: string | null; sentAs: string | null; contentSid: string | null; at: Date },
): Promise<boolean> {
  // A status callback may have been quicker than the answer to our own call: never step back.
  const changed = await despiteCuts(
    () => db.$executeRaw`
    UPDATE outbound_messages SET twilio_sid = COALESCE(twilio_sid, ${sent.sid}::text), sent_as = ${sent.sentAs}::text,
      content_sid = ${sent.contentSid}::text, sent_at = ${sent.at}::timestamptz, claimed_until = NULL, last_error = NULL,
      to_address = NULL, status = CASE WHEN status = 'sending' THEN 'sent'::"OutboundStatus" ELSE status END
    WHERE id = ${claim.id}::uuid AND claim_token = ${claim.claimToken}`,
  );
  return changed === 1;
}

/** Keeps the words that leave, before they do: what may have left is looked up by them. False when the lease was lost. */
export async function rewordMessage(db: Db, claim: Claim, content: OutboundContent): Promise<boolean> {
  const changed = await db.$executeRaw`
    UPDATE outbound_messages SET content = ${JSON.stringify(asStorable(content))}::jsonb
    WHERE id = ${claim.id}::uuid AND claim_token = ${claim.claimToken} AND status = 'sending'`;
  return changed === 1;
}

export async function retryMessageLater(
  db: Db,
  claim: Claim,
  failure: { delaySeconds: number; outsideWindow?: boolean; error: string; code: number | null },
) {
  await despiteCuts(
    () => db.$executeRaw`
    UPDATE outbound_messages SET status = 'queued', claimed_until = NULL, last_error = ${failure.error},
      error_code = ${failure.code}::int, outside_window = outside_window OR ${failure.outsideWindow ?? false},
      next_attempt_at = now() + ${failure.delaySeconds}::int * interval '1 second'
    WHERE id = ${claim.id}::uuid AND claim_token = ${claim.claimToken} AND status = 'sending'`,
  );
}

/** The end of a message that did not leave: a visible failure, counted and replayable, or overtaken by events. */
export async function endMessage(
  db: Db,
  claim: Claim,
  end: { status: 'failed' | 'superseded'; error: string; code: number | null; at: Date },
): Promise<void> {
  await despiteCuts(
    () => db.$executeRaw`
    UPDATE outbound_messages SET status = ${end.status}::"OutboundStatus", claimed_until = NULL, to_address = NULL, last_error = ${end.error},
      error_code = ${end.code}::int, failed_at = CASE WHEN ${end.status} = 'failed' THEN ${end.at}::timestamptz END
    WHERE id = ${claim.id}::uuid AND claim_token = ${claim.claimToken} AND status = 'sending'`,
  );
}

/**
 * Queues failed and undelivered messages about orders once more, as if they were new: those decided since then, or those named;
 * answers their business keys and orders. Answers of a chat are left out: the chat has gone on. What may have left all the
 * same is still looked up first.
 */
export async function requeueFailedMessages(
  db: Db | Tx,
  which: { decidedSince: Date } | { ids: readonly string[] },
): Promise<{ businessKey: string; orderId: string }[]> {
  const these =
    'ids' in which
      ? Prisma.sql`id = ANY(${[...which.ids]}::uuid[])`
      : Prisma.sql`created_at >= ${which.decidedSince}::timestamptz AND settled_at IS NULL`;
  return db.$queryRaw<{ businessKey: string; orderId: string }[]>`
    UPDATE outbound_messages SET status = 'queued', attempts = 0, next_attempt_at = now(), claimed_until = NULL,
      last_error = CASE WHEN twilio_sid IS NULL THEN last_error END, error_code = NULL, twilio_sid = NULL,
      undelivered_sids = array_cat(undelivered_sids, array_remove(ARRAY[twilio_sid], NULL)), failed_at = NULL,
      outside_window = false, settled_at = NULL
    WHERE status IN ('failed', 'undelivered') AND order_id IS NOT NULL AND ${these}
      -- What it said was let go (db/kept-conversations.ts): nothing is left to send.
      AND content <> '{"body": ""}'::jsonb
    RETURNING business_key AS "businessKey", order_id AS "orderId"`;
}

/** Notes that staff have seen to a message that did not arrive. Answers what it was about; undefined when it is no failure. */
export async function settleFailedMessage(
  tx: Tx,
  { id, at }: { id: string; at: Date },
): Promise<{ businessKey: string; orderId: string | null; conversationId: string } | undefined> {
  const [row] = await tx.$queryRaw<{ businessKey: string; orderId: string | null; conversationId: string }[]>`
    UPDATE outbound_messages SET settled_at = ${at}::timestamptz
    WHERE id = ${id}::uuid AND status IN ('failed', 'undelivered') AND settled_at IS NULL
    RETURNING business_key AS "businessKey", order_id AS "orderId", conversation_id AS "conversationId"`;
  return row;
}
