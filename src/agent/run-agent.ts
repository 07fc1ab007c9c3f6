import type { InboundText } from '../db/inbound-texts.ts';
import { type Cart, sameItems } from '../domain/cart.ts';
import type { ProductWithStock } from '../domain/catalogue.ts';
import { refocus } from '../domain/conversation.ts';
import { AppError } from '../domain/errors.ts';
import { type Given, whyUnfit } from '../domain/model-words.ts';
import { hoursIn } from '../domain/opening-hours.ts';
import { type Button, LIMITS } from '../domain/outbound-message.ts';
import { parseSearch } from '../domain/search-query.ts';
import type { Model, ModelReply } from '../ports.ts';
import { givenTo } from './given.ts';
import { askBudget, countCall, type TurnUsage } from './model-spending.ts';
import { buildInput, renderInstructions } from './prompt.ts';
import { type CartLine, cartButtons, cartMessage, humanButton, offerMessage, productCard } from './replies.ts';
import { ALL_TOOLS } from './tools/all-tools.ts';
import { readCart } from './tools/cart-tools.ts';
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
  const before = { replies: draft.replies.length, cart: draft.cart };
  const shop = { ...needs.shop, hours: hoursIn(needs.shop.hours, turn.locale) };
  const request = {
    instructions: renderInstructions(needs.prompts[turn.locale], shop),
    tools: ALL_TOOLS.map(({ name, description, parameters }) => ({ name, description, parameters })),
    safetyIdentifier: safetyIdentifier(turn.customerId),
  };
  const input = await buildInput(turn, messages, { isBrief });
  const callTool = toolCaller(turn);
  const startedAt = performance.now();
  for (let round = 0; round < MAX_ROUNDS; round++) {
    if (performance.now() - startedAt > MAX_TURN_MS) throw new AppError('model_too_slow', 'the turn ran out of time');
    if (round > 0) isBrief = (await askBudget(turn)) === 'nearly_spent';
    const reply = await timed(usage, () => model.respond({ ...request, input: [...input], isBrief }));
    await countCall(turn, usage, reply.usage);
    if (reply.toolCalls.length === 0)
      return finish(turn, reply.text, before, givenTo({ ...request, input }, shop.currency));
    input.push(...reply.outputItems);
    for (const call of reply.toolCalls) {
      const result = await callTool(call);
      input.push({ type: 'function_call_output', call_id: call.callId, output: compactJson(result) });
      if (draft.isClosed) return;
    }
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
    const act = () => tool.call(turn, argumentsJson);
    const { arguments: sent, result } = await turn.needs.tracer.span({ name: `tool ${tool.name}` }, act);
    previous = { key, result };
    const outcome = result.kind === 'refused' ? `refused: ${String(result.reason)}` : result.kind;
    turn.draft.toolCalls.push({ name, arguments: sent, outcome });
    return result;
  };
}

/** The model's words, unless they are no message: data is not an answer. */
function usable(text: string, saidByService: boolean): string {
  const trimmed = text.trim();
  if (!trimmed && !saidByService) throw new AppError('model_said_nothing', 'the model answered without words');
  if (/^[[{]/.test(trimmed) || trimmed.length > LIMITS.bodyChars * 2) {
    throw new AppError('model_wrote_nonsense', 'the model answered with something that is no message');
  }
  // Models write Markdown's bold; WhatsApp's has one star.
  return trimmed.replace(/\*\*(.+?)\*\*/g, '*$1*').replace(/^#+\s*/gm, '');
}

const LISTED = /^\s*(?:\d+[.)]|[-•])\s.*$/gm;

/** Without the lists that a model makes all the same where the service shows its own. */
const withoutLists = (words: string): string =>
  words
    .replace(LISTED, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
    .slice(0, 600);

const UNFIT = {
  link: 'a link of its own',
  contact: 'a site, an address or a number that nobody named',
  amount: 'an amount or a percentage that nobody told it',
};

function refuseUnfit(words: string, given: Given): void {
  const why = whyUnfit(words, given);
  if (why) throw new AppError(`model_wrote_${why}`, `the model wrote ${UNFIT[why]}`);
}

async function finish(turn: Turn, text: string, before: { replies: number; cart: Cart }, given: Given): Promise<void> {
  const { draft } = turn;
  const fromService = draft.replies.splice(before.replies);
  const words = usable(text, fromService.length > 0);
  const cart = sameItems(draft.cart, before.cart) ? [] : await readCart(turn);
  // A list of the model's own that is left out anyway does no harm.
  refuseUnfit(draft.found || cart.length > 0 ? withoutLists(words) : words, given);
  if (draft.found) {
    if (cart.length > 0) sayWithCart(turn, '', cart, []);
    sayWithOffer(turn, words, draft.found.products);
  } else if (cart.length > 0) sayWithCart(turn, words, cart, promisedButtons(turn));
  else if (words) say(turn, { body: words, buttons: promisedButtons(turn) });
  draft.replies.push(...fromService);
}

/** Under the model's words, wherever they stand: call_human told it so. */
const promisedButtons = (turn: Turn): Button[] => (turn.draft.offersPerson ? [humanButton(turn)] : []);

/** What the cart has come to, under the model's words: lines and total are the service's own. */
function sayWithCart(turn: Turn, words: string, cart: readonly CartLine[], more: readonly Button[]): void {
  const spoken = withoutLists(words);
  const intro = spoken ? `${spoken}\n` : textOf(turn, 'cart_title');
  say(turn, { ...cartMessage(turn, intro, cart), buttons: [...cartButtons(turn), ...more] });
}

/** The model's words above the service's own list, or card when only one was found: prices come from the database. */
function sayWithOffer(turn: Turn, words: string, products: readonly ProductWithStock[]): void {
  const { draft } = turn;
  const ids = products.map((product) => product.id);
  const intro = withoutLists(words) || textOf(turn, 'offer', { count: products.length });
  const [only, ...others] = products;
  if (!only || others.length > 0) {
    draft.focus = refocus(draft.focus, { offer: ids, quantity: quantitySaid(turn) }, ids);
    // WhatsApp carries no buttons beside a list.
    if (draft.offersPerson) say(turn, { body: intro, buttons: promisedButtons(turn) });
    say(turn, offerMessage(turn, draft.offersPerson ? '' : intro, products));
    return;
  }
  draft.focus = refocus(draft.focus, { product: only.id }, ids);
  say(turn, { body: intro, buttons: promisedButtons(turn) });
  for (const message of productCard(turn, only)) say(turn, message);
}

/** "4 pneus 205/55 R16": whoever said how many is not asked again after choosing. */
function quantitySaid(turn: Turn): number | undefined {
  return parseSearch(turn.inbound.map((message) => message.body).join(' ')).quantity;
}
