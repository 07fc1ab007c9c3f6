import type { PickupLocation } from '../domain/catalogue.ts';
import { AppError } from '../domain/errors.ts';
import { toLocale } from '../domain/locale.ts';
import { formatOrderNumber, type OrderStatus } from '../domain/order.ts';
import type { OrderFacts } from '../domain/order-message.ts';
import type { ProposalLine } from '../domain/proposal.ts';
import type { ReviewReason } from '../domain/review.ts';
import { spokenName } from '../domain/spoken-name.ts';
import type { Db, Tx } from './client.ts';
import { FORGOTTEN } from './erase-customer.ts';

const FACTS = {
  items: { orderBy: { position: 'asc' } },
  location: true,
  customer: { select: { id: true, firstName: true, profileName: true, channelAddress: true } },
} as const;

export type OrderWithFacts = OrderFacts & {
  customerId: string;
  /** Its customer was forgotten: nobody can be told anything. */
  isForgotten: boolean;
  status: OrderStatus;
  remindersSent: number;
  createdAt: Date;
  disputedAt: Date | null;
  reviewReason: ReviewReason | null;
};

/** An order with everything its messages say. */
export async function findOrder(db: Db | Tx, orderId: string): Promise<OrderWithFacts | undefined> {
  const order = await db.order.findUnique({ where: { id: orderId }, include: FACTS });
  if (!order) return undefined;
  const { id, number, status, totalMinor, currency, expiresAt, remindersSent, createdAt, disputedAt, reviewReason } =
    order;
  const { customer } = order;
  return {
    id,
    number,
    status,
    totalMinor,
    currency,
    expiresAt,
    remindersSent,
    createdAt,
    disputedAt,
    // db/reviews.ts lets nothing else in.
    reviewReason: reviewReason as ReviewReason | null,
    customerId: customer.id,
    isForgotten: customer.channelAddress.startsWith(FORGOTTEN),
    locale: toLocale(order.locale),
    lines: order.items.map(({ label, quantity, subtotalMinor }) => ({ label, quantity, subtotalMinor })),
    location: order.location satisfies PickupLocation,
    customer: { firstName: customer.firstName ?? spokenName(customer.profileName) ?? null },
  };
}

/** Locks the order's row until the transaction ends: one writer per order (fault 6). */
export async function lockOrder(tx: Tx, orderId: string): Promise<OrderWithFacts | undefined> {
  await tx.$queryRaw`SELECT 1 FROM orders WHERE id = ${orderId}::uuid FOR UPDATE`;
  return findOrder(tx, orderId);
}

export type NewOrder = {
  customerId: string;
  proposalId: string;
  locationId: string;
  locale: string;
  lines: readonly ProposalLine[];
  totalMinor: number;
  currency: string;
  createdAt: Date;
  expiresAt: Date;
};

/** Inserts an order with its immutable item snapshots; answers ids in the order of the lines. */
export async function insertOrder(tx: Tx, order: NewOrder): Promise<{ id: string; number: string; itemIds: string[] }> {
  const [next] = await tx.$queryRaw<{ value: bigint }[]>`SELECT nextval('order_number') AS value`;
  if (!next)
    throw new AppError('order_number_missing', 'sequence order_number answered nothing: run npm run db:migrate');
  const { lines, ...values } = order;
  const created = await tx.order.create({
    data: {
      ...values,
      number: formatOrderNumber(next.value),
      items: {
        create: lines.map(({ productId, sku, label, unitPriceMinor, quantity, subtotalMinor }, position) => ({
          productId,
          sku,
          label,
          unitPriceMinor,
          quantity,
          subtotalMinor,
          position,
        })),
      },
    },
    include: { items: { orderBy: { position: 'asc' } } },
  });
  return { id: created.id, number: created.number, itemIds: created.items.map((item) => item.id) };
}

