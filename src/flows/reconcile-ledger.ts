import type { Db } from '../db/client.ts';
import { notifyTeam } from '../db/notifications.ts';
import { firstAttemptAt } from '../db/payment-attempts.ts';
import { claimLedgerDay, comparedDays } from '../db/reconciliations.ts';
import { describeDifference, differencesDigest, type LedgerDifference } from '../domain/ledger.ts';
import { lastUtcDays, RECONCILED_DAYS, type UtcDay } from '../domain/utc-day.ts';
import { compareLedger, type LedgerNeeds, type LedgerReport } from './compare-ledger.ts';
import { type Outcome, runRecorded } from './run-recorded.ts';
import { type SweepResult, sweepEach } from './sweep.ts';
import { startTimer, type TimeLimit } from './time-limit.ts';

const MINUTE_MS = 60_000;
/** What is younger may still be under way to us. */
const UNDER_WAY_MS = 5 * MINUTE_MS;
const EVERY_MS = 60 * MINUTE_MS;
// Less than the five minutes between two sweeps: a comparison that failed is begun again by the next.
const AGAIN_AFTER_FAILURE_MS = 4 * MINUTE_MS;
const MAX_TOLD = 5;
const MAX_KEPT = 50;

/**
 * Compares each of the last 30 days until it was over and nothing differed: today and days that still differ once an
 * hour, yesterday once more when it is over, days on which nobody looked as soon as somebody does. Of many processes
 * one compares a day. A day that fails does not keep the others from their turn; then this throws.
 */
export async function reconcileLedger(needs: LedgerNeeds, limit: TimeLimit): Promise<SweepResult> {
  const isTimeOver = startTimer(limit);
  return sweepEach(await unsettledDays(needs.db, needs.clock.now()), {
    log: needs.log,
    act: async (day) => {
      const now = needs.clock.now();
      const retryAt = new Date(now.getTime() + AGAIN_AFTER_FAILURE_MS);
      const isOurs = await claimLedgerDay(needs.db, { day: day.from, now, retryAt });
      return isOurs && repairedIn(await compareDay(needs, day));
    },
    facts: ({ name }) => ({ day: name }),
    ...{ complaint: 'a day could not be compared with Stripe', code: 'ledger_not_compared', isTimeOver },
  });
}

/** The last `count` days of which there is anything to compare yet, today first. */
export const comparableDays = (now: Date, count: number): UtcDay[] =>
  lastUtcDays(now, count).filter((day) => comparedUntil(day, now) > day.from);

async function unsettledDays(db: Db, now: Date): Promise<UtcDay[]> {
  const days = comparableDays(now, RECONCILED_DAYS);
  const oldest = days.at(-1)?.from ?? now;
  const known = new Map((await comparedDays(db, oldest)).map((row) => [row.day.getTime(), row]));
  const isNew = days.some(({ from }) => !known.has(from.getTime()));
  const began = isNew ? await firstAttemptAt(db) : oldest;
  return days.filter(({ from, until }) => {
    if (!began || until <= began) return false;
    const row = known.get(from.getTime());
    return !row || row.remaining > 0 || !row.coveredUntil || row.coveredUntil < until;
  });
}

const comparedUntil = ({ until }: UtcDay, now: Date): Date =>
  new Date(Math.min(until.getTime(), now.getTime() - UNDER_WAY_MS));

/** One day as far as it can be compared now: repaired where that is safe, kept on record, and told of what remains. */
export async function compareDay(needs: LedgerNeeds, day: UtcDay): Promise<LedgerReport> {
  const now = needs.clock.now();
  const coveredUntil = comparedUntil(day, now);
  const { report } = await runRecorded(needs, { part: 'ledger', day }, async () => {
    const report = await compareLedger(needs, { from: day.from, until: coveredUntil }, { repair: true });
    return { report, ...outcomeOf(report), coveredUntil, dueAt: new Date(now.getTime() + EVERY_MS) };
  });
  await tellOfDifferences(needs, day, report.remaining);
  return report;
}

/** The same, changing nothing. */
export function lookAtDay(needs: LedgerNeeds, day: UtcDay): Promise<LedgerReport> {
  const until = comparedUntil(day, needs.clock.now());
  return compareLedger(needs, { from: day.from, until }, { repair: false });
}

export const repairedIn = ({ found, remaining }: LedgerReport): number => Math.max(0, found.length - remaining.length);

function outcomeOf(report: LedgerReport): Outcome {
  const { totals, foreign, remaining } = report;
  const details = { totals, foreign, differences: remaining.slice(0, MAX_KEPT) };
  return { repaired: repairedIn(report), remaining: remaining.length, details };
}

async function tellOfDifferences({ db, clock, log }: LedgerNeeds, day: UtcDay, differences: LedgerDifference[]) {
  if (differences.length === 0) return;
  const key = `ledger-differs:${day.name}:${differencesDigest(differences)}`;
  const lines = differences.slice(0, MAX_TOLD).map(describeDifference);
  const more = differences.length > MAX_TOLD ? [`+${differences.length - MAX_TOLD}`] : [];
  const values = { day: day.name, count: differences.length, details: [...lines, ...more].join('\n') };
  if (!(await notifyTeam(db, { key, kind: 'ledger_differs', values, at: clock.now() }))) return;
  log.error(values, 'Stripe and the payments on record differ: npm run payments:reconcile shows what');
}
