import type { InboundText } from '../db/inbound-texts.ts';
import type { ProductWithStock } from '../domain/catalogue.ts';
import { refocus } from '../domain/conversation.ts';
import { AppError } from '../domain/errors.ts';
import { LIMITS } from '../domain/outbound-message.ts';
import { parseSearch } from '../domain/search-query.ts';
import type { Model, ModelReply } from '../ports.ts';
import { askBudget, countCall, type TurnUsage } from './model-spending.ts';
import { buildInput, renderInstructions } from './prompt.ts';
import { cartButtons, offerMessage, productCard } from './replies.ts';
import { ALL_TOOLS } from './tools/all-tools.ts';
import { compactJson, refused, type ToolResult } from './tools/tool.ts';
import { safetyIdentifier, say, type Turn, textOf } from './turn.ts';

const MAX_ROUNDS = 8;
/** Model time of a whole turn, after which no further call begins: the customer hears the rules instead. */
const MAX_TURN_MS = 60_000;
// Asking again is the point of these; any other call, repeated word for word right away, does nothing more.
const READS = new Set(['search_products', 'show_cart', 'order_status']);

/**
 * Lets the model answer with the tools: at most 8 calls, one tool after the other. Throws AppError when it fails, goes
 * in circles or says nothing usable; what it then put in the draft is the caller's to throw away. Adds to `usage` as it
 * goes, since failed answers are paid for too.
 */
export async function runAgent(
  turn: Turn,
  model: Model,
  messages: readonly InboundText[],
  usage: TurnUsage,
): Promise<void> {
  const { needs, draft } = turn;
  let isBrief = (await askBudget(turn)) === 'nearly_spent';
  draft.isClosed = false;
  const repliesBefore = draft.replies.length;
  const request = {
    instructions: renderInstructions(needs.prompts[turn.locale], needs.shop),
    tools: ALL_TOOLS.map(({ name, description, parameters }) => ({ name, description, parameters })),
    safetyIdentifier: safetyIdentifier(turn.customerId),
  };
  const input = await buildInput(turn, messages, { isBrief });
  const callTool = toolCaller(turn);
  /** True when this was the answer, or a tool has said all there is to say. */
  const act = async (reply: ModelReply): Promise<boolean> => {
    if (reply.toolCalls.length === 0) finish(turn, reply.text, repliesBefore);
    else input.push(...reply.outputItems);
    for (const call of reply.toolCalls) {
      const result = await callTool(call);
      input.push({ type: 'function_call_output', call_id: call.callId, output: compactJson(result) });
      if (draft.isClosed) return true;
    }
    return reply.toolCalls.length === 0;
  };
  const startedAt = performance.now();
  for (let round = 0; round < MAX_ROUNDS; round++) {
    if (performance.now() - startedAt > MAX_TURN_MS) throw new AppError('model_too_slow', 'the turn ran out of time');
    if (round > 0) isBrief = (await askBudget(turn)) === 'nearly_spent';
    const reply = await timed(usage, () => model.respond({ ...request, input: [...input], isBrief }));
    // Written while its tools run, and there before the next call, which the budget may forbid.
    const counted = countCall(turn, usage, reply.usage);
    counted.catch(() => {});
    const isAnswered = await act(reply);
    await counted;
    if (isAnswered) return;
  }
  throw new AppError('model_in_circles', `no answer after ${MAX_ROUNDS} rounds of tools`);
}

/** Adds to the turn how long the model was waited for, whether it answered or failed. */
async function timed(usage: TurnUsage, respond: () => Promise<ModelReply>): Promise<ModelReply> {
  const askedAt = performance.now();
  try {
    return await respond();
  } finally {
    usage.modelMs += Math.round(performance.now() - askedAt);
  }
}

type ToolCall = { callId: string; name: string; argumentsJson: string };

function toolCaller(turn: Turn): (call: ToolCall) => Promise<ToolResult> {
  let previous: { key: string; result: ToolResult } | undefined;
  return async ({ name, argumentsJson }) => {
    const tool = ALL_TOOLS.find((candidate) => candidate.name === name);
    if (!tool) return refused(`there is no tool ${name.slice(0, 40)}`, 'use one of the tools you were given');
    const key = `${name} ${argumentsJson}`;
    if (previous?.key === key && !READS.has(name)) return { ...previous.result, repeated: true };
    const { arguments: sent, result } = await tool.call(turn, argumentsJson);
    previous = { key, result };
    const outcome = result.kind === 'refused' ? `refused: ${String(result.reason)}` : result.kind;
    turn.draft.toolCalls.push({ name, arguments: sent, outcome });
    return result;
  };
}

const LINK = /https?:\/\/|www\./i;

/** The model's words, unless they cannot be shown: links are the service's to send, data is not an answer. */
function usable(text: string, saidByService: boolean): string {
  const trimmed = text.trim();
  if (!trimmed && !saidByService) throw new AppError('model_said_nothing', 'the model answered without words');
  if (LINK.test(trimmed)) throw new AppError('model_wrote_link', 'the model wrote a link of its own');
  if (/^[[{]/.test(trimmed) || trimmed.length > LIMITS.bodyChars * 2) {
    throw new AppError('model_wrote_nonsense', 'the model answered with something that is no message');
  }
  // Models write Markdown's bold; WhatsApp's has one star.
  return trimmed.replace(/\*\*(.+?)\*\*/g, '*$1*').replace(/^#+\s*/gm, '');
}

const LISTED = /^\s*(?:\d+[.)]|[-•])\s.*$/gm;

function finish(turn: Turn, text: string, repliesBefore: number): void {
  const { draft } = turn;
  const fromService = draft.replies.splice(repliesBefore);
  const words = usable(text, fromService.length > 0);
  if (draft.found) sayWithOffer(turn, words, draft.found.products);
  else if (words) say(turn, { body: words, ...(draft.hasAdded && { buttons: cartButtons(turn) }) });
  draft.replies.push(...fromService);
}

/** The model's words above the service's own list, or card when only one was found: prices come from the database. */
function sayWithOffer(turn: Turn, words: string, products: readonly ProductWithStock[]): void {
  const { draft } = turn;
  const ids = products.map((product) => product.id);
  // A model that lists the results all the same is not repeated.
  const spoken = words
    .replace(LISTED, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
    .slice(0, 600);
  const intro = spoken || textOf(turn, 'offer', { count: products.length });
  const [only, ...others] = products;
  if (!only || others.length > 0) {
    draft.focus = refocus(draft.focus, { offer: ids, quantity: quantitySaid(turn) }, ids);
    say(turn, offerMessage(turn, intro, products));
    return;
  }
  draft.focus = refocus(draft.focus, { product: only.id }, ids);
  say(turn, { body: intro });
  for (const message of productCard(turn, only)) say(turn, message);
}

/** "4 pneus 205/55 R16": whoever said how many is not asked again after choosing. */
function quantitySaid(turn: Turn): number | undefined {
  return parseSearch(turn.inbound.map((message) => message.body).join(' ')).quantity;
}
