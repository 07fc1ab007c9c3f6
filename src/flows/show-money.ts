import type { Db } from '../db/client.ts';
import { type EventRow, moneyOverview, type MoneyOverview as Overview } from '../db/money-overview.ts';
import { findPaymentEvent, type KeptEvent } from '../db/payment-events.ts';
import type { Clock } from '../ports.ts';
import { type SellingCost, showSellingCost } from './show-selling-cost.ts';

export type { EventRow, KeptEvent };
export type MoneyOverview = Overview & { selling: SellingCost };

/** What moved of the shop's money in the last days, and how it compares with Stripe. */
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
