import { Prisma } from '../generated/prisma/client.ts';
import type { Db } from './client.ts';
import { eraseCustomer } from './erase-customer.ts';
import { ORDER_IS_OPEN } from './open-orders.ts';
import { readPersonalData } from './personal-data.ts';
import { transact } from './transact.ts';

export type SilentCustomer = { customerId: string; conversationId: string; knownSince: Date };

/** Fewer than that: there are no more. */
export const SILENT_AT_ONCE = 200;

/**
 * A customer `c` with their conversation `v` who is known by name, has written nothing since `since`, of whom no order has moved
 * since or is open, and for whom nothing waits. Whoever waits for years (an order nobody fetched) is passed over here, as one by one they
 * would use up every run's time before those behind them.
 */
const isSilent = (since: Date) => Prisma.sql`
  NOT starts_with(c.channel_address, 'forgotten:') AND c.created_at < ${since}::timestamptz
  AND (c.last_inbound_at IS NULL OR c.last_inbound_at < ${since}::timestamptz)
  AND v.turn_due_at IS NULL AND (v.claimed_until IS NULL OR v.claimed_until < now())
  AND NOT EXISTS (SELECT 1 FROM outbound_messages m WHERE m.conversation_id = v.id AND m.status IN ('queued', 'sending'))
  AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id
    AND (${ORDER_IS_OPEN} OR GREATEST(o.created_at, o.confirmed_at, o.ready_at, o.closed_at) >= ${since}::timestamptz))`;

/** The next of them, those known longest first. */
export async function silentCustomers(db: Db, since: Date, after?: SilentCustomer): Promise<SilentCustomer[]> {
  const isBehind = after
    ? Prisma.sql`(c.created_at, c.id) > (${after.knownSince}::timestamptz, ${after.customerId}::uuid)`
    : Prisma.sql`true`;
  return db.$queryRaw<SilentCustomer[]>`
    SELECT c.id AS "customerId", v.id AS "conversationId", c.created_at AS "knownSince"
    FROM customers c JOIN conversations v ON v.customer_id = c.id WHERE ${isSilent(since)} AND ${isBehind}
    ORDER BY c.created_at, c.id LIMIT ${SILENT_AT_ONCE}::int`;
}

/** Forgets one as if they had asked; false when something about them is open, when they are back, or when another run has them. */
export async function forgetSilent(
  db: Db,
  {
    customerId,
    conversationId,
    since,
    at,
    optOutKey,
  }: Omit<SilentCustomer, 'knownSince'> & { since: Date; at: Date; optOutKey: Uint8Array },
): Promise<boolean> {
  return transact(db, async (tx) => {
    const [free] = await tx.$queryRaw<unknown[]>`
      SELECT 1 FROM conversations v JOIN customers c ON c.id = v.customer_id
      WHERE v.id = ${conversationId}::uuid AND ${isSilent(since)} FOR UPDATE OF v, c SKIP LOCKED`;
    if (!free || (await readPersonalData(tx, customerId)).openOrder !== null) return false;
    await eraseCustomer(tx, { customerId, conversationId, turnId: null, at, optOutKey, silentSince: since });
    return true;
  });
}
