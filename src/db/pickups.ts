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
  id: string;
  orderId: string;
  orderNumber: string;
  status: OrderStatus;
  disputed: boolean;
  inReview: boolean;
  /** All of its money has gone back, is on its way back or has been asked for. */
  isBeingRefunded: boolean;
  customerName: string | null;
  locationName: string;
  items: { label: string; quantity: number; sku: string }[];
  totalMinor: number;
  currency: string;
  paidAt: Date | null;
  collectedAt: Date | null;
  collectedBy: string | null;
  mediaUntil: Date;
};

export async function findPickup(db: Db | Tx, tokenHash: string): Promise<PickupRow | undefined> {
  const pickup = await db.pickup.findUnique({
    where: { tokenHash },
    include: {
      collector: { select: { name: true } },
      order: { include: { items: { orderBy: { position: 'asc' } }, location: true, customer: true } },
    },
  });
  if (!pickup) return undefined;
  const { order } = pickup;
  return {
    id: pickup.id,
    orderId: order.id,
    orderNumber: order.number,
    status: order.status,
    disputed: order.disputedAt !== null,
    inReview: order.reviewReason !== null,
    isBeingRefunded: COLLECTABLE.includes(order.status) && !(await moneyStandsFor(db, order.id)),
    customerName: order.customer.firstName ?? order.customer.profileName,
    locationName: order.location.name,
    items: order.items.map(({ label, quantity, sku }) => ({ label, quantity, sku })),
    totalMinor: order.totalMinor,
    currency: order.currency,
    paidAt: order.confirmedAt,
    collectedAt: pickup.collectedAt,
    collectedBy: pickup.collector?.name ?? null,
    mediaUntil: pickup.mediaUntil,
  };
}

/**
 * Redeems a pickup: one conditional update, so that of two scans at the same moment one wins (fault 32), and only while
 * the order is paid and undisputed.
 */
export async function redeemPickup(tx: Tx, tokenHash: string, staffId: string, at: Date): Promise<boolean> {
  const { count } = await tx.pickup.updateMany({
    where: {
      tokenHash,
      collectedAt: null,
      order: { status: { in: [...COLLECTABLE] }, disputedAt: null, reviewReason: null },
    },
    data: { collectedAt: at, collectedBy: staffId },
  });
  return count === 1;
}
