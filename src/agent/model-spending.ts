import { addSpending, spentOn, tellBudgetSpent } from '../db/model-spending.ts';
import { AppError } from '../domain/errors.ts';
import { voiceSeconds } from '../domain/media.ts';
import { type BudgetStanding, standingOf } from '../domain/model-budget.ts';
import { costMicroUsd, hearingMicroUsd, type ModelUsage } from '../domain/model-cost.ts';
import { shopDayOf } from '../domain/shop-day.ts';
import type { AgentNeeds, Turn } from './turn.ts';

/** What a turn's calls came to; the cost is null until a call was made whose price is known. */
export type TurnUsage = ModelUsage & { costMicroUsd: number | null; modelMs: number };
export const NO_USAGE: TurnUsage = {
  ...{ inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 },
  ...{ costMicroUsd: null, modelMs: 0 },
};

/** Whose day pays. */
export type Payer = { needs: Pick<AgentNeeds, 'db' | 'clock' | 'shop' | 'modelTerms'>; customerId: string };

const whose = ({ needs, customerId }: Payer) => ({
  ...{ day: shopDayOf(needs.clock.now(), needs.shop.timezone), customerId },
});

/**
 * Asked before every call, not every turn: what passes the budget is the calls that were under way when it was reached, one
 * for each lane that answers. Throws AppError `model_over_budget` when nothing is left of the day's; the team is told of
 * the shop's then.
 */
export async function askBudget(payer: Payer): Promise<Extract<BudgetStanding, 'enough' | 'nearly_spent'>> {
  const { db, clock, modelTerms } = payer.needs;
  const { shopDailyMicroUsd, customerDailyMicroUsd } = modelTerms;
  if (shopDailyMicroUsd === null && customerDailyMicroUsd === null) return 'enough';
  const { day, customerId } = whose(payer);
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

const NO_TOKENS: ModelUsage = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 };

/** Counts a voice note for the day, by its length and before it is listened to: the vendor does not tell what it took. */
export const countHearing = (payer: Payer, voice: Uint8Array): Promise<void> =>
  addSpending(payer.needs.db, whose(payer), { usage: NO_TOKENS, microUsd: hearingMicroUsd(voiceSeconds(voice)) });
