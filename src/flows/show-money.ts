import { writeAudit } from '../db/audit.ts';
import type { Db } from '../db/client.ts';
import { type EventRow, moneyOverview, type MoneyOverview as Overview } from '../db/money-overview.ts';
import { findPaymentEvent, type KeptEvent, requeueFailedEvents } from '../db/payment-events.ts';
import type { Clock } from '../ports.ts';
import { type SellingCost, showSellingCost } from './show-selling-cost.ts';

export type { EventRow, KeptEvent };
export type MoneyOverview = Overview & { selling: SellingCost };

/** What of the shop's money waits for a person, and what moved in the last days. */
export async function showMoney(needs: { db: Db; clock: Clock; timezone: string }): Promise<MoneyOverview> {
  const [overview, selling] = await Promise.all([
    moneyOverview(needs.db, { now: needs.clock.now(), timezone: needs.timezone }),
    showSellingCost(needs),
  ]);
  return { ...overview, selling };
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
