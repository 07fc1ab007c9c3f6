import type { FailedTry, NextTry } from '../domain/delivery-failure.ts';
import type { OutboundStatus } from '../generated/prisma/enums.ts';
import type { Db } from './client.ts';

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
      AND NOT ${report.sid} = ANY(undelivered_sids)`;
  return changed === 1;
}

export type ReportedTry = FailedTry & {
  customerId: string;
  contentSid: string | null;
  asSms: boolean;
  /** An address is known, and the customer has not told us to stop. */
  canBeMailed: boolean;
  isNews: boolean;
};

/** What a failure that Twilio reports of a message it took is judged by; undefined when it is not about that message. */
export async function findReported(db: Db, report: { id: string; sid: string }): Promise<ReportedTry | undefined> {
  const row = await db.outboundMessage.findUnique({ where: { id: report.id }, include: { customer: true } });
  const isIt = row && (row.twilioSid === report.sid || (row.twilioSid === null && row.attempts <= 1));
  if (!isIt || row.undeliveredSids.includes(report.sid)) return undefined;
  const { attempts, outsideWindow, customerId, contentSid, sentAs } = row;
  // A report posted again, maybe by somebody else, must not be held against the customer once more.
  const isNews = ['queued', 'sending', 'sent'].includes(row.status);
  const canBeMailed = row.customer.email !== null && row.customer.optedOutAt === null;
  const forms = { asTemplate: sentAs === 'template', asSms: sentAs === 'sms', canBeMailed };
  return { attempts, outsideWindow, customerId, contentSid, ...forms, isNews };
}

/** Queues a message again that Twilio took and could not deliver. False when it is not that message any more. */
export async function requeueUndelivered(
  db: Db,
  report: { id: string; sid: string; errorCode: number } & NextTry,
): Promise<boolean> {
  const changed = await db.$executeRaw`
    UPDATE outbound_messages SET status = 'queued', twilio_sid = NULL, claim_token = claim_token + 1, claimed_until = NULL,
      undelivered_sids = array_append(undelivered_sids, ${report.sid}),
      last_error = ${`undelivered as ${report.sid}`}, error_code = ${report.errorCode}::int, failed_at = NULL, settled_at = NULL,
      outside_window = ${report.outsideWindow},
      next_attempt_at = now() + ${report.delaySeconds}::int * interval '1 second'
    WHERE id = ${report.id}::uuid AND (twilio_sid = ${report.sid} OR (twilio_sid IS NULL AND attempts <= 1))
      AND NOT ${report.sid} = ANY(undelivered_sids)
      -- Also while it waits because our own call was not answered.
      AND status IN ('queued', 'sending', 'sent', 'failed', 'undelivered')`;
  return changed === 1;
}
