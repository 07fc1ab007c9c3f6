import type { RefundReason } from '../domain/refund.ts';
import { REVIEW_REASONS, type ReviewFacts, type ReviewReason } from '../domain/review.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import type { Db, Tx } from './client.ts';

export type NewReview = {
  orderId: string;
  /** The money it is about, if any is on record. */
  paymentId: string | null;
  reason: ReviewReason;
  /** What it is about: open once at a time. */
  key: string;
  /** Of a refund that failed: what is still owed. */
  amountMinor?: number;
  at: Date;
};

/** Asks a person to decide. False when the matter is open already. */
export async function openReview(tx: Tx, review: NewReview): Promise<boolean> {
  const { orderId, paymentId, reason, key, amountMinor = null, at } = review;
  const inserted = await tx.$executeRaw`
    INSERT INTO reviews (order_id, payment_id, reason, business_key, amount_minor, opened_at)
    VALUES (${orderId}::uuid, ${paymentId}::uuid, ${reason}, ${key}, ${amountMinor}::int, ${at}::timestamptz)
    ON CONFLICT (business_key) WHERE closed_at IS NULL DO NOTHING`;
  await showGravest(tx, orderId);
  return inserted === 1;
}

/** Orders show the gravest of what is open: what sends, sweeps and hands over looks there. */
async function showGravest(tx: Tx, orderId: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE orders SET review_reason = (
      SELECT reason FROM reviews WHERE order_id = ${orderId}::uuid AND closed_at IS NULL
      ORDER BY array_position(${[...REVIEW_REASONS]}::text[], reason) LIMIT 1)
    WHERE id = ${orderId}::uuid`;
}

export type Review = ReviewFacts & {
  id: string;
  orderId: string;
  paymentId: string | null;
  reason: ReviewReason;
  amountMinor: number | null;
  openedAt: Date;
  isOpen: boolean;
};

const WITH_FACTS = {
  order: { select: { status: true } },
  payment: { select: { refunds: { where: { status: { in: ['requested', 'failed'] } } } } },
} satisfies Prisma.ReviewInclude;

const PROMISED: readonly (string | null)[] = ['refund_late', 'refund_duplicate'] satisfies RefundReason[];

function asReview(row: Prisma.ReviewGetPayload<{ include: typeof WITH_FACTS }>): Review {
  const refunds = row.payment?.refunds ?? [];
  return {
    ...row,
    // openReview lets nothing else in.
    reason: row.reason as ReviewReason,
    isOpen: row.closedAt === null,
    orderStatus: row.order.status,
    isPromisedBack: refunds.some(({ status, reason }) => status === 'failed' && PROMISED.includes(reason)),
    hasRefundWaiting: refunds.some(({ status }) => status === 'requested'),
  };
}

export async function findReview(tx: Db | Tx, id: string): Promise<Review | undefined> {
  const row = await tx.review.findUnique({ where: { id }, include: WITH_FACTS });
  return row ? asReview(row) : undefined;
}

/** What is open of an order, oldest first. */
export async function openReviewsOf(db: Db | Tx, orderId: string): Promise<Review[]> {
  const rows = await db.review.findMany({
    where: { orderId, closedAt: null },
    orderBy: { openedAt: 'asc' },
    include: WITH_FACTS,
  });
  return rows.map(asReview);
}

/** Ends one review. False when somebody else had. */
export async function closeReview(
  tx: Tx,
  { id, orderId }: Pick<Review, 'id' | 'orderId'>,
  { by, at }: { by: string; at: Date },
): Promise<boolean> {
  const { count } = await tx.review.updateMany({
    where: { id, closedAt: null },
    data: { closedAt: at, closedBy: by },
  });
  await showGravest(tx, orderId);
  return count === 1;
}

/** Ends what is open about money that has wholly gone back: nothing is left to decide. Answers the reasons. */
export async function closeReviewsOfPayment(
  tx: Tx,
  { paymentId, orderId, at }: { paymentId: string; orderId: string; at: Date },
): Promise<ReviewReason[]> {
  const rows = await tx.$queryRaw<{ reason: ReviewReason }[]>`
    UPDATE reviews SET closed_at = ${at}::timestamptz, closed_by = 'system'
    WHERE payment_id = ${paymentId}::uuid AND closed_at IS NULL RETURNING reason`;
  if (rows.length > 0) await showGravest(tx, orderId);
  return rows.map(({ reason }) => reason);
}
