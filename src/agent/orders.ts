import { findOrderAsCart } from '../db/carts.ts';
import { sameItems } from '../domain/cart.ts';
import { refocus } from '../domain/conversation.ts';
import { type ProposeResult, proposeOrder } from '../flows/propose-order.ts';
import type { CustomerOrder } from '../flows/show-customer-orders.ts';
import { againButton, cartMessage, linkButton, locationQuestion, moneyIn, proposalMessages } from './replies.ts';
import { readCart } from './tools/cart-tools.ts';
import { cartHasChanged, forgetCart, instantIn, newId, say, type Turn, textOf } from './turn.ts';

/**
 * Proposes the cart as an order: the service sends the summary with Confirm and Change, or asks for the place. Other
 * outcomes are returned unsaid. `notice` stands above the summary.
 */
export async function propose(turn: Turn, notice?: string): Promise<ProposeResult> {
  const { draft, needs } = turn;
  await readCart(turn);
  const outcome = await proposeOrder(needs, { cart: draft.cart });
  if (outcome.kind === 'proposed') {
    const proposal = { ...outcome.proposal, id: newId(turn) };
    draft.cart = { ...draft.cart, locationId: proposal.locationId };
    draft.proposal = proposal;
    draft.openProposal = undefined;
    draft.focus = refocus(draft.focus, { ask: 'confirm' });
    for (const message of proposalMessages(turn, proposal, outcome.location, notice)) say(turn, message);
    draft.isClosed = true;
  }
  if (outcome.kind === 'choose_location') {
    draft.focus = refocus(draft.focus, { ask: 'location' });
    say(turn, locationQuestion(turn, textOf(turn, 'which_location'), outcome.locations));
    draft.isClosed = true;
  }
  return outcome;
}

/** The same, with the refusals said to the customer. */
export async function proposeAndTell(turn: Turn, notice?: string): Promise<void> {
  const outcome = await propose(turn, notice);
  switch (outcome.kind) {
    case 'proposed':
    case 'choose_location':
      return;
    case 'empty_cart':
      return say(turn, { body: textOf(turn, 'cart_empty') });
    case 'gone':
      return say(turn, { body: textOf(turn, 'product_gone') });
    case 'too_much': {
      const { totalMinor, mostMinor, currency } = outcome;
      const [total, most] = [moneyIn(turn, totalMinor, currency), moneyIn(turn, mostMinor, currency)];
      return say(turn, { body: textOf(turn, 'too_much', { total, most }) });
    }
    case 'short': {
      const intro = textOf(turn, 'short_intro', { locationName: outcome.location.name });
      const lines = outcome.lines.map((line) =>
        textOf(turn, 'short_line', { label: line.label, wanted: line.wanted, available: line.available }),
      );
      const body = [...(notice ? [notice] : []), [intro, ...lines].join('\n')].join('\n\n');
      if (outcome.elsewhere.length === 0) return say(turn, { body: `${body}\n\n${textOf(turn, 'short_change')}` });
      turn.draft.focus = refocus(turn.draft.focus, { ask: 'location' });
      return say(turn, locationQuestion(turn, `${body}\n\n${textOf(turn, 'short_elsewhere')}`, outcome.elsewhere));
    }
    default:
      return outcome satisfies never;
  }
}

export type Confirmation = 'ordered' | 'answered' | 'refused';

/**
 * The customer's yes to `proposalId`. `ordered`: the service sends the payment link, nothing is left to say here.
 * A cart touched in this same turn, or a summary the customer cannot have seen yet, makes no order (invariant 4).
 */
export async function confirm(turn: Turn, proposalId: string): Promise<Confirmation> {
  const { draft, needs, customerId } = turn;
  if (cartHasChanged(draft) || draft.dropsProposal || draft.proposal) return proposeAgain(turn, 'proposal_stale');
  const outcome = await needs.confirmOrder({ customerId, proposalId });
  switch (outcome.kind) {
    case 'ordered':
      forgetCart(draft);
      draft.focus = refocus(draft.focus, {});
      draft.isClosed = true;
      return 'ordered';
    case 'already_ordered':
      await tellOrder(turn, outcome.orderId, outcome.orderNumber);
      return 'answered';
    case 'no_open_proposal':
    case 'cart_changed':
      return proposeAgain(turn, 'proposal_stale');
    case 'moved':
      return proposeAgain(turn, outcome.reason === 'price' ? 'price_moved' : 'stock_moved');
    default:
      return outcome satisfies never;
  }
}