/** One guarded change of state; false when the order was not in one of `from`: read it again. */
export async function moveOrder(
  tx: Tx,
  orderId: string,
  from: readonly OrderStatus[],
  to: OrderStatus,
  at: Date,
): Promise<boolean> {
  const stamp = to === 'confirmed' ? { confirmedAt: at } : to === 'ready' ? { readyAt: at } : { closedAt: at };
  const { count } = await tx.order.updateMany({
    where: { id: orderId, status: { in: [...from] } },
    data: { status: to, ...stamp },
  });
  return count === 1;
}

/** The stocked items of an order, for reserving them (again). */
export async function stockedItems(tx: Tx, orderId: string) {
  const items = await tx.orderItem.findMany({ where: { orderId, product: { stocked: true } } });
  return items.map(({ id, productId, quantity }) => ({ orderItemId: id, productId, quantity }));
}

export type LatestOrder = {
  id: string;
  number: string;
  customerId: string;
  status: OrderStatus;
  reviewReason: ReviewReason | null;
  totalMinor: number;
  currency: string;
  createdAt: Date;
  expiresAt: Date;
  /** Of the payment attempt that is open, once it has a link. */
  openUrl: string | null;
  pickupId: string | null;
};

/** A customer's newest orders first. */
export async function latestOrdersOf(db: Db | Tx, customerId: string, limit: number): Promise<LatestOrder[]> {
  return db.$queryRaw<LatestOrder[]>`
    SELECT o.id, o.number, o.customer_id AS "customerId", o.status::text AS status, o.review_reason AS "reviewReason", o.total_minor AS "totalMinor", o.currency,
      o.created_at AS "createdAt", o.expires_at AS "expiresAt", p.id AS "pickupId",
      (SELECT url FROM payment_attempts WHERE order_id = o.id AND status IN ('PENDING', 'PROCESSING')) AS "openUrl"
    FROM orders o LEFT JOIN pickups p ON p.order_id = o.id
    WHERE o.customer_id = ${customerId}::uuid ORDER BY o.created_at DESC LIMIT ${limit}`;
}

const NAMED = { id: true, number: true, status: true } as const;

/** A customer's own order by its number. */
export async function findOrderOf(db: Db, customerId: string, number: string) {
  return (await db.order.findFirst({ where: { customerId, number }, select: NAMED })) ?? undefined;
}

/** A customer's newest order that was still to be paid at that time, as it is now. */
export async function newestUnpaidAt(db: Db, customerId: string, at: Date) {
  const hasMovedSince = [
    { confirmedAt: { gte: at } },
    { status: { in: ['expired', 'cancelled'] as OrderStatus[] }, closedAt: { gte: at } },
  ];
  const where = { customerId, OR: [{ status: 'pending_payment' as OrderStatus }, ...hasMovedSince] };
  return (await db.order.findFirst({ where, orderBy: { createdAt: 'desc' }, select: NAMED })) ?? undefined;
}

/** What an order's customer can be sent again: its open payment link, its QR code. */
export async function sendableOf(tx: Tx, orderId: string): Promise<{ url: string | null; pickupId: string | null }> {
  const order = await tx.order.findUniqueOrThrow({
    where: { id: orderId },
    include: { attempts: { where: { status: 'PENDING' }, select: { url: true } }, pickup: { select: { id: true } } },
  });
  return { url: order.attempts[0]?.url ?? null, pickupId: order.pickup?.id ?? null };
}

/** Orders collected in that time by customers who may be written to and were not asked for a review yet. */
export async function ordersCollectedBetween(db: Db, input: { from: Date; until: Date; limit: number }) {
  const orders = await db.order.findMany({
    where: {
      status: 'collected',
      closedAt: { gte: input.from, lte: input.until },
      // Who is at odds with the shop about the money is not asked how it went.
      disputedAt: null,
      reviewReason: null,
      customer: { optedOutAt: null },
      outboundMessages: { none: { businessKey: { startsWith: 'review:' } } },
    },
    orderBy: { closedAt: 'asc' },
    take: input.limit,
    select: { id: true },
  });
  return orders.map((order) => order.id);
}
