import { personIn } from '../domain/personal-data.ts';
import { writeAudit } from './audit.ts';
import type { Db, Tx } from './client.ts';
import { transact } from './transact.ts';

const ITEM = { label: true, quantity: true, unitPriceMinor: true, subtotalMinor: true } as const;
const REFUND = { amountMinor: true, currency: true, status: true, reason: true, createdAt: true } as const;
const DISPUTE = {
  amountMinor: true,
  currency: true,
  status: true,
  reason: true,
  createdAt: true,
  closedAt: true,
} as const;
const PAYMENT = {
  ...{ amountMinor: true, currency: true, receivedAt: true, receiptUrl: true },
  ...{ refunds: { select: REFUND }, disputes: { select: DISPUTE } },
} as const;
const ORDER = {
  id: true,
  ...{ number: true, status: true, totalMinor: true, currency: true, locale: true },
  ...{ createdAt: true, expiresAt: true, confirmedAt: true, readyAt: true, closedAt: true },
  location: { select: { name: true } },
  items: { select: ITEM, orderBy: { position: 'asc' } },
  attempts: { select: { params: true, payment: { select: PAYMENT } } },
  paymentEvents: { select: { payload: true } },
  rating: { select: { rating: true, ratedAt: true } },
  pickup: { select: { createdAt: true, collectedAt: true } },
  reviews: {
    select: { reason: true, amountMinor: true, openedAt: true, closedAt: true },
    orderBy: { openedAt: 'asc' },
  },
  notifications: {
    where: { content: { path: ['to'], equals: 'customer' } },
    select: { content: true, createdAt: true, sentAt: true },
  },
} as const;

/** Of a customer: what they may see of it. */
const CUSTOMER = {
  ...{ channelAddress: true, phone: true, profileName: true, firstName: true, email: true, locale: true },
  ...{ createdAt: true, lastInboundAt: true, optedOutAt: true, eraseAskedAt: true },
  inboundMessages: {
    select: { receivedAt: true, kind: true, body: true, payload: true, transcript: true, fields: true },
    orderBy: { seq: 'asc' },
  },
  outboundMessages: {
    select: { createdAt: true, sentAt: true, status: true, content: true },
    orderBy: { seq: 'asc' },
  },
  consentEvents: { select: { kind: true, how: true, word: true, happenedAt: true }, orderBy: { seq: 'asc' } },
  // What the bot keeps in mind of them, how it came to its answers, and what it looked up or did for that.
  conversation: {
    select: {
      focus: true,
      summary: true,
      turns: {
        select: { startedAt: true, answeredBy: true, model: true, toolCalls: true },
        orderBy: { startedAt: 'asc' },
      },
    },
  },
  carts: {
    select: {
      ...{ status: true, createdAt: true, updatedAt: true },
      items: { select: { quantity: true, product: { select: { label: true } } }, orderBy: { position: 'asc' } },
    },
    orderBy: { createdAt: 'asc' },
  },
  modelSpending: { select: { day: true, calls: true }, orderBy: { day: 'asc' } },
  orders: { select: ORDER, orderBy: { createdAt: 'asc' } },
} as const;

/**
 * Everything that is kept of a customer, their words and ours included, for them to take along; without what only Stripe's
 * and our own machines read. That it was given out, and by whom, is written down.
 */
export async function exportCustomer(
  db: Db,
  { customerId, actor, at }: { customerId: string; actor: string; at: Date },
) {
  return transact(db, async (tx) => {
    const kept = await tx.customer.findUniqueOrThrow({ where: { id: customerId }, select: CUSTOMER });
    await writeAudit(tx, { actor, action: 'customer.exported', subject: `customer:${customerId}`, at });
    const notes = await notesOf(
      tx,
      kept.orders.map(({ id }) => id),
    );
    const { conversation, ...customer } = kept;
    const orders = kept.orders.map(({ id, attempts, paymentEvents, notifications, ...order }) => ({
      ...order,
      notes: notes.filter(({ orderId }) => orderId === id).map(({ orderId: _, ...note }) => note),
      payments: attempts.flatMap(({ payment }) => payment ?? []),
      mails: notifications,
      // What was typed on the payment page, as far as it would be erased.
      toldByStripe: personIn([attempts.map(({ params }) => params), paymentEvents]),
    }));
    const { turns = [], focus = {}, summary = {} } = conversation ?? {};
    return { ...customer, orders, turns, keptInMind: { focus, summary } };
  });
}

/** What staff wrote about these orders, and when; who wrote it is the shop's own affair. */
const notesOf = (tx: Tx, orderIds: string[]) => tx.$queryRaw<{ orderId: string; at: Date; note: string }[]>`
  SELECT o.id AS "orderId", a.created_at AS at, a.details->>'note' AS note
  FROM unnest(${orderIds}::uuid[]) AS o(id) JOIN audit_entries a ON a.subject = 'order:' || o.id
  WHERE COALESCE(a.details->>'note', '') <> '' ORDER BY a.seq`;
