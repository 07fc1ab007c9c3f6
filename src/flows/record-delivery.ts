import type { Db } from '../db/client.ts';
import type { TellLive } from '../db/live-changes.ts';
import { recordDeliveryState, requeueUndelivered } from '../db/outbox.ts';
import type { Clock, Log } from '../ports.ts';

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

// Passing reasons (platform-facts): the picture could not be fetched while our web was away, the rate, WhatsApp's own 5xx.
const PASSING = new Set([63019, 63018, 63012]);
const MAX_ATTEMPTS = 8;
const RESEND_AFTER_SECONDS = 20;

export type DeliveryReport = { outboundId: string; status: string; sid: string; errorCode: number | null };

/** Applies a delivery state Twilio reports; never backwards, unknown messages and states are only logged. */
export async function recordDelivery(
  needs: { db: Db; clock: Clock; log: Log; tellLive: TellLive },
  report: DeliveryReport,
): Promise<void> {
  await apply(needs, report);
  needs.tellLive({ kind: 'status', outboundId: report.outboundId });
}

async function apply(needs: { db: Db; clock: Clock; log: Log }, report: DeliveryReport): Promise<void> {
  const status = Object.hasOwn(STATES, report.status) ? STATES[report.status as keyof typeof STATES] : undefined;
  if ((status === 'failed' || status === 'undelivered') && (await triesAgain(needs, report))) return;
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
  if (status === 'failed' || status === 'undelivered') {
    needs.log.warn({ outboundId: report.outboundId, errorCode: report.errorCode }, 'a message was not delivered');
  }
}

async function triesAgain(
  needs: { db: Db; log: Log },
  { outboundId, sid, errorCode }: DeliveryReport,
): Promise<boolean> {
  if (errorCode === null || !PASSING.has(errorCode)) return false;
  const resend = { id: outboundId, sid, errorCode, maxAttempts: MAX_ATTEMPTS, delaySeconds: RESEND_AFTER_SECONDS };
  const isQueued = await requeueUndelivered(needs.db, resend);
  if (isQueued) needs.log.warn({ outboundId, errorCode }, 'a message came to nothing at Twilio and is sent again');
  return isQueued;
}
