import type { Db } from '../db/client.ts';
import { findOrder, ordersCollectedBetween } from '../db/orders.ts';
import { enqueueMessage } from '../db/outbox.ts';
import { reviewKey } from '../db/ratings.ts';
import { reviewRequestMessage } from '../domain/messages.ts';
import { type QuietHours, quietHoursAt } from '../domain/quiet-hours.ts';
import type { Texts } from '../domain/texts.ts';
import type { Clock } from '../ports.ts';
import type { SweepResult } from './sweep.ts';

const DAY_MS = 24 * 3600_000;

/** Asks once, the day after the pickup, how it went; never in the quiet hours. Orders collected over a week ago are left in peace. */
export async function requestReviews(needs: {
  db: Db;
  clock: Clock;
  texts: Texts;
  quietHours: QuietHours | null;
}): Promise<SweepResult> {
  const now = needs.clock.now();
  if (needs.quietHours && quietHoursAt(now, needs.quietHours)) return { processed: 0 };
  const nowMs = now.getTime();
  const orderIds = await ordersCollectedBetween(needs.db, {
    from: new Date(nowMs - 7 * DAY_MS),
    until: new Date(nowMs - DAY_MS),
    limit: 500,
  });
  let processed = 0;
  for (const orderId of orderIds) {
    const order = await findOrder(needs.db, orderId);
    if (!order) continue;
    const isNew = await enqueueMessage(needs.db, {
      businessKey: reviewKey(orderId),
      customerId: order.customerId,
      orderId,
      content: reviewRequestMessage(needs.texts, order),
      at: needs.clock.now(),
    });
    if (isNew) processed++;
  }
  return { processed };
}
