import { type FailedTry, type NextTry, UNWANTED_HOURS } from '../domain/delivery-failure.ts';
import { type Locale, toLocale } from '../domain/locale.ts';
import type { OrderAtSending, OutboundContent } from '../domain/outbound-message.ts';
import { asStorable } from '../domain/storable.ts';
import type { OutboundStatus } from '../generated/prisma/enums.ts';
import type { Db, Tx } from './client.ts';
import { despiteCuts } from './transact.ts';

export type NewOutboundMessage = {
  /** What makes the message exist once, e.g. `thank-you:<order id>`. */
  businessKey: string;
  customerId: string;
  orderId?: string;
  content: OutboundContent;
  /** When it was decided, in business time. */
  at: Date;
};

/** Writes a message in the transaction that decided it. A second call with the same key writes nothing: false. */
export async function enqueueMessage(tx: Db | Tx, message: NewOutboundMessage): Promise<boolean> {
  const inserted = await tx.$executeRaw`
    INSERT INTO outbound_messages (business_key, customer_id, conversation_id, order_id, content, created_at)
    SELECT ${message.businessKey}, v.customer_id, v.id, ${message.orderId ?? null}::uuid,
      ${JSON.stringify(asStorable(message.content))}::jsonb, ${message.at}::timestamptz
    FROM conversations v WHERE v.customer_id = ${message.customerId}::uuid
    ON CONFLICT (business_key) DO NOTHING`;
  return inserted === 1;
}

export type ClaimedMessage = {
  id: string;
  customerId: string;
  claimToken: bigint;
  businessKey: string;
  content: OutboundContent;
  attempts: number;
  /** Known when a status callback told of it before our own call was answered: it has left. */
  twilioSid: string | null;
  /** True when an earlier attempt may have reached the customer: look it up before sending again. */
  mayHaveLeft: boolean;
  createdAt: Date;
  channelAddress: string;
  /** E.164, where the channel told it. */
  phone: string | null;
  email: string | null;
  locale: Locale;
  lastInboundAt: Date | null;
  optedOut: boolean;
  /** WhatsApp could not reach the customer, who has not written since. */
  unreachable: boolean;
  /** WhatsApp judged a message of this kind to this customer marketing within the last day. */
  unwanted: boolean;
  /** WhatsApp said itself that the window is closed. */
  outsideWindow: boolean;
  /** The order it is about, as it is now. */
  order: (OrderAtSending & { number: string }) | null;
};

type ClaimedRow = Omit<ClaimedMessage, 'order' | 'locale'> & {
  orderNumber: string;
  locale: string | null;
  orderStatus: OrderAtSending['status'] | null;
  orderExpiresAt: Date;
  orderInReview: boolean;
  orderProcessing: boolean;
};

const LEASE_SECONDS = 60;

/**
 * The next message to send, claimed under a lease with a fencing token. A customer's messages leave in the order they
 * were decided: a row waits while an earlier one of its conversation is still queued or being sent.
 */
