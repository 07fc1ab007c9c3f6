import { writeAudit } from '../db/audit.ts';
import type { Db } from '../db/client.ts';
import { lockOrder, sendableOf } from '../db/orders.ts';
import { enqueueMessage } from '../db/outbox.ts';
import { transact } from '../db/transact.ts';
import { codeAgainMessage } from '../domain/messages.ts';
import { COLLECTABLE } from '../domain/order.ts';
import { paymentLinkMessage } from '../domain/payment-messages.ts';
import type { Texts } from '../domain/texts.ts';
import type { Clock } from '../ports.ts';

export type SendAgainResult = { kind: 'link_sent' | 'code_sent' | 'already_sent' | 'nothing_to_send' | 'unknown' };

/**
 * Sends a customer again what they lost: the payment link of an unpaid order while it is open, the QR code of a paid one.
 * `formKey` is made with the form, so that the same form sent twice is one message.
 */
export function sendAgain(
  needs: { db: Db; clock: Clock; texts: Texts; timezone: string },
  input: { orderId: string; staffId: string; formKey: string },
): Promise<SendAgainResult> {
  const { orderId, staffId, formKey } = input;
  const at = needs.clock.now();
  return transact(needs.db, async (tx): Promise<SendAgainResult> => {
    const order = await lockOrder(tx, orderId);
    if (!order) return { kind: 'unknown' };
    const { url, pickupId } = await sendableOf(tx, orderId);
    const link = order.status === 'pending_payment' && order.expiresAt > at ? url : null;
    const code = COLLECTABLE.includes(order.status) ? pickupId : null;
    if (!link && !code) return { kind: 'nothing_to_send' };
    const content = link
      ? paymentLinkMessage(needs.texts, order, link, needs.timezone)
      : codeAgainMessage(needs.texts, order, code as string);
    const businessKey = `${link ? 'payment-link-again' : 'code-again'}:${orderId}:${formKey}`;
    const isNew = await enqueueMessage(tx, { businessKey, customerId: order.customerId, orderId, content, at });
    if (!isNew) return { kind: 'already_sent' };
    const action = link ? 'order.link_sent' : 'order.code_sent';
    await writeAudit(tx, { actor: `staff:${staffId}`, action, subject: `order:${orderId}`, at });
    return { kind: link ? 'link_sent' : 'code_sent' };
  });
}
