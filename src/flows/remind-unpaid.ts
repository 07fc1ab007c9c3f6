import type { Db } from '../db/client.ts';
import {
  type DecidedReminder,
  lockUnpaidOrders,
  type UnpaidOrder,
  type UnpaidPlace,
  writeReminders,
} from '../db/reminders.ts';
import { transact } from '../db/transact.ts';
import { reminderMessage } from '../domain/messages.ts';
import { type QuietHours, quietHoursAt } from '../domain/quiet-hours.ts';
import { dueReminder, latestMade } from '../domain/reminder.ts';
import { type ShopRules, wordingFor } from '../domain/shop-settings.ts';
import type { Texts } from '../domain/texts.ts';
import type { Clock } from '../ports.ts';
import { LONGEST_RUN_MS, type SweepResult } from './sweep.ts';
import { startTimer } from './time-limit.ts';

type Needs = {
  db: Db;
  clock: Clock;
  texts: Texts;
  rules: Pick<ShopRules, 'reminders' | 'remindersSince'>;
  /** Null where none are kept. */
  quietHours: QuietHours | null;
};

/** Orders decided and written in one transaction. */
const BATCH_ORDERS = 500;
/** While PostgreSQL writes a batch, the next is put into words. */
const LANES = 2;

/** Reminds one order if a step is due. False, too, where somebody works on it at this moment: the sweep comes every minute. */
export async function remindUnpaidOrder(needs: Needs, orderId: string): Promise<boolean> {
  const { processed } = await remindBatch(needs, { now: needs.clock.now(), orderId });
  return processed > 0;
}

/** The sweep behind Agenda's wake-ups, and the operator's cron route. Many may run at once: they share the orders. */
export async function remindUnpaidOrders(needs: Needs): Promise<SweepResult> {
  const { clock, quietHours, rules } = needs;
  const now = clock.now();
  if (quietHours && quietHoursAt(now, quietHours)) return { processed: 0 };
  const delaysMinutes = delaysOf(rules);
  const wish = { now, delaysMinutes, latestMade: latestMade(delaysMinutes, { now, quietHours }), limit: BATCH_ORDERS };
  const isTimeOver = startTimer({ longestMs: LONGEST_RUN_MS });
  const lane = async () => {
    let processed = 0;
    let after: UnpaidPlace | null = null;
    do {
      const batch = await remindBatch(needs, { ...wish, after });
      processed += batch.processed;
      after = batch.last;
    } while (after && !isTimeOver());
    return processed;
  };
  const counts = await Promise.all(Array.from({ length: LANES }, lane));
  return { processed: counts.reduce((sum, count) => sum + count, 0) };
}

/** Each step leaves once, never after payment: decided and written under the lock of its order. */
function remindBatch(needs: Needs, which: Parameters<typeof lockUnpaidOrders>[1]) {
  return transact(needs.db, async (tx) => {
    const { orders, last } = await lockUnpaidOrders(tx, which);
    const reminders = orders.flatMap((order) => decideReminder(needs, order, which.now));
    const processed = reminders.length > 0 ? await writeReminders(tx, reminders, which.now) : 0;
    return { processed, last };
  });
}

const delaysOf = ({ reminders }: Pick<ShopRules, 'reminders'>) => reminders.map(({ delayMinutes }) => delayMinutes);

function decideReminder({ rules, quietHours, texts }: Needs, order: UnpaidOrder, now: Date): DecidedReminder[] {
  const { reminders, remindersSince: delaysSince } = rules;
  const due = dueReminder({ ...order, delaysMinutes: delaysOf(rules), delaysSince, quietHours, now });
  const reminder = due && reminders[due.index];
  if (!reminder) return [];
  const { step } = due;
  const { id: orderId, locale, customerId, url } = order;
  const { ownText, variant } = wordingFor(reminder, { orderId, locale });
  const message = {
    ...(variant && { variant }),
    businessKey: `reminder:${orderId}:${step}`,
    customerId,
    orderId,
    content: reminderMessage(texts, order, { url, now, ownText }),
    at: now,
  };
  return [{ orderId, step, delayMinutes: reminder.delayMinutes, message }];
}
