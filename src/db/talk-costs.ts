import type { Db } from './client.ts';

/** What the model's part in some conversations came to. */
export type TalkCost = {
  /** Answers that asked the model. */
  modelTurns: number;
  inputTokens: number;
  /** Among them. */
  cachedInputTokens: number;
  outputTokens: number;
  /** Millionths of a US dollar; null when no answer's price was known. */
  microUsd: number | null;
};

/** The talk that led to an order: since the customer's order before it, or since they first wrote. */
export async function talkUpToOrder(db: Db, orderId: string): Promise<TalkCost> {
  const [row] = await db.$queryRaw<TalkCost[]>`
    SELECT count(*) FILTER (WHERE t.model IS NOT NULL)::int AS "modelTurns",
      COALESCE(sum(t.input_tokens), 0)::float AS "inputTokens",
      COALESCE(sum(t.cached_input_tokens), 0)::float AS "cachedInputTokens",
      COALESCE(sum(t.output_tokens), 0)::float AS "outputTokens", sum(t.cost_micro_usd)::float AS "microUsd"
    FROM orders o JOIN conversations v ON v.customer_id = o.customer_id
      JOIN conversation_turns t ON t.conversation_id = v.id
    WHERE o.id = ${orderId}::uuid AND t.started_at <= o.created_at
      AND t.started_at > COALESCE((SELECT max(p.created_at) FROM orders p
        WHERE p.customer_id = o.customer_id AND p.created_at < o.created_at), '-infinity')`;
  return row ?? { modelTurns: 0, inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, microUsd: null };
}

/** All talk of some days, that which led nowhere and lost turns included, and the orders that were paid in them. */
export type SellingCost = { microUsd: number; calls: number; paidOrders: number };

/** From the shop's day `since` (YYYY-MM-DD) until now. */
export async function sellingCostSince(
  db: Db,
  { since, timezone }: { since: string; timezone: string },
): Promise<SellingCost> {
  const [row] = await db.$queryRaw<SellingCost[]>`
    SELECT COALESCE(sum(micro_usd), 0)::float AS "microUsd", COALESCE(sum(calls), 0)::float AS calls,
      (SELECT count(DISTINCT a.order_id)::int FROM payments p JOIN payment_attempts a ON a.id = p.attempt_id
        WHERE p.received_at >= ${since}::date::timestamp AT TIME ZONE ${timezone}) AS "paidOrders"
    FROM model_spending WHERE day >= ${since}::date`;
  return row ?? { microUsd: 0, calls: 0, paidOrders: 0 };
}
