import { lastBought } from '../db/customers.ts';
import type { InboundText } from '../db/inbound-texts.ts';
import { isAngry } from '../domain/anger.ts';
import { refocus } from '../domain/conversation.ts';
import type { Intent } from '../domain/intent.ts';
import { plainIntent } from '../domain/intents.ts';
import {
  addAndTell,
  chooseFromOffer,
  chooseNamedLocation,
  chooseNthLocation,
  dropProposal,
  optIn,
  optOut,
  tellCart,
} from './acts.ts';
import { answerAttachment } from './attachments.ts';
import { answerForgetting, keep, tellKept } from './forget.ts';
import { answerSmallTalk } from './greet.ts';
import { confirm, orderAgain, proposeAndTell, tellOrders } from './orders.ts';
import { tellNearest } from './places.ts';
import { answerQuoted } from './quoted.ts';
import { answerRating } from './rate.ts';
import { answerTap, goingOn, mayConfirm, tapOf } from './taps.ts';
import { callHuman } from './tools/customer-tools.ts';
import { say, type Turn, textOf } from './turn.ts';

/**
 * Answers one message without a model when it can mean only one thing: a tap, a number after a list, a plain yes to
 * the summary just shown. False: it is for the model, or the rules.
 */
export async function answerFast(turn: Turn, message: InboundText): Promise<boolean> {
  const tap = tapOf(message);
  if (tap) return answerTap(turn, tap, message);
  const intent = plainIntent(message.body);
  // Below a picture as well.
  if (intent && isWish(turn, message)) return answerWish(turn, message, intent);
  if (intent?.kind !== 'human' && message.kind === 'text' && answerRating(turn, message)) return true;
  if (answerAttachment(turn, message)) return true;
  if (message.sent.content === 'location') return tellNearest(turn, message.sent.position);
  if (message.kind === 'media' || message.kind === 'location' || message.kind === 'other') return false;
  if (message.quoted && (await answerQuoted(turn, message, message.quoted))) return true;
  if (turn.draft.focus.ask === 'location' && isShortAnswer(message.body)) {
    if (await chooseNamedLocation(turn, message.body)) return true;
  }
  if (isAngry(message.body)) {
    callHuman(turn, 'sorry');
    return true;
  }
  if (turn.draft.focus.ask === 'forget' && (await answerForgetting(turn, message))) return true;
  if (!intent) return false;
  if (turn.inbound.length === 1 && (await answerSmallTalk(turn, intent))) return true;
  return answerPlain(turn, intent);
}

/** STOP, START, or "reprendre" of somebody who had stopped: about what they get, not about what they buy. */
export function isWish({ draft }: Turn, message: InboundText): boolean {
  if (message.payload !== null) return false;
  const kind = plainIntent(message.body)?.kind;
  return kind === 'stop' || kind === 'start' || (kind === 'resume' && draft.customer.optedOutAt !== null);
}

/** Says what comes of a wish, and has it written down with the words that said it. */
async function answerWish(turn: Turn, message: InboundText, intent: Intent): Promise<boolean> {
  const kind = intent.kind === 'stop' ? 'opted_out' : 'opted_in';
  turn.draft.wishes.push({ kind, messageId: message.id });
  return answerPlain(turn, intent);
}

/** "Jarry", "à Jarry svp": longer, or doubtful, is for whoever understands more. */
const isShortAnswer = (text: string) => text.length <= 40 && !/\?|\b(?:pas|not|no|ou|or|o)\b/i.test(text);

async function answerPlain(turn: Turn, intent: Intent): Promise<boolean> {
  const { draft } = turn;
  switch (intent.kind) {
    case 'yes':
      if (!draft.openProposal && draft.focus.again) return makeAgain(turn, draft.focus.again);
      if (!draft.openProposal) return remakeExpired(turn, ANSWER_HOURS);
      if (draft.focus.ask !== 'confirm' || !mayConfirm(turn)) return false;
      await confirm(turn, draft.openProposal.id);
      return true;
    case 'again':
      return (
        (await remakeExpired(turn)) || makeAgain(turn, (await lastBought(turn.needs.db, turn.customerId))?.orderId)
      );
    case 'keep_me':
      if (!draft.customer.eraseAskedAt && draft.focus.ask !== 'forget') return false;
      keep(turn);
      return true;
    case 'forget':
    case 'my_data':
      await tellKept(turn, { asks: intent.kind === 'forget' });
      return true;
    case 'no':
      if (!draft.openProposal) return false;
      await dropProposal(turn);
      return true;
    case 'number':
      return goingOn(turn, () => answerNumber(turn, intent.value));
    case 'quantity':
      return goingOn(turn, () => answerQuantity(turn, intent.value));
    case 'cart':
      await tellCart(turn);
      return true;
    case 'order':
      await proposeAndTell(turn);
      return true;
    case 'status':
      await tellOrders(turn);
      return true;
    case 'human':
      callHuman(turn);
      return true;
    case 'resume':
      if (draft.customer.optedOutAt) optIn(turn);
      else say(turn, { body: textOf(turn, 'resumed') });
      return true;
    case 'stop':
      optOut(turn);
      return true;
    case 'start':
      optIn(turn);
      return true;
    default:
      return false;
  }
}

/** The same as last time: the summary of it, to be confirmed like any other. */
async function makeAgain(turn: Turn, orderId: string | undefined): Promise<boolean> {
  if (!orderId) return false;
  await orderAgain(turn, orderId);
  return true;
}

/** Until then a bare "ok" answers the expiry notice; later it answers something else. */
const ANSWER_HOURS = 48;

/** One word after the expiry notice makes the order again: it left as a template, which may carry no button. */
async function remakeExpired(turn: Turn, withinHours = Number.POSITIVE_INFINITY): Promise<boolean> {
  const { cart, focus } = turn.draft;
  if (cart.items.length > 0 || focus.product || focus.offer) return false;
  const [newest] = await turn.needs.latestOrders(turn.customerId);
  if (newest?.status !== 'expired') return false;
  const ageMs = turn.needs.clock.now().getTime() - newest.expiresAt.getTime();
  if (ageMs > withinHours * 3600_000) return false;
  await orderAgain(turn, newest.id);
  return true;
}

async function answerNumber(turn: Turn, value: number): Promise<boolean> {
  const { ask, product, offer } = turn.draft.focus;
  if (ask === 'location') await chooseNthLocation(turn, value);
  else if (product) await addAndTell(turn, product, value);
  else if (offer) await chooseFromOffer(turn, offer, value);
  else return false;
  return true;
}

async function answerQuantity(turn: Turn, value: number): Promise<boolean> {
  const { product, offer } = turn.draft.focus;
  const meant = product ?? (offer?.length === 1 ? offer[0] : undefined);
  if (meant) {
    await addAndTell(turn, meant, value);
    return true;
  }
  if (!offer || !Number.isInteger(value) || value < 1 || value > 99) return false;
  turn.draft.focus = refocus(turn.draft.focus, { offer, quantity: value });
  say(turn, { body: textOf(turn, 'which_one', { quantity: value, count: offer.length }) });
  return true;
}
