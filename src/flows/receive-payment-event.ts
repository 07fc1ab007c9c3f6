import type { SqlPool } from '../db/client.ts';
import { storePaymentEvent } from '../db/payment-events.ts';
import type { Nudge } from '../db/work-nudges.ts';
import type { Clock, VerifiedEvent } from '../ports.ts';

/** Stores a verified Stripe event once; a worker handles it after Stripe has its 200. */
export async function receivePaymentEvent(
  needs: { pool: SqlPool; clock: Clock; nudge: Nudge },
  event: VerifiedEvent,
): Promise<'stored' | 'duplicate'> {
  const receivedAt = needs.clock.now();
  const happenedAt = event.happenedAt ?? receivedAt;
  const outcome = await storePaymentEvent(needs.pool, { ...event, happenedAt, receivedAt });
  if (outcome === 'stored') needs.nudge('payment_events');
  return outcome;
}
