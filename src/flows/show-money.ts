import { writeAudit } from '../db/audit.ts';
import type { Db } from '../db/client.ts';
import { type EventRow, type MoneyOverview, moneyOverview } from '../db/money-overview.ts';
import { findPaymentEvent, type KeptEvent, requeueFailedEvents } from '../db/payment-events.ts';
import type { Clock } from '../ports.ts';

export type { EventRow, KeptEvent, MoneyOverview };

/** What of the shop's money waits for a person, and what moved in the last days. */
export function showMoney(needs: { db: Db; clock: Clock; timezone: string }): Promise<MoneyOverview> {
  return moneyOverview(needs.db, { now: needs.clock.now(), timezone: needs.timezone });
}

/** One of Stripe's events as it was kept; undefined when there is none. */
export function showPaymentEvent(needs: { db: Db }, eventId: string): Promise<KeptEvent | undefined> {
  return findPaymentEvent(needs.db, eventId);
}

/** Has an event worked on again that was given up or taken for somebody else's. False when it is neither (any more). */
export async function replayPaymentEvent(
  needs: { db: Db; clock: Clock },
  { eventId, by }: { eventId: string; by: string },
): Promise<boolean> {
  const event = await findPaymentEvent(needs.db, eventId);
  if (!event) return false;
  const queued = await requeueFailedEvents(needs.db, { stripeEventIds: [event.stripeEventId], foreign: true });
  if (queued.length === 0) return false;
  const subject = event.orderId ? `order:${event.orderId}` : `event:${event.id}`;
  const details = { stripeEventId: event.stripeEventId };
  await writeAudit(needs.db, { actor: by, action: 'event.replayed', subject, details, at: needs.clock.now() });
  return true;
}
