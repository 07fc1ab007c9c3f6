import { countConcerns } from '../db/concerns.ts';
import { reportOfDay } from '../db/daily-report.ts';
import { isTeamTold, notifyTeam } from '../db/notifications.ts';
import { countFor } from '../domain/concern.ts';
import { dayToReport, isWorthTelling, MOST_NEEDS } from '../domain/daily-report.ts';
import type { Log } from '../ports.ts';
import { type ConcernNeeds, concernScope } from './show-concerns.ts';

/**
 * Tells the team by Slack and mail what yesterday came to, on the first run from 8:00 on where the shop is; nothing of a day on
 * which nothing happened. Once a day whoever runs it and whatever their clocks say: the day is the notices' unique key.
 */
export async function reportDay(needs: ConcernNeeds & { log: Log }): Promise<{ processed: number }> {
  const { db, timezone, log } = needs;
  const scope = concernScope(needs);
  const day = dayToReport(scope.now, timezone);
  if (!day) return { processed: 0 };
  const key = `daily-report:${day}`;
  // The day is counted once, not every few minutes until midnight.
  if (await isTeamTold(db, key)) return { processed: 0 };
  const [ofDay, concerns] = await Promise.all([reportOfDay(db, { day, timezone }), countConcerns(db, scope)]);
  const report = {
    ...ofDay,
    waiting: concerns.person_waiting,
    needs: Math.min(countFor(concerns, 'manager'), MOST_NEEDS),
  };
  if (!isWorthTelling(report)) return { processed: 0 };
  const isNews = await notifyTeam(db, { kind: 'daily_report', values: { day }, report, key, at: scope.now });
  if (isNews) log.info({ day }, 'the team is told what the day came to');
  return { processed: Number(isNews) };
}
