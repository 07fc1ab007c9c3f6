import { AppError } from '../domain/errors.ts';
import type { StuckWork } from '../domain/stuck-work.ts';
import type { Db } from './client.ts';

/**
 * Counts work that should long be done. Loops look every second, so minutes past its turn mean that nobody works; what has
 * failed ten times has failed for a quarter of an hour. Retry times and leases by PostgreSQL's clock, ages by `now`.
 */
export async function countStuckWork(db: Db, now: Date): Promise<StuckWork> {
  const [row] = await db.$queryRaw<StuckWork[]>`
    SELECT
      (SELECT count(*)::int FROM payment_events WHERE outcome = 'received'
        AND (next_attempt_at < now() - interval '10 minutes' OR attempts >= 10)) AS "payment_events",
      (SELECT count(*)::int FROM payment_attempts WHERE status = 'PENDING' AND session_id IS NULL
        AND created_at < ${now}::timestamptz - interval '10 minutes') AS "checkouts",
      (SELECT count(*)::int FROM refunds WHERE status = 'requested'
        AND created_at < ${now}::timestamptz - interval '1 hour') AS "refunds",
      (SELECT count(*)::int FROM notifications WHERE status = 'queued'
        AND created_at < ${now}::timestamptz - interval '1 hour') AS "notifications",
      (SELECT count(*)::int FROM conversations WHERE turn_due_at IS NOT NULL
        AND claimed_until < now() - interval '10 minutes')
      + (SELECT count(*)::int FROM outbound_messages WHERE status = 'sending'
        AND claimed_until < now() - interval '10 minutes') AS "leases"`;
  if (!row) throw new AppError('stuck_work_not_counted', 'counting answered nothing', { retryable: true });
  return row;
}
