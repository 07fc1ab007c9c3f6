import { findProducts, listLocations } from '../db/catalogue.ts';
import type { InboundText } from '../db/turns.ts';
import { type Intent, looseIntent, plainIntent } from '../domain/intents.ts';
import { parseSearch, readCount } from '../domain/search-query.ts';
import { searchTextOf, searchWords } from '../domain/search-text.ts';
import { addAndTell, chooseLocationAndPropose, dropProposal, tellCart, tellRefusal } from './acts.ts';
import { answerFast, resendOrTell, tapOf } from './fast-path.ts';
import { cancelAndTell, proposeAndTell, tellOrders, waitingOrder } from './orders.ts';
import { type CartLine, cartMessage, greetingMessage, linkButton } from './replies.ts';
import { answerSearch } from './search-by-rules.ts';
import { changeQuantity, readCart, remove } from './tools/cart-tools.ts';
import { callHuman, offerHuman } from './tools/customer-tools.ts';
import { say, type Turn, textOf } from './turn.ts';

const EMAIL = /[^\s@<>]{1,64}@[^\s@<>]+\.[a-z]{2,}/i;

/** Answers every message by rules, without any model: whoever can read can buy. Always leaves a reply. */
export async function answerByRules(turn: Turn, messages: readonly InboundText[]): Promise<void> {
  const before = turn.draft.replies.length;
  for (const message of joinSearches(withoutTakenBack(messages))) {
    if (!(await answerFast(turn, message))) await answerLoosely(turn, message);
  }
  if (turn.draft.replies.length === before && !turn.draft.isClosed) offerHuman(turn, 'not_understood');
}

/** "Oui" ... "non attendez": the later word counts. */
function withoutTakenBack(messages: readonly InboundText[]): readonly InboundText[] {
  const said = messages.map((message) => tapOf(message)?.kind ?? plainIntent(message.body)?.kind);
  const lastNo = Math.max(said.lastIndexOf('no'), said.lastIndexOf('change'));
  return messages.filter((_, index) => index >= lastNo || (said[index] !== 'yes' && said[index] !== 'confirm'));
}

const isFiller = (message: InboundText) => {
  const kind = message.payload === null ? looseIntent(message.body)?.kind : undefined;
  return message.kind === 'text' && (kind === 'greeting' || kind === 'thanks');
};
const isSearch = (message: InboundText) =>
  message.kind === 'text' && !tapOf(message) && looseIntent(message.body) === undefined && message.body.trim() !== '';

/** People write one wish in several messages ("bonjour", "des michelin", "205/55 R16"): one search, greetings aside. */
function joinSearches(messages: readonly InboundText[]): InboundText[] {
  const telling = messages.filter((message) => !isFiller(message));
  const joined: InboundText[] = [];
  for (const message of telling.length > 0 ? telling : messages.slice(0, 1)) {
    const last = joined.at(-1);
    if (last && isSearch(last) && isSearch(message)) {
      joined[joined.length - 1] = { ...last, body: `${last.body} ${message.body}` };
    } else joined.push(message);
  }
  return joined;
}

async function answerLoosely(turn: Turn, message: InboundText): Promise<void> {
  if (message.kind === 'location') return tellShop(turn);
  if (message.body.trim() === '') return offerHuman(turn, 'cannot_read');
  const email = EMAIL.exec(message.body)?.[0];
  if (email && email.length <= 200) {
    turn.draft.customer = { ...turn.draft.customer, email };
    return say(turn, { body: textOf(turn, 'email_kept', { email }) });
  }
  if (turn.draft.focus.ask === 'location' && (await chooseNamedLocation(turn, message.body))) return;
  const intent = looseIntent(message.body);
  await (intent ? actOn(turn, intent) : answerSearch(turn, message.body));
}

