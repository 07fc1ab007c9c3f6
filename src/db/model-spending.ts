import type { ModelUsage } from '../domain/model-cost.ts';
import type { Db } from './client.ts';
import { notifyTeam } from './notifications.ts';

/** A day of the shop's (YYYY-MM-DD, domain/shop-day.ts) and whose conversation it is. */
type Whose = { day: string; customerId: string };

/** What all customers' calls of the model came to that day, and this customer's, those of lost turns included. */
export async function spentOn(
  db: Db,
  { day, customerId }: Whose,
): Promise<{ shopMicroUsd: number; customerMicroUsd: number }> {
  const [row] = await db.$queryRaw<{ shopMicroUsd: number; customerMicroUsd: number }[]>`
    SELECT COALESCE(sum(micro_usd), 0)::float AS "shopMicroUsd",
      COALESCE(sum(micro_usd) FILTER (WHERE customer_id = ${customerId}::uuid), 0)::float AS "customerMicroUsd"
    FROM model_spending WHERE day = ${day}::date`;
  return row ?? { shopMicroUsd: 0, customerMicroUsd: 0 };
}

/** Adds one call. Committed at once, whatever becomes of its turn: it is paid for. */
export async function addSpending(
  db: Db,
  { day, customerId }: Whose,
  { usage, microUsd }: { usage: ModelUsage; microUsd: number },
): Promise<void> {
  await db.$executeRaw`
    INSERT INTO model_spending AS s (day, customer_id, calls, input_tokens, cached_input_tokens, output_tokens, micro_usd)
    VALUES (${day}::date, ${customerId}::uuid, 1, ${usage.inputTokens}::bigint, ${usage.cachedInputTokens}::bigint,
      ${usage.outputTokens}::bigint, ${microUsd}::bigint)
    ON CONFLICT (day, customer_id) DO UPDATE SET calls = s.calls + 1,
      input_tokens = s.input_tokens + EXCLUDED.input_tokens,
      cached_input_tokens = s.cached_input_tokens + EXCLUDED.cached_input_tokens,
      output_tokens = s.output_tokens + EXCLUDED.output_tokens, micro_usd = s.micro_usd + EXCLUDED.micro_usd`;
}

/** Tells the team that the shop's budget of that day is used up; once a day, whoever finds out. */
export async function tellBudgetSpent(
  db: Db,
  { day, budgetMicroUsd, at }: { day: string; budgetMicroUsd: number; at: Date },
): Promise<void> {
  await notifyTeam(db, {
    kind: 'model_budget_spent',
    // Budgets are set in whole cents.
    money: { amountMinor: Math.round(budgetMicroUsd / 10_000), currency: 'USD' },
    values: { day },
    key: `model-budget:${day}`,
    at,
  });
}

export type SpendingToday = ModelUsage & { calls: number; microUsd: number };

/** All customers' calls of that day together. */
export async function spendingOf(db: Db, day: string): Promise<SpendingToday> {
  const [row] = await db.$queryRaw<SpendingToday[]>`
    SELECT COALESCE(sum(calls), 0)::float AS calls, COALESCE(sum(input_tokens), 0)::float AS "inputTokens",
      COALESCE(sum(cached_input_tokens), 0)::float AS "cachedInputTokens",
      COALESCE(sum(output_tokens), 0)::float AS "outputTokens", COALESCE(sum(micro_usd), 0)::float AS "microUsd"
    FROM model_spending WHERE day = ${day}::date`;
  return row ?? { calls: 0, inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, microUsd: 0 };
}
