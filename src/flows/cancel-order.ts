import { writeAudit } from '../db/audit.ts';
import type { Db } from '../db/client.ts';
import { findOrder, findOrderOf, lockOrder, moveOrder, newestUnpaidAt } from '../db/orders.ts';
import { enqueueMessage } from '../db/outbox.ts';
import { type Attempt, hasPaidAttempt, markSessionOver, moveAttempt, openAttemptOf } from '../db/payment-attempts.ts';
import { releaseReservations } from '../db/stock.ts';
import { transact } from '../db/transact.ts';
import { cancelledByShopMessage } from '../domain/messages.ts';
import { PAID } from '../domain/order.ts';
import type { Payments } from '../ports.ts';
import { type SettleNeeds, settleSession } from './settle-payment.ts';

type Needs = SettleNeeds & {
  db: Db;
  payments: Pick<Payments, 'expireCheckoutSession' | 'retrieveCheckoutSession' | 'livemode'>;
};

export type CancelResult =
  | { kind: 'cancelled'; orderNumber: string }
  | { kind: 'already_paid'; orderNumber: string }
  /** Stripe took something else than we asked for: a person decides, and nobody is told that nothing was charged. */
  | { kind: 'money_held'; orderNumber: string }
  | { kind: 'nothing_to_cancel' };

/** Of a customer. Without a number: the newest order that was still to be paid when they asked. */
export type CancelWish = { customerId: string; orderNumber: string | null; askedAt: Date };

/**
 * Cancels a customer's unpaid order, theirs only. The link is closed at Stripe first: if it was paid in that moment, the
 * payment stands and the order is confirmed instead (faults 9, 17). The same wish twice means the same order: what has
 * become of it since is the answer, and no other order goes in its place.
 */
export async function cancelOrder(needs: Needs, wish: CancelWish): Promise<CancelResult> {
  const { customerId, orderNumber, askedAt } = wish;
  const order =
    orderNumber === null
      ? await newestUnpaidAt(needs.db, customerId, askedAt)
      : await findOrderOf(needs.db, customerId, orderNumber);
  if (!order) return { kind: 'nothing_to_cancel' };
  if (order.status === 'pending_payment')
    return cancelUnpaid(needs, order, { actor: `customer:${customerId}`, tellsCustomer: false });
  if (PAID.includes(order.status)) return { kind: 'already_paid', orderNumber: order.number };
  // Cancelled by this wish before its turn died, or over by itself meanwhile: the wish is fulfilled either way.
  return orderNumber === null ? { kind: 'cancelled', orderNumber: order.number } : { kind: 'nothing_to_cancel' };
}

/** Cancels an unpaid order as staff; its customer, who did not ask for it, is told. */
export async function cancelAsStaff(
  needs: Needs,
  { orderId, staffId }: { orderId: string; staffId: string },
): Promise<CancelResult> {
  const order = await findOrder(needs.db, orderId);
  if (order?.status !== 'pending_payment') {
    const isPaid = order !== undefined && PAID.includes(order.status);
    return isPaid ? { kind: 'already_paid', orderNumber: order.number } : { kind: 'nothing_to_cancel' };
  }
  return cancelUnpaid(needs, order, { actor: `staff:${staffId}`, tellsCustomer: true });
}

type Canceller = { actor: string; tellsCustomer: boolean };

async function cancelUnpaid(
  needs: Needs,
  order: { id: string; number: string },
  by: Canceller,
): Promise<Exclude<CancelResult, { kind: 'nothing_to_cancel' }>> {
  // The checkout worker may be making the link at this very moment: then it is closed in the next round.
  for (;;) {
    const attempt = await openAttemptOf(needs.db, order.id);
    if (attempt?.sessionId) {
      const session = await needs.payments.expireCheckoutSession(attempt.sessionId);
      if (session.status === 'complete') {
        const settled = await settleSession(needs, attempt.id, session);
        return { kind: settled === 'review' ? 'money_held' : 'already_paid', orderNumber: order.number };
      }
    }
    const outcome = await closeOrder(needs, order, attempt, by);
    if (outcome !== 'session_appeared') return { kind: outcome, orderNumber: order.number };
  }
}

async function closeOrder(
  needs: Needs,
  order: { id: string },
  expired: Attempt | undefined,
  { actor, tellsCustomer }: Canceller,
): Promise<'cancelled' | 'already_paid' | 'money_held' | 'session_appeared'> {
  const at = needs.clock.now();
  return transact(needs.db, async (tx) => {
    const current = await lockOrder(tx, order.id);
    // Stripe's own "expired" event may have come first: the customer's wish is fulfilled either way.
    if (current?.status === 'expired' || current?.status === 'cancelled') return 'cancelled';
    const attempt = await openAttemptOf(tx, order.id);
    if (attempt?.sessionId && attempt.sessionId !== expired?.sessionId) return 'session_appeared';
    // Still to pay, and paid: the money does not match, and going back is the only way out it has (fault 19).
    if (current?.status === 'pending_payment' && (await hasPaidAttempt(tx, order.id))) return 'money_held';
    if (!(await moveOrder(tx, order.id, ['pending_payment'], 'cancelled', at))) return 'already_paid';
    if (attempt) await moveAttempt(tx, attempt.id, ['PENDING'], 'CANCELLED', { at });
    // Without a session nothing was closed yet: Stripe may be making one, which reconciliation must find (fault 14).
    if (expired?.sessionId) await markSessionOver(tx, expired.id);
    await releaseReservations(tx, order.id);
    await writeAudit(tx, { actor, action: 'order.cancelled', subject: `order:${order.id}`, at });
    if (current && tellsCustomer) {
      const content = cancelledByShopMessage(needs.texts, current);
      const message = { customerId: current.customerId, orderId: order.id, content, at };
      await enqueueMessage(tx, { businessKey: `cancelled:${order.id}`, ...message });
    }
    return 'cancelled';
  });
}
