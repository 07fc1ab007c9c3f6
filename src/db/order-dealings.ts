import type { OutboundContent } from '../domain/outbound-message.ts';
import type { OutboundStatus, PaymentAttemptStatus } from '../generated/prisma/enums.ts';
import type { Db } from './client.ts';

/** A payment link of an order and what became of it. */
export type OrderAttempt = {
  id: string;
  status: PaymentAttemptStatus;
  amountMinor: number;
  currency: string;
  createdAt: Date;
  /** Until when it can be paid. */
  expiresAt: Date;
  paidAt: Date | null;
  closedAt: Date | null;
  /** Whether the customer can open it now, as far as Stripe has told. */
  isOpen: boolean;
};

/** Oldest first. */
export async function orderAttempts(db: Db, orderId: string): Promise<OrderAttempt[]> {
  const attempts = await db.paymentAttempt.findMany({
    where: { orderId },
    orderBy: { createdAt: 'asc' },
    select: {
      ...{ id: true, status: true, amountMinor: true, currency: true, createdAt: true, expiresAt: true },
      ...{ paidAt: true, closedAt: true, sessionOpen: true, url: true },
    },
  });
  return attempts.map(({ sessionOpen, url, ...attempt }) => ({
    ...attempt,
    isOpen: sessionOpen && url !== null && ['PENDING', 'PROCESSING', 'FAILED'].includes(attempt.status),
  }));
}

/** What the shop wrote about an order, and how far it got. */
export type OrderMessage = {
  id: string;
  text: string;
  hasPicture: boolean;
  at: Date;
  delivery: { status: OutboundStatus; errorCode: number | null };
};

/** Oldest first. */
export async function orderMessages(db: Db, orderId: string): Promise<OrderMessage[]> {
  const messages = await db.outboundMessage.findMany({
    where: { orderId },
    orderBy: { seq: 'asc' },
    select: { id: true, content: true, createdAt: true, status: true, errorCode: true },
  });
  return messages.map(({ id, content, createdAt, status, errorCode }) => {
    const { body, media } = content as OutboundContent;
    return { id, text: body ?? '', hasPicture: Boolean(media), at: createdAt, delivery: { status, errorCode } };
  });
}
