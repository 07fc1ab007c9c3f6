import type { Ledger, LedgerCharge, LedgerRefund } from '../domain/ledger.ts';
import type { Db } from './client.ts';

/** A row of ours, and whether it is of the period by our own record (else Stripe's list named it). */
type Dated<T> = T & { isOfPeriod: boolean };
export type ShopLedger = Ledger & { charges: Dated<LedgerCharge>[]; refunds: Dated<LedgerRefund>[] };

/**
 * Payments and refunds on record: those of the period, and those that Stripe's list names, whenever they were. Free
 * orders have no payment intent and refunds that Stripe has not accepted no id: Stripe's lists cannot hold them.
 */
export async function readShopLedger(
  db: Db,
  of: { from: Date; until: Date; paymentIntentIds: string[]; stripeRefundIds: string[] },
): Promise<ShopLedger> {
  const inPeriod = { gte: of.from, lt: of.until };
  const isOfPeriod = (at: Date) => at >= of.from && at < of.until;
  const payments = await db.payment.findMany({
    where: {
      paymentIntentId: { not: null },
      OR: [{ receivedAt: inPeriod }, { paymentIntentId: { in: of.paymentIntentIds } }],
    },
  });
  const refunds = await db.refund.findMany({
    where: {
      stripeRefundId: { not: null },
      OR: [{ createdAt: inPeriod }, { stripeRefundId: { in: of.stripeRefundIds } }],
    },
    include: { payment: { select: { paymentIntentId: true } } },
  });
  return {
    charges: payments.map(({ paymentIntentId, amountMinor, currency, receivedAt }) => ({
      ...{ paymentIntentId: paymentIntentId as string, amountMinor, currency, isOfPeriod: isOfPeriod(receivedAt) },
    })),
    refunds: refunds.map(({ stripeRefundId, payment, amountMinor, currency, status, createdAt }) => ({
      ...{ stripeRefundId: stripeRefundId as string, paymentIntentId: payment.paymentIntentId ?? '' },
      ...{ amountMinor, currency, status, isOfPeriod: isOfPeriod(createdAt) },
    })),
  };
}

/** Which of these payment intents have a payment on record. */
export async function knownIntents(db: Db, paymentIntentIds: string[]): Promise<Set<string>> {
  const rows = await db.payment.findMany({
    where: { paymentIntentId: { in: paymentIntentIds } },
    select: { paymentIntentId: true },
  });
  return new Set(rows.flatMap(({ paymentIntentId }) => paymentIntentId ?? []));
}
