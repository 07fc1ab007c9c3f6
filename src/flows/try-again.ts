import { writeAudit } from '../db/audit.ts';
import type { Db, Tx } from '../db/client.ts';
import { messagesToSendAgain } from '../db/concerns.ts';
import { requeueFailedNotifications, settleFailedNotification } from '../db/notifications.ts';
import { requeueFailedMessages, settleFailedMessage } from '../db/outbox.ts';
import { findPaymentEvent, type GivenUpEvent, requeueFailedEvents, settleFailedEvent } from '../db/payment-events.ts';
import { transact } from '../db/transact.ts';
import type { Clock } from '../ports.ts';
import { type ConcernNeeds, concernScope } from './show-concerns.ts';

/** Who wants it (staff:<id>), of one thing on the list of what needs somebody. */
type Wish = { id: string; by: string };
/** The same, or of everything of its kind that is on the list. */
type WishForAny = { id: string | 'all'; by: string };
type Needs = { db: Db; clock: Clock };

/** Sent together at most: what is left is still on the list. */
const MOST_AT_ONCE = 500;

/**
 * Has messages about orders that did not arrive sent again, once more as if they were new. Answers how many: none for what is not on the
 * list (any more): on its way, arrived, overtaken by its order, taken off. The worker asks again whether each is still true.
 */
export function sendMessagesAgain(needs: ConcernNeeds, { id, by }: WishForAny): Promise<number> {
  const at = needs.clock.now();
  return transact(needs.db, async (tx) => {
    const which = { limit: MOST_AT_ONCE, ...(id !== 'all' && { id }) };
    const queued = await requeueFailedMessages(tx, { ids: await messagesToSendAgain(tx, concernScope(needs), which) });
    for (const { businessKey, orderId } of queued) {
      const details = { message: businessKey };
      await writeAudit(tx, { actor: by, action: 'message.sent_again', subject: `order:${orderId}`, details, at });
    }
    return queued.length;
  });
}

/** Takes a message that did not arrive off the list: somebody has seen to it another way. False when it is not on it. */
export function settleMessage(needs: Needs, { id, by }: Wish): Promise<boolean> {
  const at = needs.clock.now();
  return transact(needs.db, async (tx) => {
    const settled = await settleFailedMessage(tx, { id, at });
    if (!settled) return false;
    const { businessKey, orderId, conversationId } = settled;
    const subject = orderId ? `order:${orderId}` : `conversation:${conversationId}`;
    await writeAudit(tx, { actor: by, action: 'message.settled', subject, details: { message: businessKey }, at });
    return true;
  });
}

/** Has every event of Stripe's that was given up worked on again. Answers how many. */
export function replayGivenUpEvents(needs: Needs, { by }: { by: string }): Promise<number> {
  const at = needs.clock.now();
  return transact(needs.db, async (tx) => {
    const queued = await requeueFailedEvents(tx, { foreign: false });
    for (const event of queued) await noteOfEvent(tx, event, { action: 'event.replayed', by, at });
    return queued.length;
  });
}

/**
 * Has an event worked on again that was given up, whether or not it was taken off the list since, or taken for somebody else's. False
 * when it is neither (any more).
 */
export async function replayPaymentEvent(
  needs: Needs,
  { eventId, by }: { eventId: string; by: string },
): Promise<boolean> {
  const event = await findPaymentEvent(needs.db, eventId);
  if (!event) return false;
  const at = needs.clock.now();
  return transact(needs.db, async (tx) => {
    const [queued] = await requeueFailedEvents(tx, { stripeEventIds: [event.stripeEventId], foreign: true });
    if (queued) await noteOfEvent(tx, queued, { action: 'event.replayed', by, at });
    return queued !== undefined;
  });
}

/** Takes one that was given up off the list: nothing can come of it, or somebody has seen to it at Stripe. False when it is not on it. */
export function settlePaymentEvent(needs: Needs, { id, by }: Wish): Promise<boolean> {
  const at = needs.clock.now();
  return transact(needs.db, async (tx) => {
    const settled = await settleFailedEvent(tx, { id, at });
    if (settled) await noteOfEvent(tx, settled, { action: 'event.settled', by, at });
    return settled !== undefined;
  });
}

type DeedOnEvent = { action: 'event.replayed' | 'event.settled'; by: string; at: Date };

function noteOfEvent(tx: Tx, { id, stripeEventId, orderId }: GivenUpEvent, { action, by, at }: DeedOnEvent) {
  const subject = orderId ? `order:${orderId}` : `event:${id}`;
  return writeAudit(tx, { actor: by, action, subject, details: { stripeEventId }, at });
}

/** Has a notice or mail that could not be sent tried again. False when it is no failure (any more). */
export function sendNotificationAgain(needs: Needs, { id, by }: Wish): Promise<boolean> {
  const at = needs.clock.now();
  return transact(needs.db, async (tx) => {
    const [queued] = await requeueFailedNotifications(tx, [id]);
    if (!queued) return false;
    await writeAudit(tx, { actor: by, action: 'notification.sent_again', subject: `notification:${id}`, at });
    return true;
  });
}

/** Takes one that could not be sent off the list. False when it is not on it. */
export function settleNotification(needs: Needs, { id, by }: Wish): Promise<boolean> {
  const at = needs.clock.now();
  return transact(needs.db, async (tx) => {
    if (!(await settleFailedNotification(tx, { id, at }))) return false;
    await writeAudit(tx, { actor: by, action: 'notification.settled', subject: `notification:${id}`, at });
    return true;
  });
}
