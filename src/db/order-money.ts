import type { Db } from './client.ts';
import { givenBackMinor } from './refunds.ts';

/** What an order was paid with, and what became of it; amounts in minor units of `currency`. */
export type OrderMoney = {
  payments: {
    id: string;
    amountMinor: number;
    /** What can still be given back: refunds asked for and lost disputes are taken off. */
    leftMinor: number;
    currency: string;
    receivedAt: Date;
    /** Stripe's page about it; null where no money went through Stripe. */
    paymentIntentId: string | null;
    refunds: {
      id: string;
      amountMinor: number;
      /** domain/refund.ts */
      status: string;
      reason: string | null;
      /** Why Stripe has not taken it yet. */
      lastError: string | null;
      createdAt: Date;
    }[];
    disputes: { id: string; amountMinor: number; status: string; reason: string | null; dueBy: Date | null }[];
  }[];
};

const REFUND = { id: true, amountMinor: true, status: true, reason: true, lastError: true, createdAt: true } as const;
const DISPUTE = { id: true, amountMinor: true, status: true, reason: true, dueBy: true } as const;

/** Oldest first. */
export async function orderMoney(db: Db, orderId: string): Promise<OrderMoney> {
  const payments = await db.payment.findMany({
    where: { attempt: { orderId } },
    orderBy: { receivedAt: 'asc' },
    select: {
      ...{ id: true, amountMinor: true, currency: true, receivedAt: true, paymentIntentId: true },
      refunds: { select: REFUND, orderBy: { createdAt: 'asc' } },
      disputes: { select: DISPUTE, orderBy: { createdAt: 'asc' } },
    },
  });
  return {
    payments: await Promise.all(
      payments.map(async (payment) => {
        const backMinor = await givenBackMinor(db, payment.id, { requested: true });
        return { ...payment, leftMinor: payment.paymentIntentId ? payment.amountMinor - backMinor : 0 };
      }),
    ),
  };
}

/** The order with this number, as people say it. */
export async function findOrderIdByNumber(db: Db, number: string): Promise<string | undefined> {
  const order = await db.order.findUnique({ where: { number: number.trim().toUpperCase() }, select: { id: true } });
  return order?.id;
}
