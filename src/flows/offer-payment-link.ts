import type { Db } from '../db/client.ts';
import { findOrder } from '../db/orders.ts';
import { openAttemptOf } from '../db/payment-attempts.ts';
import type { Locale } from '../domain/locale.ts';
import type { OrderStatus } from '../domain/order.ts';

export type PaymentLink =
  | {
      kind: 'open';
      url: string;
      orderNumber: string;
      totalMinor: number;
      currency: string;
      expiresAt: Date;
      locale: Locale;
    }
  | { kind: 'closed'; orderNumber: string; status: OrderStatus; locale: Locale }
  | { kind: 'unknown' };

/** What the cancel page offers: the same link while it is good. */
export async function offerPaymentLink(needs: { db: Db }, orderId: string): Promise<PaymentLink> {
  const order = await findOrder(needs.db, orderId);
  if (!order) return { kind: 'unknown' };
  const { number: orderNumber, totalMinor, currency, expiresAt, locale, status } = order;
  const attempt = status === 'pending_payment' ? await openAttemptOf(needs.db, orderId) : undefined;
  if (!attempt?.url || attempt.status !== 'PENDING') return { kind: 'closed', orderNumber, status, locale };
  return { kind: 'open', url: attempt.url, orderNumber, totalMinor, currency, expiresAt, locale };
}
