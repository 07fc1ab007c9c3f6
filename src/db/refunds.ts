import { REFUND_UNDER_WAY, type RefundReason, refundMayBecome } from '../domain/refund.ts';
import { nextCallKey } from '../domain/retry.ts';
import { isUuid } from '../domain/uuid.ts';
import type { Db, Tx } from './client.ts';
import { despiteCuts } from './transact.ts';

/** Asks for a refund, once per key; the refund worker carries it to Stripe. False: it was asked for before. */
export async function requestRefund(
  tx: Tx,
  refund: {
    idempotencyKey: string;
    paymentId: string;
    amountMinor: number;
    currency: string;
    reason: RefundReason;
    /** As in audit_entries: system, staff:<id> ... */
    requestedBy: string;
    restock?: boolean;
    createdAt: Date;
  },
): Promise<boolean> {
  const { count } = await tx.refund.createMany({ data: { ...refund, status: 'requested' }, skipDuplicates: true });
  return count === 1;
}

export type ClaimedRefund = {
  refundId: string;
  /** Under which Stripe is called. */
  callKey: string;
  amountMinor: number;
  paymentId: string;
  paymentIntentId: string;
  currency: string;
  orderId: string;
  orderNumber: string;
  callAttempts: number;
};

/** A requested refund that Stripe has not answered yet, claimed for a minute. */
export async function claimNextRefund(db: Db): Promise<ClaimedRefund | undefined> {
  const [claimed] = await db.$queryRaw<ClaimedRefund[]>`
    UPDATE refunds r SET call_attempts = r.call_attempts + 1, next_call_at = now() + interval '60 seconds'
    FROM payments p, payment_attempts a, orders o
    WHERE p.id = r.payment_id AND a.id = p.attempt_id AND o.id = a.order_id AND r.id = (
      SELECT id FROM refunds WHERE status = 'requested' AND next_call_at <= now()
      ORDER BY next_call_at FOR UPDATE SKIP LOCKED LIMIT 1)
    RETURNING r.id AS "refundId", COALESCE(r.call_key, r.idempotency_key) AS "callKey", r.amount_minor AS "amountMinor",
      r.currency, p.id AS "paymentId", p.payment_intent_id AS "paymentIntentId", o.id AS "orderId", o.number AS "orderNumber",
      r.call_attempts AS "callAttempts"`;
  return claimed;
}

/**
 * `spentKey`: the key under which Stripe would repeat its answer for a day, and the try that found it so: the next call has
 * another.
 */
export async function retryRefundLater(
  db: Db,
  refundId: string,
  later: { delaySeconds: number; error: string; spentKey?: { callKey: string; tries: number } },
): Promise<void> {
  const { delaySeconds, error, spentKey } = later;
  const nextKey = spentKey ? nextCallKey(spentKey) : null;
  await despiteCuts(
    () => db.$executeRaw`
    UPDATE refunds SET next_call_at = now() + ${delaySeconds}::int * interval '1 second', last_error = ${error},
      call_key = COALESCE(${nextKey}, call_key)
    WHERE id = ${refundId}::uuid AND status = 'requested'`,
  );
}

/** Whether Stripe has not answered this refund yet, as far as we know. */
export async function isStillRequested(db: Db, refundId: string): Promise<boolean> {
  return (await db.refund.count({ where: { id: refundId, status: 'requested' } })) > 0;
}

/** Money that went back another way than through Stripe: nothing is to be sent. */
export async function recordGivenBack(
  tx: Tx,
  refund: { paymentId: string; amountMinor: number; currency: string; requestedBy: string; createdAt: Date },
): Promise<void> {
  await tx.refund.create({ data: { ...refund, status: 'succeeded', reason: 'another_way' satisfies RefundReason } });
}

/** Gives up a refund that Stripe has not taken. False when it is not waiting any more. */
export async function failRefund(tx: Tx, refundId: string, error: string): Promise<boolean> {
  const where = { id: refundId, status: 'requested' };
  const { count } = await tx.refund.updateMany({ where, data: { status: 'failed', lastError: error } });
  return count === 1;
}

/** A refund as Stripe has it; `refundId` is our own row's, which Stripe keeps for us in its metadata. */
export type RefundAtStripe = {
  id: string;
  refundId: string | null;
  amountMinor: number;
  currency: string;
  status: string;
  reason: string | null;
  createdAt: Date;
};

