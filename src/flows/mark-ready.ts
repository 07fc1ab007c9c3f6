import { writeAudit } from '../db/audit.ts';
import type { Db } from '../db/client.ts';
import { lockOrder, moveOrder } from '../db/orders.ts';
import { enqueueMessage } from '../db/outbox.ts';
import { moneyStandsFor } from '../db/payments.ts';
import { transact } from '../db/transact.ts';
import { readyMessage } from '../domain/messages.ts';
import type { Texts } from '../domain/texts.ts';
import type { Clock } from '../ports.ts';

export type ReadyResult = { kind: 'ready' | 'already_ready' | 'not_to_prepare' | 'unknown' };

/**
 * Says that an order is packed and waits at its counter, and tells its customer, once. Only while it is paid, undisputed and
 * not to be checked: nobody is called to a counter that will give them nothing (invariant 6).
 */
export function markReady(
  needs: { db: Db; clock: Clock; texts: Texts },
  input: { orderId: string; staffId: string },
): Promise<ReadyResult> {
  const { orderId, staffId } = input;
  const at = needs.clock.now();
  return transact(needs.db, async (tx): Promise<ReadyResult> => {
    const order = await lockOrder(tx, orderId);
    if (!order) return { kind: 'unknown' };
    if (order.status === 'ready') return { kind: 'already_ready' };
    const isHindered = order.disputedAt !== null || order.reviewReason !== null || !(await moneyStandsFor(tx, orderId));
    if (isHindered || !(await moveOrder(tx, orderId, ['confirmed'], 'ready', at))) return { kind: 'not_to_prepare' };
    await writeAudit(tx, { actor: `staff:${staffId}`, action: 'order.ready', subject: `order:${orderId}`, at });
    const content = readyMessage(needs.texts, order);
    await enqueueMessage(tx, { businessKey: `ready:${orderId}`, customerId: order.customerId, orderId, content, at });
    return { kind: 'ready' };
  });
}
