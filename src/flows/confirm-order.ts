import { randomUUID } from 'node:crypto';
import { writeAudit } from '../db/audit.ts';
import type { Db, Tx } from '../db/client.ts';
import { closeCartWithOrder, type LockedProposal, lockProposal } from '../db/confirmation.ts';
import { insertOrder } from '../db/orders.ts';
import { insertAttempt } from '../db/payment-attempts.ts';
import { holdOpenPlace } from '../db/pickup-places.ts';
import { lockAndCheckStock, reserveStock } from '../db/stock.ts';
import { transact } from '../db/transact.ts';
import { type Locale, toLocale } from '../domain/locale.ts';
import type { Clock, Payments } from '../ports.ts';

export type ConfirmResult =
  | { kind: 'ordered' | 'already_ordered'; orderId: string; orderNumber: string }
  | { kind: 'no_open_proposal' }
  | { kind: 'cart_changed' }
  /** Price or stock are no longer what the customer saw: nothing was ordered, a new summary must be proposed. */
  | { kind: 'moved'; reason: 'price' | 'stock' };

type Needs = {
  db: Db;
  clock: Clock;
  payments: Pick<Payments, 'checkoutParams'>;
  checkoutExpiresMinutes: number;
  shop: { locale: Locale };
};

/**
 * Turns the customer's yes to an open proposal into an order, in one transaction: snapshots, reserved stock, and the
 * payment attempt with the very parameters Stripe will get. Calls nobody: the checkout worker carries the attempt to
 * Stripe and sends the link. The same yes twice finds the same order.
 */
export async function confirmOrder(
  needs: Needs,
  input: { customerId: string; proposalId: string },
): Promise<ConfirmResult> {
  return transact(needs.db, async (tx) => {
    const proposal = await lockProposal(tx, input);
    if (!proposal) return { kind: 'no_open_proposal' };
    if (proposal.order)
      return { kind: 'already_ordered', orderId: proposal.order.id, orderNumber: proposal.order.number };
    if (proposal.status !== 'open' || proposal.cartStatus !== 'open') return { kind: 'no_open_proposal' };
    if (proposal.cartVersion !== proposal.proposedVersion) return { kind: 'cart_changed' };
    if (proposal.priceMoved) return { kind: 'moved', reason: 'price' };
    // A place that closed since the summary has nothing to give: another is proposed.
    if (!(await holdOpenPlace(tx, proposal.locationId))) return { kind: 'moved', reason: 'stock' };
    const wanted = proposal.lines.filter((line) => proposal.stockedIds.has(line.productId));
    const short = await lockAndCheckStock(tx, proposal.locationId, wanted);
    if (short.length > 0) return { kind: 'moved', reason: 'stock' };
    return placeOrder(needs, tx, proposal);
  });
}

async function placeOrder(needs: Needs, tx: Tx, proposal: LockedProposal): Promise<ConfirmResult> {
  const now = needs.clock.now();
  const expiresAt = new Date(now.getTime() + needs.checkoutExpiresMinutes * 60_000);
  const { customerId, locationId, lines, totalMinor, currency } = proposal;
  const locale = toLocale(proposal.customerLocale, needs.shop.locale);
  const order = await insertOrder(tx, {
    customerId,
    proposalId: proposal.id,
    locationId,
    locale,
    lines,
    totalMinor,
    currency,
    createdAt: now,
    expiresAt,
  });
  const stocked = lines
    .map(({ productId, quantity }, index) => ({ productId, quantity, orderItemId: order.itemIds[index] as string }))
    .filter((item) => proposal.stockedIds.has(item.productId));
  await reserveStock(tx, locationId, stocked);
  const attemptId = randomUUID();
  const params = needs.payments.checkoutParams({
    orderId: order.id,
    attemptId,
    orderNumber: order.number,
    customerId,
    lines,
    currency,
    locale,
    expiresAt,
    email: proposal.customerEmail,
  });
  await insertAttempt(tx, {
    id: attemptId,
    orderId: order.id,
    params,
    amountMinor: totalMinor,
    currency,
    expiresAt,
    createdAt: now,
  });
  await closeCartWithOrder(tx, proposal);
  await writeAudit(tx, {
    actor: `customer:${customerId}`,
    action: 'order.placed',
    subject: `order:${order.id}`,
    at: now,
  });
  return { kind: 'ordered', orderId: order.id, orderNumber: order.number };
}
