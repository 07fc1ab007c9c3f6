import { disputeMayBecome, isDisputeOver } from '../domain/dispute.ts';
import type { Tx } from './client.ts';

/** A dispute as Stripe has it; `at` is when we heard of it. */
export type DisputeAtStripe = {
  id: string;
  amountMinor: number;
  currency: string;
  status: string;
  reason: string;
  fundsWithdrawn: boolean;
  dueBy: Date | null;
  at: Date;
};

/** Records what Stripe says of a dispute, one row per dispute id. True when it is new to us or changed its status. */
export async function recordDispute(tx: Tx, paymentId: string, dispute: DisputeAtStripe): Promise<boolean> {
  const { id: stripeDisputeId, status, at, amountMinor, fundsWithdrawn, dueBy, ...facts } = dispute;
  const known = await tx.dispute.findUnique({ where: { stripeDisputeId } });
  const changing = { amountMinor, fundsWithdrawn, dueBy };
  if (!known) {
    const closedAt = isDisputeOver(status) ? at : null;
    const values = { ...facts, ...changing, stripeDisputeId, paymentId, status, createdAt: at, closedAt };
    await tx.dispute.create({ data: values });
    return true;
  }
  const isMoved = disputeMayBecome(known.status, status);
  // An older answer of Stripe's than the one we have tells nothing.
  if (!isMoved && known.status !== status) return false;
  const closedAt = isMoved && isDisputeOver(status) ? at : known.closedAt;
  await tx.dispute.update({ where: { id: known.id }, data: { ...changing, status, closedAt } });
  return isMoved;
}

/** Every dispute of an order's payments, by status. */
export async function disputeStatusesOf(tx: Tx, orderId: string): Promise<string[]> {
  const disputes = await tx.dispute.findMany({
    where: { payment: { attempt: { orderId } } },
    select: { status: true },
  });
  return disputes.map(({ status }) => status);
}

/** Freezes (a date) or thaws (null) an order's collection. */
export async function setDisputed(tx: Tx, orderId: string, disputedAt: Date | null): Promise<void> {
  await tx.order.update({ where: { id: orderId }, data: { disputedAt } });
}
