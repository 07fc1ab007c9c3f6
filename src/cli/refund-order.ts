import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { Db } from '../db/client.ts';
import { findOrderIdByNumber, type OrderMoney, orderMoney } from '../db/order-money.ts';
import { formatMoney, parseMoney } from '../domain/money.ts';
import { STAFF_REFUND_REASONS, type StaffRefundReason } from '../domain/refund.ts';
import { type RefundResult, refundOrder } from '../flows/refund-order.ts';
import { complain, type ExitCode, runCommand, say, UsageError, withDatabase } from './command.ts';

const USAGE = `npm run order:refund -- C-1001 [--amount 12.50] [--reason ${STAFF_REFUND_REASONS.join('|')}]
    [--restock | --keep-out] [--payment ID] [--again]
  Asks for the whole of an order's money, or a part of it, to go back to the customer, who is told when Stripe has done it.
  --restock, --keep-out   put the goods back on the shelf when nothing is left, or not (otherwise: unless they were collected)
  --payment               which one, where an order was paid more than once
  --again                 the same amount once more: without it a repeated command is taken for the first`;

const OPTIONS = {
  amount: { type: 'string' },
  reason: { type: 'string', default: 'requested_by_customer' },
  restock: { type: 'boolean', default: false },
  'keep-out': { type: 'boolean', default: false },
  payment: { type: 'string' },
  again: { type: 'boolean', default: false },
} as const;

type Payment = OrderMoney['payments'][number];
const amountOf = ({ amountMinor, currency }: { amountMinor: number; currency: string }) =>
  formatMoney(amountMinor, currency, 'en');

await runCommand(USAGE, async (config, args) => {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  const [number, ...more] = positionals;
  if (!number || more.length > 0) throw new UsageError('Name one order, e.g. C-1001');
  const reason = STAFF_REFUND_REASONS.find((each) => each === values.reason);
  if (!reason) throw new UsageError(`--reason must be one of ${STAFF_REFUND_REASONS.join(', ')}`);
  if (values.restock && values['keep-out']) throw new UsageError('--restock and --keep-out say the opposite');
  return withDatabase(config, async ({ db }) => {
    const payment = await choosePayment(db, number, values.payment);
    if (!payment) return 1;
    const amount = amountAsked(payment, values.amount);
    const result = await refundOrder(
      { db, clock: { now: () => new Date() } },
      {
        paymentId: payment.id,
        ...amount,
        reason: reason as StaffRefundReason,
        ...(values.restock && { restock: true }),
        ...(values['keep-out'] && { restock: false }),
        requestKey: values.again ? randomUUID() : `operator:${amount.amountMinor ?? 'all'}`,
        by: 'operator',
      },
    );
    return report(result, number);
  });
});

async function choosePayment(db: Db, number: string, wanted: string | undefined): Promise<Payment | undefined> {
  const orderId = await findOrderIdByNumber(db, number);
  if (!orderId) return void complain(`There is no order ${number}.`);
  const { payments } = await orderMoney(db, orderId);
  if (payments.length === 0) return void complain(`Order ${number} was not paid: there is nothing to give back.`);
  const [only, ...others] = payments;
  if (wanted === undefined && others.length === 0) return only;
  const chosen = payments.find(({ id }) => id === wanted);
  if (chosen) return chosen;
  complain(`Order ${number} was paid ${payments.length} times. Choose one with --payment:`);
  for (const payment of payments) {
    const left = amountOf({ ...payment, amountMinor: payment.leftMinor });
    complain(`  ${payment.id}  ${amountOf(payment)} on ${payment.receivedAt.toISOString()}, ${left} left`);
  }
  return undefined;
}

function amountAsked({ currency }: Payment, amount: string | undefined): { amountMinor?: number } {
  if (amount === undefined) return {};
  const amountMinor = parseMoney(amount, currency);
  if (amountMinor === undefined) throw new UsageError(`--amount must be an amount of ${currency} above 0, e.g. 12.50`);
  return { amountMinor };
}

function report(result: RefundResult, number: string): ExitCode {
  switch (result.kind) {
    case 'requested':
      say(`Refund of ${amountOf(result)} for ${number} asked for; the worker sends it to Stripe.`);
      return 0;
    case 'already_requested':
      say(
        `A refund of ${amountOf(result)} for ${number} was asked for on ${result.at.toISOString()}: nothing was added.`,
      );
      say('If it is meant to go back once more, repeat the command with --again.');
      return 0;
    case 'disputed':
      complain(
        `The payment of ${number} is disputed: Stripe refuses refunds until that is decided. Answer it in Stripe.`,
      );
      return 1;
    case 'charged_back':
      complain(
        `The bank took money of ${number} back: Stripe refunds nothing of it any more. Give it back another way.`,
      );
      return 1;
    case 'too_much':
      complain(`Only ${amountOf({ ...result, amountMinor: result.leftMinor })} of ${number} can still be given back.`);
      return 1;
    case 'nothing_left':
      complain(`Nothing of ${number} can be given back through Stripe: it went back, or was never taken there.`);
      return 1;
    case 'unknown':
      complain(`Order ${number} has no such payment.`);
      return 1;
    default:
      return result satisfies never;
  }
}
