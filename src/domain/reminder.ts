/**
 * Which reminder step is due: `delaysMinutes` are minutes after the order, in order; the answer is 1-based, and the
 * latest step whose time has come, so that a shop that was down sends one reminder, not three at once. Undefined: none.
 */
export function dueReminderStep(input: {
  createdAt: Date;
  expiresAt: Date;
  remindersSent: number;
  delaysMinutes: readonly number[];
  now: Date;
}): number | undefined {
  if (input.now >= input.expiresAt) return undefined;
  const elapsedMinutes = (input.now.getTime() - input.createdAt.getTime()) / 60_000;
  const step = input.delaysMinutes.filter((delay) => delay <= elapsedMinutes).length;
  return step > input.remindersSent ? step : undefined;
}
