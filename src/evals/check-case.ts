import { isDeepStrictEqual } from 'node:util';
import type { ConversationOutcome } from '../db/conversation-outcome.ts';
import type { EvalCase, Expectations } from './eval-case.ts';
import { saysPattern } from './pattern.ts';
import { type Spoken, shopWords } from './transcript.ts';

/** What playing a case gave. */
export type Played = {
  transcript: Spoken[];
  outcome: ConversationOutcome;
  usage: ModelUse;
  seconds: number;
  /** Why it could not be played to its end, or not as recorded. */
  problems: string[];
};
export type ModelUse = { calls: number; inputTokens: number; cachedInputTokens: number; outputTokens: number };

const show = (value: unknown): string => JSON.stringify(value);

function differs(what: string, expected: unknown, found: unknown): string[] {
  return isDeepStrictEqual(expected, found) ? [] : [`${what}: expected ${show(expected)}, found ${show(found)}`];
}

function checkOrders(expected: Expectations['orders'], found: ConversationOutcome['orders']): string[] {
  if (expected.length !== found.length) {
    const told = found.map(({ status, lines }) => `${status} ${show(lines)}`).join('; ') || 'none';
    return [`orders: expected ${expected.length}, found ${found.length} (${told})`];
  }
  return expected.flatMap((order, index) => {
    const { status, lines, totalMinor, at } = found[index] as (typeof found)[number];
    const what = `order ${index + 1}`;
    return [
      ...differs(`${what} status`, order.status, status),
      ...differs(`${what} lines`, order.lines, lines),
      ...differs(`${what} totalMinor`, order.totalMinor, totalMinor),
      ...(order.at === undefined ? [] : differs(`${what} at`, order.at, at)),
    ];
  });
}

const missing = (text: string, patterns: readonly string[], where = ''): string[] =>
  patterns.filter((pattern) => !saysPattern(text, pattern)).map((pattern) => `not said${where}: ${pattern}`);

const forbidden = (text: string, patterns: readonly string[], where = ''): string[] =>
  patterns
    .filter((pattern) => saysPattern(text, pattern))
    .map((pattern) => `said${where}, but must not be: ${pattern}`);

function checkWords(
  { turns, expect }: EvalCase,
  transcript: readonly Spoken[],
  neverSaid: readonly string[],
): string[] {
  const all = shopWords(transcript);
  return [
    ...missing(all, expect.said),
    ...forbidden(all, [...neverSaid, ...expect.neverSaid]),
    ...turns.flatMap((turn, index) => {
      const words = shopWords(transcript, index);
      const where = ` in turn ${index + 1}`;
      return [...missing(words, turn.said, where), ...forbidden(words, turn.neverSaid, where)];
    }),
  ];
}

/** A model that was asked and failed: the rules answered, but the model did not pass. One by rules alone has none. */
function checkModel({ model }: EvalCase, { outcome }: Played): string[] {
  if (model === 'written') return [];
  return outcome.turns.flatMap(({ error }) => (error === null ? [] : [`the model failed: ${error}`]));
}

/** Everything that is not as the case wants it, in words; nothing: it passed. */
export function checkCase(evalCase: EvalCase, played: Played, neverSaid: readonly string[] = []): string[] {
  const { expect } = evalCase;
  const { outcome, transcript, usage, problems } = played;
  const customer = Object.entries(expect.customer) as [keyof typeof outcome.customer, string | null][];
  return [
    ...problems,
    ...differs('cart', expect.cart, outcome.cart),
    ...checkOrders(expect.orders, outcome.orders),
    ...differs('answersNext', expect.answersNext, outcome.answersNext),
    ...differs('optedOut', expect.optedOut, outcome.optedOut),
    ...customer.flatMap(([field, value]) => differs(`customer.${field}`, value, outcome.customer[field])),
    ...checkWords(evalCase, transcript, neverSaid),
    ...(usage.calls > expect.modelCalls
      ? [`modelCalls: at most ${expect.modelCalls}, the model was asked ${usage.calls} times`]
      : []),
    ...checkModel(evalCase, played),
  ];
}
