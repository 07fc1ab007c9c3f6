/** Tokens as the vendor counts them; `cachedInputTokens` are among `inputTokens`. */
export type ModelUsage = { inputTokens: number; cachedInputTokens: number; outputTokens: number };

/** Millionths of a US dollar for a million tokens, which is how the vendor prices them: whole numbers. */
export type ModelPrice = { inputMicroUsd: number; cachedInputMicroUsd: number; outputMicroUsd: number };

const usd = (input: number, cachedInput: number, output: number): ModelPrice => ({
  inputMicroUsd: Math.round(input * 1_000_000),
  cachedInputMicroUsd: Math.round(cachedInput * 1_000_000),
  outputMicroUsd: Math.round(output * 1_000_000),
});

/** Dollars per million tokens: input, cached input, output. https://openai.com/api/pricing, read in November 2026. */
const PRICES: Record<string, ModelPrice> = {
  'gpt-5': usd(1.25, 0.125, 10),
  'gpt-5-mini': usd(0.25, 0.025, 2),
  'gpt-5-nano': usd(0.05, 0.005, 0.4),
  'gpt-5.1': usd(1.25, 0.125, 10),
  'gpt-5.2': usd(1.75, 0.175, 14),
  'gpt-4.1': usd(2, 0.5, 8),
  'gpt-4.1-mini': usd(0.4, 0.1, 1.6),
  'gpt-4.1-nano': usd(0.1, 0.025, 0.4),
  'gpt-4o': usd(2.5, 1.25, 10),
  'gpt-4o-mini': usd(0.15, 0.075, 0.6),
  o3: usd(2, 0.5, 8),
  'o4-mini': usd(1.1, 0.275, 4.4),
};

/** What a model costs, a dated snapshot as its model; null when we do not know it. */
export function priceOfModel(model: string): ModelPrice | null {
  const name = model.replace(/-\d{4}-\d{2}-\d{2}$/, '');
  return Object.hasOwn(PRICES, name) ? (PRICES[name] as ModelPrice) : null;
}

const PRICE = String.raw`\d{1,4}(?:\.\d{1,6})?`;
const THREE_PRICES = new RegExp(`^(${PRICE}),(${PRICE}),(${PRICE})$`);

/** "0.25,0.025,2": dollars per million tokens of input, cached input and output; undefined for anything else. */
export function parsePrices(text: string): ModelPrice | undefined {
  const [, input, cachedInput, output] = THREE_PRICES.exec(text.replaceAll(' ', '')) ?? [];
  return input === undefined ? undefined : usd(Number(input), Number(cachedInput), Number(output));
}

/** What a call cost, rounded up to a whole millionth of a dollar. */
export function costMicroUsd(usage: ModelUsage, price: ModelPrice): number {
  const cached = Math.min(usage.cachedInputTokens, usage.inputTokens);
  const perMillion =
    (usage.inputTokens - cached) * price.inputMicroUsd +
    cached * price.cachedInputMicroUsd +
    usage.outputTokens * price.outputMicroUsd;
  return Math.ceil(perMillion / 1_000_000);
}

// gpt-4o-mini-transcribe, by the same page: 0.003 dollars a minute.
const HEARD_MINUTE_MICRO_USD = 3_000;

/** What listening to so many seconds of speech is taken to cost: the vendor's answer does not say. */
export const hearingMicroUsd = (seconds: number): number => Math.ceil((seconds * HEARD_MINUTE_MICRO_USD) / 60);

/** `12300, 'fr'` -> "0,0123 $US": conversations cost fractions of a cent. */
export const formatMicroUsd = (microUsd: number, locale: string): string =>
  new Intl.NumberFormat(locale, {
    ...{ style: 'currency', currency: 'USD', minimumFractionDigits: 2, maximumFractionDigits: 4 },
  }).format(microUsd / 1_000_000);
