import type { Db, Tx } from './client.ts';
import { despiteCuts } from './transact.ts';

/** Asks for a refund, once per key; the refund worker carries it to Stripe. */
export async function requestRefund(
  tx: Tx,
  refund: {
    idempotencyKey: string;
    paymentId: string;
    amountMinor: number;
    currency: string;
    reason: string;
    createdAt: Date;
  },
): Promise<boolean> {
  const { count } = await tx.refund.createMany({ data: { ...refund, status: 'requested' }, skipDuplicates: true });
  return count === 1;
}

export type ClaimedRefund = {
  id: string;
  idempotencyKey: string;
  amountMinor: number;
  paymentIntentId: string;
  orderId: string;
  callAttempts: number;
};

/** A requested refund that Stripe has not answered yet, claimed for a minute. */
export async function claimNextRefund(db: Db): Promise<ClaimedRefund | undefined> {
  const [claimed] = await db.$queryRaw<ClaimedRefund[]>`
    UPDATE refunds r SET call_attempts = r.call_attempts + 1, next_call_at = now() + interval '60 seconds'
    FROM payments p, payment_attempts a
    WHERE p.id = r.payment_id AND a.id = p.attempt_id AND r.id = (
      SELECT id FROM refunds WHERE status = 'requested' AND next_call_at <= now()
      ORDER BY next_call_at FOR UPDATE SKIP LOCKED LIMIT 1)
    RETURNING r.id, r.idempotency_key AS "idempotencyKey", r.amount_minor AS "amountMinor",
      p.payment_intent_id AS "paymentIntentId", a.order_id AS "orderId", r.call_attempts AS "callAttempts"`;
  return claimed;
}

export async function retryRefundLater(db: Db, refundId: string, delaySeconds: number, error: string): Promise<void> {
  await despiteCuts(
    () => db.$executeRaw`
    UPDATE refunds SET next_call_at = now() + ${delaySeconds}::int * interval '1 second', last_error = ${error}
    WHERE id = ${refundId}::uuid`,
  );
}

/**
 * Records what Stripe says of a refund: one row per refund id, whichever of our call's answer and the webhook comes
 * first (fault 25). A refund we asked for and have no id of yet is recognised by payment and amount. True when the row
 * is new to us or changed its status.
 */
export async function recordRefund(
  tx: Tx,
  paymentId: string,
  refund: { id: string; amountMinor: number; currency: string; status: string; reason: string | null; at: Date },
): Promise<boolean> {
  const known = await tx.refund.findUnique({ where: { stripeRefundId: refund.id } });
  if (known) {
    if (known.status === refund.status) return false;
    await tx.refund.update({ where: { id: known.id }, data: { status: refund.status } });
    return true;
  }
  const asked = await tx.refund.findFirst({
    where: { paymentId, stripeRefundId: null, status: 'requested', amountMinor: refund.amountMinor },
  });
  const values = { stripeRefundId: refund.id, status: refund.status };
  if (asked) {
    await tx.refund.update({ where: { id: asked.id }, data: values });
  } else {
    const { amountMinor, currency, reason, at } = refund;
    await tx.refund.create({ data: { ...values, paymentId, amountMinor, currency, reason, createdAt: at } });
  }
  return true;
}

// https://docs.stripe.com/api/refunds/object#refund_object-status: money that went back or is on its way.
const UNDER_WAY = ['pending', 'requires_action', 'succeeded'];

/** What Stripe has accepted to give back of a payment; `requested` adds what we still mean to ask for. */
export async function refundedMinor(tx: Db | Tx, paymentId: string, { requested = false } = {}): Promise<number> {
  const { _sum } = await tx.refund.aggregate({
    where: { paymentId, status: { in: requested ? ['requested', ...UNDER_WAY] : UNDER_WAY } },
    _sum: { amountMinor: true },
  });
  return _sum.amountMinor ?? 0;
}

/** True for the automatic refund of late or doubled money, which was announced when it was decided. */
export async function wasDecidedBySettlement(tx: Tx, stripeRefundId: string): Promise<boolean> {
  const count = await tx.refund.count({
    where: { stripeRefundId, reason: { in: ['refund_late', 'refund_duplicate'] } },
  });
  return count > 0;
}

/** Whether the whole of an attempt's payment has gone back or is on its way. */
export async function isBeingRefunded(db: Db, attemptId: string): Promise<boolean> {
  const payment = await db.payment.findUnique({ where: { attemptId }, select: { id: true, amountMinor: true } });
  return (
    payment !== null &&
    payment.amountMinor > 0 &&
    (await refundedMinor(db, payment.id, { requested: true })) >= payment.amountMinor
  );
}

/**
 * Cuts a requested refund to what is left of its payment, under a key of its own because the parameters change
 * (fault 20); ends it when nothing is left. Answers what is left.
 */
export async function cutRefundToRest(db: Db, refundId: string): Promise<number> {
  const { payment, idempotencyKey } = await db.refund.findUniqueOrThrow({
    where: { id: refundId },
    include: { payment: true },
  });
  const restMinor = payment.amountMinor - (await refundedMinor(db, payment.id));
  await db.refund.updateMany({
    where: { id: refundId, status: 'requested' },
    data:
      restMinor > 0
        ? { amountMinor: restMinor, idempotencyKey: `${idempotencyKey}:${restMinor}`, nextCallAt: new Date(0) }
        : { status: 'canceled', lastError: 'nothing was left to refund' },
  });
  return restMinor;
}
