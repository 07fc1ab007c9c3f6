import { KEPT_DAYS, type Kept } from '../../src/domain/retention.ts';
import { applyRetention } from '../../src/flows/apply-retention.ts';
import { OPT_OUT_KEY } from './conversation.ts';
import { silentLog } from './silent-log.ts';
import type { TestDatabase } from './test-database.ts';

const DAY_MS = 24 * 3600_000;

/** A part that failed would be logged, and the rest go on. */
const failing = {
  ...silentLog,
  error: (facts: object) => {
    throw new Error(JSON.stringify(facts));
  },
};

/** Retention as it runs `days` after everything in this database happened. */
export function sweepAfter({ db }: TestDatabase, days: number) {
  const clock = { now: () => new Date(Date.now() + days * DAY_MS) };
  return applyRetention({ db, clock, log: failing, optOutKey: OPT_OUT_KEY });
}

/** The day on which what happened today is kept no longer. */
export const after = (what: Kept) => KEPT_DAYS[what] + 1;
export const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);
