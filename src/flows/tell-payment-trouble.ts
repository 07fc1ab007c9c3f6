import { writeAudit } from '../db/audit.ts';
import type { Db } from '../db/client.ts';
import { lockOrder, type OrderWithFacts } from '../db/orders.ts';
import { enqueueMessage } from '../db/outbox.ts';
import type { Attempt } from '../db/payment-attempts.ts';
import { transact } from '../db/transact.ts';
import type { OrderAction } from '../domain/audit.ts';
import type { OutboundContent } from '../domain/outbound-message.ts';
import { actionRequiredMessage, paymentFailedMessage } from '../domain/payment-messages.ts';
import type { Texts } from '../domain/texts.ts';
import type { Clock, Payments, VerifiedEvent } from '../ports.ts';

export type TellNeeds = {
  db: Db;
  clock: Clock;
  texts: Texts;
  payments: Pick<Payments, 'lastPaymentError'>;
};

/** Failed is not final: the session stays open and the customer may try again with the same link (fault 13). */
export async function tellPaymentFailed(needs: TellNeeds, attempt: Attempt, event: VerifiedEvent): Promise<void> {
  const { paymentIntentId } = event;
  if (!paymentIntentId) return;
  const { code, status } = await needs.payments.lastPaymentError(paymentIntentId);
  // A later try got through or is under way: its own event tells that.
  if (status !== 'requires_payment_method') return;
  await tellWhileOpen(needs, attempt, {
    businessKey: `payment-failed:${event.id}`,
    action: 'payment.failed',
    reason: code,
    content: (order, url) => paymentFailedMessage(needs.texts, order, url, code),
  });
}

/** 3-D Secure: the customer has a step to finish. Told once per payment intent. */
export async function tellActionRequired(needs: TellNeeds, attempt: Attempt, event: VerifiedEvent): Promise<void> {
  const { paymentIntentId } = event;
  if (!paymentIntentId) return;
  const { status } = await needs.payments.lastPaymentError(paymentIntentId);
  if (status !== 'requires_action') return;
  await tellWhileOpen(needs, attempt, {
    businessKey: `action-required:${paymentIntentId}`,
    action: 'payment.action_required',
    reason: null,
    content: (order, url) => actionRequiredMessage(needs.texts, order, url),
  });
}

type News = {
  businessKey: string;
  action: OrderAction;
  reason: string | null;
  content: (order: OrderWithFacts, url: string) => OutboundContent;
};

async function tellWhileOpen(needs: TellNeeds, attempt: Attempt, news: News): Promise<void> {
  const { url } = attempt;
  if (attempt.status !== 'PENDING' || !url) return;
  await transact(needs.db, async (tx) => {
    const order = await lockOrder(tx, attempt.orderId);
    // Paid in the meantime (events come in any order): nothing to worry the customer with (fault 11).
    if (order?.status !== 'pending_payment') return;
    const at = needs.clock.now();
    const isNews = await enqueueMessage(tx, {
      businessKey: news.businessKey,
      customerId: order.customerId,
      orderId: order.id,
      content: news.content(order, url),
      at,
    });
    if (!isNews) return;
    const details = news.reason ? { reason: news.reason } : {};
    await writeAudit(tx, { actor: 'stripe', action: news.action, subject: `order:${order.id}`, details, at });
  });
}
