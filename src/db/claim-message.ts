import { UNWANTED_HOURS } from '../domain/delivery-failure.ts';
import { type Locale, toLocale } from '../domain/locale.ts';
import type { OrderAtSending, OutboundContent } from '../domain/outbound-message.ts';
import { CUSTOMER_PACE, type Pace, toleranceMs } from '../domain/pace.ts';
import type { Db } from './client.ts';
import { LEASE_SECONDS } from './lease.ts';

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
  /** An SMS was taken for it, and came to nothing. */
  smsCameToNothing: boolean;
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

/** What waits longer than any retry does (domain/retry.ts), as for the morning, holds up none of its customer's others. */
export const HOLDS_UP_SECONDS = 600;

/**
 * The next message to send, claimed under a lease with a fencing token. A customer's messages leave in the order they
 * were decided: a row waits while an earlier one of its conversation is still queued or being sent. None is claimed
 * faster than the sender and the customer take them, whatever the number of workers.
 */
export async function claimNextMessage(db: Db, now: Date, senderPace: Pace): Promise<ClaimedMessage | undefined> {
  const unwantedSince = new Date(now.getTime() - UNWANTED_HOURS * 3600_000);
  const [row] = await db.$queryRaw<ClaimedRow[]>`
    WITH next AS (
      SELECT m.id, m.customer_id, m.order_id, m.attempts, m.status = 'sending' AS was_sending FROM outbound_messages m
      LEFT JOIN send_pace paced ON paced.key = m.customer_id::text
      WHERE COALESCE(paced.paced_until, now()) <= now() + ${toleranceMs(CUSTOMER_PACE)}::int * interval '1 millisecond'
        AND m.next_attempt_at <= now()
        AND (m.status = 'queued' OR (m.status = 'sending' AND (m.claimed_until IS NULL OR m.claimed_until < now())))
        AND NOT EXISTS (
          SELECT 1 FROM outbound_messages earlier
          WHERE earlier.conversation_id = m.conversation_id AND earlier.seq < m.seq
            AND earlier.status IN ('queued', 'sending')
            AND earlier.next_attempt_at <= now() + ${HOLDS_UP_SECONDS}::int * interval '1 second')
      ORDER BY m.seq FOR UPDATE OF m SKIP LOCKED LIMIT 1
    ), of_sender AS (
      INSERT INTO send_pace (key, paced_until)
      SELECT 'sender', now() + ${senderPace.everyMs}::float * interval '1 millisecond' FROM next
      ON CONFLICT (key) DO UPDATE SET paced_until = GREATEST(send_pace.paced_until, now())
        + ${senderPace.everyMs}::float * interval '1 millisecond'
      WHERE send_pace.paced_until <= now() + ${toleranceMs(senderPace)}::int * interval '1 millisecond'
      RETURNING key
    ), of_customer AS (
      INSERT INTO send_pace (key, paced_until)
      SELECT next.customer_id::text, now() + ${CUSTOMER_PACE.everyMs}::float * interval '1 millisecond' FROM next, of_sender
      -- Once per message: a try that was refused reached nobody.
      WHERE next.attempts = 0
      ON CONFLICT (key) DO UPDATE SET paced_until = GREATEST(send_pace.paced_until, now())
        + ${CUSTOMER_PACE.everyMs}::float * interval '1 millisecond'
    )
    UPDATE outbound_messages m SET status = 'sending', attempts = m.attempts + 1, claim_token = m.claim_token + 1,
      claimed_until = now() + ${LEASE_SECONDS}::int * interval '1 second'
    FROM next CROSS JOIN of_sender JOIN customers c ON c.id = next.customer_id LEFT JOIN orders o ON o.id = next.order_id
    WHERE m.id = next.id
    RETURNING m.id, m.customer_id AS "customerId", m.claim_token AS "claimToken", m.business_key AS "businessKey", m.content, m.attempts,
      m.twilio_sid AS "twilioSid",
      next.was_sending OR COALESCE(m.last_error LIKE 'ambiguous%', false) AS "mayHaveLeft",
      m.created_at AS "createdAt", COALESCE(m.to_address, c.channel_address) AS "channelAddress", c.phone, c.email,
      COALESCE(o.locale, c.locale) AS locale,
      c.last_inbound_at AS "lastInboundAt", c.opted_out_at IS NOT NULL AS "optedOut",
      c.unreachable_at IS NOT NULL AS unreachable, m.outside_window AS "outsideWindow",
      (m.sent_as = 'sms') IS TRUE AND m.twilio_sid IS NULL AS "smsCameToNothing",
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

/** Keeps a claim while its message is still on its way; nothing when another worker has it by now. */
export async function renewMessageClaim(db: Db, claim: Pick<ClaimedMessage, 'id' | 'claimToken'>): Promise<void> {
  await db.$executeRaw`
    UPDATE outbound_messages SET claimed_until = now() + ${LEASE_SECONDS}::int * interval '1 second'
    WHERE id = ${claim.id}::uuid AND claim_token = ${claim.claimToken} AND status = 'sending'`;
}

// Between a claim that was refused and the question why.
const REFUSED_LATELY_MS = 50;

/** How long to wait for the sender's pace, in milliseconds; 0 when it cannot have been what held a message back. */
export async function senderRestsMs(db: Db, senderPace: Pace): Promise<number> {
  const [row] = await db.$queryRaw<{ restMs: number }[]>`
    SELECT extract(epoch FROM paced_until - now())::float * 1000 - ${toleranceMs(senderPace) - REFUSED_LATELY_MS}::int AS "restMs"
    FROM send_pace WHERE key = 'sender'`;
  return Math.max(0, row?.restMs ?? 0);
}
