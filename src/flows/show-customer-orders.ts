import type { Db } from '../db/client.ts';
import { findOrder, latestOrdersOf } from '../db/orders.ts';
import { COLLECTABLE } from '../domain/order.ts';
import type { OutboundContent } from '../domain/outbound-message.ts';
import { paymentLinkMessage } from '../domain/payment-messages.ts';
import { type ToldStatus, toldStatus } from '../domain/review.ts';
import type { Texts } from '../domain/texts.ts';

export type CustomerOrder = {
  id: string;
  number: string;
  status: ToldStatus;
  totalMinor: number;
  currency: string;
  createdAt: Date;
  expiresAt: Date;
  /** The open payment link, if there is one. */
  paymentUrl: string | null;
  /** Whose QR code may be shown again: paid and not handed over. */
  pickupId: string | null;
};

/** A customer's own newest orders. */
export async function latestOrders(needs: { db: Db }, customerId: string): Promise<CustomerOrder[]> {
  const orders = await latestOrdersOf(needs.db, customerId, 5);
  return orders.map(({ customerId: _theirs, reviewReason, openUrl, pickupId, ...order }) => {
    const status = toldStatus({ ...order, reviewReason });
    return {
      ...order,
      status,
      paymentUrl: status === 'pending_payment' ? openUrl : null,
      pickupId: COLLECTABLE.includes(order.status) ? pickupId : null,
    };
  });
}

/** The open payment link of the customer's newest unpaid order as a message to send again; undefined when none is open. */
export async function paymentLinkAgain(
  needs: { db: Db; texts: Texts; timezone: string },
  customerId: string,
): Promise<OutboundContent | undefined> {
  const open = (await latestOrders(needs, customerId)).find((order) => order.paymentUrl);
  const order = open && (await findOrder(needs.db, open.id));
  if (!order || !open?.paymentUrl) return undefined;
  return paymentLinkMessage(needs.texts, order, open.paymentUrl, needs.timezone);
}
