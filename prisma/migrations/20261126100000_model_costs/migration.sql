-- AlterTable
ALTER TABLE "conversation_turns" ADD COLUMN     "cost_micro_usd" INTEGER;

-- AlterTable
ALTER TABLE "conversations" ADD COLUMN     "summary" JSONB NOT NULL DEFAULT '{}';

-- CreateTable
CREATE TABLE "model_spending" (
    "day" DATE NOT NULL,
    "customer_id" UUID NOT NULL,
    "calls" INTEGER NOT NULL DEFAULT 0,
    "input_tokens" BIGINT NOT NULL DEFAULT 0,
    "cached_input_tokens" BIGINT NOT NULL DEFAULT 0,
    "output_tokens" BIGINT NOT NULL DEFAULT 0,
    "micro_usd" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "model_spending_pkey" PRIMARY KEY ("day","customer_id")
);

-- CreateTable
CREATE TABLE "model_pauses" (
    "worker" UUID NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "model_pauses_pkey" PRIMARY KEY ("worker")
);

-- AddForeignKey
ALTER TABLE "model_spending" ADD CONSTRAINT "model_spending_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the model is told of older turns is bounded where it is written; this is the last word.
ALTER TABLE conversations ADD CONSTRAINT conversations_summary_is_short CHECK (length(summary::text) <= 4000);
ALTER TABLE model_spending ADD CONSTRAINT model_spending_counts
  CHECK (calls >= 0 AND input_tokens >= 0 AND cached_input_tokens >= 0 AND output_tokens >= 0 AND micro_usd >= 0);
