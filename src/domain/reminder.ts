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

/**
 * Which reminder step is due: the answer is 1-based, and the latest step whose time has come, so that a shop that was
 * down sends one reminder, not three at once. Undefined: none, as in the quiet hours. Where the shop changed its steps under
 * an order that waits, those whose time had come before are over: nobody is reminded twice because the list got longer.
 */
export function dueReminderStep(
  input: OrderTimes & {
    remindersSent: number;
    delaysMinutes: readonly number[];
    /** When these delays were set; null: before any order. */
    delaysSince: Date | null;
    quietHours: QuietHours | null;
    now: Date;
  },
): number | undefined {
  const { now, quietHours, delaysSince } = input;
  if (now >= input.expiresAt || (quietHours && quietHoursAt(now, quietHours))) return undefined;
  const times = reminderTimes(input, input.delaysMinutes, quietHours);
  const isDue = (time: Date | undefined) => time !== undefined && time <= now && !(delaysSince && time <= delaysSince);
  const step = times.findLastIndex(isDue) + 1;
  return step > input.remindersSent ? step : undefined;
}

/** For each step, when an order must have been made at the latest to be due for it: what a query may leave out by. */
export const latestMade = (
  delaysMinutes: readonly number[],
  { now, quietHours }: { now: Date; quietHours: QuietHours | null },
): Date[] => {
  // A reminder may leave before its time, in the evening before: by a night at most.
  const earlierMs = quietHours ? DAY_MS : 0;
  return delaysMinutes.map((delay) => new Date(now.getTime() - delay * MINUTE_MS + earlierMs));
};
