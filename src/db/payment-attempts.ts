import { type AttemptStatus, OPEN_ATTEMPT } from '../domain/payment.ts';
import { nextCallKey } from '../domain/retry.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import type { Db, Tx } from './client.ts';
import { LEASE_SECONDS } from './lease.ts';
import { despiteCuts } from './transact.ts';

export type Attempt = {
  id: string;
  orderId: string;
  status: AttemptStatus;
  idempotencyKey: string;
  params: Record<string, unknown>;
  sessionId: string | null;
  url: string | null;
  paymentIntentId: string | null;
  amountMinor: number;
  currency: string;
  expiresAt: Date;
  createdAt: Date;
};

export async function insertAttempt(
  tx: Tx,
  attempt: {
    id: string;
    orderId: string;
    params: Record<string, unknown>;
    amountMinor: number;
    currency: string;
    expiresAt: Date;
    createdAt: Date;
  },
): Promise<void> {
  await tx.paymentAttempt.create({
    // The key is bound to this row, and so to the parameters stored in it (fault 20).
    data: { ...attempt, idempotencyKey: `checkout:${attempt.id}`, params: attempt.params as Prisma.InputJsonObject },
  });
}

export type ClaimedCheckout = Attempt & {
  callAttempts: number;
  /** Under which Stripe is called. */
  callKey: string;
};

/** An attempt whose Checkout Session is still to be made at Stripe, claimed under a lease. */
export async function claimNextCheckout(db: Db): Promise<ClaimedCheckout | undefined> {
  const [claimed] = await db.$queryRaw<{ id: string }[]>`
    UPDATE payment_attempts SET call_attempts = call_attempts + 1,
      next_call_at = now() + ${LEASE_SECONDS}::int * interval '1 second'
    WHERE id = (
      SELECT id FROM payment_attempts
      WHERE status = 'PENDING' AND session_id IS NULL AND next_call_at <= now()
      ORDER BY next_call_at FOR UPDATE SKIP LOCKED LIMIT 1)
    RETURNING id`;
  if (!claimed) return undefined;
  const row = await db.paymentAttempt.findUniqueOrThrow({ where: { id: claimed.id } });
  return { ...row, params: row.params as Record<string, unknown>, callKey: row.callKey ?? row.idempotencyKey };
}

/** Keeps a claim while Stripe is asked; nothing when another worker has it by now, or the session is there. */
export async function renewCheckoutClaim(db: Db, attempt: { id: string; callAttempts: number }): Promise<void> {
  await db.$executeRaw`
    UPDATE payment_attempts SET next_call_at = now() + ${LEASE_SECONDS}::int * interval '1 second'
    WHERE id = ${attempt.id}::uuid AND session_id IS NULL AND status = 'PENDING'
      AND call_attempts = ${attempt.callAttempts}::int`;
}

/** `spentKey`: the key under which Stripe would only repeat its answer, and the try that found it so. */
export async function retryCheckoutLater(
  db: Db,
  attemptId: string,
  later: { delaySeconds: number; error: string; spentKey?: { callKey: string; tries: number } },
): Promise<void> {
  const { delaySeconds, error, spentKey } = later;
  const nextKey = spentKey ? nextCallKey(spentKey) : null;
  await despiteCuts(
    () => db.$executeRaw`
    UPDATE payment_attempts SET next_call_at = now() + ${delaySeconds}::int * interval '1 second', last_error = ${error},
      call_key = COALESCE(${nextKey}, call_key)
    WHERE id = ${attemptId}::uuid AND session_id IS NULL`,
  );
}

/** Records the session Stripe made; answers whether the attempt is still open. Repeating it changes nothing. */
export async function recordSession(
  tx: Tx,
  attemptId: string,
  session: { id: string; url: string | null; paymentIntentId: string | null },
): Promise<boolean> {
  await tx.paymentAttempt.updateMany({
    where: { id: attemptId, sessionId: null },
    data: { sessionId: session.id, url: session.url, paymentIntentId: session.paymentIntentId, lastError: null },
  });
  const open = await tx.paymentAttempt.count({ where: { id: attemptId, status: 'PENDING' } });
  return open === 1;
}

/** A row as the rest of the shop reads it. */
export const asAttempt = (row: { params: unknown } & Omit<Attempt, 'params'>): Attempt => ({
  ...row,
  params: row.params as Record<string, unknown>,
});

export async function findAttempt(
  db: Db | Tx,
  by: { id: string } | { sessionId: string } | { paymentIntentId: string },
): Promise<Attempt | undefined> {
  const row = await db.paymentAttempt.findUnique({ where: by });
  return row ? asAttempt(row) : undefined;
}

export async function openAttemptOf(db: Db | Tx, orderId: string): Promise<Attempt | undefined> {
  const row = await db.paymentAttempt.findFirst({ where: { orderId, status: { in: [...OPEN_ATTEMPT] } } });
  return row ? asAttempt(row) : undefined;
}

/** The order's attempt when it has one alone: of several, an order's name does not tell which is meant (fault 12). */
export async function onlyAttemptOf(db: Db, orderId: string): Promise<Attempt | undefined> {
  const [row, ...more] = await db.paymentAttempt.findMany({ where: { orderId }, take: 2 });
  return row && more.length === 0 ? asAttempt(row) : undefined;
}

/** One guarded change; money states never regress (fault 11). False when the attempt was not in `from`. */
export async function moveAttempt(
  tx: Tx,
  attemptId: string,
  from: readonly AttemptStatus[],
  to: AttemptStatus,
  values: { at: Date; paymentIntentId?: string | null; lastError?: string },
): Promise<boolean> {
  const { count } = await tx.paymentAttempt.updateMany({
    where: { id: attemptId, status: { in: [...from] } },
    data: {
      status: to,
      ...(values.paymentIntentId && { paymentIntentId: values.paymentIntentId }),
      ...(values.lastError && { lastError: values.lastError }),
      ...(to === 'PAID' ? { paidAt: values.at } : {}),
      ...(to === 'PROCESSING' ? {} : { closedAt: values.at }),
    },
  });
  return count === 1;
}

/** Gives up an order's other open attempts; reconciliation closes their sessions at Stripe (fault 14). */
export async function cancelOtherAttempts(tx: Tx, paid: { id: string; orderId: string }, at: Date): Promise<void> {
  await tx.paymentAttempt.updateMany({
    where: { orderId: paid.orderId, id: { not: paid.id }, status: 'PENDING' },
    data: { status: 'CANCELLED', closedAt: at },
  });
}

/** Stripe has said that the attempt's session can no longer be paid. */
export async function markSessionOver(tx: Tx, attemptId: string): Promise<void> {
  await tx.paymentAttempt.updateMany({ where: { id: attemptId, sessionOpen: true }, data: { sessionOpen: false } });
}

/** When the shop first asked for money; undefined while it has not. */
export async function firstAttemptAt(db: Db): Promise<Date | undefined> {
  const { _min } = await db.paymentAttempt.aggregate({ _min: { createdAt: true } });
  return _min.createdAt ?? undefined;
}

export async function hasPaidAttempt(tx: Tx, orderId: string): Promise<boolean> {
  return (await tx.paymentAttempt.count({ where: { orderId, status: 'PAID' } })) > 0;
}

/** An order's attempts whose session was made and whose money is not recorded. */
export async function unsettledAttemptsOf(db: Db, orderId: string): Promise<Attempt[]> {
  const rows = await db.paymentAttempt.findMany({
    where: { orderId, sessionId: { not: null }, status: { notIn: ['PAID', 'REFUNDED'] } },
  });
  return rows.map(asAttempt);
}
