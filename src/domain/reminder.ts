import { type QuietHours, quietHoursAt } from './quiet-hours.ts';

type OrderTimes = { createdAt: Date; expiresAt: Date };

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** A reminder that comes later before its link's end helps nobody. */
const LEAST_TO_PAY_MS = 30 * MINUTE_MS;
/** How long before the quiet hours a reminder leaves that would be too late in the morning. */
const BEFORE_QUIET_MS = 30 * MINUTE_MS;

/**
 * When a reminder leaves that is due at `dueAt`: then, or after the quiet hours it falls into if its link still lives, or
 * before they begin if that is after the order was made. Undefined: not at all.
 */
export function reminderTime(order: OrderTimes, dueAt: Date, quietHours: QuietHours | null): Date | undefined {
  const quiet = quietHours ? quietHoursAt(dueAt, quietHours) : undefined;
  if (!quiet) return dueAt;
  if (quiet.end.getTime() + LEAST_TO_PAY_MS <= order.expiresAt.getTime()) return quiet.end;
  const evening = new Date(quiet.begin.getTime() - BEFORE_QUIET_MS);
  return evening > order.createdAt ? evening : undefined;
}

/** When each step leaves; `delaysMinutes` are minutes after the order, in order. */
export const reminderTimes = (
  order: OrderTimes,
  delaysMinutes: readonly number[],
  quietHours: QuietHours | null,
): (Date | undefined)[] =>
  delaysMinutes.map((delay) =>
    reminderTime(order, new Date(order.createdAt.getTime() + delay * MINUTE_MS), quietHours),
  );

/** What an order was reminded of; `remindedMinutes`: the delay of its last reminder, null where it is not known. */
export type Reminded = { remindersSent: number; remindedMinutes: number | null };
/** `index`: where it stands in the list. `step`: names it among the order's reminders, each higher than those before. */
export type DueReminder = { index: number; step: number };

/**
 * Which reminder is due: the latest one longer than the last that left whose time has come, so that a shop that was down sends
 * one reminder, not three at once. Undefined: none, as in the quiet hours. Delays are compared, not places: the list may have
 * changed under an order that waits. Those whose time had come before the shop changed it in the browser are over.
 */
export function dueReminder(
  input: OrderTimes &
    Reminded & {
      delaysMinutes: readonly number[];
      /** When these delays were set; null: before any order. */
      delaysSince: Date | null;
      quietHours: QuietHours | null;
      now: Date;
    },
): DueReminder | undefined {
  const { now, quietHours, delaysSince } = input;
  if (now >= input.expiresAt || (quietHours && quietHoursAt(now, quietHours))) return undefined;
  const times = reminderTimes(input, input.delaysMinutes, quietHours);
  const isDue = (time: Date | undefined) => time !== undefined && time <= now && !(delaysSince && time <= delaysSince);
  const index = times.findLastIndex(isDue);
  if (index < firstToCome(input, input.delaysMinutes)) return undefined;
  return { index, step: Math.max(index, input.remindersSent) + 1 };
}

/** Where those begin that are longer than the last reminder; by number where its delay is not known. db/reminders.ts asks the same. */
const firstToCome = ({ remindersSent, remindedMinutes }: Reminded, delaysMinutes: readonly number[]): number =>
  remindedMinutes === null ? remindersSent : delaysMinutes.filter((delay) => delay <= remindedMinutes).length;

/** For each delay, when an order must have been made at the latest to be due for it: what a query may leave out by. */
export const latestMade = (
  delaysMinutes: readonly number[],
  { now, quietHours }: { now: Date; quietHours: QuietHours | null },
): Date[] => {
  // A reminder may leave before its time, in the evening before: by a night at most.
  const earlierMs = quietHours ? DAY_MS : 0;
  return delaysMinutes.map((delay) => new Date(now.getTime() - delay * MINUTE_MS + earlierMs));
};
