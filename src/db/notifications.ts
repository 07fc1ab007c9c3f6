import type { NotificationContent, TeamNotice } from '../domain/notification.ts';
import type { NotificationChannel, Prisma } from '../generated/prisma/client.ts';
import type { Db, Tx } from './client.ts';

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
    (['slack', 'email'] as const).map((channel) => ({
      businessKey: `${key}:${channel}`,
      channel,
      content,
      ...(orderId && { orderId }),
      at,
    })),
  );
}

/** Sends a paid order's confirmation to the address its customer gave; once per order. */
export function enqueueReceipt(tx: Tx, receipt: { orderId: string; email: string; at: Date }): Promise<boolean> {
  const { orderId, email, at } = receipt;
  const content: NotificationContent = { to: 'customer', kind: 'receipt', email };
  return enqueue(tx, [{ businessKey: `receipt:${orderId}`, channel: 'email', content, orderId, at }]);
}
