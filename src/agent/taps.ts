import type { InboundText } from '../db/inbound-texts.ts';
import { decodeTap, type Tap } from '../domain/conversation.ts';
import { plainIntent } from '../domain/intents.ts';
import { addAndTell, chooseLocationAndPropose, chooseProduct, dropProposal, setAndTell, tellCart } from './acts.ts';
import { forget, keep, tellKept } from './forget.ts';
import { answerPending } from './order-by-rules.ts';
import { confirm, orderAgain, proposeAndTell, resendLink, tellOrders } from './orders.ts';
import { mayAcceptSummary } from './quoted.ts';
import { rate } from './rate.ts';
import { callHuman } from './tools/customer-tools.ts';
import { say, type Turn, textOf } from './turn.ts';

export const tapOf = (message: InboundText): Tap | undefined =>
  message.payload === null ? undefined : decodeTap(message.payload);

/** A yes with "wait" behind it is no yes: it counts only when everything that came with it agrees. */
export function mayConfirm({ inbound, draft }: Turn): boolean {
  return inbound.every((message) => {
    if (tapOf(message)) return tapOf(message)?.kind === 'confirm';
    if (!mayAcceptSummary(message, draft.openProposal?.id)) return false;
    const kind = plainIntent(message.body)?.kind;
    return kind === 'yes' || kind === 'thanks' || kind === 'greeting';
  });
}

/** What a tapped button or list row asks for. False: a Confirm that something else came with. */
export async function answerTap(turn: Turn, tap: Tap, message: InboundText): Promise<boolean> {
  if (tap.kind === 'confirm' && !mayConfirm(turn)) return false;
  await goingOn(turn, () => actOnTap(turn, tap, message));
  return true;
}

/** After a choice that put something in the cart, the next line of the order that was asked about. */
export async function goingOn<T>(turn: Turn, choose: () => Promise<T>): Promise<T> {
  const { later } = turn.draft.focus;
  const { cart } = turn.draft;
  const outcome = await choose();
  if (later && turn.draft.cart !== cart && !turn.draft.isClosed) await answerPending(turn, later);
  return outcome;
}

async function actOnTap(turn: Turn, tap: Tap, message: InboundText): Promise<unknown> {
  switch (tap.kind) {
    case 'product':
      return chooseProduct(turn, tap.productId);
    case 'add':
      return addAndTell(turn, tap.productId, tap.quantity);
    case 'set':
      return setAndTell(turn, tap.productId, tap.quantity);
    case 'order':
      return proposeAndTell(turn);
    case 'cart':
      return tellCart(turn);
    case 'location':
      return chooseLocationAndPropose(turn, tap.locationId);
    case 'confirm':
      return confirm(turn, tap.proposalId);
    case 'change':
      return dropProposal(turn);
    case 'again':
      return orderAgain(turn, tap.orderId);
    case 'rate':
      return rate(turn, message, tap);
    case 'link':
      return resendOrTell(turn);
    case 'human':
      return callHuman(turn);
    case 'resume':
      return say(turn, { body: textOf(turn, 'resumed') });
    case 'forget':
      return turn.inbound.length === 1 ? forget(turn) : tellKept(turn, { asks: true });
    case 'keep':
      return keep(turn);
    default:
      return tap satisfies never;
  }
}

/** The link again, or how the orders stand when none is open. */
export async function resendOrTell(turn: Turn): Promise<void> {
  if ((await resendLink(turn)) === 'nothing_open') await tellOrders(turn);
}
