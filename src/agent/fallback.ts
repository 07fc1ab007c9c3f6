import { findProducts } from '../db/catalogue.ts';
import type { InboundText } from '../db/inbound-texts.ts';
import type { Intent } from '../domain/intent.ts';
import { looseIntent } from '../domain/intents.ts';
import type { ToldStatus } from '../domain/review.ts';
import {
  addAndTell,
  askWhetherMore,
  cancelsSummary,
  chooseNamedLocation,
  dropProposal,
  isPlaceAlone,
  tellCart,
} from './acts.ts';
import { declinePicture } from './attachments.ts';
import { wishesIn } from './burst.ts';
import { changeByWords, changeOnlyLine, clearCart, removeByWords } from './cart-by-words.ts';
import { answerFast } from './fast-path.ts';
import { tellKept } from './forget.ts';
import { greet } from './greet.ts';
import { answerOrder } from './order-by-rules.ts';
import { cancelAndTell, proposeAndTell, tellOrders, waitingOrder } from './orders.ts';
import { tellShop } from './places.ts';
import { cartMessage, linkButton } from './replies.ts';
import { answerAd, answerSearch, askWhichOne } from './search-by-rules.ts';
import { resendOrTell } from './taps.ts';
import { readCart } from './tools/cart-tools.ts';
import { callHuman, offerHuman } from './tools/customer-tools.ts';
import { say, type Turn, textOf } from './turn.ts';

const EMAIL = /[^\s@<>]{1,64}@[^\s@<>]+\.[a-z]{2,}/i;

/** Answers every message by rules, without any model: whoever can read can buy. Always leaves a reply. */
export async function answerByRules(turn: Turn, messages: readonly InboundText[]): Promise<void> {
  const before = turn.draft.replies.length;
  for (const message of wishesIn(messages)) {
    if (!(await answerFast(turn, message))) await answerLoosely(turn, message);
  }
  if (turn.draft.replies.length === before && !turn.draft.isClosed) offerHuman(turn, 'not_understood');
}

async function answerLoosely(turn: Turn, message: InboundText): Promise<void> {
  if (declinePicture(turn, message)) return;
  if (message.body.trim() === '') return offerHuman(turn, 'cannot_read');
  const email = EMAIL.exec(message.body)?.[0];
  if (email && email.length <= 200) {
    turn.draft.customer = { ...turn.draft.customer, email };
    return say(turn, { body: textOf(turn, 'email_kept', { email }) });
  }
  const rest = await answerOrder(turn, message.body);
  if (rest) return answerRest(turn, rest);
  const isOrdering = turn.draft.focus.ask !== undefined || turn.draft.openProposal !== undefined;
  if ((isOrdering || (await isPlaceAlone(turn, message.body))) && (await chooseNamedLocation(turn, message.body)))
    return;
  const intent = looseIntent(message.body);
  if (intent) await actOn(turn, intent);
  else if (!(await answerAd(turn, message))) await answerSearch(turn, message.body);
}

/** What else stood in an order: a question about the shop, "et je veux commander". More wishes of the same kind wait. */
async function answerRest(turn: Turn, rest: readonly string[]): Promise<void> {
  const wishes = rest.flatMap((clause) => looseIntent(clause) ?? []);
  const wish = wishes.find(({ kind }) => BESIDE_AN_ORDER.has(kind));
  // With a question open about what to order, the order waits.
  if (wish?.kind === 'order' && turn.draft.focus.offer) return;
  if (wish) await actOn(turn, wish);
}
const BESIDE_AN_ORDER = new Set<Intent['kind']>([
  ...(['order', 'shop_info', 'delivery', 'payment_info', 'human', 'status', 'link'] as const),
]);

async function actOn(turn: Turn, intent: Intent): Promise<unknown> {
  switch (intent.kind) {
    case 'greeting':
      return greet(turn);
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
      return (await changeOnlyLine(turn, intent.value)) || answerNothingOpen(turn);
    case 'cart':
      return tellCart(turn);
    case 'order':
      return proposeAndTell(turn);
    case 'status':
      return tellOrders(turn);
    case 'link':
      return resendOrTell(turn);
    case 'cancel_order':
      if (intent.orderNumber === null && (await cancelsSummary(turn))) return;
      return cancelAndTell(turn, intent.orderNumber);
    case 'ask_cancel':
      return tellHowToCancel(turn);
    case 'change':
      return (await changeByWords(turn, intent)) || answerSearch(turn, `${intent.value} ${intent.words}`);
    case 'forget':
    case 'my_data':
      return tellKept(turn, { asks: intent.kind === 'forget' });
    case 'complaint':
      return offerHuman(turn, 'sorry_for_trouble');
    case 'discount':
      return say(turn, { body: textOf(turn, 'no_discount') });
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
    case 'number':
      return (await askAboutCart(turn, intent.value)) || answerNothingOpen(turn);
    default:
      // help, resume
      return answerNothingOpen(turn);
  }
}

const UNPAID: readonly ToldStatus[] = ['pending_payment', 'payment_under_review'];

/** Nothing is cancelled on a question: what stands, and the words that would cancel it. */
async function tellHowToCancel(turn: Turn): Promise<void> {
  const order = (await turn.needs.latestOrders(turn.customerId)).find(({ status }) => UNPAID.includes(status));
  if (!order) return say(turn, { body: textOf(turn, 'cancel_nothing_to_cancel') });
  const key = order.status === 'payment_under_review' ? 'cancel_money_held' : 'cancel_how';
  say(turn, { body: textOf(turn, key, { orderNumber: order.number }) });
}

/** "4", with something in the cart and nothing asked: of what, and in all or on top? */
async function askAboutCart(turn: Turn, quantity: number): Promise<boolean> {
  const { draft } = turn;
  if (draft.openProposal) return false;
  const lines = await readCart(turn);
  const [only, ...others] = lines;
  const meant =
    lines.find(({ product }) => product.id === draft.focus.last) ?? (others.length === 0 ? only : undefined);
  if (meant) askWhetherMore(turn, meant.product, quantity);
  else if (only) say(turn, cartMessage(turn, textOf(turn, 'change_which'), lines));
  return only !== undefined;
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
