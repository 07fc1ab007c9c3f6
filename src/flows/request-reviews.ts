import type { Db } from '../db/client.ts';
import { findOrder, ordersCollectedBetween } from '../db/orders.ts';
import { enqueueMessage } from '../db/outbox.ts';
import { reviewKey } from '../db/ratings.ts';
import { reviewRequestMessage } from '../domain/messages.ts';
import { type QuietHours, quietHoursAt } from '../domain/quiet-hours.ts';
import type { Texts } from '../domain/texts.ts';
import type { Clock, Log } from '../ports.ts';
import { type SweepResult, sweepEach } from './sweep.ts';

const DAY_MS = 24 * 3600_000;

type Needs = { db: Db; clock: Clock; log: Log; texts: Texts; quietHours: QuietHours | null };

/** Asks once, the day after the pickup, how it went; never in the quiet hours. Orders collected over a week ago are left in peace. */
export async function requestReviews(needs: Needs): Promise<SweepResult> {
  const now = needs.clock.now();
  if (needs.quietHours && quietHoursAt(now, needs.quietHours)) return { processed: 0 };
  const nowMs = now.getTime();
  const orderIds = await ordersCollectedBetween(needs.db, {
    from: new Date(nowMs - 7 * DAY_MS),
    until: new Date(nowMs - DAY_MS),
    limit: 500,
  });
  return sweepEach(orderIds, {
    log: needs.log,
    act: (orderId) => requestReview(needs, orderId),
    facts: (orderId) => ({ orderId }),
    ...{ complaint: 'how an order went was not asked', code: 'reviews_not_requested' },
  });
}

async function requestReview({ db, clock, texts }: Needs, orderId: string): Promise<boolean> {
  const order = await findOrder(db, orderId);
  if (!order) return false;
  return enqueueMessage(db, {
    businessKey: reviewKey(orderId),
    customerId: order.customerId,
    orderId,
    content: reviewRequestMessage(texts, order),
    at: clock.now(),
  });
}
