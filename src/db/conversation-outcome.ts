import type { OutboundContent } from '../domain/outbound-message.ts';
import type { Db } from './client.ts';

export type OutcomeOrder = {
  number: string;
  status: string;
  totalMinor: number;
  /** Code of the pickup location. */
  at: string;
  /** Quantities by SKU. */
  lines: Record<string, number>;
};

/** All that a conversation left behind: what a check of it asks. */
export type ConversationOutcome = {
  /** Of the open cart, quantities by SKU. */
  cart: Record<string, number>;
  /** Oldest first. */
  orders: OutcomeOrder[];
  answersNext: 'bot' | 'person';
  optedOut: boolean;
  customer: { firstName: string | null; email: string | null; language: string | null };
  turns: { answeredBy: string; error: string | null }[];
};

const bySku = (items: readonly { sku: string; quantity: number }[]): Record<string, number> =>
  Object.fromEntries(items.map(({ sku, quantity }) => [sku, quantity]));

const NOTHING: ConversationOutcome = {
  ...{ cart: {}, orders: [], answersNext: 'bot', optedOut: false, turns: [] },
  customer: { firstName: null, email: null, language: null },
};

/** What is on record of the customer at this channel address; nothing at all of one who never wrote. */
export async function findOutcome(db: Db, channelAddress: string): Promise<ConversationOutcome> {
  const customer = await db.customer.findUnique({
    where: { channelAddress },
    include: {
      conversation: { include: { turns: { orderBy: { startedAt: 'asc' } } } },
      carts: { where: { status: 'open' }, include: { items: { include: { product: { select: { sku: true } } } } } },
      orders: { orderBy: { createdAt: 'asc' }, include: { items: true, location: { select: { code: true } } } },
    },
  });
  if (!customer) return NOTHING;
  const { firstName, email, locale: language, conversation, carts, orders, optedOutAt } = customer;
  return {
    cart: bySku(carts.flatMap(({ items }) => items.map((item) => ({ ...item, sku: item.product.sku })))),
    orders: orders.map(({ number, status, totalMinor, location, items }) => ({
      ...{ number, status, totalMinor, at: location.code, lines: bySku(items) },
    })),
    answersNext: conversation?.humanSince ? 'person' : 'bot',
    optedOut: optedOutAt !== null,
    customer: { firstName, email, language },
    turns: (conversation?.turns ?? []).map(({ answeredBy, error }) => ({ answeredBy, error })),
  };
}

export type HeardMessage = { seq: bigint; content: OutboundContent };

/** What the shop said to the customer after the message `seq`, in order. */
export async function messagesAfter(db: Db, channelAddress: string, seq: bigint): Promise<HeardMessage[]> {
  const rows = await db.outboundMessage.findMany({
    where: { customer: { channelAddress }, seq: { gt: seq } },
    orderBy: { seq: 'asc' },
    select: { seq: true, content: true },
  });
  return rows.map((row) => ({ seq: row.seq, content: row.content as OutboundContent }));
}

/** The Checkout Session that waits for this customer's payment, if one does. */
export async function openCheckoutSession(db: Db, channelAddress: string): Promise<string | undefined> {
  const attempt = await db.paymentAttempt.findFirst({
    where: { order: { customer: { channelAddress } }, status: 'PENDING', sessionId: { not: null } },
    orderBy: { createdAt: 'desc' },
    select: { sessionId: true },
  });
  return attempt?.sessionId ?? undefined;
}

/** Ids that differ from one database to the next, with what they are called in all: SKUs and codes. */
export async function idsByName(db: Db): Promise<{ skus: Map<string, string>; places: Map<string, string> }> {
  const [products, locations] = await Promise.all([
    db.product.findMany({ select: { id: true, sku: true } }),
    db.location.findMany({ select: { id: true, code: true } }),
  ]);
  return {
    skus: new Map(products.map(({ sku, id }) => [sku, id])),
    places: new Map(locations.map(({ code, id }) => [code, id])),
  };
}

export type CustomerFactsToKeep = {
  profileName: string;
  firstName?: string | undefined;
  email?: string | undefined;
  language?: string | undefined;
  optedOutAt?: Date | undefined;
};

/** A customer the shop knows from before, with an empty conversation. */
export async function insertKnownCustomer(db: Db, channelAddress: string, facts: CustomerFactsToKeep): Promise<void> {
  const { profileName, firstName = null, email = null, language: locale = null, optedOutAt = null } = facts;
  await db.customer.create({
    data: { channelAddress, profileName, firstName, email, locale, optedOutAt, conversation: { create: {} } },
  });
}
