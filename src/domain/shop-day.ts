/** The day it is where the shop is, YYYY-MM-DD: budgets begin anew at its midnight. */
export const shopDayOf = (at: Date, timezone: string): string =>
  // Sweden writes dates as ISO 8601 does.
  new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short' }).format(at);
