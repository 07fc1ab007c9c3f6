import { randomUUID } from 'node:crypto';
import { openReviewsOf } from '../../src/db/reviews.ts';
import type { CheckoutSession } from '../../src/domain/payment.ts';
import { derivePickupToken } from '../../src/domain/pickup.ts';
import type { ReviewOutcome, ReviewReason } from '../../src/domain/review.ts';
import { collectPickup } from '../../src/flows/confirm-pickup.ts';
import { type RefundWish, refundOrder } from '../../src/flows/refund-order.ts';
import { releaseReview } from '../../src/flows/release-review.ts';
import { settleSession } from '../../src/flows/settle-payment.ts';
import { addStaff, type MoneyDesk, placeOrder } from './money-desk.ts';

/** Lucie, who manages the shop: what she can do with an order's money and goods. */
export function managerAt(desk: MoneyDesk) {
  return {
    /** Asks for a refund; every call is a wish of its own unless it brings a key. */
    asksRefund: (paymentId: string, wish: Partial<RefundWish> = {}) =>
      refundOrder(desk, {
        ...{ paymentId, reason: 'requested_by_customer', requestKey: randomUUID(), by: 'staff:lucie' },
        ...wish,
      }),
    /** Ends the order's open review of that reason; where there is none, one that nobody knows. */
    async endsReview(orderId: string, reason: ReviewReason, outcome: ReviewOutcome) {
      const review = (await openReviewsOf(desk.db, orderId)).find((each) => each.reason === reason);
      const note = 'gave it back by bank transfer';
      return releaseReview(desk, { reviewId: review?.id ?? randomUUID(), outcome, note, by: 'staff:lucie' });
    },
    /** Scans the order's code and presses the button. */
    async handsOver(orderId: string) {
      const staff = await addStaff(desk, { id: 'lucie', name: 'Lucie' });
      const { id } = await desk.db.pickup.findUniqueOrThrow({ where: { orderId } });
      return collectPickup(desk.needs, { code: { token: derivePickupToken(desk.needs.sessionSecret, id) }, staff });
    },
  };
}

/** Stripe took 80 instead of 90, or what else is given: in review, its goods held. */
export async function mismatchedOrder(desk: MoneyDesk, took: Partial<CheckoutSession> = { amountTotalMinor: 8000 }) {
  const order = await placeOrder(desk);
  desk.stripe.checkout.pay(order.sessionId);
  const session = await desk.payments.retrieveCheckoutSession(order.sessionId);
  await settleSession(desk.needs, order.attemptId, { ...session, ...took });
  await desk.work();
  const payment = await desk.db.payment.findUniqueOrThrow({ where: { attemptId: order.attemptId } });
  const paymentIntentId = payment.paymentIntentId as string;
  const chargeId = desk.stripe.ledger.intent(paymentIntentId).latest_charge as string;
  return { ...order, paymentId: payment.id, paymentIntentId, chargeId };
}