export async function claimNextMessage(db: Db, now: Date): Promise<ClaimedMessage | undefined> {
  const unwantedSince = new Date(now.getTime() - UNWANTED_HOURS * 3600_000);
  const [row] = await db.$queryRaw<ClaimedRow[]>`
    WITH next AS (
      SELECT m.id, m.customer_id, m.order_id, m.status = 'sending' AS was_sending FROM outbound_messages m
      WHERE m.next_attempt_at <= now()
        AND (m.status = 'queued' OR (m.status = 'sending' AND (m.claimed_until IS NULL OR m.claimed_until < now())))
        AND NOT EXISTS (
          SELECT 1 FROM outbound_messages earlier
          WHERE earlier.conversation_id = m.conversation_id AND earlier.seq < m.seq
            AND earlier.status IN ('queued', 'sending'))
      ORDER BY m.seq FOR UPDATE SKIP LOCKED LIMIT 1
    )
    UPDATE outbound_messages m SET status = 'sending', attempts = m.attempts + 1, claim_token = m.claim_token + 1,
      claimed_until = now() + ${LEASE_SECONDS}::int * interval '1 second'
    FROM next JOIN customers c ON c.id = next.customer_id LEFT JOIN orders o ON o.id = next.order_id
    WHERE m.id = next.id
    RETURNING m.id, m.customer_id AS "customerId", m.claim_token AS "claimToken", m.business_key AS "businessKey", m.content, m.attempts,
      m.twilio_sid AS "twilioSid",
      next.was_sending OR COALESCE(m.last_error LIKE 'ambiguous%', false) AS "mayHaveLeft",
      m.created_at AS "createdAt", c.channel_address AS "channelAddress", c.phone, c.email,
      COALESCE(o.locale, c.locale) AS locale,
      c.last_inbound_at AS "lastInboundAt", c.opted_out_at IS NOT NULL AS "optedOut",
      c.unreachable_at IS NOT NULL AS unreachable, m.outside_window AS "outsideWindow",
      EXISTS (
        SELECT 1 FROM outbound_messages unwanted
        WHERE unwanted.customer_id = m.customer_id AND unwanted.error_code = 63049
          AND unwanted.failed_at > ${unwantedSince}::timestamptz
          AND split_part(unwanted.business_key, ':', 1) = split_part(m.business_key, ':', 1)) AS unwanted,
      o.number AS "orderNumber", o.status AS "orderStatus", o.expires_at AS "orderExpiresAt", o.review_reason IS NOT NULL AS "orderInReview",
      EXISTS (SELECT 1 FROM payment_attempts a WHERE a.order_id = o.id AND a.status = 'PROCESSING') AS "orderProcessing"`;
  if (!row) return undefined;
  const { orderNumber, orderStatus, orderExpiresAt, orderInReview, orderProcessing, ...message } = row;
  const order = orderStatus && {
    number: orderNumber,
    status: orderStatus,
    expiresAt: orderExpiresAt,
    inReview: orderInReview,
    processing: orderProcessing,
  };
  return { ...message, locale: toLocale(row.locale), order };
}

