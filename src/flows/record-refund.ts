import { writeAudit } from '../db/audit.ts';
import type { Db, Tx } from '../db/client.ts';
import { lockOrder, moveOrder, setReview } from '../db/orders.ts';
import { enqueueMessage } from '../db/outbox.ts';
import { hasPaidAttempt, moveAttempt } from '../db/payment-attempts.ts';
import { findPaymentByIntent } from '../db/payments.ts';
import { recordRefund, refundedMinor, wasDecidedBySettlement } from '../db/refunds.ts';
import { returnConsumed } from '../db/stock.ts';
import { transact } from '../db/transact.ts';
import { AppError } from '../domain/errors.ts';
import { refundMessage } from '../domain/messages.ts';
import { PAID } from '../domain/order.ts';
import type { Texts } from '../domain/texts.ts';
import type { Clock, Log, Payments, StripeRefund, VerifiedEvent } from '../ports.ts';
import { type SettleFirstNeeds, settleFirst } from './settle-first.ts';

export type RefundNeeds = {
  db: Db;
  clock: Clock;
  log: Log;
  texts: Texts;
  payments: Pick<Payments, 'retrieveRefund' | 'listRefunds'>;
};

/** Reads the refunds an event points at from Stripe and records them. */
export async function recordRefundsOf(
  needs: RefundNeeds & SettleFirstNeeds,
  event: VerifiedEvent,
): Promise<'handled' | 'foreign'> {
  const refunds = event.type.startsWith('refund.')
    ? [await needs.payments.retrieveRefund(event.objectId)]
    : event.paymentIntentId
      ? await needs.payments.listRefunds(event.paymentIntentId)
      : [];
  let known = false;
  for (const { paymentIntentId } of refunds.slice(0, 1)) if (paymentIntentId) await settleFirst(needs, paymentIntentId);
  for (const refund of refunds) known = (await applyRefund(needs, refund)) || known;
  return known ? 'handled' : 'foreign';
}

/** Records a refund as Stripe has it and what it means to the order. True when it belongs to a payment of ours. */
export async function applyRefund(needs: RefundNeeds, refund: StripeRefund): Promise<boolean> {
  const { paymentIntentId } = refund;
  if (!paymentIntentId) return false;
  return transact(needs.db, async (tx) => {
    const payment = await findPaymentByIntent(tx, paymentIntentId);
    if (!payment) return false;
    const order = await lockOrder(tx, payment.orderId);
    if (!order) throw new AppError('order_unknown', 'a payment without its order');
    const at = needs.clock.now();
    const isNews = await recordRefund(tx, payment.id, { ...refund, at });
    if (!isNews) return true;
    await writeAudit(tx, { actor: 'stripe', action: `refund.${refund.status}`, subject: `order:${order.id}`, at });
    // A late or doubled payment's refund was announced when it was decided.
    if (refund.status === 'succeeded' && !(await wasDecidedBySettlement(tx, refund.id))) {
      await enqueueMessage(tx, {
        businessKey: `refunded:${refund.id}`,
        customerId: order.customerId,
        orderId: order.id,
        content: refundMessage(needs.texts, order, refund.amountMinor, 'refunded'),
        at: needs.clock.now(),
      });
    }
    if (refund.status === 'failed' || refund.status === 'canceled') await holdFailedRefund(needs, tx, order.id);
    else await closeIfFullyRefunded(needs, tx, payment);
    return true;
  });
}

/** The money is ours again although it should not be: a person must find another way to give it back (invariant 1). */
async function holdFailedRefund(needs: RefundNeeds, tx: Tx, orderId: string): Promise<void> {
  await setReview(tx, orderId, 'a refund failed');
  needs.log.error({ orderId }, 'a refund failed: give the money back another way, see the Stripe Dashboard');
}

type KnownPayment = { id: string; amountMinor: number; orderId: string; attemptId: string };

/** Refunded in full: the order is over; goods that never left go back on the shelf. A partial refund changes neither. */
async function closeIfFullyRefunded(needs: RefundNeeds, tx: Tx, payment: KnownPayment): Promise<void> {
  if ((await refundedMinor(tx, payment.id)) < payment.amountMinor) return;
  const at = needs.clock.now();
  await moveAttempt(tx, payment.attemptId, ['PAID'], 'REFUNDED', { at });
  // Refunding a doubled payment must not void the order the other payment paid (fault 26).
  if (await hasPaidAttempt(tx, payment.orderId)) return;
  const wasHere = await moveOrder(tx, payment.orderId, ['confirmed', 'ready'], 'refunded', at);
  if (wasHere) await returnConsumed(tx, payment.orderId, 'refunded before pickup');
  else await moveOrder(tx, payment.orderId, [...PAID], 'refunded', at);
}
