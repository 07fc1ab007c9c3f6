import type { Db } from '../db/client.ts';
import { type SellingCost as Cost, sellingCostSince } from '../db/talk-costs.ts';
import { shopDayOf } from '../domain/shop-day.ts';
import type { Clock } from '../ports.ts';

const DAYS = 7;
const DAY_MS = 24 * 3600_000;

/** What the model cost in the shop's last seven days, today among them; `perPaidOrderMicroUsd` null when none was paid. */
export type SellingCost = Cost & { perPaidOrderMicroUsd: number | null };

export async function showSellingCost(needs: { db: Db; clock: Clock; timezone: string }): Promise<SellingCost> {
  const { timezone } = needs;
  const since = shopDayOf(new Date(needs.clock.now().getTime() - (DAYS - 1) * DAY_MS), timezone);
  const cost = await sellingCostSince(needs.db, { since, timezone });
  const perPaidOrderMicroUsd = cost.paidOrders > 0 ? Math.round(cost.microUsd / cost.paidOrders) : null;
  return { ...cost, perPaidOrderMicroUsd };
}
