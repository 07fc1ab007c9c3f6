import { StripeRefusal } from '../../src/sandbox/stripe/errors.ts';
import type { MoneyDesk } from './money-desk.ts';

export type AtStripe = 'pay' | 'pay_later' | 'decline' | 'bank_pays' | 'bank_refuses' | 'expire_at_stripe';

/** A part of an amount, at least the smallest coin. */
export const partOf = (amountMinor: number, share: number) => Math.max(1, Math.floor(amountMinor * share));

/**
 * What happens at Stripe to the orders of one place, whoever does it there: customers, their banks, somebody in Stripe's
 * Dashboard. `pick` chooses among what is there at that moment.
 */
export function stripeOfPlace(desk: MoneyDesk, locationId: string) {
  const attempts = () =>
    desk.db.paymentAttempt.findMany({
      where: { order: { locationId }, sessionId: { not: null } },
      orderBy: { createdAt: 'asc' },
      include: { payment: true },
    });

  async function picked(pick: number) {
    const all = await attempts();
    return all[pick % Math.max(all.length, 1)];
  }

  async function atStripe(kind: AtStripe, pick: number): Promise<void> {
    const { checkout } = desk.stripe;
    const sessionId = (await picked(pick))?.sessionId;
    if (!sessionId) return;
    if (kind === 'pay') checkout.pay(sessionId);
    if (kind === 'pay_later') checkout.payLater(sessionId);
    if (kind === 'decline') checkout.decline(sessionId);
    if (kind === 'bank_pays') checkout.settleBank(sessionId, true);
    if (kind === 'bank_refuses') checkout.settleBank(sessionId, false);
    if (kind === 'expire_at_stripe') unlessRefused(() => checkout.expire(sessionId));
  }

  async function pickedPayment(pick: number) {
    const payments = (await attempts()).flatMap(({ payment }) => (payment ? [payment] : []));
    return payments[pick % Math.max(payments.length, 1)];
  }

  /** Somebody refunds in Stripe's Dashboard: we only hear of it. */
  async function refund(pick: number, share: number): Promise<void> {
    const payment = await pickedPayment(pick);
    if (!payment?.paymentIntentId) return;
    const amount = String(partOf(payment.amountMinor, share));
    unlessRefused(() => desk.stripe.refunds.create({ payment_intent: payment.paymentIntentId as string, amount }));
  }

  const disputesHere = async () => {
    const intents = new Set((await attempts()).map(({ paymentIntentId }) => paymentIntentId));
    return desk.stripe.ledger.disputes.all().filter(({ payment_intent: intent }) => intents.has(String(intent)));
  };
  const isOpen = ({ status }: { status: string }) => status === 'needs_response';

  async function pickedCharge(pick: number): Promise<string | undefined> {
    const payment = await pickedPayment(pick);
    return payment?.paymentIntentId
      ? String(desk.stripe.ledger.intent(payment.paymentIntentId).latest_charge)
      : undefined;
  }

  /** The customer's bank takes a charge back: once, and not what has gone back already. */
  async function dispute(pick: number, share: number): Promise<void> {
    const charge = await pickedCharge(pick);
    if (!charge || (await disputesHere()).some((known) => known.charge === charge)) return;
    const { amount, amount_refunded } = desk.stripe.ledger.charge(charge);
    const leftMinor = amount - amount_refunded;
    if (leftMinor > 0) desk.stripe.refunds.openDispute(charge, { amount: partOf(leftMinor, share) });
  }

  async function warnOfFraud(pick: number): Promise<void> {
    const charge = await pickedCharge(pick);
    if (charge) desk.stripe.refunds.warnOfFraud(charge);
  }

  async function endDispute(pick: number, end: 'won' | 'lost'): Promise<void> {
    const open = (await disputesHere()).filter(isOpen);
    const chosen = open[pick % Math.max(open.length, 1)];
    if (chosen) desk.stripe.refunds.closeDispute(chosen.id, end);
  }

  /** Banks decide in the end; every second dispute is lost. */
  async function disputesEnd(): Promise<void> {
    for (const [index, { id }] of (await disputesHere()).filter(isOpen).entries()) {
      desk.stripe.refunds.closeDispute(id, index % 2 === 0 ? 'lost' : 'won');
    }
  }

  return { picked, pickedPayment, atStripe, refund, dispute, warnOfFraud, endDispute, disputesEnd };
}

function unlessRefused(call: () => unknown): void {
  try {
    call();
  } catch (error) {
    if (!(error instanceof StripeRefusal)) throw error;
  }
}
