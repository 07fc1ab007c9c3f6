import { findProducts } from '../db/catalogue.ts';
import type { InboundText } from '../db/inbound-texts.ts';
import { type Intent, looseIntent, plainIntent } from '../domain/intents.ts';
import { plainText } from '../domain/plain-text.ts';
import { parseSearch, readCount } from '../domain/search-query.ts';
import { searchTextOf, searchWords } from '../domain/search-text.ts';
import { addAndTell, chooseNamedLocation, dropProposal, tellCart, tellRefusal } from './acts.ts';
import { declinePicture } from './attachments.ts';
import { answerFast, resendOrTell, tapOf } from './fast-path.ts';
import { cancelAndTell, proposeAndTell, tellOrders, waitingOrder } from './orders.ts';
import { tellShop } from './places.ts';
import { type CartLine, cartMessage, greetingMessage, linkButton } from './replies.ts';
import { answerAd, answerSearch, askWhichOne } from './search-by-rules.ts';
import { changeQuantity, readCart, remove } from './tools/cart-tools.ts';
import { callHuman, offerHuman } from './tools/customer-tools.ts';
import { say, type Turn, textOf } from './turn.ts';

const EMAIL = /[^\s@<>]{1,64}@[^\s@<>]+\.[a-z]{2,}/i;

