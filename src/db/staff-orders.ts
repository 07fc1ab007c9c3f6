import type { OrderStatus } from '../domain/order.ts';
import { maskPhone } from '../domain/phone.ts';
import { type ReviewOutcome, type ReviewReason, waysOut } from '../domain/review.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import type { Db } from './client.ts';
import { type OrderAttempt, type OrderMessage, orderAttempts, orderMessages } from './order-dealings.ts';
import { type OrderMoney, orderMoney } from './order-money.ts';
import { orderTimeline, type TimelineEntry } from './order-timeline.ts';
import { openReviewsOf } from './reviews.ts';
import { type TalkCost, talkUpToOrder } from './talk-costs.ts';

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

/** These orders, in this order. */
export async function orderRows(db: Db, ids: readonly string[]): Promise<OrderRow[]> {
  if (ids.length === 0) return [];
  const orders = await db.order.findMany({ where: { id: { in: [...ids] } }, include: ROW });
  const byId = new Map(orders.map((order) => [order.id, rowOf(order)]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

export type OrderDetail = OrderRow & {
  locationName: string;
  conversationId: string | null;
  collectedBy: string | null;
  /** How the customer liked it, and what they wrote; null where they did not say. */
  rating: { rating: string; words: string } | null;
  /** What a manager must decide, each for itself, and the ways out it has. */
  reviews: { id: string; reason: ReviewReason; ways: ReviewOutcome[]; hasRefundWaiting: boolean }[];
  money: OrderMoney;
  attempts: OrderAttempt[];
  /** What the shop wrote about it. */
  messages: OrderMessage[];
  /** What the model's part in the talk that led to it came to. */
  talk: TalkCost;
  /** Stripe's events about it, oldest first. */
  events: { id: string; type: string; at: Date }[];
  /** The order's audit trail, oldest first. */
  timeline: TimelineEntry[];
};

/** One order with where it is fetched, by whom it was handed over, its money and its audit trail. */
export async function orderDetail(db: Db, orderId: string): Promise<OrderDetail | undefined> {
  const order = await db.order.findUnique({
    where: { id: orderId },
    include: {
      ...ROW,
      location: true,
      customer: { include: { conversation: { select: { id: true } } } },
      pickup: { include: { collector: true } },
      rating: { include: { inboundMessage: { select: { body: true, transcript: true } } } },
      paymentEvents: { select: { id: true, type: true, happenedAt: true }, orderBy: { seq: 'asc' } },
    },
  });
  if (!order) return undefined;
  const [money, attempts, messages, timeline, reviews, talk] = await Promise.all([
    orderMoney(db, orderId),
    orderAttempts(db, orderId),
    orderMessages(db, orderId),
    orderTimeline(db, orderId),
    openReviewsOf(db, orderId),
    talkUpToOrder(db, orderId),
  ]);
  return {
    ...rowOf(order),
    locationName: order.location.name,
    conversationId: order.customer.conversation?.id ?? null,
    collectedBy: order.pickup?.collector?.name ?? null,
    rating: order.rating && {
      rating: order.rating.rating,
      words: order.rating.inboundMessage.transcript ?? order.rating.inboundMessage.body,
    },
    reviews: reviews.map((review) => {
      const { id, reason, hasRefundWaiting } = review;
      return { id, reason, ways: waysOut(reason, review), hasRefundWaiting };
    }),
    events: order.paymentEvents.map(({ id, type, happenedAt }) => ({ id, type, at: happenedAt })),
    ...{ money, attempts, messages, talk, timeline },
  };
}
