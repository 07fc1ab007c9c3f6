import { AppError } from '../domain/errors.ts';
import type { StuckWork } from '../domain/stuck-work.ts';
import { Prisma } from '../generated/prisma/client.ts';
import type { Db } from './client.ts';

/**
 * Work that should long be done, as what stands behind FROM. Loops look every second, so minutes past its turn mean that nobody
 * works; what has failed ten times has failed for a quarter of an hour. Retry times and leases by PostgreSQL's clock,
 * ages by `now`.
 */
export const stuckWork = (now: Date) => ({
  payment_events: Prisma.sql`payment_events WHERE outcome = 'received'
    AND (next_attempt_at < now() - interval '10 minutes' OR attempts >= 10)`,
  checkouts: Prisma.sql`payment_attempts a WHERE a.status = 'PENDING' AND a.session_id IS NULL
    AND a.created_at < ${now}::timestamptz - interval '10 minutes'`,
  refunds: Prisma.sql`refunds WHERE status = 'requested' AND created_at < ${now}::timestamptz - interval '1 hour'`,
  notifications: Prisma.sql`notifications WHERE status = 'queued'
    AND created_at < ${now}::timestamptz - interval '1 hour'`,
  turns: Prisma.sql`conversations WHERE turn_due_at IS NOT NULL AND claimed_until < now() - interval '10 minutes'`,
  sends: Prisma.sql`outbound_messages WHERE status = 'sending' AND claimed_until < now() - interval '10 minutes'`,
});

/** Counts work that should long be done. */
export async function countStuckWork(db: Db, now: Date): Promise<StuckWork> {
  const { turns, sends, ...whole } = stuckWork(now);
  const count = (from: Prisma.Sql) => Prisma.sql`(SELECT count(*)::int FROM ${from})`;
  const counts = Object.entries(whole).map(([work, from]) => Prisma.sql`${count(from)} AS ${Prisma.raw(`"${work}"`)}`);
  const [row] = await db.$queryRaw<StuckWork[]>`
    SELECT ${Prisma.join(counts)}, ${count(turns)} + ${count(sends)} AS "leases"`;
  if (!row) throw new AppError('stuck_work_not_counted', 'counting answered nothing', { retryable: true });
  return row;
}