/** Answers every message by rules, without any model: whoever can read can buy. Always leaves a reply. */
export async function answerByRules(turn: Turn, messages: readonly InboundText[]): Promise<void> {
  const before = turn.draft.replies.length;
  for (const message of joinSearches(withoutTakenBack(messages)).flatMap(splitWishes)) {
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

const quantityOf = (message: InboundText) => {
  const intent = message.payload === null ? plainIntent(message.body) : undefined;
  return intent?.kind === 'quantity' ? intent.value : undefined;
};

const ANOTHER = /\b(?:aussi|egalement|also|too|as well|tambien)\b|^(?:et|and|y|plus) /;

/** "4 michelin 205/55 R16 et 4 équilibrages": two wishes, when both halves say how many of what. */
function splitWishes(message: InboundText): InboundText[] {
  if (!isSearch(message)) return [message];
  const parts = message.body.split(BETWEEN_WISHES).filter((part) => part.trim() !== '');
  const wishes = parts.map(parseSearch);
  const areWhole = wishes.every(({ quantity, groups, size }, index) => {
    return (quantity !== undefined || index > 0) && (groups.length > 0 || size.length > 0);
  });
  return parts.length > 1 && areWhole ? parts.map((body) => ({ ...message, body })) : [message];
}
const BETWEEN_WISHES =
  /(?:\s+(?:et|and|y|plus)\s+|\s*[,+\n]\s*)(?=(?:\d{1,2}|une?|deux|trois|quatre|one|an?|two|three|four|un[ao]?|dos|tres|cuatro)\s+\p{L})/iu;

/** People write one wish in several messages ("bonjour", "des michelin", "205/55 R16", "j'en veux 4"): one search. */
function joinSearches(messages: readonly InboundText[]): InboundText[] {
  const telling = messages.filter((message) => !isFiller(message));
  const joined: InboundText[] = [];
  for (const message of telling.length > 0 ? telling : messages.slice(0, 1)) {
    const last = joined.at(-1);
    const quantity = quantityOf(message);
    if (last && isSearch(last) && isSearch(message) && !ANOTHER.test(plainText(message.body))) {
      joined[joined.length - 1] = { ...last, body: `${last.body} ${message.body}` };
    } else if (last && isSearch(last) && quantity !== undefined) {
      // A number counts what follows it.
      joined[joined.length - 1] = { ...last, body: `${quantity} ${last.body}` };
    } else joined.push(message);
  }
  return joined;
}

async function answerLoosely(turn: Turn, message: InboundText): Promise<void> {
  if (declinePicture(turn, message)) return;
  if (message.body.trim() === '') return offerHuman(turn, 'cannot_read');
  const email = EMAIL.exec(message.body)?.[0];
  if (email && email.length <= 200) {
    turn.draft.customer = { ...turn.draft.customer, email };
    return say(turn, { body: textOf(turn, 'email_kept', { email }) });
  }
  const isOrdering = turn.draft.focus.ask !== undefined || turn.draft.openProposal !== undefined;
  if (isOrdering && (await chooseNamedLocation(turn, message.body))) return;
  const intent = looseIntent(message.body);
  if (intent) await actOn(turn, intent);
  else if (!(await answerAd(turn, message))) await answerSearch(turn, message.body);
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
      return clearCart(turn);
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
      return turn.draft.openProposal && !intent.orderNumber
        ? dropProposal(turn)
        : cancelAndTell(turn, intent.orderNumber);
    case 'ask_cancel':
      return tellHowToCancel(turn);
    case 'change':
      return changeByWords(turn, intent);
    case 'complaint':
      return offerHuman(turn, 'sorry_for_trouble');
    case 'payment_info':
      return say(turn, { body: textOf(turn, 'payment_info') });
    case 'other_place':
      turn.draft.cart = { ...turn.draft.cart, locationId: null };
      return turn.draft.cart.items.length > 0 ? proposeAndTell(turn) : tellShop(turn);
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

/** Nothing is cancelled on a question: what stands, and the words that would cancel it. */
async function tellHowToCancel(turn: Turn): Promise<void> {
  const order = await waitingOrder(turn);
  if (!order) return say(turn, { body: textOf(turn, 'cancel_nothing_to_cancel') });
  say(turn, { body: textOf(turn, 'cancel_how', { orderNumber: order.number }) });
}

async function changeByWords(turn: Turn, { value, words }: { value: number; words: string }): Promise<void> {
  const lines = await readCart(turn);
  const [only, ...others] = linesMeant(lines, words);
  if (!only) return answerSearch(turn, `${value} ${words}`);
  if (others.length > 0) return say(turn, cartMessage(turn, textOf(turn, 'change_which'), lines));
  await changeLine(turn, only, value);
}

/** "Finalement 2" with one line in the cart can only mean that line. */
async function changeOnlyLine(turn: Turn, quantity: number): Promise<void> {
  const lines = await readCart(turn);
  const [line, ...others] = lines;
  if (!line) return answerNothingOpen(turn);
  if (others.length > 0) return say(turn, cartMessage(turn, textOf(turn, 'change_which'), lines));
  await changeLine(turn, line, quantity);
}

async function changeLine(turn: Turn, line: CartLine, quantity: number): Promise<void> {
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
  if (draft.focus.offer) return askWhichOne(turn, draft.focus.offer);
  if (draft.cart.items.length > 0) return proposeAndTell(turn);
  const order = await waitingOrder(turn);
  if (!order) return say(turn, { body: textOf(turn, 'as_you_like') });
  const body = textOf(turn, 'already_ordered', { orderNumber: order.number });
  say(turn, { body, ...(order.paymentUrl && { buttons: [linkButton(turn, order.id)] }) });
}

const matchesAny = (words: readonly string[], text: string) => {
  const known = searchWords(text);
  return words.some((word) => known.includes(word));
};
const matchesAll = (words: readonly string[], text: string) => words.every((word) => matchesAny([word], text));

function linesMeant(lines: readonly CartLine[], words: string): CartLine[] {
  const wanted = parseSearch(words);
  const count = readCount(words.replace(/\D+/g, '') || words.trim());
  if (wanted.groups.length === 0 && wanted.size.length === 0 && wanted.generic.length > 0) {
    // "The tyres": the goods themselves, not what is done to them.
    const meant = lines.filter((line) => wanted.generic.some((group) => matchesAny(group, searchTextOf(line.product))));
    const goods = meant.filter(({ product }) => product.stocked);
    return goods.length > 0 ? goods : meant;
  }
  if (wanted.groups.length === 0 && wanted.size.length === 0) {
    if (count === undefined) return [...lines];
    const nth = lines[count - 1];
    return nth ? [nth] : [];
  }
  return lines.filter(({ product }) => {
    const text = searchTextOf(product);
    return wanted.groups.every((group) => matchesAny(group, text)) && matchesAll(wanted.size, text);
  });
}

const EVERYTHING = /^(?:le |la |the |el )?(?:tout|all|everything|todo)\b/;

function clearCart(turn: Turn): void {
  turn.draft.cart = { ...turn.draft.cart, items: [] };
  say(turn, { body: textOf(turn, 'cart_cleared') });
}

async function removeByWords(turn: Turn, words: string): Promise<void> {
  if (EVERYTHING.test(words)) return clearCart(turn);
  const lines = await readCart(turn);
  const meant = linesMeant(lines, words);
  const [only] = meant;
  if (!only) return say(turn, cartMessage(turn, `${textOf(turn, 'not_in_cart')}\n`, lines));
  if (meant.length > 1) return say(turn, cartMessage(turn, textOf(turn, 'remove_which'), lines));
  remove(turn, only.product.id);
  const left = await readCart(turn);
  const intro = textOf(turn, 'removed', { label: only.product.label });
  if (left.length === 0) return say(turn, { body: intro });
  say(turn, cartMessage(turn, `${intro}\n`, left));
}
