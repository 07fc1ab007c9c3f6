import { randomUUID } from 'node:crypto';
import {
  NOTIFICATION_CHANNELS,
  type NotificationChannel,
  type NotificationContent,
  type StaffNotice,
  type TeamNotice,
} from '../domain/notification.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import type { Db, Tx } from './client.ts';
import { despiteCuts } from './transact.ts';

type NewNotification = {
  businessKey: string;
  channel: NotificationChannel;
  content: NotificationContent;
  orderId?: string;
  at: Date;
};

async function enqueue(tx: Db | Tx, notifications: readonly NewNotification[]): Promise<boolean> {
  const { count } = await tx.notification.createMany({
    data: notifications.map(({ at, content, ...values }) => ({
      ...values,
      content: content as unknown as Prisma.InputJsonObject,
      createdAt: at,
    })),
    skipDuplicates: true,
  });
  return count > 0;
}

/**
 * Tells the team by Slack and mail, in the transaction that decided it; once per key, whatever happens twice. True when
 * it is news.
 */
export function notifyTeam(
  tx: Db | Tx,
  notice: TeamNotice & { key: string; orderId?: string; at: Date },
): Promise<boolean> {
  const { key, orderId, at, ...facts } = notice;
  const content: NotificationContent = { to: 'team', notice: facts };
  return enqueue(
    tx,
    NOTIFICATION_CHANNELS.map((channel) => ({
      businessKey: `${key}:${channel}`,
      channel,
      content,
      ...(orderId && { orderId }),
      at,
    })),
  );
}

/** Under which of these keys the team was told, whatever became of it. */
export async function keysTeamWasTold(db: Db, keys: readonly string[]): Promise<Set<string>> {
  const suffix = ':slack';
  const rows = await db.notification.findMany({
    where: { businessKey: { in: keys.map((key) => key + suffix) } },
    select: { businessKey: true },
  });
  return new Set(rows.map(({ businessKey }) => businessKey.slice(0, -suffix.length)));
}

/** Sends a paid order's confirmation to the address its customer gave; once per order. */
export function enqueueReceipt(tx: Tx, receipt: { orderId: string; email: string; at: Date }): Promise<boolean> {
  const { orderId, email, at } = receipt;
  const content: NotificationContent = { to: 'customer', kind: 'receipt', email };
  return enqueue(tx, [{ businessKey: `receipt:${orderId}`, channel: 'email', content, orderId, at }]);
}

/** Tells a member of staff by mail what was done to their account, in the transaction that did it. */
export async function notifyMember(
  tx: Db | Tx,
  { at, ...notice }: { staffId: string; kind: StaffNotice; at: Date },
): Promise<void> {
  const content: NotificationContent = { to: 'staff', ...notice, at: at.toISOString() };
  // The deed is done once: there is nothing that would tell it twice.
  await enqueue(tx, [{ businessKey: `account:${notice.kind}:${randomUUID()}`, channel: 'email', content, at }]);
}

export type ClaimedNotification = {
  id: string;
  channel: NotificationChannel;
  content: NotificationContent;
  orderId: string | null;
  /** This try counted: it is also what the claim is known by. */
  attempts: number;
};

// Longer than a vendor is waited for. Until it ends nobody else takes the row, so a killed worker only delays it.
const LEASE_SECONDS = 120;

/** The notification of this channel that has been due longest, claimed for two minutes. */
export async function claimNextNotification(
  db: Db,
  channel: NotificationChannel,
): Promise<ClaimedNotification | undefined> {
  const [claimed] = await db.$queryRaw<ClaimedNotification[]>`
    UPDATE notifications SET attempts = attempts + 1,
      next_attempt_at = now() + ${LEASE_SECONDS}::int * interval '1 second'
    WHERE id = (
      SELECT id FROM notifications
      WHERE status = 'queued' AND channel = ${channel}::"NotificationChannel" AND next_attempt_at <= now()
      ORDER BY next_attempt_at FOR UPDATE SKIP LOCKED LIMIT 1)
    RETURNING id, channel, content, order_id AS "orderId", attempts`;
  return claimed;
}

type Claim = Pick<ClaimedNotification, 'id' | 'attempts'>;
/** How a notification ended; `reason` for the operator, without addresses. */
export type NotificationEnd =
  | { status: 'sent'; reason: string | null; at: Date }
  | { status: 'skipped' | 'failed'; reason: string };

/** False when the lease was lost: the row is another worker's now. */
export async function endNotification(db: Db, claim: Claim, end: NotificationEnd): Promise<boolean> {
  const { count } = await despiteCuts(() =>
    db.notification.updateMany({
      where: { id: claim.id, attempts: claim.attempts, status: 'queued' },
      data: { status: end.status, lastError: end.reason, ...(end.status === 'sent' && { sentAt: end.at }) },
    }),
  );
  return count === 1;
}

export async function retryNotificationLater(
  db: Db,
  claim: Claim,
  failure: { delaySeconds: number; error: string },
): Promise<void> {
  await despiteCuts(
    () => db.$executeRaw`
    UPDATE notifications SET last_error = ${failure.error},
      next_attempt_at = now() + ${failure.delaySeconds}::int * interval '1 second'
    WHERE id = ${claim.id}::uuid AND attempts = ${claim.attempts}::int AND status = 'queued'`,
  );
}

/** Queues notifications that failed once more, as if they were new: those named. Answers the ids of those queued. */
export async function requeueFailedNotifications(tx: Tx, ids: readonly string[]): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    UPDATE notifications SET status = 'queued', attempts = 0, next_attempt_at = now(), settled_at = NULL
    WHERE status = 'failed' AND id = ANY(${[...ids]}::uuid[]) RETURNING id`;
  return rows.map(({ id }) => id);
}

/** Notes that a manager has seen to one that failed. False when it is no failure, or was seen to. */
export async function settleFailedNotification(tx: Tx, { id, at }: { id: string; at: Date }): Promise<boolean> {
  const { count } = await tx.notification.updateMany({
    where: { id, status: 'failed', settledAt: null },
    data: { settledAt: at },
  });
  return count === 1;
}
