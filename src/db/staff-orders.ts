import type { AuditAction } from '../domain/audit.ts';
import type { OrderStatus } from '../domain/order.ts';
import { maskPhone } from '../domain/phone.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import type { Db } from './client.ts';

export type OrderRow = {
  id: string;
  number: string;
  status: OrderStatus;
  disputed: boolean;
  /** Settlement found something a person must look at. */
  inReview: boolean;
  customerName: string | null;
  /** domain/phone.ts maskPhone; null when WhatsApp hid the number. */
  maskedPhone: string | null;
  totalMinor: number;
  currency: string;
  createdAt: Date;
  items: { label: string; quantity: number; sku: string }[];
};
export type OrderFilter = { status?: OrderStatus; query?: string; limit: number };

const ROW = { customer: true, items: { orderBy: { position: 'asc' } } } as const satisfies Prisma.OrderInclude;

const rowOf = (order: Prisma.OrderGetPayload<{ include: typeof ROW }>): OrderRow => ({
  id: order.id,
  number: order.number,
  status: order.status,
  disputed: order.disputedAt !== null,
  inReview: order.reviewReason !== null,
  customerName: order.customer.firstName ?? order.customer.profileName,
  maskedPhone: order.customer.phone && maskPhone(order.customer.phone),
  totalMinor: order.totalMinor,
  currency: order.currency,
  createdAt: order.createdAt,
  items: order.items.map(({ label, quantity, sku }) => ({ label, quantity, sku })),
});

/** Newest orders first, by status and by order number or customer name. */
export async function listOrders(db: Db, filter: OrderFilter): Promise<OrderRow[]> {
  const contains = filter.query && { contains: filter.query, mode: 'insensitive' as const };
  const orders = await db.order.findMany({
    where: {
      ...(filter.status && { status: filter.status }),
      ...(contains && {
        OR: [{ number: contains }, { customer: { profileName: contains } }, { customer: { firstName: contains } }],
      }),
    },
    include: ROW,
    orderBy: { createdAt: 'desc' },
    take: filter.limit,
  });
  return orders.map(rowOf);
}

export type OrderDetail = OrderRow & {
  locationName: string;
  collectedBy: string | null;
  /** The order's audit trail, oldest first. */
  timeline: { at: Date; what: AuditAction }[];
};

/** One order with where it is fetched, by whom it was handed over, and its audit trail. */
export async function orderDetail(db: Db, orderId: string): Promise<OrderDetail | undefined> {
  const order = await db.order.findUnique({
    where: { id: orderId },
    include: { ...ROW, location: true, pickup: { include: { collector: true } } },
  });
  if (!order) return undefined;
  const audit = await db.auditEntry.findMany({ where: { subject: `order:${orderId}` }, orderBy: { createdAt: 'asc' } });
  return {
    ...rowOf(order),
    locationName: order.location.name,
    collectedBy: order.pickup?.collector?.name ?? null,
    // writeAudit lets nothing else in.
    timeline: audit.map(({ createdAt, action }) => ({ at: createdAt, what: action as AuditAction })),
  };
}