/**
 * Records what Stripe says of a refund: one row per refund id, whichever of our call's answer and the webhook comes
 * first (fault 25). True when the row is new to us or changed its status.
 */
export async function recordRefund(tx: Tx, paymentId: string, refund: RefundAtStripe): Promise<boolean> {
  const { id: stripeRefundId, refundId, status, ...values } = refund;
  const known =
    (await tx.refund.findUnique({ where: { stripeRefundId } })) ??
    (refundId && isUuid(refundId)
      ? await tx.refund.findFirst({ where: { id: refundId, paymentId, stripeRefundId: null } })
      : null);
  if (!known) {
    await tx.refund.create({ data: { ...values, stripeRefundId, status, paymentId } });
    return true;
  }
  if (!refundMayBecome(known.status, status)) return false;
  await tx.refund.update({ where: { id: known.id }, data: { stripeRefundId, status, lastError: null } });
  return true;
}

/**
 * What of a payment is no longer ours: refunds that Stripe has accepted and disputes that were lost (fault 27: a
 * dispute's own amount). `requested` adds what we still mean to ask for.
 */
export async function givenBackMinor(tx: Db | Tx, paymentId: string, { requested = false } = {}): Promise<number> {
  const status = { in: [...(requested ? ['requested'] : []), ...REFUND_UNDER_WAY] };
  const refunds = await tx.refund.aggregate({ where: { paymentId, status }, _sum: { amountMinor: true } });
  const lost = { paymentId, status: 'lost' };
  const disputes = await tx.dispute.aggregate({ where: lost, _sum: { amountMinor: true } });
  return (refunds._sum.amountMinor ?? 0) + (disputes._sum.amountMinor ?? 0);
}

/** What whoever asked for the newest refund of an order said of its goods; undefined when nobody did. */
export async function restockWish(tx: Tx, orderId: string): Promise<boolean | undefined> {
  const refund = await tx.refund.findFirst({
    where: { payment: { attempt: { orderId } }, restock: { not: null }, status: { in: [...REFUND_UNDER_WAY] } },
    orderBy: { createdAt: 'desc' },
  });
  return refund?.restock ?? undefined;
}

/** True for the automatic refund of late or doubled money, which was announced when it was decided. */
export async function wasDecidedBySettlement(tx: Tx, stripeRefundId: string): Promise<boolean> {
  const count = await tx.refund.count({
    where: { stripeRefundId, reason: { in: ['refund_late', 'refund_duplicate'] } },
  });
  return count > 0;
}

/** What was asked for under this key, if anything. */
export async function findRefundByKey(tx: Tx, idempotencyKey: string) {
  const refund = await tx.refund.findUnique({ where: { idempotencyKey } });
  return refund && { amountMinor: refund.amountMinor, createdAt: refund.createdAt };
}

/** Whether the whole of an attempt's payment has gone back or is on its way. */
export async function isBeingRefunded(db: Db, attemptId: string): Promise<boolean> {
  const payment = await db.payment.findUnique({ where: { attemptId }, select: { id: true, amountMinor: true } });
  return (
    payment !== null &&
    payment.amountMinor > 0 &&
    (await givenBackMinor(db, payment.id, { requested: true })) >= payment.amountMinor
  );
}

/**
 * Cuts a requested refund to what is left of its payment, under a key of its own because the parameters change
 * (fault 20); ends it when nothing is left. False when enough is left and nothing was cut.
 */
export async function cutRefundToRest(db: Db, refundId: string): Promise<boolean> {
  const { payment, idempotencyKey, amountMinor } = await db.refund.findUniqueOrThrow({
    where: { id: refundId },
    include: { payment: true },
  });
  const restMinor = payment.amountMinor - (await givenBackMinor(db, payment.id));
  if (restMinor >= amountMinor) return false;
  await db.refund.updateMany({
    where: { id: refundId, status: 'requested' },
    data:
      restMinor > 0
        ? { amountMinor: restMinor, callKey: `${idempotencyKey}:${restMinor}`, nextCallAt: new Date(0) }
        : { status: 'canceled', lastError: 'nothing was left to refund' },
  });
  return true;
}