/** The summary as it is now, with `key` saying why it is shown again. */
export async function proposeAgain(turn: Turn, key: string): Promise<Confirmation> {
  // A summary made in this very turn is on its way already.
  if (!turn.draft.proposal) await proposeAndTell(turn, textOf(turn, key));
  turn.draft.isClosed = true;
  return 'answered';
}

async function tellOrder(turn: Turn, orderId: string, orderNumber: string): Promise<void> {
  const order = (await turn.needs.latestOrders(turn.customerId)).find((candidate) => candidate.id === orderId);
  if (order) say(turn, { body: orderLine(turn, order), buttons: orderButtons(turn, order) });
  else say(turn, { body: textOf(turn, 'already_ordered', { orderNumber }) });
  turn.draft.isClosed = true;
}

export const orderLine = (
  turn: Turn,
  order: Pick<CustomerOrder, 'number' | 'status' | 'totalMinor' | 'currency' | 'expiresAt'>,
): string =>
  textOf(turn, `order_${order.status}`, {
    orderNumber: order.number,
    total: moneyIn(turn, order.totalMinor, order.currency),
    expiresAt: instantIn(turn, order.expiresAt),
  });

function orderButtons(turn: Turn, order: CustomerOrder) {
  if (order.status === 'pending_payment' && order.paymentUrl) return [linkButton(turn, order.id)];
  return order.status === 'expired' ? [againButton(turn, order.id)] : [];
}

/** The newest order that waits for its payment. */
export async function waitingOrder(turn: Turn): Promise<CustomerOrder | undefined> {
  return (await turn.needs.latestOrders(turn.customerId)).find((order) => order.status === 'pending_payment');
}

export async function tellOrders(turn: Turn): Promise<void> {
  const orders = (await turn.needs.latestOrders(turn.customerId)).slice(0, 3);
  const [newest] = orders;
  if (!newest) return say(turn, { body: textOf(turn, 'no_orders') });
  const body = orders.map((order) => orderLine(turn, order)).join('\n\n');
  // Whoever asks after a paid order may never have got its QR code: it comes with the answer.
  const { pickupId } = newest;
  if (pickupId) return say(turn, { body, media: { kind: 'pickup_qr', pickupId } });
  say(turn, { body, buttons: orderButtons(turn, newest) });
}

/** The link as it was sent, with the turn's other replies: a turn that is run again sends it once. */
export async function resendLink(turn: Turn): Promise<'sent' | 'nothing_open'> {
  const link = await turn.needs.paymentLinkAgain(turn.customerId);
  if (!link) return 'nothing_open';
  say(turn, link);
  turn.draft.isClosed = true;
  return 'sent';
}

/** Cancels an unpaid order of this customer and says what came of it. */
export async function cancelAndTell(turn: Turn, orderNumber: string | null) {
  const { customerId, askedAt } = turn;
  const outcome = await turn.needs.cancelOrder({ customerId, orderNumber, askedAt });
  const hasOrders = (await turn.needs.latestOrders(customerId)).length > 0;
  if (outcome.kind === 'nothing_to_cancel' && orderNumber !== null && hasOrders) {
    // They named an order that is over, or not theirs: what there is says it best.
    await tellOrders(turn);
    turn.draft.isClosed = true;
    return outcome;
  }
  const key = outcome.kind === 'cancelled' ? 'order_cancelled_now' : `cancel_${outcome.kind}`;
  say(turn, { body: textOf(turn, key, 'orderNumber' in outcome ? { orderNumber: outcome.orderNumber } : {}) });
  turn.draft.isClosed = true;
  return outcome;
}

/** Puts what an order held back in the cart and proposes it, at today's prices and stock. A cart in progress stays. */
export async function orderAgain(turn: Turn, orderId: string): Promise<void> {
  const { draft, needs, customerId } = turn;
  const order = await findOrderAsCart(needs.db, { customerId, orderId });
  if (!order) return say(turn, { body: textOf(turn, 'no_orders') });
  const lines = await readCart(turn);
  if (lines.length > 0 && !sameItems(draft.cart, order.cart)) {
    return say(turn, cartMessage(turn, textOf(turn, 'cart_in_progress'), lines));
  }
  draft.cart = order.cart;
  await proposeAndTell(turn);
}
