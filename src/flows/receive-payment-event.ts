import type { StorePaymentEvent } from '../db/payment-events.ts';
import type { Nudge } from '../db/work-nudges.ts';
import { eventLabel } from '../domain/measures.ts';
import type { Clock, Meter, VerifiedEvent } from '../ports.ts';

/** Stores a verified Stripe event once; a worker handles it after Stripe has its 200. */
export async function receivePaymentEvent(
  needs: { storeEvent: StorePaymentEvent; clock: Clock; meter: Meter; nudge: Nudge },
  event: VerifiedEvent,
): Promise<'stored' | 'duplicate'> {
  const receivedAt = needs.clock.now();
  const happenedAt = event.happenedAt ?? receivedAt;
  const outcome = await needs.storeEvent({ ...event, happenedAt, receivedAt });
  // A duplicate as well: an earlier try may have stored it and not heard so.
  needs.nudge('payment_events');
  if (outcome === 'duplicate') return outcome;
  const delaySeconds = (receivedAt.getTime() - happenedAt.getTime()) / 1000;
  needs.meter.observe('payment_event_delay_seconds', { type: eventLabel(event.type) }, delaySeconds);
  return outcome;
}
