import { writeAudit } from '../db/audit.ts';
import type { Db, Tx } from '../db/client.ts';
import { notifyTeam } from '../db/notifications.ts';
import { lockOrder, type OrderWithFacts } from '../db/orders.ts';
import { enqueueMessage } from '../db/outbox.ts';
import { findPaymentByIntent } from '../db/payments.ts';
import { recordRefund, wasDecidedBySettlement } from '../db/refunds.ts';
import { openReview } from '../db/reviews.ts';
import { transact } from '../db/transact.ts';
import { AppError } from '../domain/errors.ts';
import { refundMessage } from '../domain/payment-messages.ts';
import type { Texts } from '../domain/texts.ts';
import type { Clock, Log, Payments, StripeRefund, VerifiedEvent } from '../ports.ts';
import { closeIfGivenBack } from './close-refunded-order.ts';
import { type SettleFirstNeeds, settleFirst } from './settle-first.ts';

export type RefundNeeds = {
  db: Db;
  clock: Clock;
  log: Log;
  texts: Texts;
  payments: Pick<Payments, 'retrieveRefund' | 'listRefunds'>;
};

/** Reads the refunds an event points at from Stripe and records them. The order they belong to; undefined: none of ours. */
export async function recordRefundsOf(
  needs: RefundNeeds & SettleFirstNeeds,
  event: VerifiedEvent,
): Promise<string | undefined> {
  const { paymentIntentId } = event;
  const isRefund = event.type.startsWith('refund.');
  if (!isRefund && !paymentIntentId) return undefined;
  const refunds = isRefund
    ? [await needs.payments.retrieveRefund(event.objectId)]
    : await needs.payments.listRefunds({ paymentIntentId: paymentIntentId as string });
  const intentId = refunds.find((refund) => refund.paymentIntentId)?.paymentIntentId;
  if (!intentId) return undefined;
  await settleFirst(needs, intentId);
  let orderId: string | undefined;
  for (const refund of refunds) orderId = (await applyRefund(needs, refund)) ?? orderId;
  return orderId;
}

/** Records a refund as Stripe has it and what it means to the order, whose id is answered; undefined: not ours. */
export async function applyRefund(needs: RefundNeeds, refund: StripeRefund): Promise<string | undefined> {
  const { paymentIntentId, orderId: _named, ...facts } = refund;
  if (!paymentIntentId) return undefined;
  return transact(needs.db, async (tx) => {
    const payment = await findPaymentByIntent(tx, paymentIntentId);
    if (!payment) return undefined;
    const order = await lockOrder(tx, payment.orderId);
    if (!order) throw new AppError('order_unknown', 'a payment without its order');
    const at = needs.clock.now();
    if (!(await recordRefund(tx, payment.id, facts))) return order.id;
    if (refund.status === 'failed' || refund.status === 'canceled') {
      await holdFailedRefund(needs, tx, order, { ...refund, paymentId: payment.id });
      return order.id;
    }
    await writeRefundAudit(tx, order.id, refund, at);
    if (refund.status === 'succeeded') await tellCustomer(needs, tx, order, refund);
    await closeIfGivenBack(tx, { payment, order, at });
    return order.id;
  });
}

async function tellCustomer(needs: RefundNeeds, tx: Tx, order: OrderWithFacts, refund: StripeRefund): Promise<void> {
  // A late or doubled payment's refund was announced when it was decided.
  if (await wasDecidedBySettlement(tx, refund.id)) return;
  await enqueueMessage(tx, {
    businessKey: `refunded:${refund.id}`,
    customerId: order.customerId,
    orderId: order.id,
    content: refundMessage(needs.texts, order, refund, 'refunded'),
    at: needs.clock.now(),
  });
}

type RefundFacts = Pick<StripeRefund, 'id' | 'amountMinor' | 'currency' | 'status' | 'reason'>;

async function writeRefundAudit(tx: Tx, orderId: string, refund: RefundFacts, at: Date): Promise<void> {
  const { amountMinor, currency, status, reason } = refund;
  const details = { amountMinor, currency, ...(reason && { reason }) };
  await writeAudit(tx, { actor: 'stripe', action: `refund.${status}`, subject: `order:${orderId}`, details, at });
}

/**
 * The money is ours again although it should not be: a person must find another way to give it back (invariant 1). `id` is
 * Stripe's, or our row's of a refund that Stripe never took.
 */
export async function holdFailedRefund(
  needs: { clock: Clock; log: Log },
  tx: Tx,
  order: OrderWithFacts,
  refund: RefundFacts & { paymentId: string },
): Promise<void> {
  const { amountMinor, currency, paymentId } = refund;
  const { id: orderId, number: orderNumber } = order;
  const at = needs.clock.now();
  await writeRefundAudit(tx, orderId, refund, at);
  const key = `refund-failed:${refund.id}`;
  await openReview(tx, { orderId, paymentId, reason: 'refund_failed', key, amountMinor, at });
  const notice = {
    ...{ kind: 'refund_failed' as const, orderNumber, money: { amountMinor, currency }, orderId, at },
    ...(refund.reason && { values: { reason: refund.reason } }),
  };
  await notifyTeam(tx, { key, ...notice });
  needs.log.error({ orderId }, 'a refund failed: give the money back another way, see the Stripe Dashboard');
}
