import { expect } from '@jest/globals';
import type { Db } from '../../src/db/client.ts';
import type { Sandbox } from '../../src/sandbox/start.ts';
import type { Purchase } from './patient-buyer.ts';
import { until } from './until.ts';

type Shop = { db: Db; sandbox: Sandbox };

/** Until nobody waits for anything. */
export async function everythingIsHandled(shop: Shop): Promise<void> {
  await until(
    'nothing is left to do',
    async () => {
      await shop.sandbox.stripe.events.deliverPending();
      await shop.sandbox.idle();
      const left = await Promise.all([
        shop.db.conversation.count({ where: { turnDueAt: { not: null } } }),
        shop.db.outboundMessage.count({ where: { status: { in: ['queued', 'sending'] } } }),
        shop.db.paymentEvent.count({ where: { outcome: 'received' } }),
      ]);
      return left.every((count) => count === 0);
    },
    { timeoutMs: 30_000, everyMs: 100 },
  );
}

/** What the customer's phone, the database and Stripe say of a purchase agrees, and happened once. */
export async function expectOnePurchase(shop: Shop, purchase: Purchase): Promise<void> {
  const { customer, sessionId, orderNumber } = purchase;
  const thanks = purchase.thanks();
  expect(thanks).toHaveLength(1);
  expect(thanks[0]?.body).toContain(orderNumber);
  const orders = await shop.db.order.findMany({
    where: { customer: { profileName: purchase.name } },
    include: { attempts: { include: { payment: { include: { refunds: true } } } } },
  });
  expect(orders).toMatchObject([
    { number: orderNumber, status: 'confirmed', attempts: [{ sessionId, status: 'PAID', payment: { refunds: [] } }] },
  ]);
  const sessions = shop.sandbox.stripe.ledger.sessions.all().map(({ session }) => session);
  expect(sessions.filter((session) => session.metadata?.orderId === orders[0]?.id)).toHaveLength(1);

  const acknowledged = shop.sandbox.phones
    .messages(customer.id)
    .filter((message) => message.direction === 'out' && message.status !== 'failed');
  const stored = await shop.db.inboundMessage.findMany({
    where: { messageSid: { in: acknowledged.map((m) => m.id) } },
  });
  expect(stored).toHaveLength(acknowledged.length);
  expect(stored.filter((message) => message.turnId === null)).toEqual([]);
  // A message the shop wrote once is on the phone once, and nothing is there that it did not write.
  const written = await shop.db.outboundMessage.findMany({ where: { customer: { profileName: purchase.name } } });
  expect(
    customer
      .fromShop()
      .map((message) => message.id)
      .sort(),
  ).toEqual(written.map((row) => row.twilioSid).sort());
}
