import { writeAudit } from '../db/audit.ts';
import type { Db } from '../db/client.ts';
import { lockOrder } from '../db/orders.ts';
import { transact } from '../db/transact.ts';
import type { Clock } from '../ports.ts';

/** Keeps what staff want each other to know of an order, in its history; it is never told to the customer. */
export function noteOrder(
  needs: { db: Db; clock: Clock },
  input: { orderId: string; staffId: string; note: string },
): Promise<{ kind: 'noted' | 'empty' | 'unknown' }> {
  const { orderId, staffId } = input;
  const note = input.note.trim();
  if (!note) return Promise.resolve({ kind: 'empty' });
  return transact(needs.db, async (tx) => {
    if (!(await lockOrder(tx, orderId))) return { kind: 'unknown' };
    const entry = { actor: `staff:${staffId}`, action: 'order.noted', subject: `order:${orderId}` } as const;
    await writeAudit(tx, { ...entry, at: needs.clock.now(), details: { note } });
    return { kind: 'noted' };
  });
}
