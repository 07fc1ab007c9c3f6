import { OPEN_ATTEMPT } from '../domain/payment.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import type { Db } from './client.ts';
import { type Attempt, asAttempt } from './payment-attempts.ts';

/** Open attempts whose link is over. An order in review waits for a person and is left alone. */
export async function attemptsPastTheirEnd(db: Db, now: Date, limit: number): Promise<Attempt[]> {
  const rows = await db.paymentAttempt.findMany({
    where: {
      status: { in: [...OPEN_ATTEMPT] },
      sessionId: { not: null },
      expiresAt: { lte: now },
      order: { reviewReason: null },
    },
    orderBy: [{ askedAt: { sort: 'asc', nulls: 'first' } }, { expiresAt: 'asc' }],
    take: limit,
  });
  return rows.map(asAttempt);
}

const toReconcile = (createdBefore: Date, askedBefore: Date) =>
  ({
    sessionId: { not: null },
    createdAt: { lte: createdBefore },
    order: { reviewReason: null },
    AND: [
      { OR: [{ status: { in: [...OPEN_ATTEMPT] } }, { status: { in: ['CANCELLED', 'FAILED'] }, sessionOpen: true }] },
      { OR: [{ askedAt: null }, { askedAt: { lt: askedBefore } }] },
    ],
  }) satisfies Prisma.PaymentAttemptWhereInput;

/**
 * Attempts Stripe should be asked about: open ones older than `createdBefore`, and closed ones whose session may still
 * be payable (a cancellation that could not reach Stripe). Those asked longest ago first, so that none starves.
 */
export async function attemptsToReconcile(
  db: Db,
  { createdBefore, askedBefore, limit }: { createdBefore: Date; askedBefore: Date; limit: number },
): Promise<Attempt[]> {
  const rows = await db.paymentAttempt.findMany({
    where: toReconcile(createdBefore, askedBefore),
    orderBy: [{ askedAt: { sort: 'asc', nulls: 'first' } }, { createdAt: 'asc' }],
    take: limit,
  });
  return rows.map(asAttempt);
}

export function countAttemptsToReconcile(db: Db, createdBefore: Date, askedBefore: Date): Promise<number> {
  return db.paymentAttempt.count({ where: toReconcile(createdBefore, askedBefore) });
}

export async function markAsked(db: Db, attemptId: string, at: Date): Promise<void> {
  await db.paymentAttempt.update({ where: { id: attemptId }, data: { askedAt: at } });
}

/**
 * Takes the right to ask Stripe about an open attempt, unless somebody asked after `lastBefore`: of any number of processes
 * one gets it.
 */
export async function claimAsking(db: Db, attemptId: string, at: Date, lastBefore: Date): Promise<boolean> {
  const { count } = await db.paymentAttempt.updateMany({
    where: {
      id: attemptId,
      status: { in: [...OPEN_ATTEMPT] },
      OR: [{ askedAt: null }, { askedAt: { lte: lastBefore } }],
    },
    data: { askedAt: at },
  });
  return count === 1;
}
