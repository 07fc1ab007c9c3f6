import { z } from 'zod';
import { mayBeYes } from '../../domain/assent.ts';
import { asksToCancel, isPlain, namesOrder } from '../../domain/intents.ts';
import { cancelsSummary, placesNamed } from '../acts.ts';
import { cancelAndTell, confirm, propose, proposeAgain, resendLink } from '../orders.ts';
import { mayAcceptSummary } from '../quoted.ts';
import { moneyIn } from '../replies.ts';
import { cartHasChanged, instantIn, type Turn } from '../turn.ts';
import { defineTool, refused, type ToolResult } from './tool.ts';

export const proposeOrderTool = defineTool({
  name: 'propose_order',
  description:
    'Ends the choosing: the service itself sends the summary with the total and the buttons Confirm and Change. ' +
    'Call it when the customer wants to order or pay; say nothing after it.',
  arguments: {},
  async run(turn): Promise<ToolResult> {
    if (turn.draft.proposal) return { kind: 'proposed' };
    const outcome = await propose(turn);
    switch (outcome.kind) {
      case 'proposed':
      case 'choose_location':
        return { kind: outcome.kind };
      case 'short':
        return refused(
          `not enough in stock at ${outcome.location.name}`,
          'choose_location of complete_at, or set_quantity to what is available',
          { lines: outcome.lines, complete_at: outcome.elsewhere.map(({ id, name }) => ({ id, name })) },
        );
      case 'gone':
        return refused('a product of the cart is no longer sold', 'search for another');
      case 'too_much':
        return refused(
          'the total is more than one payment can take',
          'say so with both amounts; have them take fewer, or ask whether someone of the shop should answer',
          {
            total: moneyIn(turn, outcome.totalMinor, outcome.currency),
            most: moneyIn(turn, outcome.mostMinor, outcome.currency),
          },
        );
      default:
        return refused(outcome.kind, 'fill the cart first');
    }
  },
});

const wordsOf = ({ inbound }: Turn): string => inbound.map(({ body }) => body).join(' ');

/** All they said in this turn, taken together, agrees; a tap on anything but Confirm is no word of theirs. */
const isTheirYes = (turn: Turn): boolean =>
  turn.inbound.every(({ payload }) => payload === null) && mayBeYes(wordsOf(turn));

/** Cancelling is their wish, in their words, or their plain yes to the shop's question whether to; and of that order. */
function wishToCancel(turn: Turn, orderNumber: string | null): 'theirs' | ToolResult {
  const words = wordsOf(turn);
  const lastSaid = turn.history.findLast(({ role }) => role === 'shop')?.content ?? '';
  const wasAsked = /annul|cancel|anul/i.test(lastSaid) && lastSaid.includes('?');
  if (!asksToCancel(words) && !(wasAsked && isPlain(words, 'yes')))
    return refused('they did not plainly ask to cancel', 'ask whether to cancel, naming the order');
  const named = namesOrder(words);
  if (named && orderNumber && named !== orderNumber.toUpperCase())
    return refused(`they named ${named}`, 'call it with the number they named');
  return 'theirs';
}

export const confirmOrderTool = defineTool({
  name: 'confirm_order',
  description:
    "Makes the order from the open proposal. Only after the customer's clear yes to the summary they received; " +
    'never in the turn that proposed it, never on a question, a condition or a doubt.',
  arguments: {},
  async run(turn): Promise<ToolResult> {
    const { draft } = turn;
    if (!draft.openProposal) return refused('no open proposal', 'call propose_order: they must see the summary first');
    if (cartHasChanged(draft)) return refused('the cart changed in this turn', 'call propose_order');
    // Their yes must answer the summary, not what was said since or what they reply to.
    const { openProposal } = draft;
    const isToSummary = turn.inbound.every((message) => mayAcceptSummary(message, openProposal.id));
    if (!isToSummary) return { kind: await proposeAgain(turn, 'confirm_again') };
    if (!isTheirYes(turn)) {
      return refused(
        'their words are no clear yes: nothing in them agrees, or there is a question, a doubt, a condition or a change',
        'answer it, change the cart or the place, then propose_order: they confirm with one tap',
      );
    }
    const elsewhere = (await placesNamed(turn, wordsOf(turn))).find(({ id }) => id !== openProposal.locationId);
    if (elsewhere) return refused(`the summary is not for ${elsewhere.name}`, 'choose_location, then propose_order');
    if (draft.focus.ask !== 'confirm') return { kind: await proposeAgain(turn, 'confirm_again') };
    return { kind: await confirm(turn, openProposal.id) };
  },
});

export const orderStatusTool = defineTool({
  name: 'order_status',
  description: "The customer's newest orders and how far they are.",
  arguments: {},
  async run(turn): Promise<ToolResult> {
    const orders = await turn.needs.latestOrders(turn.customerId);
    return {
      kind: 'orders',
      orders: orders.map((order) => ({
        number: order.number,
        status: order.status,
        total: moneyIn(turn, order.totalMinor, order.currency),
        pay_before: order.status === 'pending_payment' ? instantIn(turn, order.expiresAt) : null,
      })),
    };
  },
});

export const resendPaymentLinkTool = defineTool({
  name: 'resend_payment_link',
  description: 'The service sends the payment link of the unpaid order again. Never write a link yourself.',
  arguments: {},
  async run(turn): Promise<ToolResult> {
    return { kind: await resendLink(turn) };
  },
});

export const cancelOrderTool = defineTool({
  name: 'cancel_order',
  description: 'Cancels an unpaid order of the customer, when they ask for it; null means the newest.',
  arguments: { order_number: z.string().max(20).nullable() },
  async run(turn, { order_number }): Promise<ToolResult> {
    const wish = wishToCancel(turn, order_number);
    if (wish !== 'theirs') return wish;
    const words = wordsOf(turn);
    if (asksToCancel(words) && !namesOrder(words) && (await cancelsSummary(turn))) return { kind: 'summary_dropped' };
    return { ...(await cancelAndTell(turn, order_number)) };
  },
});
