import { writeAudit } from '../db/audit.ts';
import type { Db } from '../db/client.ts';
import { hasDisputeNotIn, recordDispute, setDisputed } from '../db/disputes.ts';
import { lockOrder } from '../db/orders.ts';
import { enqueueMessage } from '../db/outbox.ts';
import { findPaymentByIntent } from '../db/payments.ts';
import { transact } from '../db/transact.ts';
import { plainOrderMessage } from '../domain/messages.ts';
import type { Texts } from '../domain/texts.ts';
import type { Clock, Log, Payments, VerifiedEvent } from '../ports.ts';
import { type SettleFirstNeeds, settleFirst } from './settle-first.ts';

// https://docs.stripe.com/api/disputes/object: states that end a dispute; only these give the goods free again.
const ENDED_WELL = new Set(['won', 'warning_closed', 'prevented']);
const ENDED = new Set([...ENDED_WELL, 'lost']);

type Needs = SettleFirstNeeds & {
  db: Db;
  clock: Clock;
  log: Log;
  texts: Texts;
  payments: Pick<Payments, 'retrieveDispute'>;
};

/** Records a dispute as Stripe has it now; an open or lost one freezes collection, one that ended well thaws it. */
export async function recordDisputeOf(needs: Needs, event: VerifiedEvent): Promise<'handled' | 'foreign'> {
  const dispute = await needs.payments.retrieveDispute(event.objectId);
  const { paymentIntentId } = dispute;
  if (!paymentIntentId) return 'foreign';
  await settleFirst(needs, paymentIntentId);
  return transact(needs.db, async (tx) => {
    const payment = await findPaymentByIntent(tx, paymentIntentId);
    const order = payment && (await lockOrder(tx, payment.orderId));
    if (!payment || !order) return 'foreign';
    const at = needs.clock.now();
    await recordDispute(tx, payment.id, { ...dispute, at, isClosed: ENDED.has(dispute.status) });
    // Another dispute of the same order may still be open, or lost.
    const isFrozen = await hasDisputeNotIn(tx, order.id, [...ENDED_WELL]);
    await setDisputed(tx, order.id, isFrozen ? (order.disputedAt ?? at) : null);
    await writeAudit(tx, { actor: 'stripe', action: `dispute.${dispute.status}`, subject: `order:${order.id}`, at });
    if (!ENDED.has(dispute.status)) {
      await enqueueMessage(tx, {
        businessKey: `disputed:${dispute.id}`,
        customerId: order.customerId,
        orderId: order.id,
        content: plainOrderMessage(needs.texts, order, 'disputed'),
        at: needs.clock.now(),
      });
    }
    needs.log.error({ orderId: order.id, status: dispute.status }, 'dispute: see the order and the Stripe Dashboard');
    return 'handled';
  });
}
