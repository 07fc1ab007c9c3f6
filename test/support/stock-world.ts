import { randomUUID } from 'node:crypto';
import type { CheckoutSession } from '../../src/domain/payment.ts';
import { cancelOrder } from '../../src/flows/cancel-order.ts';
import { confirmOrder } from '../../src/flows/confirm-order.ts';
import { expireCheckouts } from '../../src/flows/expire-checkouts.ts';
import { handleNextPaymentEvent } from '../../src/flows/handle-payment-event.ts';
import { reconcilePayments } from '../../src/flows/reconcile-payments.ts';
import { refundOrder } from '../../src/flows/refund-order.ts';
import { sendNextRefund } from '../../src/flows/send-refund.ts';
import { settlePayment, settleSession } from '../../src/flows/settle-payment.ts';
import { startNextCheckout } from '../../src/flows/start-checkout.ts';
import { StripeRefusal } from '../../src/sandbox/stripe/errors.ts';
import type { MoneyDesk } from './money-desk.ts';
import { Killed, mortal } from './mortal.ts';

const CUSTOMERS = 4;
const DAY_MINUTES = 24 * 60;

export type Wish = { customer: number; quantities: readonly number[] };
type AtStripe = 'pay' | 'pay_later' | 'decline' | 'bank_pays' | 'bank_refuses' | 'expire_at_stripe';
/**
 * One thing that somebody does: `pick` chooses among what is there at that moment. With `killedAfter` the process that
 * does it dies after so many steps (mortal.ts).
 */
export type Act = { killedAfter?: number } & (
  | ({ kind: 'order' } & Wish)
  | ({ kind: 'order_twice_at_once' } & Wish)
  | { kind: AtStripe; pick: number }
  | { kind: 'settle' | 'settle_as_expired'; pick: number }
  | { kind: 'cancel'; customer: number }
  | { kind: 'refund' | 'staff_refund'; pick: number; share: number }
  | { kind: 'dispute'; pick: number; share: number }
  | { kind: 'warn_of_fraud'; pick: number }
  | { kind: 'dispute_won' | 'dispute_lost'; pick: number }
  | { kind: 'work' | 'work_until_idle' | 'sweep' | 'a_day_passes' }
);
type Needs = MoneyDesk['needs'];

