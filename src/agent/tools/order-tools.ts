import { z } from 'zod';
import { isConditional } from '../../domain/intents.ts';
import { cancelAndTell, confirm, propose, proposeAgain, resendLink } from '../orders.ts';
import { mayAcceptSummary } from '../quoted.ts';
import { moneyIn } from '../replies.ts';
import { cartHasChanged, instantIn } from '../turn.ts';
import { defineTool, type ToolResult } from './tool.ts';

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
        return {
          ...{ kind: 'refused', reason: `not enough in stock at ${outcome.location.name}`, lines: outcome.lines },
          complete_at: outcome.elsewhere.map(({ id, name }) => ({ id, name })),
        };
      default:
        return { kind: 'refused', reason: outcome.kind };
    }
  },
});

export const confirmOrderTool = defineTool({
  name: 'confirm_order',
  description:
    "Makes the order from the open proposal. Only after the customer's clear yes to the summary they received; " +
    'never in the turn that proposed it, never on a question, a condition or a doubt.',
  arguments: {},
  async run(turn): Promise<ToolResult> {
    const { draft } = turn;
    if (!draft.openProposal) return { kind: 'refused', reason: 'no open proposal: call propose_order first' };
    if (cartHasChanged(draft)) return { kind: 'refused', reason: 'the cart changed in this turn: call propose_order' };
    if (turn.inbound.some((message) => message.payload === null && isConditional(message.body)))
      return {
        kind: 'refused',
        reason: 'their yes has a condition: answer it, change the cart or place, propose_order',
      };
    // Their yes must answer the summary, not what was said since or what they reply to.
    const { openProposal } = draft;
    const isToSummary = turn.inbound.every((message) => mayAcceptSummary(message, openProposal.id));
    if (draft.focus.ask !== 'confirm' || !isToSummary) return { kind: await proposeAgain(turn, 'confirm_again') };
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
    return { ...(await cancelAndTell(turn, order_number)) };
  },
});
