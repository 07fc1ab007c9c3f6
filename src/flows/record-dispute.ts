import { writeAudit } from '../db/audit.ts';
import type { Db, Tx } from '../db/client.ts';
import { disputeStatusesOf, recordDispute, setDisputed } from '../db/disputes.ts';
import { notifyTeam } from '../db/notifications.ts';
import { lockOrder, type OrderWithFacts } from '../db/orders.ts';
import { enqueueMessage } from '../db/outbox.ts';
import { findPaymentByIntent } from '../db/payments.ts';
import { openReview } from '../db/reviews.ts';
import { transact } from '../db/transact.ts';
import { awaitsResponse, isDisputeOver } from '../domain/dispute.ts';
import { COLLECTABLE } from '../domain/order.ts';
import { disputeMessage } from '../domain/payment-messages.ts';
import type { Texts } from '../domain/texts.ts';
import type { Clock, Log, Payments, StripeDispute, VerifiedEvent } from '../ports.ts';
import { closeIfGivenBack } from './close-refunded-order.ts';
import { type SettleFirstNeeds, settleFirst } from './settle-first.ts';

type Needs = SettleFirstNeeds & {
  db: Db;
  clock: Clock;
  log: Log;
  texts: Texts;
  payments: Pick<Payments, 'retrieveDispute'>;
};

/**
 * Records a dispute as Stripe has it now. An open one freezes collection; one that ended well thaws it; one that was
 * lost took its own amount, no more (fault 27). The order it is about; undefined: not ours.
 */
export async function recordDisputeOf(needs: Needs, event: VerifiedEvent): Promise<string | undefined> {
  const dispute = await needs.payments.retrieveDispute(event.objectId);
  const { paymentIntentId, ...facts } = dispute;
  if (!paymentIntentId) return undefined;
  await settleFirst(needs, paymentIntentId);
  return transact(needs.db, async (tx) => {
    const payment = await findPaymentByIntent(tx, paymentIntentId);
    const order = payment && (await lockOrder(tx, payment.orderId));
    if (!payment || !order) return undefined;
    const at = needs.clock.now();
    if (!(await recordDispute(tx, payment.id, { ...facts, at }))) return order.id;
    const { status, amountMinor, currency, reason } = dispute;
    const subject = `order:${order.id}`;
    await writeAudit(tx, {
      actor: 'stripe',
      action: `dispute.${status}`,
      subject,
      details: { amountMinor, currency, reason },
      at,
    });
    await tellTeam(tx, order, dispute, at);
    const matter = { orderId: order.id, paymentId: payment.id, at };
    if (dispute.status === 'lost' && !(await closeIfGivenBack(tx, { payment, order, at }))) {
      await openReview(tx, { ...matter, reason: 'dispute_lost_in_part', key: `dispute-lost:${dispute.id}` });
    }
    // The bank changed its mind: the order ended, and its money is here.
    if (dispute.status === 'won' && order.status === 'refunded') {
      await openReview(tx, { ...matter, reason: 'dispute_reversed', key: `dispute-reversed:${dispute.id}` });
    }
    await freezeOrThaw(needs, tx, order, dispute);
    needs.log.error({ orderId: order.id, status: dispute.status }, 'dispute: see the order and the Stripe Dashboard');
    return order.id;
  });
}

/** Another dispute of the same order may still be open: only the last thaws it. */
async function freezeOrThaw(needs: Needs, tx: Tx, order: OrderWithFacts, dispute: StripeDispute): Promise<void> {
  const at = needs.clock.now();
  const isFrozen = (await disputeStatusesOf(tx, order.id)).some((status) => !isDisputeOver(status));
  await setDisputed(tx, order.id, isFrozen ? (order.disputedAt ?? at) : null);
  const isWaiting = COLLECTABLE.includes(order.status);
  const news = isFrozen ? 'disputed' : dispute.status !== 'lost' && isWaiting ? 'dispute_over' : undefined;
  if (!news) return;
  await enqueueMessage(tx, {
    businessKey: `${news.replace('_', '-')}:${dispute.id}`,
    customerId: order.customerId,
    orderId: order.id,
    content: disputeMessage(needs.texts, order, news),
    at,
  });
}

async function tellTeam(tx: Tx, order: OrderWithFacts, dispute: StripeDispute, at: Date): Promise<void> {
  const { id, status, reason, amountMinor, currency, dueBy } = dispute;
  if (!awaitsResponse(status) && !isDisputeOver(status)) return;
  await notifyTeam(tx, {
    key: `dispute:${id}:${status}`,
    kind: isDisputeOver(status) ? 'dispute_closed' : 'dispute_opened',
    orderNumber: order.number,
    money: { amountMinor, currency },
    values: { reason, status, ...(dueBy && { dueBy: dueBy.toISOString() }) },
    orderId: order.id,
    at,
  });
}
