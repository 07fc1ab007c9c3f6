import { madeOnce } from './made-once.ts';

/** From 21:00 to 8:00, unless the shop says otherwise. */
export const DEFAULT_QUIET_HOURS = { beginHour: 21, endHour: 8 };

/** When nothing that nobody waits for is sent, by the clock where the shop is. The same hour twice: never. */
export type QuietHours = { timezone: string; beginHour?: number; endHour?: number };

const clockThere = madeOnce(
  (timeZone: string) =>
    new Intl.DateTimeFormat('en', {
      timeZone,
      hourCycle: 'h23',
      ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
    }),
);

type LocalTime = { year: number; month: number; day: number; hour: number };

function localTime(at: Date, timezone: string): LocalTime & { offsetMs: number } {
  const parts = clockThere(timezone).formatToParts(at);
  const read = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value);
  const time = { year: read('year'), month: read('month'), day: read('day'), hour: read('hour') };
  const asUtcMs = Date.UTC(time.year, time.month - 1, time.day, time.hour, read('minute'), read('second'));
  return { ...time, offsetMs: asUtcMs - Math.floor(at.getTime() / 1000) * 1000 };
}

/** The instant at which clocks there show that hour. A day before the first or after the last of a month is fine. */
function instantOf({ year, month, day, hour }: LocalTime, timezone: string): Date {
  const wallMs = Date.UTC(year, month - 1, day, hour);
  // The offset of a first guess may be the other side of a change of summer time; that of the second is not.
  const guess = new Date(wallMs - localTime(new Date(wallMs), timezone).offsetMs);
  return new Date(wallMs - localTime(guess, timezone).offsetMs);
}

/** The quiet hours that `at` falls into: until when, and since when; undefined when it is none of them. */
export function quietHoursAt(at: Date, quietHours: QuietHours): { begin: Date; end: Date } | undefined {
  const { timezone, beginHour, endHour } = { ...DEFAULT_QUIET_HOURS, ...quietHours };
  const time = localTime(at, timezone);
  const [hasBegun, isOver] = [time.hour >= beginHour, time.hour >= endHour];
  // From 13 to 15 they begin and end on one day, from 21 to 8 over midnight.
  const passesMidnight = beginHour > endHour;
  const isQuiet = passesMidnight ? hasBegun || !isOver : hasBegun && !isOver;
  if (!isQuiet) return undefined;
  const beginDay = passesMidnight && !hasBegun ? time.day - 1 : time.day;
  return {
    begin: instantOf({ ...time, day: beginDay, hour: beginHour }, timezone),
    end: instantOf({ ...time, day: passesMidnight ? beginDay + 1 : beginDay, hour: endHour }, timezone),
  };
}
