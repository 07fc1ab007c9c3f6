import { randomUUID } from 'node:crypto';
import { indexProducts } from '../../src/db/search-index.ts';
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
import type { MoneyDesk } from './money-desk.ts';
import { Killed, mortal } from './mortal.ts';
import { counterOfPlace } from './stock-world-counter.ts';
import { type AtStripe, partOf, stripeOfPlace } from './stock-world-stripe.ts';

const CUSTOMERS = 4;
const DAY_MINUTES = 24 * 60;

export type Wish = { customer: number; quantities: readonly number[] };
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
  | { kind: 'warn_of_fraud' | 'hand_over' | 'count'; pick: number }
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
  await indexProducts(
    db,
    products.map(({ sku }) => sku),
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

  const stripe = stripeOfPlace(desk, location.id);
  const counter = await counterOfPlace(desk, { locationId: location.id, products, onHand });

  async function settle(needs: Needs, pick: number): Promise<void> {
    const attempt = await stripe.picked(pick);
    if (attempt) await settlePayment(needs, attempt as unknown as Parameters<typeof settlePayment>[1]);
  }

  /** A customer whose order is over by our books can still pay at Stripe: late money. */
  async function settleAsExpired(needs: Needs, pick: number): Promise<void> {
    const attempt = await stripe.picked(pick);
    if (!attempt?.sessionId) return;
    const session = await desk.payments.retrieveCheckoutSession(attempt.sessionId);
    // Money that Stripe holds is never called expired.
    if (session.status !== 'open') return;
    await settleSession(needs, attempt.id, { ...session, status: 'expired' } satisfies CheckoutSession);
  }

  /** A manager refunds at the counter. */
  async function staffRefund(needs: Needs, pick: number, share: number): Promise<void> {
    const payment = await stripe.pickedPayment(pick);
    if (!payment) return;
    const amount = share === 1 ? {} : { amountMinor: partOf(payment.amountMinor, share) };
    const wish = { paymentId: payment.id, ...amount, reason: 'requested_by_customer' as const };
    await refundOrder(needs, { ...wish, requestKey: randomUUID(), by: 'staff:lea' });
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
        return cancelOrder(needs, { customerId, orderNumber: null, askedAt: needs.clock.now() });
      }
      case 'refund':
        return stripe.refund(act.pick, act.share);
      case 'staff_refund':
        return staffRefund(needs, act.pick, act.share);
      case 'dispute':
        return stripe.dispute(act.pick, act.share);
      case 'warn_of_fraud':
        return stripe.warnOfFraud(act.pick);
      case 'hand_over':
        return counter.handOver(needs, act.pick);
      case 'count':
        return counter.count(needs, act.pick);
      case 'dispute_won':
        return stripe.endDispute(act.pick, 'won');
      case 'dispute_lost':
        return stripe.endDispute(act.pick, 'lost');
      case 'work':
        return Promise.all([1, 2, 3].map(() => workOnce(needs)));
      case 'work_until_idle':
        return desk.work();
      case 'sweep':
        return Promise.all([expireCheckouts(needs), reconcilePayments(needs)]);
      case 'a_day_passes':
        return desk.sandbox.clock.advance(DAY_MINUTES);
      default:
        return stripe.atStripe(act.kind, act.pick);
    }
  }
  return { location, products, perform, disputesEnd: stripe.disputesEnd };
}
export type StockWorld = Awaited<ReturnType<typeof openStockWorld>>;

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
