import type { ModelPrice } from './model-cost.ts';

/** How much the shop lets its model cost and be told; amounts in millionths of a US dollar. */
export type ModelTerms = {
  /** Null: nobody knows what the model costs, and no budget can be held. */
  price: ModelPrice | null;
  /** Per day of the shop; null: no limit. */
  shopDailyMicroUsd: number | null;
  customerDailyMicroUsd: number | null;
  /** How many of the last messages a turn tells the model; what is older is in the summary. */
  historyMessages: number;
};

/** From this share of a budget on the model is told, and may say, less. */
const NEAR = 0.8;
/** Of the messages and of the answer's tokens. */
export const BRIEF_SHARE = 0.6;

export type BudgetStanding = 'enough' | 'nearly_spent' | 'shop_spent' | 'customer_spent';

/** How a day's spending stands before another call. */
export function standingOf(
  terms: ModelTerms,
  spent: { shopMicroUsd: number; customerMicroUsd: number },
): BudgetStanding {
  const { shopDailyMicroUsd: shop, customerDailyMicroUsd: customer } = terms;
  if (shop !== null && spent.shopMicroUsd >= shop) return 'shop_spent';
  if (customer !== null && spent.customerMicroUsd >= customer) return 'customer_spent';
  const isNear =
    (shop !== null && spent.shopMicroUsd >= shop * NEAR) ||
    (customer !== null && spent.customerMicroUsd >= customer * NEAR);
  return isNear ? 'nearly_spent' : 'enough';
}
