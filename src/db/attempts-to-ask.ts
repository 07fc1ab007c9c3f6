import { OPEN_ATTEMPT } from '../domain/payment.ts';
import { Prisma } from '../generated/prisma/client.ts';
import type { Db } from './client.ts';
import { type Attempt, asAttempt } from './payment-attempts.ts';

// The states stand in the statement itself, as in the partial index payment_attempts_to_ask: as parameters they would not
// be known to be in it, and every look would read the attempts of all years.
const OPEN = Prisma.sql`a.session_id IS NOT NULL AND a.status IN ('PENDING', 'PROCESSING')`;
const OPEN_OR_PAYABLE = Prisma.sql`a.session_id IS NOT NULL
  AND (a.status IN ('PENDING', 'PROCESSING') OR (a.status IN ('CANCELLED', 'FAILED') AND a.session_open))`;
/** An order in review waits for a person and is left alone. */
const FROM = Prisma.sql`FROM payment_attempts a JOIN orders o ON o.id = a.order_id AND o.review_reason IS NULL`;

/** Open attempts whose link is over. */
export function attemptsPastTheirEnd(db: Db, now: Date, limit: number): Promise<Attempt[]> {
  return attemptsIn(
    db,
    Prisma.sql`SELECT a.id ${FROM} WHERE ${OPEN} AND a.expires_at <= ${now}::timestamptz
      ORDER BY a.asked_at NULLS FIRST, a.expires_at LIMIT ${limit}`,
  );
}

const toReconcile = (createdBefore: Date, askedBefore: Date) => Prisma.sql`${FROM}
  WHERE ${OPEN_OR_PAYABLE} AND a.created_at <= ${createdBefore}::timestamptz
    AND (a.asked_at IS NULL OR a.asked_at < ${askedBefore}::timestamptz)`;

/**
 * Attempts Stripe should be asked about: open ones older than `createdBefore`, and closed ones whose session may still
 * be payable (a cancellation that could not reach Stripe). Those asked longest ago first, so that none starves.
 */
export function attemptsToReconcile(
  db: Db,
  { createdBefore, askedBefore, limit }: { createdBefore: Date; askedBefore: Date; limit: number },
): Promise<Attempt[]> {
  return attemptsIn(
    db,
    Prisma.sql`SELECT a.id ${toReconcile(createdBefore, askedBefore)}
      ORDER BY a.asked_at NULLS FIRST, a.created_at LIMIT ${limit}`,
  );
}

export async function countAttemptsToReconcile(db: Db, createdBefore: Date, askedBefore: Date): Promise<number> {
  const [row] = await db.$queryRaw<
    { n: number }[]
  >`SELECT count(*)::int AS n ${toReconcile(createdBefore, askedBefore)}`;
  return row?.n ?? 0;
}

/** The attempts whose ids `query` answers, in its order. */
async function attemptsIn(db: Db, query: Prisma.Sql): Promise<Attempt[]> {
  const ids = (await db.$queryRaw<{ id: string }[]>(query)).map(({ id }) => id);
  const rows = await db.paymentAttempt.findMany({ where: { id: { in: ids } } });
  return ids.flatMap((id) => rows.filter((row) => row.id === id).map(asAttempt));
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
