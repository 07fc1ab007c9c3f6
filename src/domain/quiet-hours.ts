import { madeOnce } from './made-once.ts';

/** When nothing that nobody waits for is sent: from 21:00 to 8:00 where the shop is. */
export type QuietHours = { timezone: string };

const BEGIN_HOUR = 21;
const END_HOUR = 8;

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
export function quietHoursAt(at: Date, { timezone }: QuietHours): { begin: Date; end: Date } | undefined {
  const time = localTime(at, timezone);
  if (time.hour >= END_HOUR && time.hour < BEGIN_HOUR) return undefined;
  const eveningDay = time.hour >= BEGIN_HOUR ? time.day : time.day - 1;
  return {
    begin: instantOf({ ...time, day: eveningDay, hour: BEGIN_HOUR }, timezone),
    end: instantOf({ ...time, day: eveningDay + 1, hour: END_HOUR }, timezone),
  };
}
