import { FAILED_DAYS } from '../domain/concern.ts';
import { AppError } from '../domain/errors.ts';
import { Prisma } from '../generated/prisma/client.ts';
import type { Db } from './client.ts';
import { waitsForPerson } from './concern-source.ts';

/** What an operator watches, counted when asked. Ages in seconds by PostgreSQL's clock. */
export type ShopHealth = {
  /** Customers' messages that are stored and not given to their conversations yet. */
  inboxWaiting: number;
  turnsWaiting: number;
  oldestTurnSeconds: number;
  /** Customers whose last message waits for a person, while the bot keeps quiet for them. */
  waitingForPerson: number;
  messagesWaiting: number;
  /** Of the last days, that nobody has seen to; as notificationsFailed. */
  messagesFailed: number;
  paymentEventsWaiting: number;
  paymentEventsFailed: number;
  refundsWaiting: number;
  notificationsWaiting: number;
  notificationsFailed: number;
  /** Of those that are not over. */
  ordersByStatus: { status: string; count: number }[];
  /** Sessions open for over 30 s; a webhook pointed elsewhere shows here (fault 30). */
  sessionsPendingOver30s: number;
  ordersInReview: number;
};

export async function measureShop(db: Db, now: Date): Promise<ShopHealth> {
  const lately = Prisma.sql`${now}::timestamptz - ${FAILED_DAYS}::int * interval '1 day'`;
  const [row] = await db.$queryRaw<Omit<ShopHealth, 'ordersByStatus'>[]>`
    SELECT
      (SELECT count(*)::int FROM inbound_messages WHERE conversation_id IS NULL) AS "inboxWaiting",
      (SELECT count(*)::int FROM conversations WHERE turn_due_at <= now()) AS "turnsWaiting",
      (SELECT COALESCE(extract(epoch FROM now() - min(turn_due_at)), 0)::float FROM conversations
        WHERE turn_due_at <= now()) AS "oldestTurnSeconds",
      (SELECT count(*)::int FROM conversations v JOIN customers c ON c.id = v.customer_id
        WHERE ${waitsForPerson(now)}) AS "waitingForPerson",
      (SELECT count(*)::int FROM outbound_messages WHERE status IN ('queued', 'sending')) AS "messagesWaiting",
      (SELECT count(*)::int FROM outbound_messages WHERE status IN ('failed', 'undelivered') AND settled_at IS NULL
        AND failed_at >= ${lately}) AS "messagesFailed",
      (SELECT count(*)::int FROM payment_events WHERE outcome = 'received') AS "paymentEventsWaiting",
      (SELECT count(*)::int FROM payment_events WHERE outcome = 'failed') AS "paymentEventsFailed",
      (SELECT count(*)::int FROM refunds WHERE status = 'requested') AS "refundsWaiting",
      (SELECT count(*)::int FROM notifications WHERE status = 'queued') AS "notificationsWaiting",
      (SELECT count(*)::int FROM notifications WHERE status = 'failed' AND settled_at IS NULL
        AND created_at >= ${lately}) AS "notificationsFailed",
      (SELECT count(*)::int FROM payment_attempts WHERE session_id IS NOT NULL AND status IN ('PENDING', 'PROCESSING')
        AND created_at < ${now}::timestamptz - interval '30 seconds') AS "sessionsPendingOver30s",
      (SELECT count(DISTINCT order_id)::int FROM reviews WHERE closed_at IS NULL) AS "ordersInReview"`;
  if (!row) throw new AppError('shop_not_counted', 'counting answered nothing', { retryable: true });
  const ordersByStatus = await db.$queryRaw<ShopHealth['ordersByStatus']>`
    SELECT status::text, count(*)::int AS count FROM orders
    WHERE status IN ('pending_payment', 'confirmed', 'ready') GROUP BY status`;
  return { ...row, ordersByStatus };
}

/** Throws when the database does not answer. */
export async function pingDatabase(db: Db): Promise<void> {
  await db.$queryRaw`SELECT 1`;
}
