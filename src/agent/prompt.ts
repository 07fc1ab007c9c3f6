import { findProducts, listLocations } from '../db/catalogue.ts';
import type { InboundText } from '../db/inbound-texts.ts';
import { AppError } from '../domain/errors.ts';
import type { Shop } from '../domain/shop.ts';
import { clip } from '../domain/storable.ts';
import type { ModelItem } from '../ports.ts';
import { describeAttachment } from './attachments.ts';
import { moneyIn } from './replies.ts';
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

async function stateOf(turn: Turn): Promise<string> {
  const { draft, needs, profileName } = turn;
  const lines = await readCart(turn);
  const offered = await findProducts(needs.db, draft.focus.offer ?? []);
  const awaiting = await findProducts(needs.db, draft.focus.product ? [draft.focus.product] : []);
  const places = await listLocations(needs.db);
  const proposal = draft.openProposal;
  return JSON.stringify({
    language: turn.locale,
    now_at_the_shop: instantIn(turn, needs.clock.now()),
    customer: { first_name: draft.customer.firstName, profile_name: profileName, email_known: !!draft.customer.email },
    pickup_locations: places.map(({ id, name, address, hours }) => ({ id, name, address, hours })),
    chosen_location_id: draft.cart.locationId,
    cart: lines.map(({ product, quantity }) => ({
      id: product.id,
      label: product.label,
      quantity,
      unit_price: moneyIn(turn, product.priceMinor, product.currency),
    })),
    open_proposal: proposal ? { total: moneyIn(turn, proposal.totalMinor, proposal.currency) } : null,
    last_list: offered.map((product, index) => ({ number: index + 1, id: product.id, label: product.label })),
    awaiting_quantity_of: awaiting[0] ? { id: awaiting[0].id, label: awaiting[0].label } : null,
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

/** What the model is given: who and what there is now, what was said, and the messages to answer. */
export async function buildInput(turn: Turn, messages: readonly InboundText[]): Promise<ModelItem[]> {
  const answered = turn.inbound.filter((message) => !messages.includes(message));
  return [
    { type: 'message', role: 'developer', content: `State of the counter, as data:\n${await stateOf(turn)}` },
    ...turn.history.map(
      ({ role, content }): ModelItem => ({
        ...{ type: 'message', role: role === 'customer' ? 'user' : 'assistant', content },
      }),
    ),
    // Earlier messages of the same burst that were answered without a model.
    ...answered.map((message) => messageItem(turn, message)),
    ...turn.draft.replies.map(({ body }): ModelItem => ({ type: 'message', role: 'assistant', content: body })),
    ...messages.map((message) => messageItem(turn, message)),
  ];
}
