import { lastBought, wasOffered } from '../db/customers.ts';
import { encodeTap, refocus } from '../domain/conversation.ts';
import type { Intent } from '../domain/intent.ts';
import { greetingMessage } from './replies.ts';
import { say, type Turn, textOf } from './turn.ts';

/**
 * Says hello; to whoever bought here before, offers the same again, once for each order and never beside a cart in progress.
 */
export async function greet(turn: Turn): Promise<void> {
  const greeting = greetingMessage(turn);
  const { draft, needs, customerId, claim } = turn;
  const last =
    draft.cart.items.length === 0 && !draft.openProposal ? await lastBought(needs.db, customerId) : undefined;
  const tap = last && encodeTap({ kind: 'again', orderId: last.orderId });
  if (!last || !tap || (await wasOffered(needs.db, claim.conversationId, tap))) return say(turn, greeting);
  const items = last.lines.map(({ label, quantity }) => `${quantity} × ${label}`).join(', ');
  draft.focus = refocus(draft.focus, { again: last.orderId });
  say(turn, {
    body: `${greeting.body}\n\n${textOf(turn, 'same_again', { items })}`,
    buttons: [{ id: tap, title: textOf(turn, 'same_button') }, ...(greeting.buttons ?? [])],
  });
}

/** Hello and thank you need no thought; with more in the same burst they are part of it. */
export async function answerSmallTalk(turn: Turn, intent: Intent): Promise<boolean> {
  if (intent.kind === 'greeting') await greet(turn);
  else if (intent.kind === 'thanks') say(turn, { body: textOf(turn, 'you_are_welcome') });
  else return false;
  return true;
}
