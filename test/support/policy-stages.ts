import { randomUUID } from 'node:crypto';
import type { agentNeeds } from './conversation.ts';
import { openPhone } from './conversation.ts';
import type { TestDatabase } from './test-database.ts';

/** How far a customer has come when the model is let loose. */
export type Stage = 'fresh' | 'carted' | 'proposed' | 'ordered' | 'paid';

const STEPS: Record<Stage, string[]> = {
  fresh: [],
  carted: ['2 bridgestone 205/55 r16'],
  proposed: ['2 bridgestone 205/55 r16', 'commander'],
  ordered: ['1 bridgestone 205/55 r16', 'commander', 'oui'],
  paid: ['1 bridgestone 205/55 r16', 'commander', 'oui'],
};

/** Brings a customer to `stage` by the rules alone. */
export async function reach(database: TestDatabase, needs: ReturnType<typeof agentNeeds>, stage: Stage) {
  const ana = openPhone({ ...needs, model: null });
  for (const words of STEPS[stage]) await ana.says(words);
  const [order] = stage === 'fresh' ? [] : await ana.orders();
  if (order) {
    const url = `https://checkout.example/${randomUUID()}`;
    await database.db.paymentAttempt.updateMany({ where: { orderId: order.id }, data: { url } });
    if (stage === 'paid') {
      await database.db.paymentAttempt.updateMany({ where: { orderId: order.id }, data: { status: 'PAID' } });
      await database.db.order.update({ where: { id: order.id }, data: { status: 'confirmed' } });
    }
    return { ana, order: { ...order, url } };
  }
  return { ana, order: undefined };
}

/** All that a tool could have written that matters, of every customer. */
export async function written({ db }: TestDatabase): Promise<string> {
  const rows = await Promise.all([
    db.order.findMany({ orderBy: { number: 'asc' }, select: { number: true, status: true, totalMinor: true } }),
    db.cart.findMany({
      orderBy: { id: 'asc' },
      select: { status: true, locationId: true, items: { orderBy: { position: 'asc' } } },
    }),
    db.customer.findMany({
      orderBy: { id: 'asc' },
      select: { id: true, firstName: true, email: true, optedOutAt: true },
    }),
    db.paymentAttempt.findMany({ orderBy: { id: 'asc' }, select: { id: true, status: true, amountMinor: true } }),
    db.stockLevel.findMany({ orderBy: { id: 'asc' }, select: { onHand: true, reserved: true } }),
    db.refund.count(),
    db.product.findMany({ orderBy: { id: 'asc' }, select: { priceMinor: true, active: true } }),
  ]);
  return JSON.stringify(rows);
}
