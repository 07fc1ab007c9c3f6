import type { Db } from '../db/client.ts';
import { findReported, type ReportedTry, recordDeliveryState, requeueUndelivered } from '../db/delivery-states.ts';
import type { TellStatus } from '../db/live-changes.ts';
import { meaningOf, type NextTry, nextTry, reasonOfCode } from '../domain/delivery-failure.ts';
import type { Clock, Log, Meter } from '../ports.ts';
import { learnFromFailure } from './learn-from-failure.ts';

// Twilio's message states as ours; https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
const STATES = {
  accepted: 'sending',
  queued: 'sending',
  sending: 'sending',
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  undelivered: 'undelivered',
  failed: 'failed',
} as const;

type Needs = {
  db: Db;
  clock: Clock;
  log: Log;
  meter: Meter;
  tellStatus: TellStatus;
  /** Whether mail is switched on (SMTP_URL). */
  sendsMail: boolean;
};
export type DeliveryReport = { outboundId: string; status: string; sid: string; errorCode: number | null };

/**
 * Applies a delivery state Twilio reports; never backwards, unknown messages and states are only logged. A failure whose
 * code asks for it sends the message again, or is kept in mind for the customer's next ones.
 */
export async function recordDelivery(needs: Needs, report: DeliveryReport): Promise<void> {
  await apply(needs, report);
  needs.tellStatus(report.outboundId);
}

async function apply(needs: Needs, report: DeliveryReport): Promise<void> {
  const status = Object.hasOwn(STATES, report.status) ? STATES[report.status as keyof typeof STATES] : undefined;
  const hasFailed = status === 'failed' || status === 'undelivered';
  const failure = hasFailed ? await failureOf(needs, report) : undefined;
  if (failure?.leavesAgain) return;
  const known =
    status !== undefined &&
    (await recordDeliveryState(needs.db, {
      id: report.outboundId,
      sid: report.sid,
      status,
      errorCode: report.errorCode,
      at: needs.clock.now(),
    }));
  if (!known) needs.log.warn({ sid: report.sid, status: report.status }, 'delivery state of an unknown message');
  if (hasFailed) {
    needs.log.warn({ outboundId: report.outboundId, errorCode: report.errorCode }, 'a message was not delivered');
    if (known && failure?.isNews)
      needs.meter.count('messages_failed_total', { reason: reasonOfCode(report.errorCode, 'undelivered') });
  }
}

/** Whether a failure is heard of for the first time, and whether the message leaves again; undefined when it is not its own. */
async function failureOf(
  needs: Needs,
  report: DeliveryReport,
): Promise<{ isNews: boolean; leavesAgain: boolean } | undefined> {
  const failed = await findReported(needs.db, { id: report.outboundId, sid: report.sid });
  return failed && { isNews: failed.isNews, leavesAgain: await leavesAgain(needs, report, failed) };
}

async function leavesAgain(
  needs: Needs,
  { outboundId, sid, errorCode }: DeliveryReport,
  failed: ReportedTry,
): Promise<boolean> {
  const meaning = meaningOf(errorCode);
  if (errorCode === null) return false;
  if (meaning && failed.isNews) await learnFromFailure(needs, meaning, { outboundId, ...failed });
  const next = meaning ? nextTry(meaning, failed) : nextWay(needs, failed);
  const isQueued = next && (await requeueUndelivered(needs.db, { id: outboundId, sid, errorCode, ...next }));
  if (isQueued) needs.log.warn({ outboundId, errorCode }, 'a message came to nothing at Twilio and is sent again');
  return isQueued ?? false;
}

/** After an SMS that came to nothing at the phone, a mail (flows/deliver-messages.ts). */
const nextWay = (needs: Needs, { asSms, canBeMailed, outsideWindow }: ReportedTry): NextTry | undefined =>
  asSms && canBeMailed && needs.sendsMail ? { delaySeconds: 0, outsideWindow } : undefined;