/** Few pieces of a few products at one new place, and customers who all want them. */
export async function openStockWorld(desk: MoneyDesk, onHand: readonly number[]) {
  const { db, clock } = desk;
  const id = randomUUID().slice(0, 8);
  const location = await db.location.create({ data: { code: `world-${id}`, name: 'Jarry', address: '', hours: '' } });
  const products = await Promise.all(
    onHand.map((pieces, index) =>
      db.product.create({
        data: {
          ...{ sku: `${id}-${index}`, brand: 'Michelin', model: 'Primacy 4', label: `Pneu ${index}`, description: '' },
          ...{ category: 'pneu', priceMinor: 1000 * (index + 1), currency: 'EUR' },
          stockLevels: {
            create: {
              ...{ locationId: location.id, onHand: pieces },
              movements: { create: { kind: 'received', onHandDelta: pieces, reservedDelta: 0 } },
            },
          },
        },
      }),
    ),
  );
  const customers = await Promise.all(
    Array.from({ length: CUSTOMERS }, (_, index) =>
      db.customer.create({
        data: { channelAddress: `whatsapp:+59${id}${index}`, lastInboundAt: clock.now(), conversation: { create: {} } },
      }),
    ),
  );

  /** A cart and the summary the customer is about to say yes to, or undefined when they already have one open. */
  async function propose({ customer, quantities }: Wish) {
    const customerId = customers[customer % CUSTOMERS]?.id as string;
    const wanted = products.flatMap((product, index) => {
      const quantity = quantities[index] ?? 0;
      return quantity > 0 ? [{ product, quantity }] : [];
    });
    if (wanted.length === 0 || (await db.cart.count({ where: { customerId, status: 'open' } })) > 0) return undefined;
    const lines = wanted.map(({ product, quantity }) => ({
      ...{ productId: product.id, sku: product.sku, label: product.label, quantity },
      ...{ unitPriceMinor: product.priceMinor, subtotalMinor: product.priceMinor * quantity },
    }));
    const items = wanted.map(({ product, quantity }, position) => ({ productId: product.id, quantity, position }));
    const totalMinor = lines.reduce((sum, line) => sum + line.subtotalMinor, 0);
    const values = {
      cartVersion: 1,
      locationId: location.id,
      lines,
      totalMinor,
      currency: 'EUR',
      createdAt: clock.now(),
    };
    const cart = await db.cart.create({
      data: { customerId, version: 1, items: { create: items }, proposals: { create: values } },
      include: { proposals: true },
    });
    return { customerId, proposalId: cart.proposals[0]?.id as string, cartId: cart.id };
  }

  async function order(needs: Needs, wish: Wish, times: number): Promise<void> {
    const proposal = await propose(wish).catch((error) => {
      // Two wishes of one customer at once: the second cart is refused by the index.
      if (/carts_one_open_per_customer|Unique constraint/.test(String(error))) return undefined;
      throw error;
    });
    if (!proposal) return;
    const answers = await Promise.allSettled(Array.from({ length: times }, () => confirmOrder(needs, proposal)));
    // Whoever was not answered tries again with another cart.
    if (answers.some((answer) => answer.status === 'rejected' || answer.value.kind === 'moved')) {
      await db.cart.updateMany({ where: { id: proposal.cartId, status: 'open' }, data: { status: 'abandoned' } });
    }
    for (const answer of answers) if (answer.status === 'rejected') throw answer.reason;
  }

  const attempts = () =>
    db.paymentAttempt.findMany({
      where: { order: { locationId: location.id }, sessionId: { not: null } },
      orderBy: { createdAt: 'asc' },
      include: { payment: true },
    });

  async function picked(pick: number) {
    const all = await attempts();
    return all[pick % Math.max(all.length, 1)];
  }

  async function settle(needs: Needs, pick: number): Promise<void> {
    const attempt = await picked(pick);
    if (attempt) await settlePayment(needs, attempt as unknown as Parameters<typeof settlePayment>[1]);
  }

  /** A customer whose order is over by our books can still pay at Stripe: late money. */
  async function settleAsExpired(needs: Needs, pick: number): Promise<void> {
    const attempt = await picked(pick);
    if (!attempt?.sessionId) return;
    const session = await desk.payments.retrieveCheckoutSession(attempt.sessionId);
    // Money that Stripe holds is never called expired.
    if (session.status !== 'open') return;
    await settleSession(needs, attempt.id, { ...session, status: 'expired' } satisfies CheckoutSession);
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

  const partOf = (amountMinor: number, share: number) => Math.max(1, Math.floor(amountMinor * share));

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

  /** A manager refunds at the counter. */
  async function staffRefund(needs: Needs, pick: number, share: number): Promise<void> {
    const payment = await pickedPayment(pick);
    if (!payment) return;
    const amount = share === 1 ? {} : { amountMinor: partOf(payment.amountMinor, share) };
    const wish = { paymentId: payment.id, ...amount, reason: 'requested_by_customer' as const };
    await refundOrder(needs, { ...wish, requestKey: randomUUID(), by: 'staff:lea' });
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

  async function perform(act: Act): Promise<'done' | 'killed'> {
    const needs = act.killedAfter === undefined ? desk.needs : mortal(desk.needs, act.killedAfter);
    try {
      await performWith(needs, act);
      return 'done';
    } catch (error) {
      if (act.killedAfter === undefined || !isKilled(error)) throw error;
      return 'killed';
    }
  }

  async function performWith(needs: Needs, act: Act): Promise<unknown> {
    switch (act.kind) {
      case 'order':
        return order(needs, act, 1);
      case 'order_twice_at_once':
        return order(needs, act, 2);
      case 'settle':
        return settle(needs, act.pick);
      case 'settle_as_expired':
        return settleAsExpired(needs, act.pick);
      case 'cancel': {
        const customerId = customers[act.customer % CUSTOMERS]?.id as string;
        return cancelOrder(needs, { customerId, orderNumber: null });
      }
      case 'refund':
        return refund(act.pick, act.share);
      case 'staff_refund':
        return staffRefund(needs, act.pick, act.share);
      case 'dispute':
        return dispute(act.pick, act.share);
      case 'warn_of_fraud':
        return warnOfFraud(act.pick);
      case 'dispute_won':
        return endDispute(act.pick, 'won');
      case 'dispute_lost':
        return endDispute(act.pick, 'lost');
      case 'work':
        return Promise.all([1, 2, 3].map(() => workOnce(needs)));
      case 'work_until_idle':
        return desk.work();
      case 'sweep':
        return Promise.all([expireCheckouts(needs), reconcilePayments(needs)]);
      case 'a_day_passes':
        return desk.sandbox.clock.advance(DAY_MINUTES);
      default:
        return atStripe(act.kind, act.pick);
    }
  }
  return { location, products, perform, disputesEnd };
}
export type StockWorld = Awaited<ReturnType<typeof openStockWorld>>;

function unlessRefused(call: () => unknown): void {
  try {
    call();
  } catch (error) {
    if (!(error instanceof StripeRefusal)) throw error;
  }
}

async function workOnce(needs: Needs): Promise<void> {
  await Promise.all([startNextCheckout(needs), handleNextPaymentEvent(needs), sendNextRefund(needs)]);
}

/** Killed, or an error of the flow's own making because of that. */
const isKilled = (error: unknown): boolean =>
  error instanceof Killed || (error instanceof Error && isKilled(error.cause ?? null));

/** What dead processes had claimed is free again, as when their leases have run out. Only while nobody works. */
export const leasesRunOut = ({ db }: MoneyDesk) =>
  db.$executeRaw`UPDATE payment_events SET claimed_until = NULL WHERE outcome = 'received'`;

/** Whatever waits for a later try is tried, until nothing waits. */
export async function workUntilQuiet(desk: MoneyDesk): Promise<void> {
  const { db } = desk;
  for (let rounds = 0; rounds < 20; rounds++) {
    await leasesRunOut(desk);
    await desk.work();
    const [events, checkouts, refunds] = await Promise.all([
      db.$executeRaw`UPDATE payment_events SET next_attempt_at = now() WHERE outcome = 'received'`,
      db.$executeRaw`UPDATE payment_attempts SET next_call_at = now() WHERE status = 'PENDING' AND session_id IS NULL`,
      db.$executeRaw`UPDATE refunds SET next_call_at = now() WHERE status = 'requested'`,
    ]);
    if (events + checkouts + refunds === 0) return;
  }
  const waiting = await db.$queryRaw<{ what: string; error: string | null }[]>`
    SELECT type AS what, last_error AS error FROM payment_events WHERE outcome = 'received'
    UNION ALL SELECT 'checkout', last_error FROM payment_attempts WHERE status = 'PENDING' AND session_id IS NULL
    UNION ALL SELECT reason, last_error FROM refunds WHERE status = 'requested'`;
  throw new Error(`work never ended: ${waiting.map(({ what, error }) => `${what} (${error})`).join(', ')}`);
}
