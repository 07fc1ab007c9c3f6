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
  if (!row) return undefined;
  const { id, amountMinor, currency, attempt } = row;
  return { id, amountMinor, currency, orderId: attempt.orderId, attemptId: attempt.id };
}

/** A payment with the order it belongs to. */
export async function findPayment(db: Db | Tx, paymentId: string) {
  const row = await db.payment.findUnique({
    where: { id: paymentId },
    include: { attempt: { select: { id: true, orderId: true } }, disputes: { select: { status: true } } },
  });
  if (!row) return undefined;
  const { id, amountMinor, currency, paymentIntentId, attempt, disputes } = row;
  const disputeStatuses = disputes.map(({ status }) => status);
  const { id: attemptId, orderId } = attempt;
  return { id, amountMinor, currency, paymentIntentId, attemptId, orderId, disputeStatuses };
}

export async function paymentIsKnown(db: Db, paymentIntentId: string): Promise<boolean> {
  return (await db.payment.count({ where: { paymentIntentId } })) > 0;
}

/**
 * Whether the shop still has money for an order: of some paid attempt not all has gone back, is on its way or has been
 * asked for. Else its goods are not handed over.
 */
export async function moneyStandsFor(db: Db | Tx, orderId: string): Promise<boolean> {
  const [row] = await db.$queryRaw<{ stands: boolean }[]>`
    SELECT EXISTS (
      SELECT 1 FROM payment_attempts a JOIN payments p ON p.attempt_id = a.id
      WHERE a.order_id = ${orderId}::uuid AND a.status = 'PAID' AND (p.amount_minor = 0 OR p.amount_minor
        > (SELECT COALESCE(sum(r.amount_minor), 0) FROM refunds r
            WHERE r.payment_id = p.id AND r.status NOT IN ('failed', 'canceled'))
        + (SELECT COALESCE(sum(d.amount_minor), 0) FROM disputes d WHERE d.payment_id = p.id AND d.status = 'lost'))
    ) AS stands`;
  return row?.stands ?? false;
}
