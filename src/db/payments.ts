import type { Db, Tx } from './client.ts';

/** Records the money of an attempt once; a repeat answers the row that is there. */
export async function recordPayment(
  tx: Tx,
  payment: {
    attemptId: string;
    paymentIntentId: string | null;
    amountMinor: number;
    currency: string;
    receiptUrl: string | null;
    receivedAt: Date;
  },
): Promise<string> {
  const row = await tx.payment.upsert({ where: { attemptId: payment.attemptId }, create: payment, update: {} });
  return row.id;
}

/** The payment of a payment intent, with the order it belongs to. */
export async function findPaymentByIntent(tx: Tx, paymentIntentId: string) {
  const row = await tx.payment.findUnique({
    where: { paymentIntentId },
    include: { attempt: { select: { orderId: true, id: true } } },
  });
  return row && { id: row.id, amountMinor: row.amountMinor, orderId: row.attempt.orderId, attemptId: row.attempt.id };
}

/** A payment with the order it belongs to. */
export async function findPayment(db: Db | Tx, paymentId: string) {
  const row = await db.payment.findUnique({
    where: { id: paymentId },
    include: { attempt: { select: { orderId: true } }, disputes: { select: { status: true } } },
  });
  if (!row) return undefined;
  const { id, amountMinor, currency, paymentIntentId, attempt, disputes } = row;
  const disputeStatuses = disputes.map(({ status }) => status);
  return { id, amountMinor, currency, paymentIntentId, orderId: attempt.orderId, disputeStatuses };
}

export async function paymentIsKnown(db: Db, paymentIntentId: string): Promise<boolean> {
  return (await db.payment.count({ where: { paymentIntentId } })) > 0;
}
