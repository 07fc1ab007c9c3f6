import { keepTold, lockTold, subjectsToTell } from '../db/concerns.ts';
import { modelDownSince } from '../db/model-pauses.ts';
import { notifyTeam } from '../db/notifications.ts';
import { transact } from '../db/transact.ts';
import { decideTelling, TOLD_TOGETHER } from '../domain/concern.ts';
import { utcDayOf } from '../domain/utc-day.ts';
import type { Log } from '../ports.ts';
import { type ConcernNeeds, concernScope } from './show-concerns.ts';

/**
 * Tells the team by Slack and mail that the list of what needs somebody has grown (domain/concern.decideTelling), and, once a day,
 * that the model is down. What is told at once by a notice of its own (disputes, reviews, refunds, calls for a
 * person, stuck work, the budget) is not told here. `processed` counts the notices written.
 */
export async function tellConcerns(needs: ConcernNeeds & { log: Log }): Promise<{ processed: number }> {
  const isModelNews = await tellModelDown(needs);
  const isListNews = await tellGrowth(needs);
  return { processed: Number(isModelNews) + Number(isListNews) };
}

/** Whoever runs at the same time waits for the first one's commit, and then finds everything told. */
function tellGrowth(needs: ConcernNeeds & { log: Log }): Promise<boolean> {
  const scope = concernScope(needs);
  const at = scope.now;
  return transact(needs.db, async (tx) => {
    const before = await lockTold(tx);
    const open = await subjectsToTell(tx, scope);
    const { news, told } = decideTelling({ ...before, open, now: at });
    await keepTold(tx, { told, at: news && at });
    if (!news) return false;
    const count = TOLD_TOGETHER.reduce((sum, kind) => sum + news[kind], 0);
    const notice = { kind: 'concerns_grew', values: { ...news, count } } as const;
    await notifyTeam(tx, { ...notice, key: `concerns:${at.toISOString()}`, at });
    needs.log.info({ ...news }, 'the team is told what needs somebody');
    return true;
  });
}

async function tellModelDown({ db, clock, log }: ConcernNeeds & { log: Log }): Promise<boolean> {
  const since = await modelDownSince(db);
  if (!since) return false;
  const at = clock.now();
  const values = { since: since.toISOString() };
  const key = `model-down:${utcDayOf(at).name}`;
  const isNews = await notifyTeam(db, { kind: 'model_down', values, key, at });
  if (isNews) log.error({ since }, 'the model is down: see docs/operations.md');
  return isNews;
}
