import type { Db } from '../db/client.ts';
import { recordDeliveryState } from '../db/outbox.ts';
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

export type DeliveryReport = { outboundId: string; status: string; sid: string; errorCode: number | null };

/** Applies a delivery state Twilio reports; never backwards, unknown messages and states are only logged. */
export async function recordDelivery(needs: { db: Db; clock: Clock; log: Log }, report: DeliveryReport): Promise<void> {
  const status = STATES[report.status as keyof typeof STATES];
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
