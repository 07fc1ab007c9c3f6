import type { PickupView } from '../../src/flows/confirm-pickup.ts';
import type { OrderDetail, OrderPage, TimelineEntry } from '../../src/flows/show-staff-orders.ts';

// One paid order as the staff's pages are given it, for tests of what the pages make of it.

export const TOKEN = 'A'.repeat(43);
export const ORDER_ID = '0b0e7a3c-6f0f-4d54-9d3c-0d3f5f3b9a11';
export const COUNTER_ID = '5b0e7a3c-6f0f-4d54-9d3c-0d3f5f3b9a22';

export const pickupView: PickupView = {
  orderId: ORDER_ID,
  orderNumber: 'C-1001',
  status: 'confirmed',
  disputed: false,
  inReview: false,
  isBeingRefunded: false,
  customerName: 'Marie-Laure',
  locationId: COUNTER_ID,
  locationName: 'Jarry',
  items: [
    { label: 'Michelin Primacy 4+ 205/55 R16 91V', quantity: 4, sku: 'MI-PRI4-2055516', slot: 'A3' },
    { label: 'Montage et équilibrage', quantity: 4, sku: 'SRV-MONT', slot: null },
  ],
  totalMinor: 51960,
  currency: 'EUR',
  paidAt: new Date('2026-11-21T18:05:00Z'),
  collectedAt: null,
  collectedBy: null,
};

const entry = (seq: bigint, at: string, what: TimelineEntry['what']): TimelineEntry => ({
  ...{ seq, at: new Date(at), who: { kind: 'system' }, what, reason: null, note: null },
  ...{ amountMinor: null, currency: null },
});

export const orderDetail: OrderDetail = {
  id: ORDER_ID,
  number: 'C-1001',
  status: 'confirmed',
  disputed: false,
  inReview: false,
  customerName: 'Marie-Laure',
  maskedPhone: '+590…01',
  totalMinor: 51960,
  currency: 'EUR',
  createdAt: new Date('2026-11-21T17:55:00Z'),
  items: pickupView.items,
  locationName: 'Jarry',
  conversationId: null,
  collectedBy: null,
  rating: null,
  reviews: [],
  money: { payments: [] },
  attempts: [],
  messages: [],
  talk: { modelTurns: 0, inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, microUsd: null },
  events: [],
  timeline: [
    entry(1n, '2026-11-21T17:55:00Z', 'order.placed'),
    entry(2n, '2026-11-21T18:05:00Z', 'payment.received'),
    entry(3n, '2026-11-21T18:06:00Z', 'dispute.a_status_of_tomorrow'),
  ],
};

/** A shop without orders. */
export const noOrders = async (): Promise<OrderPage> => ({ orders: [], counts: null, older: null, newer: null });
