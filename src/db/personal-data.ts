import type { OrderStatus } from '../domain/order.ts';
import { isOpenOrder, type PersonalData } from '../domain/personal-data.ts';
import type { Db, Tx } from './client.ts';

/** Everything that is kept of a customer, for themselves to read. */
export async function readPersonalData(db: Db | Tx, customerId: string): Promise<PersonalData> {
  const customer = await db.customer.findUniqueOrThrow({
    where: { id: customerId },
    include: {
      orders: { orderBy: { createdAt: 'desc' }, include: { reviews: { where: { closedAt: null } } } },
      carts: { where: { status: 'open' }, include: { _count: { select: { items: true } } } },
      conversation: { select: { id: true } },
    },
  });
  const { channelAddress, firstName, profileName, email, optedOutAt, createdAt, orders, carts, conversation } =
    customer;
  const owed = await db.refund.findFirst({
    where: {
      payment: { attempt: { order: { customerId } } },
      status: { in: ['requested', 'pending', 'requires_action'] },
    },
    select: { payment: { select: { attempt: { select: { order: { select: { number: true } } } } } } },
  });
  const payable = await payableOrders(db, customerId);
  const open = orders.find(
    ({ id, status, disputedAt, reviews }) =>
      isOpenOrder(status) || disputedAt || reviews.length > 0 || payable.includes(id),
  );
  return {
    ...{ channelAddress, name: firstName ?? profileName, email, optedOut: optedOutAt !== null, since: createdAt },
    messages: conversation ? await countMessages(db, conversation.id) : 0,
    cartLines: carts.reduce((sum, cart) => sum + cart._count.items, 0),
    orders: orders.map(({ number, status, totalMinor, currency, createdAt: at, expiresAt }) => ({
      ...{ number, status: status as OrderStatus, totalMinor, currency, createdAt: at, expiresAt },
    })),
    openOrder: open?.number ?? owed?.payment.attempt.order.number ?? null,
  };
}

/** By the conversation, of which a customer has one, as the indexes are; Prisma's own `_count` would count everybody's. */
async function countMessages(db: Db | Tx, conversationId: string): Promise<number> {
  const where = { where: { conversationId } };
  return (await db.inboundMessage.count(where)) + (await db.outboundMessage.count(where));
}

/**
 * Orders whose money may still come, whatever became of them: by a session that Stripe has not said to be over, or by one
 * it was asked for and whose answer was lost.
 */
async function payableOrders(db: Db | Tx, customerId: string): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT o.id FROM orders o JOIN payment_attempts a ON a.order_id = o.id
    WHERE o.customer_id = ${customerId}::uuid AND a.session_open
      AND a.status IN ('PENDING', 'PROCESSING', 'CANCELLED', 'FAILED')
      AND (a.session_id IS NOT NULL OR (a.call_attempts > 0 AND a.expires_at > now()))`;
  return rows.map(({ id }) => id);
}
