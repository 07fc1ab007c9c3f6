import type { Values } from './config-keys.ts';
import type { ModelTerms } from './domain/model-budget.ts';
import { priceOfModel } from './domain/model-cost.ts';
import { modelReasons } from './domain/model-name.ts';

/** How the model is called. */
export type ModelCallConfig = {
  /** Undefined: not sent, the model's own default. */
  temperature: number | undefined;
  /** Undefined: low for a model that reasons, not sent to others. */
  reasoningEffort: string | undefined;
  /** Undefined: what suits the kind of model. */
  maxOutputTokens: number | undefined;
  /** Per call. */
  timeoutMs: number;
};
export type ModelConfig = { call: ModelCallConfig; terms: ModelTerms };

const priceFor = (values: Values) => values.OPENAI_PRICES ?? priceOfModel(values.OPENAI_MODEL);

export function modelConfigOf(values: Values): ModelConfig {
  const price = priceFor(values);
  return {
    call: {
      temperature: values.OPENAI_TEMPERATURE,
      reasoningEffort: values.OPENAI_REASONING_EFFORT,
      maxOutputTokens: values.OPENAI_MAX_OUTPUT_TOKENS,
      timeoutMs: values.OPENAI_TIMEOUT_SECONDS * 1000,
    },
    terms: {
      price,
      shopDailyMicroUsd: price ? values.OPENAI_DAILY_BUDGET_USD : null,
      customerDailyMicroUsd: price ? values.OPENAI_DAILY_BUDGET_PER_CUSTOMER_USD : null,
      historyMessages: values.OPENAI_HISTORY_MESSAGES,
    },
  };
}

const BUDGETS = ['OPENAI_DAILY_BUDGET_USD', 'OPENAI_DAILY_BUDGET_PER_CUSTOMER_USD'] as const;

/** Keys about the model that do not go together; `isGiven` tells a key that was set from one with its default. */
export function modelProblems(values: Values, isGiven: (key: keyof Values) => boolean): string[] {
  if (values.OPENAI_MODEL === 'none') return [];
  const problems: string[] = [];
  const thinks = modelReasons(values.OPENAI_MODEL) && values.OPENAI_REASONING_EFFORT !== 'none';
  if (values.OPENAI_TEMPERATURE !== undefined && thinks)
    problems.push('OPENAI_TEMPERATURE is refused by models that reason: leave it empty');
  for (const key of BUDGETS) {
    if (isGiven(key) && values[key] !== null && !priceFor(values))
      problems.push(`${key} needs the model's price: set OPENAI_PRICES to its dollars per million tokens`);
  }
  return problems;
}
