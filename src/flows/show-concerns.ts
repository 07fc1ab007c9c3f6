import type { Db } from '../db/client.ts';
import type { ConcernScope } from '../db/concern-source.ts';
import { type Concern, countConcerns, listConcerns } from '../db/concerns.ts';
import { type ConcernCounts, concernsOf } from '../domain/concern.ts';
import type { ModelTerms } from '../domain/model-budget.ts';
import { shopDayOf } from '../domain/shop-day.ts';
import type { StaffRole } from '../domain/staff-role.ts';
import type { Clock } from '../ports.ts';

export type { Concern };
export type Concerns = { counts: ConcernCounts; concerns: Concern[] };
export type ConcernNeeds = {
  db: Db;
  clock: Clock;
  timezone: string;
  modelTerms: Pick<ModelTerms, 'shopDailyMicroUsd'>;
};

/** Of each kind: what a thumb can scroll. The next ones come as these are dealt with. */
const SHOWN = 20;

export function concernScope({ clock, timezone, modelTerms }: Omit<ConcernNeeds, 'db'>): ConcernScope {
  const now = clock.now();
  return { now, day: shopDayOf(now, timezone), dailyBudgetMicroUsd: modelTerms.shopDailyMicroUsd };
}

/** How many things need somebody: what each page's badge is made of. */
export function countOpenConcerns(needs: ConcernNeeds): Promise<ConcernCounts> {
  return countConcerns(needs.db, concernScope(needs));
}

/** What needs somebody of this role, the most pressing first, and how many there are of each kind. */
export async function showConcerns(needs: ConcernNeeds, { role }: { role: StaffRole }): Promise<Concerns> {
  const scope = concernScope(needs);
  const [counts, concerns] = await Promise.all([
    countConcerns(needs.db, scope),
    listConcerns(needs.db, scope, { kinds: concernsOf(role), limit: SHOWN }),
  ]);
  return { counts, concerns };
}
