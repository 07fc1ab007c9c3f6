import { findProducts, listLocations } from '../db/catalogue.ts';
import type { InboundText } from '../db/inbound-texts.ts';
import { AppError } from '../domain/errors.ts';
import { BRIEF_SHARE } from '../domain/model-budget.ts';
import { hoursIn } from '../domain/opening-hours.ts';
import type { Shop } from '../domain/shop.ts';
import { clip } from '../domain/storable.ts';
import { renderSummary } from '../domain/summary.ts';
import type { ModelItem } from '../ports.ts';
import { describeAttachment } from './attachments.ts';
import { boughtBefore } from './bought-before.ts';
import { closedSoonFor } from './places.ts';
import { moneyIn, totalOf } from './replies.ts';
import { sumUpBefore } from './sum-up.ts';
import { readCart } from './tools/cart-tools.ts';
import { instantIn, type Turn } from './turn.ts';

/** Enough for any wish; a pasted novel costs no more than that. */
const MESSAGE_CHARS = 2_000;

/**
 * The instructions with `{{shopName}}` and the like filled in: shop constants only, so that the prefix stays the same
 * for every customer and the vendor caches it (platform-facts). Throws on a variable nobody fills.
 */
export function renderInstructions(template: string, shop: Shop): string {
  const values: Record<string, string> = { shopName: shop.name, shopAddress: shop.address, shopHours: shop.hours };
  return template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined)
      throw new AppError('unknown_prompt_variable', `prompts/agent has no value for {{${name}}}`);
    return value;
  });
}

/** Without what there is nothing to say of. */
const asData = (facts: object): string =>
  JSON.stringify(facts, (_key, value: unknown) =>
    value === null || value === '' || (Array.isArray(value) && value.length === 0) ? undefined : value,
  );

/** The same for every customer of a language, until a place moves: it stands before whatever is about this one. */
async function shopFacts(turn: Turn): Promise<string> {
  const { needs, locale } = turn;
  const places = await listLocations(needs.db);
  return asData({
    currency: needs.shop.currency,
    pickup_locations: places.map(({ id, name, address, hours }) => ({
      id,
      name,
      address,
      hours: hoursIn(hours, locale),
    })),
    closed_days: closedSoonFor(turn),
    tone: needs.rules.tone,
  });
}

const ORDERS = 2;

async function stateOf(turn: Turn): Promise<string> {
  const { draft, needs, profileName } = turn;
  const { customer, openProposal, focus } = draft;
  const { offer = [], product } = focus;
  const [lines, products, orders] = await Promise.all([
    readCart(turn),
    findProducts(needs.db, [...new Set([...offer, ...(product ? [product] : [])])]),
    needs.latestOrders(turn.customerId),
  ]);
  const offered = products.filter(({ id }) => offer.includes(id));
  const awaiting = products.find(({ id }) => id === product);
  return asData({
    language: turn.locale,
    now_at_the_shop: instantIn(turn, needs.clock.now()),
    customer: {
      ...(customer.firstName ? { first_name: customer.firstName } : { profile_name: profileName }),
      email_known: !!customer.email,
    },
    chosen_location_id: draft.cart.locationId,
    cart: lines.map(({ product, quantity }) => ({
      id: product.id,
      label: product.label,
      quantity,
      unit_price: moneyIn(turn, product.priceMinor, product.currency),
    })),
    cart_total: lines.length > 0 ? totalOf(turn, lines) : null,
    open_proposal: openProposal ? { total: moneyIn(turn, openProposal.totalMinor, openProposal.currency) } : null,
    last_list: offered.map((product, index) => ({
      number: index + 1,
      id: product.id,
      label: product.label,
      price: moneyIn(turn, product.priceMinor, product.currency),
    })),
    awaiting_quantity_of: awaiting
      ? {
          ...{ id: awaiting.id, label: awaiting.label },
          price: moneyIn(turn, awaiting.priceMinor, awaiting.currency),
        }
      : null,
    orders: orders.slice(0, ORDERS).map(({ number, status }) => ({ number, status })),
    bought_before: orders.length > 0 ? await boughtBefore(turn) : null,
  });
}

const QUOTE_CHARS = 300;

/** Before the words: what they reply to, in quotation marks that the quoted text cannot close. */
function replyMark({ quoted }: InboundText): string {
  if (!quoted) return '';
  const whose = { shop: "the shop's message", customer: 'their own message', unknown: 'an older message' }[quoted.by];
  const text = clip(quoted.body.replace(/\s+/g, ' '), QUOTE_CHARS);
  return `[replies to ${whose}${text ? ` ${JSON.stringify(text)}` : ''}] `;
}

/** The advertisement they came from is whatever its author wrote: data, like all the rest. */
function adMark({ sent: { referral } }: InboundText): string {
  if (!referral) return '';
  const words = [referral.headline, referral.body].filter(Boolean).join(' - ').replace(/\s+/g, ' ');
  return `[came from the advertisement ${JSON.stringify(words)}] `;
}

function wordsOf(turn: Turn, message: InboundText): string {
  const body = message.body.trim().slice(0, MESSAGE_CHARS);
  if (message.payload !== null) return `[tapped] ${body}`;
  return adMark(message) + replyMark(message) + describeAttachment(turn, { ...message, body });
}

function messageItem(turn: Turn, message: InboundText): ModelItem {
  const picture = turn.pictures.get(message.id);
  const content = wordsOf(turn, message);
  return { type: 'message', role: 'user', content, ...(picture && { images: [picture] }) };
}

const SUMMARY_CHARS = 600;
/** No message of the customer's is told word for word: all that were answered are older. */
const NOTHING_HEARD = String(2n ** 63n - 1n);
/** Of a message that was said before; lists are in the state, with what they cost now. */
const SAID_CHARS = { customer: 500, shop: 240 };

const historyItem = ({ role, content }: Turn['history'][number]): ModelItem => ({
  ...{ type: 'message', role: role === 'customer' ? 'user' : 'assistant', content: clip(content, SAID_CHARS[role]) },
});

const developer = (title: string, data: string): ModelItem => ({
  ...{ type: 'message', role: 'developer', content: `${title}, as data:\n${data}` },
});

/**
 * What the model is given after its instructions and tools, from what changes least to what is new: the shop, what there is
 * now, what older turns came to, the last messages, and those to answer. However long the conversation, it stays so long.
 */
export async function buildInput(
  turn: Turn,
  messages: readonly InboundText[],
  { isBrief }: { isBrief: boolean },
): Promise<ModelItem[]> {
  const { historyMessages } = turn.needs.modelTerms;
  const window = turn.history.slice(-Math.ceil(historyMessages * (isBrief ? BRIEF_SHARE : 1)));
  const firstHeard = window.find(({ role }) => role === 'customer');
  const [olderTurns, facts, state] = await Promise.all([
    sumUpBefore(turn, firstHeard?.seq ?? NOTHING_HEARD),
    shopFacts(turn),
    stateOf(turn),
  ]);
  turn.summary = olderTurns;
  const summary = renderSummary(turn.summary, SUMMARY_CHARS);
  const answered = turn.inbound.filter((message) => !messages.includes(message));
  return [
    developer('Facts of the shop', facts),
    developer('State of the counter', state),
    ...(summary ? [developer('What was said and done before, summed up', summary)] : []),
    ...window.map(historyItem),
    // Earlier messages of the same burst that were answered without a model.
    ...answered.map((message) => messageItem(turn, message)),
    ...turn.draft.replies.map(({ body }): ModelItem => ({ type: 'message', role: 'assistant', content: body })),
    ...messages.map((message) => messageItem(turn, message)),
  ];
}
