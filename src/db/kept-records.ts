import type { AuditAction } from '../domain/audit.ts';
import { Prisma } from '../generated/prisma/client.ts';
import type { Db } from './client.ts';
import { openForErasing } from './open-for-erasing.ts';
import { transact } from './transact.ts';

const { sql } = Prisma;
const DAY_MS = 24 * 3600_000;

/** Rows of a table let go in one transaction; fewer than that: there are no more. */
export const BATCH = 1_000;

/**
 * Lets go of what Stripe's events from before `before` said, but for whose each is: the ids the numbers and the ledger find them by.
 * The row stays with `stripe_event_id`, so that Stripe sending one again changes nothing. None that waits or failed (one that failed and was seen to is neither), nor of an order
 * with a dispute or review that is open.
 */
export function emptyStripeBodies(db: Db, { now, before }: { now: Date; before: Date }): Promise<number> {
  return transact(db, async (tx) => {
    await openForErasing(tx);
    return tx.$executeRaw`
      UPDATE payment_events SET emptied_at = ${now}::timestamptz, last_error = NULL, payload = jsonb_strip_nulls(jsonb_build_object(
        'id', payload->'id', 'type', payload->'type', 'created', payload->'created',
        'data', jsonb_build_object('object', jsonb_build_object(
          'id', payload#>'{data,object,id}', 'object', payload#>'{data,object,object}'))))
      WHERE id IN (SELECT e.id FROM payment_events e LEFT JOIN orders o ON o.id = e.order_id
        WHERE e.emptied_at IS NULL AND e.received_at < ${before}::timestamptz AND e.outcome NOT IN ('received', 'failed')
          AND o.disputed_at IS NULL AND o.review_reason IS NULL
        ORDER BY e.received_at LIMIT ${BATCH}::int FOR UPDATE OF e SKIP LOCKED)`;
  });
}

/**
 * Lets go of whom a notice or mail from before `before` went to or named. The row stays with its `business_key`: nobody is told
 * twice. None that waits.
 */
export const emptyNotices = (db: Db, { now, before }: { now: Date; before: Date }): Promise<number> => db.$executeRaw`
  UPDATE notifications SET emptied_at = ${now}::timestamptz, last_error = NULL,
    content = CASE WHEN content->>'to' = 'customer' THEN jsonb_set(content, '{email}', '""') ELSE content END
      #- '{notice,values,firstName}' #- '{staffId}'
  WHERE id IN (SELECT id FROM notifications
    WHERE emptied_at IS NULL AND created_at < ${before}::timestamptz AND status <> 'queued'
    ORDER BY created_at LIMIT ${BATCH}::int FOR UPDATE SKIP LOCKED)`;

/**
 * Deletes entries of the audit log from before `before`, of these actions: the trigger that refuses changes lets old entries go,
 * as whole rows. An action's entries are walked by its index, oldest first. Yields how many went of each.
 */
export async function* deleteStaffDeeds(db: Db, before: Date, actions: readonly AuditAction[]): AsyncGenerator<number> {
  for (const action of actions) {
    yield await db.$executeRaw`
      DELETE FROM audit_entries WHERE id IN (SELECT id FROM (
        SELECT id, created_at FROM audit_entries WHERE action = ${action} ORDER BY seq LIMIT ${BATCH}::int FOR UPDATE SKIP LOCKED) oldest
        WHERE created_at < ${before}::timestamptz)`;
  }
}

/** Lets go of the address of who has not worked here since `before`; their name stays with what they handed over. */
export const forgetFormerStaff = (db: Db, before: Date): Promise<number> => db.$executeRaw`
  UPDATE staff_members SET email = 'removed:' || id, image = NULL
  WHERE removed_at < ${before}::timestamptz AND NOT starts_with(email, 'removed:')`;

/**
 * Deletes what is over and nothing else leads to: log-ins, links, codes, counters of attempts, paces, and jobs that failed. Yields
 * how many went of each.
 */
export async function* deleteLeftovers(db: Db, { now, before }: { now: Date; before: Date }): AsyncGenerator<number> {
  const deletions = [
    // An address is counted for minutes: a day later it says nothing but who was there.
    sql`DELETE FROM staff_rate_limits WHERE id IN (SELECT id FROM staff_rate_limits
      WHERE last_request < ${now.getTime() - DAY_MS}::bigint LIMIT ${BATCH}::int FOR UPDATE SKIP LOCKED)`,
    sql`DELETE FROM staff_sessions WHERE id IN (SELECT id FROM staff_sessions
      WHERE expires_at < ${before}::timestamptz LIMIT ${BATCH}::int FOR UPDATE SKIP LOCKED)`,
    sql`DELETE FROM staff_verifications WHERE id IN (SELECT id FROM staff_verifications
      WHERE expires_at < ${before}::timestamptz LIMIT ${BATCH}::int FOR UPDATE SKIP LOCKED)`,
    sql`DELETE FROM staff_links WHERE token_hash IN (SELECT token_hash FROM staff_links
      WHERE expires_at < ${before}::timestamptz LIMIT ${BATCH}::int FOR UPDATE SKIP LOCKED)`,
    // By PostgreSQL's clock, which these are kept by; a pace that is over is as good as none.
    sql`DELETE FROM send_pace WHERE key IN (SELECT key FROM send_pace
      WHERE paced_until < now() - interval '1 day' AND key <> 'sender' LIMIT ${BATCH}::int FOR UPDATE SKIP LOCKED)`,
    // One that failed for good is never run again (vendors/agenda.ts); sweeps are of type single.
    sql`DELETE FROM agenda_jobs WHERE id IN (SELECT id FROM agenda_jobs WHERE type = 'normal' AND next_run_at IS NULL
      AND locked_at IS NULL AND updated_at < ${before}::timestamptz LIMIT ${BATCH}::int FOR UPDATE SKIP LOCKED)`,
  ];
  for (const deletion of deletions) yield await db.$executeRaw(deletion);
}

/** Puts away a catalogue file that nobody has said yes to since `before`: its bytes go, and another may be given. */
export const dropUndecidedImports = (db: Db, before: Date): Promise<number> => db.$executeRaw`
  UPDATE catalogue_imports SET status = 'cancelled', bytes = '', lines_done = 0, claimed_until = NULL
  WHERE status = 'ready' AND created_at < ${before}::timestamptz`;
