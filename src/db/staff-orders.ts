import type { OrderStatus } from '../domain/order.ts';
import { maskPhone } from '../domain/phone.ts';
import type { Db } from './client.ts';

export type OrderRow = {
  id: string;
  number: string;
  status: OrderStatus;
  customerName: string | null;
  maskedPhone: string | null;
  totalMinor: number;
  currency: string;
  createdAt: Date;
  disputed: boolean;
  items: { label: string; quantity: number; sku: string }[];
};

/** Newest orders first, by status and by order number or customer name. */
export async function listOrders(
  db: Db,
  filter: { status?: OrderStatus; query?: string; limit: number },
): Promise<OrderRow[]> {
  const contains = filter.query && { contains: filter.query, mode: 'insensitive' as const };
  const orders = await db.order.findMany({
    where: {
      ...(filter.status && { status: filter.status }),
      ...(contains && {
        OR: [{ number: contains }, { customer: { profileName: contains } }, { customer: { firstName: contains } }],
      }),
    },
    include: { customer: true, items: { orderBy: { position: 'asc' } } },
    orderBy: { createdAt: 'desc' },
    take: filter.limit,
  });
  return orders.map((order) => ({
    id: order.id,
    number: order.number,
    status: order.status,
    customerName: order.customer.firstName ?? order.customer.profileName,
    maskedPhone: order.customer.phone && maskPhone(order.customer.phone),
    totalMinor: order.totalMinor,
    currency: order.currency,
    createdAt: order.createdAt,
    disputed: order.disputedAt !== null,
    items: order.items.map(({ label, quantity, sku }) => ({ label, quantity, sku })),
  }));
}

export type OrderDetail = OrderRow & {
  locationName: string;
  expiresAt: Date;
  reviewReason: string | null;
  items: { sku: string; label: string; quantity: number; unitPriceMinor: number; subtotalMinor: number }[];
  attempts: { status: string; amountMinor: number; createdAt: Date; lastError: string | null }[];
  timeline: { at: Date; what: string }[];
  collectedAt: Date | null;
  collectedBy: string | null;
};

/** One order with its items, attempts and audit trail. */
export async function orderDetail(db: Db, orderId: string): Promise<OrderDetail | undefined> {
  const order = await db.order.findUnique({
    where: { id: orderId },
    include: {
      customer: true,
      location: true,
      items: { orderBy: { position: 'asc' } },
      attempts: { orderBy: { createdAt: 'asc' } },
      pickup: { include: { collector: true } },
    },
  });
  if (!order) return undefined;
  const audit = await db.auditEntry.findMany({ where: { subject: `order:${orderId}` }, orderBy: { createdAt: 'asc' } });
  return {
    id: order.id,
    number: order.number,
    status: order.status,
    customerName: order.customer.firstName ?? order.customer.profileName,
    maskedPhone: order.customer.phone && maskPhone(order.customer.phone),
    totalMinor: order.totalMinor,
    currency: order.currency,
    createdAt: order.createdAt,
    disputed: order.disputedAt !== null,
    locationName: order.location.name,
    expiresAt: order.expiresAt,
    reviewReason: order.reviewReason,
    items: order.items.map(({ sku, label, quantity, unitPriceMinor, subtotalMinor }) => ({
      sku,
      label,
      quantity,
      unitPriceMinor,
      subtotalMinor,
    })),
    attempts: order.attempts.map(({ status, amountMinor, createdAt, lastError }) => ({
      status,
      amountMinor,
      createdAt,
      lastError,
    })),
    timeline: audit.map(({ createdAt, action }) => ({ at: createdAt, what: action })),
    collectedAt: order.pickup?.collectedAt ?? null,
    collectedBy: order.pickup?.collector?.name ?? null,
  };
}
