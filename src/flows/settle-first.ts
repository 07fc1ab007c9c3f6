import type { Db } from '../db/client.ts';
import { unsettledAttemptsOf } from '../db/payment-attempts.ts';
import { paymentIsKnown } from '../db/payments.ts';
import { isUuid } from '../domain/uuid.ts';
import type { Payments } from '../ports.ts';
import { type SettleNeeds, settlePayment } from './settle-payment.ts';

export type SettleFirstNeeds = SettleNeeds & {
  db: Db;
  payments: Pick<Payments, 'orderOfPaymentIntent' | 'retrieveCheckoutSession' | 'livemode'>;
};

/**
 * Refunds and disputes may be heard of before the payment they are about (events come in any order): then the payment
 * is settled first, so that they find it. Does nothing for money that is not ours.
 */
export async function settleFirst(needs: SettleFirstNeeds, paymentIntentId: string): Promise<void> {
  if (await paymentIsKnown(needs.db, paymentIntentId)) return;
  const orderId = await needs.payments.orderOfPaymentIntent(paymentIntentId);
  if (!orderId || !isUuid(orderId)) return;
  for (const attempt of await unsettledAttemptsOf(needs.db, orderId)) await settlePayment(needs, attempt);
}
