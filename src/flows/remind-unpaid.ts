import { writeAudit } from '../db/audit.ts';
import type { Db } from '../db/client.ts';
import { claimReminderStep, findOrder, unpaidOrdersToRemind } from '../db/orders.ts';
import { enqueueMessage } from '../db/outbox.ts';
import { openAttemptOf } from '../db/payment-attempts.ts';
import { transact } from '../db/transact.ts';
import { reminderMessage } from '../domain/messages.ts';
import type { QuietHours } from '../domain/quiet-hours.ts';
import { dueReminderStep } from '../domain/reminder.ts';
import { type ShopRules, wordingFor } from '../domain/shop-settings.ts';
import type { Texts } from '../domain/texts.ts';
import type { Clock } from '../ports.ts';
import type { SweepResult } from './sweep.ts';

type Needs = {
  db: Db;
  clock: Clock;
  texts: Texts;
  rules: Pick<ShopRules, 'reminders' | 'remindersSince'>;
  /** Null where none are kept. */
  quietHours: QuietHours | null;
};

/** Reminds one order if a step is due: claimed by a conditional update, so each step leaves once, never after payment. */
export async function remindUnpaidOrder(needs: Needs, orderId: string): Promise<boolean> {
  const now = needs.clock.now();
  const { quietHours } = needs;
  const { reminders, remindersSince: delaysSince } = needs.rules;
  const delaysMinutes = reminders.map(({ delayMinutes }) => delayMinutes);
  return transact(needs.db, async (tx) => {
    const order = await findOrder(tx, orderId);
    const step = order && dueReminderStep({ ...order, delaysMinutes, delaysSince, quietHours, now });
    const attempt = order && (await openAttemptOf(tx, orderId));
    // A bank that is still processing has the customer's yes: nothing to remind of.
    const reminder = step && reminders[step - 1];
    if (!order || !reminder || !attempt?.url || attempt.status !== 'PENDING') return false;
    if (!(await claimReminderStep(tx, orderId, step))) return false;
    const subject = `order:${orderId}`;
    await writeAudit(tx, { actor: 'system', action: 'order.reminded', subject, details: { step }, at: now });
    const { ownText, variant } = wordingFor(reminder, { orderId, locale: order.locale });
    return enqueueMessage(tx, {
      ...(variant && { variant }),
      businessKey: `reminder:${orderId}:${step}`,
      customerId: order.customerId,
      orderId,
      content: reminderMessage(needs.texts, order, { url: attempt.url, now, ownText }),
      at: needs.clock.now(),
    });
  });
}

/** The sweep behind Agenda's wake-ups, and the operator's cron route. */
export async function remindUnpaidOrders(needs: Needs): Promise<SweepResult> {
  const orderIds = await unpaidOrdersToRemind(needs.db, {
    now: needs.clock.now(),
    steps: needs.rules.reminders.length,
    limit: 500,
  });
  let processed = 0;
  for (const orderId of orderIds) if (await remindUnpaidOrder(needs, orderId)) processed++;
  return { processed };
}
