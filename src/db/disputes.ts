import type { Tx } from './client.ts';

export async function recordDispute(
  tx: Tx,
  paymentId: string,
  dispute: {
    id: string;
    amountMinor: number;
    currency: string;
    status: string;
    reason: string;
    dueBy: Date | null;
    at: Date;
    isClosed: boolean;
  },
): Promise<void> {
  const { id, amountMinor, currency, status, reason, dueBy, at, isClosed } = dispute;
  const closedAt = isClosed ? at : null;
  await tx.dispute.upsert({
    where: { stripeDisputeId: id },
    create: { stripeDisputeId: id, paymentId, amountMinor, currency, status, reason, dueBy, createdAt: at, closedAt },
    update: { status, dueBy, closedAt },
  });
}

/** Whether an order has a dispute in any state but these. */
export async function hasDisputeNotIn(tx: Tx, orderId: string, states: string[]): Promise<boolean> {
  const count = await tx.dispute.count({ where: { payment: { attempt: { orderId } }, status: { notIn: states } } });
  return count > 0;
}

/** Freezes (a date) or thaws (null) an order's collection. */
export async function setDisputed(tx: Tx, orderId: string, disputedAt: Date | null): Promise<void> {
  await tx.order.update({ where: { id: orderId }, data: { disputedAt } });
}
