import { type ClaimedMessage, HOLDS_UP_SECONDS } from '../db/claim-message.ts';
import type { Db } from '../db/client.ts';
import { FORGOTTEN } from '../db/erase-customer.ts';
import { endMessage, retryMessageLater } from '../db/outbox.ts';
import { mayNotWake, supersededBecause, withheldBecause } from '../domain/outbound-message.ts';
import { type QuietHours, quietHoursAt } from '../domain/quiet-hours.ts';
import type { Clock, Log, Meter } from '../ports.ts';

type Needs = {
  db: Db;
  clock: Clock;
  log: Log;
  meter: Meter;
  /** Null where none are kept. */
  quietHours: QuietHours | null;
};

/** True when the message may not leave now: overtaken or withheld for good, or in the night; its row says which. */
export async function isKeptBack(needs: Needs, message: ClaimedMessage): Promise<boolean> {
  const at = needs.clock.now();
  const quiet = needs.quietHours && mayNotWake(message) ? quietHoursAt(at, needs.quietHours) : undefined;
  // A goodbye that came to nothing after its address was dropped.
  const isForgotten = message.channelAddress.startsWith(FORGOTTEN);
  const superseded = isForgotten ? 'the customer was forgotten' : supersededBecause(message, quiet?.end ?? at);
  const withheld = superseded ? undefined : withheldBecause(message);
  const error = superseded ?? withheld;
  if (!error && quiet) return holdUntil(needs, message, quiet.end);
  if (!error) return false;
  await endMessage(needs.db, message, { status: superseded ? 'superseded' : 'failed', error, code: null, at });
  if (!superseded) needs.meter.count('messages_failed_total', { reason: 'withheld' });
  needs.log.info({ outboundId: message.id, reason: error }, 'a message does not leave');
  return true;
}

/** What an outage kept until the night leaves in the morning; what the customer asks for meanwhile does not wait for it. */
async function holdUntil(needs: Needs, message: ClaimedMessage, morning: Date): Promise<true> {
  const untilMorning = Math.ceil((morning.getTime() - needs.clock.now().getTime()) / 1000);
  const delaySeconds = Math.max(untilMorning, HOLDS_UP_SECONDS + 1);
  // What may have left must still be looked up by then.
  const error = `${message.mayHaveLeft ? 'ambiguous: ' : ''}waits for the morning`;
  await retryMessageLater(needs.db, message, { delaySeconds, error, code: null });
  return true;
}
