import { COLLECTABLE, type OrderStatus } from '../domain/order.ts';
import type { Db, Tx } from './client.ts';
import { moneyStandsFor } from './payments.ts';

export async function insertPickup(
  tx: Tx,
  pickup: { id: string; orderId: string; tokenHash: string; mediaUntil: Date; createdAt: Date },
): Promise<void> {
  await tx.pickup.create({ data: pickup });
}

export type PickupRow = {
  orderId: string;
  orderNumber: string;
  status: OrderStatus;
  disputed: boolean;
  inReview: boolean;
  /** All of its money has gone back, is on its way back or has been asked for. */
  isBeingRefunded: boolean;
  customerName: string | null;
  locationId: string;
  locationName: string;
  /** `slot`: where it lies at that location, where the shop keeps slots. */
  items: { label: string; quantity: number; sku: string; slot: string | null }[];
  totalMinor: number;
  currency: string;
  paidAt: Date | null;
  collectedAt: Date | null;
  collectedBy: string | null;
  /** Until when the QR code's picture is served; null before there is one. */
  mediaUntil: Date | null;
};

/** Which order: one has at most one pickup, from its payment on. */
export type PickupKey = { tokenHash: string } | { orderNumber: string };

/** An order as the counter sees it; one found by its number may not be paid yet. */
export async function findPickup(db: Db | Tx, key: PickupKey): Promise<PickupRow | undefined> {
  const order = await db.order.findFirst({
    where: 'tokenHash' in key ? { pickup: { tokenHash: key.tokenHash } } : { number: key.orderNumber },
    include: {
      pickup: { include: { collector: { select: { name: true } } } },
      items: {
        orderBy: { position: 'asc' },
        include: { product: { select: { stockLevels: { select: { locationId: true, slot: true } } } } },
      },
      ...{ location: true, customer: true },
    },
  });
  if (!order) return undefined;
  const { pickup, locationId } = order;
  return {
    orderId: order.id,
    orderNumber: order.number,
    status: order.status,
    disputed: order.disputedAt !== null,
    inReview: order.reviewReason !== null,
    isBeingRefunded: COLLECTABLE.includes(order.status) && !(await moneyStandsFor(db, order.id)),
    customerName: order.customer.firstName ?? order.customer.profileName,
    locationId,
    locationName: order.location.name,
    items: order.items.map(({ label, quantity, sku, product }) => ({
      ...{ label, quantity, sku },
      slot: product.stockLevels.find((level) => level.locationId === locationId)?.slot ?? null,
    })),
    totalMinor: order.totalMinor,
    currency: order.currency,
    paidAt: order.confirmedAt,
    collectedAt: pickup?.collectedAt ?? null,
    collectedBy: pickup?.collector?.name ?? null,
    mediaUntil: pickup?.mediaUntil ?? null,
  };
}

/**
 * Redeems a pickup: one conditional update, so that of two scans at the same moment one wins (fault 32), and only while
 * the order is paid and undisputed.
 */
export async function redeemPickup(tx: Tx, orderId: string, staffId: string, at: Date): Promise<boolean> {
  const { count } = await tx.pickup.updateMany({
    where: {
      orderId,
      collectedAt: null,
      order: { status: { in: [...COLLECTABLE] }, disputedAt: null, reviewReason: null },
    },
    data: { collectedAt: at, collectedBy: staffId },
  });
  return count === 1;
}
