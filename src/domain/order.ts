/** The order's state table as data. The database holds the same rows in order_transitions and refuses the rest. */
export const ORDER_STATUSES = [
  'pending_payment',
  'confirmed',
  'ready',
  'collected',
  'expired',
  'cancelled',
  'refunded',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

export const ORDER_TRANSITIONS: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  pending_payment: ['confirmed', 'expired', 'cancelled'],
  // Late money revives an order whose stock can be reserved again (fault 9).
  expired: ['confirmed'],
  cancelled: ['confirmed'],
  confirmed: ['ready', 'collected', 'refunded'],
  ready: ['collected', 'refunded'],
  collected: ['refunded'],
  refunded: [],
};

/** States in which the customer's money is ours and the goods are still here. */
export const COLLECTABLE: readonly OrderStatus[] = ['confirmed', 'ready'];
/** States in which somebody still waits for something. */
export const OPEN_ORDER_STATUSES: readonly OrderStatus[] = ['pending_payment', 'confirmed', 'ready'];
/** States that follow a payment. */
export const PAID: readonly OrderStatus[] = ['confirmed', 'ready', 'collected'];

/** 1001 -> "C-1001": short enough to be read aloud at a counter. */
export const formatOrderNumber = (sequence: number | bigint): string => `C-${sequence}`;