async function actOn(turn: Turn, intent: Intent): Promise<unknown> {
  switch (intent.kind) {
    case 'greeting':
      return say(turn, greetingMessage(turn));
    case 'thanks':
      return say(turn, { body: textOf(turn, 'you_are_welcome') });
    case 'yes':
      return answerYes(turn);
    case 'no':
      return turn.draft.openProposal ? dropProposal(turn) : say(turn, { body: textOf(turn, 'as_you_like') });
    case 'remove':
      return removeByWords(turn, intent.words);
    case 'clear_cart':
      turn.draft.cart = { ...turn.draft.cart, items: [] };
      return say(turn, { body: textOf(turn, 'cart_cleared') });
    case 'quantity':
      return changeOnlyLine(turn, intent.value);
    case 'cart':
      return tellCart(turn);
    case 'order':
      return proposeAndTell(turn);
    case 'status':
      return tellOrders(turn);
    case 'link':
      return resendOrTell(turn);
    case 'cancel_order':
      return turn.draft.openProposal ? dropProposal(turn) : cancelAndTell(turn, null);
    case 'human':
      return callHuman(turn);
    case 'shop_info':
      return tellShop(turn);
    case 'delivery':
      await tellShop(turn, 'pickup_only');
      return;
    default:
      // help, resume, and numbers that answer nothing
      return answerNothingOpen(turn);
  }
}

/** "Finalement 2" with one line in the cart can only mean that line. */
async function changeOnlyLine(turn: Turn, quantity: number): Promise<void> {
  const [line, ...others] = await readCart(turn);
  if (!line || others.length > 0) return answerNothingOpen(turn);
  const outcome = await changeQuantity(turn, line.product.id, quantity);
  if (outcome.kind === 'changed') return tellCart(turn);
  if (outcome.kind === 'gone') return say(turn, { body: textOf(turn, 'product_gone') });
  tellRefusal(turn, outcome, line.product);
}

async function answerNothingOpen(turn: Turn): Promise<void> {
  if (turn.draft.openProposal) return proposeAndTell(turn, textOf(turn, 'confirm_again'));
  offerHuman(turn, 'not_understood');
}

/** A yes without a summary in front of it: say what can be said yes to. */
async function answerYes(turn: Turn): Promise<void> {
  const { draft } = turn;
  if (draft.openProposal) return proposeAndTell(turn, textOf(turn, 'confirm_again'));
  if (draft.focus.product) {
    const [product] = await findProducts(turn.needs.db, [draft.focus.product]);
    if (product && !product.stocked) return addAndTell(turn, product.id, 1);
    return say(turn, { body: textOf(turn, 'how_many') });
  }
  if (draft.cart.items.length > 0) return proposeAndTell(turn);
  const order = await waitingOrder(turn);
  if (!order) return offerHuman(turn, 'not_understood');
  const body = textOf(turn, 'already_ordered', { orderNumber: order.number });
  say(turn, { body, ...(order.paymentUrl && { buttons: [linkButton(turn, order.id)] }) });
}

const matches = (words: readonly string[], text: string) => {
  const known = new Set(searchWords(text));
  return words.length > 0 && words.every((word) => known.has(word));
};

function linesMeant(lines: readonly CartLine[], words: string): CartLine[] {
  const wanted = parseSearch(words);
  const count = readCount(words.replace(/\D+/g, '') || words.trim());
  if (wanted.groups.length === 0 && wanted.size.length === 0) {
    const nth = count === undefined ? undefined : lines[count - 1];
    return nth ? [nth] : [...lines];
  }
  const meant = [...wanted.groups.map((group) => group[0] as string), ...wanted.size];
  return lines.filter(({ product }) => matches(meant, searchTextOf(product)));
}

async function removeByWords(turn: Turn, words: string): Promise<void> {
  const lines = await readCart(turn);
  const meant = linesMeant(lines, words);
  const [only] = meant;
  if (!only || meant.length > 1) return say(turn, cartMessage(turn, textOf(turn, 'remove_which'), lines));
  remove(turn, only.product.id);
  const left = await readCart(turn);
  const intro = textOf(turn, 'removed', { label: only.product.label });
  if (left.length === 0) return say(turn, { body: intro });
  say(turn, cartMessage(turn, intro, left));
}

async function tellShop(turn: Turn, key = 'shop_info'): Promise<void> {
  const { shop, db } = turn.needs;
  const places = await listLocations(db);
  const lines = places.map((place) => `*${place.name}* — ${place.address}\n${place.hours}`).join('\n\n');
  say(turn, { body: textOf(turn, key, { places: lines || `${shop.address}\n${shop.hours}` }) });
}

async function chooseNamedLocation(turn: Turn, text: string): Promise<boolean> {
  const words = new Set(searchWords(text));
  const named = (await listLocations(turn.needs.db)).filter((place) =>
    searchWords(place.name).some((word) => word.length > 3 && words.has(word)),
  );
  if (named.length !== 1 || !named[0]) return false;
  await chooseLocationAndPropose(turn, named[0].id);
  return true;
}
