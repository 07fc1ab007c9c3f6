import { writeAudit } from '../db/audit.ts';
import type { Db, Tx } from '../db/client.ts';
import { lockOrder } from '../db/orders.ts';
import { findPayment } from '../db/payments.ts';
import { findRefundByKey, givenBackMinor, requestRefund } from '../db/refunds.ts';
import { transact } from '../db/transact.ts';
import { refundHindrance } from '../domain/dispute.ts';
import type { StaffRefundReason } from '../domain/refund.ts';
import type { Clock } from '../ports.ts';

export type RefundWish = {
  paymentId: string;
  /** Absent: all that is left. */
  amountMinor?: number;
  reason: StaffRefundReason;
  /** Whether the goods go back on the shelf when this ends the order; absent: unless they have left. */
  restock?: boolean;
  /** Made by whoever asks, once per wish: the same form sent twice is one refund. */
  requestKey: string;
  /** As in audit_entries: staff:<id>, operator. */
  by: string;
};

export type RefundResult =
  | { kind: 'requested'; orderId: string; amountMinor: number; currency: string }
  /** The same wish came before; it stands as it was asked for then. */
  | { kind: 'already_requested'; orderId: string; amountMinor: number; currency: string; at: Date }
  /** Stripe refuses refunds of a disputed charge until that is decided, and for good when the bank took money back. */
  | { kind: 'disputed' | 'charged_back'; orderId: string }
  | { kind: 'too_much'; orderId: string; leftMinor: number; currency: string }
  /** Gone back already, or never taken through Stripe (a total of zero, an order from before). */
  | { kind: 'nothing_left'; orderId: string }
  | { kind: 'unknown' };

/**
 * Asks for money to go back to the customer, wholly or in part. Only a row is written, under the order's lock, so that two
 * people can never give back more than was paid; the refund worker carries it to Stripe under its key, and what Stripe
 * answers ends the order, moves the stock and tells the customer (record-refund).
 */
export async function refundOrder(needs: { db: Db; clock: Clock }, wish: RefundWish): Promise<RefundResult> {
  return transact(needs.db, async (tx): Promise<RefundResult> => {
    const known = await findPayment(tx, wish.paymentId);
    const order = known && (await lockOrder(tx, known.orderId));
    // Read again under the lock: a dispute or another refund may have come first.
    const payment = order && (await findPayment(tx, wish.paymentId));
    if (!payment) return { kind: 'unknown' };
    const { orderId, currency } = payment;
    const idempotencyKey = `refund:${payment.id}:${wish.requestKey}`;
    const earlier = await findRefundByKey(tx, idempotencyKey);
    if (earlier) {
      const { amountMinor, createdAt: at } = earlier;
      return { kind: 'already_requested', orderId, amountMinor, currency, at };
    }
    const hindrance = refundHindrance(payment.disputeStatuses);
    if (hindrance) return { kind: hindrance === 'open' ? 'disputed' : 'charged_back', orderId };
    const leftMinor = payment.amountMinor - (await givenBackMinor(tx, payment.id, { requested: true }));
    if (leftMinor <= 0 || !payment.paymentIntentId) return { kind: 'nothing_left', orderId };
    const amountMinor = wish.amountMinor ?? leftMinor;
    if (amountMinor > leftMinor) return { kind: 'too_much', orderId, leftMinor, currency };
    await record(tx, wish, { orderId, idempotencyKey, amountMinor, currency, at: needs.clock.now() });
    return { kind: 'requested', orderId, amountMinor, currency };
  });
}

type Decided = { orderId: string; idempotencyKey: string; amountMinor: number; currency: string; at: Date };

async function record(tx: Tx, wish: RefundWish, { orderId, at, ...money }: Decided): Promise<void> {
  const { paymentId, reason, restock, by } = wish;
  const choice = restock === undefined ? {} : { restock };
  await requestRefund(tx, { ...money, paymentId, reason, requestedBy: by, ...choice, createdAt: at });
  const details = { amountMinor: money.amountMinor, currency: money.currency, reason };
  await writeAudit(tx, { actor: by, action: 'refund.requested', subject: `order:${orderId}`, details, at });
}
