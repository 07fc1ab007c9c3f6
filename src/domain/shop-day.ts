import { madeOnce } from './made-once.ts';

// Sweden writes dates as ISO 8601 does.
const isoDay = madeOnce((timeZone: string) => new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }));

/** The day it is where the shop is, YYYY-MM-DD: budgets begin anew at its midnight. */
export const shopDayOf = (at: Date, timezone: string): string => isoDay(timezone).format(at);
