import type { InboundText } from '../db/inbound-texts.ts';
import { readPersonalData } from '../db/personal-data.ts';
import { encodeTap, refocus } from '../domain/conversation.ts';
import { plainIntent } from '../domain/intents.ts';
import type { PersonalData } from '../domain/personal-data.ts';
import { plainText } from '../domain/plain-text.ts';
import { orderLine } from './orders.ts';
import { instantIn, say, type Turn, textOf } from './turn.ts';

/** What is kept of them, in words; and, when they want to be forgotten, the question whether to erase it. */
export async function tellKept(turn: Turn, { asks }: { asks: boolean }): Promise<void> {
  const kept = await readPersonalData(turn.needs.db, turn.customerId);
  say(turn, { body: keptText(turn, kept) });
  say(turn, { body: textOf(turn, 'kept_file'), withDataLink: true });
  turn.draft.focus = refocus(turn.draft.focus, {});
  if (!asks) return;
  turn.draft.focus = refocus(turn.draft.focus, { ask: 'forget' });
  turn.draft.asksToForget = true;
  const buttons = [{ id: encodeTap({ kind: 'forget' }), title: textOf(turn, 'forget_button') }, keepButton(turn)];
  const orderNumber = kept.openOrder ?? '';
  const question = kept.openOrder ? 'forget_later_question' : 'forget_question';
  say(turn, { body: textOf(turn, question, { orderNumber }), buttons });
}

function keptText(turn: Turn, kept: PersonalData): string {
  const { channelAddress, name, email, optedOut, since, messages, cartLines, orders } = kept;
  const facts = textOf(turn, 'kept', {
    address: channelAddress.replace(/^\w+:/, ''),
    name: name ?? '—',
    email: email ?? '—',
    language: turn.locale,
    optedOut: optedOut ? 'yes' : 'no',
    since: instantIn(turn, since),
    ...{ messages, cartLines, orders: orders.length },
  });
  const promised = turn.draft.customer.eraseAskedAt ? [textOf(turn, 'kept_until_over')] : [];
  const lines = orders.map((order) => `• ${orderLine(turn, order)}`);
  return [facts, ...lines, ...promised, textOf(turn, 'kept_elsewhere')].join('\n');
}

/** They said yes, to that very question: the turn's commit erases, and this is the last thing said. */
export async function forget(turn: Turn): Promise<void> {
  const { draft } = turn;
  if (draft.focus.ask !== 'forget') return tellKept(turn, { asks: true });
  const { openOrder } = await readPersonalData(turn.needs.db, turn.customerId);
  if (openOrder) return forgetLater(turn, openOrder);
  draft.replies = [];
  draft.forgets = true;
  draft.isClosed = true;
  say(turn, { body: textOf(turn, 'forgotten', { shopName: turn.needs.shop.name }) });
}

/** Until then the shop must know whose order it is; a sweep keeps the promise (flows/erase-forgotten.ts). */
function forgetLater(turn: Turn, orderNumber: string): void {
  const { draft, needs } = turn;
  draft.focus = refocus(draft.focus, {});
  draft.customer = { ...draft.customer, eraseAskedAt: draft.customer.eraseAskedAt ?? needs.clock.now() };
  say(turn, { body: textOf(turn, 'forget_later', { orderNumber }), buttons: [keepButton(turn)] });
}

const keepButton = (turn: Turn) => ({ id: encodeTap({ kind: 'keep' }), title: textOf(turn, 'keep_button') });

/** Said at any time before it is done, it takes an earlier wish back. */
export function keep(turn: Turn): void {
  turn.draft.customer = { ...turn.draft.customer, eraseAskedAt: null };
  turn.draft.focus = refocus(turn.draft.focus, {});
  say(turn, { body: textOf(turn, 'nothing_forgotten') });
}

/** To the question whether to erase everything: a plain yes or no, and nothing with it in the same turn. */
export async function answerForgetting(turn: Turn, { body, quoted }: InboundText): Promise<boolean> {
  if (quoted || turn.inbound.length > 1) return false;
  const isTyped = (key: string) => plainText(body) === plainText(textOf(turn, key));
  if (isTyped('forget_button') || plainIntent(body)?.kind === 'yes') await forget(turn);
  else if (isTyped('keep_button') || plainIntent(body)?.kind === 'no') keep(turn);
  else return false;
  return true;
}
