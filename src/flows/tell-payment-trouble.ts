import type { Db } from '../db/client.ts';
import type { OrderWithFacts } from '../db/orders.ts';
import { lockOrder, moveOrder } from '../db/orders.ts';
import { enqueueMessage } from '../db/outbox.ts';
import { type Attempt, moveAttempt } from '../db/payment-attempts.ts';
import { releaseReservations } from '../db/stock.ts';
import { transact } from '../db/transact.ts';
import { actionRequiredMessage, paymentFailedFinalMessage, paymentFailedMessage } from '../domain/messages.ts';
import type { OutboundContent } from '../domain/outbound-message.ts';
import type { Texts } from '../domain/texts.ts';
import type { Clock, Payments, VerifiedEvent } from '../ports.ts';

export type TellNeeds = {
  db: Db;
  clock: Clock;
  texts: Texts;
  payments: Pick<Payments, 'lastPaymentError' | 'retrieveCheckoutSession'>;
};

/** Failed is not final: the session stays open and the customer may try again with the same link (fault 13). */
export async function tellPaymentFailed(needs: TellNeeds, attempt: Attempt, event: VerifiedEvent): Promise<void> {
  const { paymentIntentId } = event;
  if (!paymentIntentId) return;
  const failure = await needs.payments.lastPaymentError(paymentIntentId);
  await tellWhileOpen(needs, attempt, `payment-failed:${event.id}`, (order, url) =>
    paymentFailedMessage(needs.texts, order, url, failure.code),
  );
}

/** 3-D Secure: the customer has a step to finish. Told once per payment intent. */
export async function tellActionRequired(needs: TellNeeds, attempt: Attempt, event: VerifiedEvent): Promise<void> {
  await tellWhileOpen(needs, attempt, `action-required:${event.paymentIntentId}`, (order, url) =>
    actionRequiredMessage(needs.texts, order, url),
  );
}

async function tellWhileOpen(
  needs: TellNeeds,
  attempt: Attempt,
  businessKey: string,
  content: (order: OrderWithFacts, url: string) => OutboundContent,
): Promise<void> {
  const { url } = attempt;
  if (attempt.status !== 'PENDING' || !url) return;
  await transact(needs.db, async (tx) => {
    const order = await lockOrder(tx, attempt.orderId);
    // Paid in the meantime (events come in any order): nothing to worry the customer with (fault 11).
    if (order?.status !== 'pending_payment') return;
    await enqueueMessage(tx, {
      businessKey,
      customerId: order.customerId,
      orderId: order.id,
      content: content(order, url),
      at: needs.clock.now(),
    });
  });
}

/** A delayed payment (bank debit) that ended in failure: Stripe is asked, then the order is over and its stock free. */
export async function failDelayedPayment(needs: TellNeeds, attempt: Attempt): Promise<boolean> {
  if (!attempt.sessionId) return false;
  const session = await needs.payments.retrieveCheckoutSession(attempt.sessionId);
  if (session.status !== 'complete' || session.paymentStatus !== 'unpaid' || !session.paymentIntentId) return false;
  const { status } = await needs.payments.lastPaymentError(session.paymentIntentId);
  if (status !== 'requires_payment_method' && status !== 'canceled') return false;
  const now = needs.clock.now();
  return transact(needs.db, async (tx) => {
    const order = await lockOrder(tx, attempt.orderId);
    if (!order) return false;
    if (!(await moveAttempt(tx, attempt.id, ['PENDING', 'PROCESSING'], 'FAILED', { at: now }))) return false;
    if (!(await moveOrder(tx, order.id, ['pending_payment'], 'cancelled', now))) return true;
    await releaseReservations(tx, order.id);
    await enqueueMessage(tx, {
      businessKey: `payment-failed-final:${attempt.id}`,
      customerId: order.customerId,
      orderId: order.id,
      content: paymentFailedFinalMessage(needs.texts, order),
      at: needs.clock.now(),
    });
    return true;
  });
}
