import { writeAudit } from '../db/audit.ts';
import type { Db } from '../db/client.ts';
import { notifyTeam } from '../db/notifications.ts';
import { lockOrder } from '../db/orders.ts';
import { findPaymentByIntent } from '../db/payments.ts';
import { openReview } from '../db/reviews.ts';
import { transact } from '../db/transact.ts';
import { COLLECTABLE } from '../domain/order.ts';
import type { Clock, Payments, VerifiedEvent } from '../ports.ts';
import { type SettleFirstNeeds, settleFirst } from './settle-first.ts';

type Needs = SettleFirstNeeds & { db: Db; clock: Clock; payments: Pick<Payments, 'retrieveFraudWarning'> };

/**
 * The card's issuer suspects fraud: most such payments are disputed later, and refunding first costs less
 * (https://docs.stripe.com/radar/early-fraud-warnings). Goods that are still here wait for a person; the customer, who
 * may be the thief, is told nothing. The order it is about; undefined: not ours.
 */
export async function noteFraudWarning(needs: Needs, event: VerifiedEvent): Promise<string | undefined> {
  const { id, paymentIntentId, actionable, fraudType } = await needs.payments.retrieveFraudWarning(event.objectId);
  if (!paymentIntentId) return undefined;
  await settleFirst(needs, paymentIntentId);
  return transact(needs.db, async (tx) => {
    const payment = await findPaymentByIntent(tx, paymentIntentId);
    const order = payment && (await lockOrder(tx, payment.orderId));
    if (!payment || !order) return undefined;
    const at = needs.clock.now();
    const { id: orderId, number: orderNumber } = order;
    const money = { amountMinor: payment.amountMinor, currency: payment.currency };
    const key = `fraud-warning:${id}`;
    const values = { reason: fraudType };
    // The event may come twice, and a person may have released the order in between.
    if (!(await notifyTeam(tx, { key, kind: 'fraud_warning', orderNumber, money, values, orderId, at })))
      return orderId;
    const subject = `order:${orderId}`;
    await writeAudit(tx, { actor: 'stripe', action: 'payment.fraud_warning', subject, details: values, at });
    // `actionable` is false once the charge was refunded or disputed: the dispute has frozen it then.
    if (actionable && COLLECTABLE.includes(order.status)) {
      await openReview(tx, { orderId, paymentId: payment.id, reason: 'fraud_warning', key, at });
    }
    return orderId;
  });
}