/** The first of these Twilio SIDs that no other message of ours is known by. */
export async function firstUnknownSid(db: Db, sids: readonly string[]): Promise<string | undefined> {
  const known = await db.outboundMessage.findMany({
    where: { twilioSid: { in: [...sids] } },
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
      status = CASE WHEN status = 'sending' THEN 'sent'::"OutboundStatus" ELSE status END
    WHERE id = ${claim.id}::uuid AND claim_token = ${claim.claimToken}`,
  );
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
    UPDATE outbound_messages SET status = ${end.status}::"OutboundStatus", claimed_until = NULL, last_error = ${end.error},
      error_code = ${end.code}::int, failed_at = CASE WHEN ${end.status} = 'failed' THEN ${end.at}::timestamptz END
    WHERE id = ${claim.id}::uuid AND claim_token = ${claim.claimToken} AND status = 'sending'`,
  );
}

/**
 * Queues failed and undelivered messages about orders once more, as if they were new; answers their business keys.
 * Answers of a chat are left out: the chat has gone on. What may have left all the same is still looked up first.
 */
export async function requeueFailedMessages(db: Db, input: { decidedSince: Date }): Promise<string[]> {
  const rows = await db.$queryRaw<{ businessKey: string }[]>`
    UPDATE outbound_messages SET status = 'queued', attempts = 0, next_attempt_at = now(), claimed_until = NULL,
      last_error = CASE WHEN twilio_sid IS NULL THEN last_error END, error_code = NULL, twilio_sid = NULL,
      failed_at = NULL, outside_window = false
    WHERE status IN ('failed', 'undelivered') AND order_id IS NOT NULL
      AND created_at >= ${input.decidedSince}::timestamptz
    RETURNING business_key AS "businessKey"`;
  return rows.map((row) => row.businessKey);
}

/**
 * Applies a delivery state that Twilio reported for our message; states only ever advance
 * (sent < delivered < read; a failure counts until delivered). `sending` tells only that Twilio has the message, under
 * which SID: the row's own state belongs to the worker that sends it. False for a message we do not know by this SID.
 */
export async function recordDeliveryState(
  db: Db,
  report: { id: string; sid: string; status: OutboundStatus; errorCode: number | null; at: Date },
): Promise<boolean> {
  const changed = await db.$executeRaw`
    UPDATE outbound_messages SET
      twilio_sid = COALESCE(twilio_sid, ${report.sid}),
      error_code = COALESCE(${report.errorCode}::int, error_code),
      delivered_at = CASE WHEN ${report.status} IN ('delivered', 'read') THEN COALESCE(delivered_at, ${report.at}::timestamptz)
        ELSE delivered_at END,
      failed_at = CASE WHEN ${report.status} IN ('failed', 'undelivered') THEN COALESCE(failed_at, ${report.at}::timestamptz)
        ELSE failed_at END,
      read_at = CASE WHEN ${report.status} = 'read' THEN COALESCE(read_at, ${report.at}::timestamptz) ELSE read_at END,
      status = CASE
        WHEN status = 'read' OR ${report.status} = 'sending' THEN status
        WHEN status = 'delivered' AND ${report.status} <> 'read' THEN status
        WHEN status IN ('failed', 'undelivered') AND ${report.status} NOT IN ('delivered', 'read') THEN status
        ELSE ${report.status}::"OutboundStatus" END
    WHERE id = ${report.id}::uuid
      -- While a later try is on its way, a failure may be news of an earlier one: it must not be taken for this one's.
      AND (twilio_sid = ${report.sid} OR (twilio_sid IS NULL
        AND (attempts <= 1 OR ${report.status} NOT IN ('failed', 'undelivered'))))
      AND last_error IS DISTINCT FROM ${undeliveredAs(report.sid)}`;
  return changed === 1;
}

/** Marks which message of Twilio's came to nothing: what it still reports of that one is old news. */
const undeliveredAs = (sid: string) => `undelivered as ${sid}`;

/** What a failure that Twilio reports of a message it took is judged by; undefined when it is not about that message. */
export async function findReported(
  db: Db,
  report: { id: string; sid: string },
): Promise<(FailedTry & { customerId: string; contentSid: string | null; isNews: boolean }) | undefined> {
  const row = await db.outboundMessage.findUnique({ where: { id: report.id } });
  const isIt = row && (row.twilioSid === report.sid || (row.twilioSid === null && row.attempts <= 1));
  if (!isIt || row.lastError === undeliveredAs(report.sid)) return undefined;
  const { attempts, outsideWindow, customerId, contentSid, sentAs } = row;
  // A report posted again, maybe by somebody else, must not be held against the customer once more.
  const isNews = row.status === 'sending' || row.status === 'sent';
  return { attempts, outsideWindow, customerId, contentSid, asTemplate: sentAs === 'template', isNews };
}

/** Queues a message again that Twilio took and could not deliver. False when it is not that message any more. */
export async function requeueUndelivered(
  db: Db,
  report: { id: string; sid: string; errorCode: number } & NextTry,
): Promise<boolean> {
  const changed = await db.$executeRaw`
    UPDATE outbound_messages SET status = 'queued', twilio_sid = NULL, claim_token = claim_token + 1, claimed_until = NULL,
      last_error = ${undeliveredAs(report.sid)}, error_code = ${report.errorCode}::int, failed_at = NULL,
      outside_window = ${report.outsideWindow},
      next_attempt_at = now() + ${report.delaySeconds}::int * interval '1 second'
    WHERE id = ${report.id}::uuid AND (twilio_sid = ${report.sid} OR (twilio_sid IS NULL AND attempts <= 1))
      AND last_error IS DISTINCT FROM ${undeliveredAs(report.sid)}
      AND status IN ('sending', 'sent', 'failed', 'undelivered')`;
  return changed === 1;
}
