import { addSpending, spentOn, tellBudgetSpent } from '../db/model-spending.ts';
import { AppError } from '../domain/errors.ts';
import { type BudgetStanding, standingOf } from '../domain/model-budget.ts';
import { costMicroUsd, type ModelUsage } from '../domain/model-cost.ts';
import { shopDayOf } from '../domain/shop-day.ts';
import type { Turn } from './turn.ts';

/** What a turn's calls came to; the cost is null until a call was made whose price is known. */
export type TurnUsage = ModelUsage & { costMicroUsd: number | null; modelMs: number };
export const NO_USAGE: TurnUsage = {
  ...{ inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 },
  ...{ costMicroUsd: null, modelMs: 0 },
};

const whose = ({ needs, customerId }: Turn) => ({
  ...{ day: shopDayOf(needs.clock.now(), needs.shop.timezone), customerId },
});

/**
 * Asked before every call, not every turn: what passes the budget is the calls that were under way when it was reached, one
 * for each lane that answers. Throws AppError `model_over_budget` when nothing is left of the day's; the team is told of
 * the shop's then.
 */
export async function askBudget(turn: Turn): Promise<Extract<BudgetStanding, 'enough' | 'nearly_spent'>> {
  const { db, clock, modelTerms } = turn.needs;
  const { shopDailyMicroUsd, customerDailyMicroUsd } = modelTerms;
  if (shopDailyMicroUsd === null && customerDailyMicroUsd === null) return 'enough';
  const { day, customerId } = whose(turn);
  const standing = standingOf(modelTerms, await spentOn(db, { day, customerId }));
  if (standing === 'enough' || standing === 'nearly_spent') return standing;
  if (standing === 'shop_spent' && shopDailyMicroUsd !== null)
    await tellBudgetSpent(db, { day, budgetMicroUsd: shopDailyMicroUsd, at: clock.now() });
  const budget = standing === 'shop_spent' ? "the shop's" : "this customer's";
  throw new AppError('model_over_budget', `${budget} budget of the day is spent`);
}

/** Counts a call for its turn and, at once, for the day: it is paid for, whatever becomes of the turn. */
export async function countCall(turn: Turn, usage: TurnUsage, call: ModelUsage): Promise<void> {
  const { db, modelTerms } = turn.needs;
  const cost = modelTerms.price ? costMicroUsd(call, modelTerms.price) : null;
  usage.inputTokens += call.inputTokens;
  usage.cachedInputTokens += call.cachedInputTokens;
  usage.outputTokens += call.outputTokens;
  if (cost !== null) usage.costMicroUsd = (usage.costMicroUsd ?? 0) + cost;
  await addSpending(db, whose(turn), { usage: call, microUsd: cost ?? 0 });
}
