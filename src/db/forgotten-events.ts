import { withoutPerson } from '../domain/personal-data.ts';
import { isUuid } from '../domain/uuid.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import type { Db } from './client.ts';
import { FORGOTTEN } from './erase-customer.ts';
import { openForErasing } from './open-for-erasing.ts';
import { transact } from './transact.ts';

/** What an event says it is about. */
type Named = {
  objectId: string;
  paymentIntentId: string | null;
  orderId: string | null;
  attemptId: string | null;
};

/**
 * What Stripe still tells of somebody who was forgotten is kept as the rest of theirs is: without the person. Before anything is
 * done about the event, so that it is true of those that fail or are not understood, too.
 */
export async function forgetPersonIn(db: Db, event: { id: string; payload: unknown }, named: Named): Promise<void> {
  const uuidOf = (id: string | null) => (id && isUuid(id) ? id : null);
  // Waits for an erasure under way: it takes the same lock before it looks for events.
  const owners = await db.$queryRaw<{ address: string }[]>`
    SELECT c.channel_address AS address FROM orders o JOIN customers c ON c.id = o.customer_id
    WHERE o.id IN (
      SELECT order_id FROM payment_attempts WHERE session_id = ${named.objectId}
      UNION ALL SELECT order_id FROM payment_attempts WHERE payment_intent_id = ${named.paymentIntentId}
      UNION ALL SELECT order_id FROM payment_attempts WHERE id = ${uuidOf(named.attemptId)}::uuid
      UNION ALL SELECT ${uuidOf(named.orderId)}::uuid)
    FOR KEY SHARE OF c`;
  if (!owners.some(({ address }) => address.startsWith(FORGOTTEN))) return;
  await transact(db, async (tx) => {
    await openForErasing(tx);
    const payload = withoutPerson(event.payload) as Prisma.InputJsonValue;
    await tx.paymentEvent.update({ where: { id: event.id }, data: { payload } });
  });
}
