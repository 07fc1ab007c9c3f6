import type { Db } from '../db/client.ts';
import { storePaymentEvent } from '../db/payment-events.ts';
import type { Clock, VerifiedEvent } from '../ports.ts';

/** Stores a verified Stripe event once; a worker handles it after Stripe has its 200. */
export async function receivePaymentEvent(
  needs: { db: Db; clock: Clock },
  event: VerifiedEvent,
): Promise<'stored' | 'duplicate'> {
  const receivedAt = needs.clock.now();
  return storePaymentEvent(needs.db, { ...event, happenedAt: event.happenedAt ?? receivedAt, receivedAt });
}
