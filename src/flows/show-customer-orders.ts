import { randomUUID } from 'node:crypto';
import type { Db } from '../db/client.ts';
import { findOrder, latestOrdersOf } from '../db/orders.ts';
import { enqueueMessage } from '../db/outbox.ts';
import { paymentLinkMessage } from '../domain/messages.ts';
import type { OrderStatus } from '../domain/order.ts';
import type { Texts } from '../domain/texts.ts';
import type { Clock } from '../ports.ts';

export type CustomerOrder = {
  id: string;
  number: string;
  status: OrderStatus;
  totalMinor: number;
  currency: string;
  createdAt: Date;
  expiresAt: Date;
  /** The open payment link, if there is one. */
  paymentUrl: string | null;
};

/** A customer's own newest orders. */
export async function latestOrders(needs: { db: Db }, customerId: string): Promise<CustomerOrder[]> {
  const orders = await latestOrdersOf(needs.db, customerId, 5);
  return orders.map(({ id, number, status, totalMinor, currency, createdAt, expiresAt, attempts }) => ({
    id,
    number,
    status,
    totalMinor,
    currency,
    createdAt,
    expiresAt,
    paymentUrl: status === 'pending_payment' ? (attempts[0]?.url ?? null) : null,
  }));
}

/** Sends the open payment link of the customer's newest unpaid order again. */
export async function resendPaymentLink(
  needs: { db: Db; clock: Clock; texts: Texts; timezone: string },
  input: { customerId: string },
): Promise<{ kind: 'queued'; orderNumber: string } | { kind: 'nothing_open' }> {
  const open = (await latestOrders(needs, input.customerId)).find((order) => order.paymentUrl);
  const order = open && (await findOrder(needs.db, open.id));
  if (!order || !open?.paymentUrl) return { kind: 'nothing_open' };
  await enqueueMessage(needs.db, {
    businessKey: `payment-link-again:${order.id}:${randomUUID()}`,
    customerId: order.customerId,
    orderId: order.id,
    content: paymentLinkMessage(needs.texts, order, open.paymentUrl, needs.timezone),
    at: needs.clock.now(),
  });
  return { kind: 'queued', orderNumber: order.number };
}
