import { countConcerns } from '../db/concerns.ts';
import { reportOfDay } from '../db/daily-report.ts';
import { keysTeamWasTold, notifyTeam } from '../db/notifications.ts';
import { countFor } from '../domain/concern.ts';
import { daysToReport, isWorthTelling, MOST_NEEDS } from '../domain/daily-report.ts';
import type { Log } from '../ports.ts';
import { type ConcernNeeds, concernScope } from './show-concerns.ts';

/**
 * Tells the team by Slack and mail what yesterday came to, on the first run from 8:00 on where the shop is; nothing of a day on
 * which nothing happened. A day before that was not told, as no sweep ran then, comes first: one a run. Once a day whoever runs it
 * and whatever their clocks say: the day is the notices' unique key.
 */
export async function reportDay(needs: ConcernNeeds & { log: Log }): Promise<{ processed: number }> {
  const { db, timezone, log } = needs;
  const scope = concernScope(needs);
  const due = daysToReport(scope.now, timezone).map((day) => ({ day, key: `daily-report:${day}` }));
  if (due.length === 0) return { processed: 0 };
  const told = await keysTeamWasTold(
    db,
    due.map(({ key }) => key),
  );
  // A day that was told is not counted again, every few minutes until it is long ago; one without anything costs little.
  for (const { day, key } of due.filter((each) => !told.has(each.key))) {
    const ofDay = await reportOfDay(db, { day, timezone });
    if (!isWorthTelling(ofDay)) continue;
    const concerns = await countConcerns(db, scope);
    const report = {
      ...ofDay,
      waiting: concerns.person_waiting,
      needs: Math.min(countFor(concerns, 'manager'), MOST_NEEDS),
    };
    const isNews = await notifyTeam(db, { kind: 'daily_report', values: { day }, report, key, at: scope.now });
    if (isNews) log.info({ day }, 'the team is told what the day came to');
    return { processed: Number(isNews) };
  }
  return { processed: 0 };
}
