import { PERSON_HOURS } from '../domain/takeover.ts';
import { Prisma } from '../generated/prisma/client.ts';

/** What the rules of the list depend on; `day` is the shop's (domain/shop-day.ts), a budget of null is none. */
export type ConcernScope = { now: Date; day: string; dailyBudgetMicroUsd: number | null };

/**
 * One kind of concern. Counting and listing read the same `from` (a FROM and its WHERE), so that the badge and the list cannot
 * disagree. `id` says what it is about, `facts` is a JSON object (ConcernFacts in db/concerns.ts), `first` what comes first; `news`
 * what the team is told of once, where several concerns are one piece of news.
 */
export type Source = {
  from: Prisma.Sql;
  id: Prisma.Sql;
  since: Prisma.Sql;
  facts: Prisma.Sql;
  first: Prisma.Sql;
  news?: Prisma.Sql;
};

/** A customer of an alias `c` whose conversation `v` waits for a person. */
export const waitsForPerson = (now: Date) => Prisma.sql`
  v.human_since IS NOT NULL AND (v.staff_last_at IS NULL OR v.staff_last_at < c.last_inbound_at)
  AND GREATEST(v.human_since, v.staff_last_at) >= ${now}::timestamptz - ${PERSON_HOURS}::int * interval '1 hour'`;

/** Facts of an order of an alias `o`. */
export const ORDER = Prisma.sql`'orderId', o.id, 'orderNumber', o.number`;
/** Facts of a customer of an alias `c` and their conversation `v`. */
export const CUSTOMER = Prisma.sql`'customerName', COALESCE(c.first_name, c.profile_name), 'conversationId', v.id`;
