import { findProducts } from '../db/catalogue.ts';
import type { InboundText } from '../db/inbound-texts.ts';
import { refocus } from '../domain/conversation.ts';
import { plainIntent } from '../domain/intents.ts';
import { isPointing, type Quoted } from '../domain/quoted.ts';
import { addAndTell } from './acts.ts';
import { confirm } from './orders.ts';
import { productCard } from './replies.ts';
import { say, type Turn, textOf } from './turn.ts';

/**
 * A reply to anything but the summary that is open answers that, and accepts nothing (invariant 4); nor does what stands
 * in a picture: a yes is in their own words.
 */
export const mayAcceptSummary = ({ quoted, sent }: InboundText, openProposalId: string | undefined): boolean => {
  if (sent.content === 'picture') return false;
  return quoted === undefined || (quoted.proposalId !== undefined && quoted.proposalId === openProposalId);
};

/** What the message replied to leaves open, in place of what the last reply did. */
function refocusOn(turn: Turn, quoted: Quoted): void {
  const { draft } = turn;
  const { product, offer, places, proposalId } = quoted;
  const isOpenSummary = proposalId !== undefined && proposalId === draft.openProposal?.id;
  if (product) draft.focus = refocus(draft.focus, { product }, [product]);
  else if (offer) draft.focus = refocus(draft.focus, { offer, quantity: draft.focus.quantity }, offer);
  else if (isOpenSummary) draft.focus = refocus(draft.focus, { ask: 'confirm' });
  else if (places) draft.focus = refocus(draft.focus, { ask: 'location', places });
  else if (draft.focus.ask === 'confirm') draft.focus = refocus(draft.focus, {});
}

/**
 * Takes in what a message replies to, and answers it where that alone tells what is meant: a plain yes or "that one" below
 * a product, a yes below a summary that no longer holds. False: the words are to be understood as any others.
 */
export async function answerQuoted(turn: Turn, message: InboundText, quoted: Quoted): Promise<boolean> {
  refocusOn(turn, quoted);
  const isYes = plainIntent(message.body)?.kind === 'yes';
  if (quoted.product && (isYes || isPointing(message.body))) return chooseQuoted(turn, quoted.product);
  if (isYes && quoted.proposalId && !mayAcceptSummary(message, turn.draft.openProposal?.id)) {
    // As a tap on its button: the order made from it is told, or what holds instead is proposed.
    await confirm(turn, quoted.proposalId);
    return true;
  }
  return false;
}

/** They have its card before their eyes: only the question that is left is asked. */
async function chooseQuoted(turn: Turn, productId: string): Promise<true> {
  const [product] = await findProducts(turn.needs.db, [productId]);
  const question = product && productCard(turn, product).at(-1);
  if (!product || !question) say(turn, { body: textOf(turn, 'product_gone') });
  else if (product.stocked) say(turn, question);
  else await addAndTell(turn, product.id, 1);
  return true;
}
