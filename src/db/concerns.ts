import {
  CONCERN_KINDS,
  type ConcernCounts,
  type ConcernKind,
  MOST_COUNTED,
  type Subjects,
  TOLD_TOGETHER,
} from '../domain/concern.ts';
import { AppError } from '../domain/errors.ts';
import type { Locale } from '../domain/locale.ts';
import type { NotificationChannel } from '../domain/notification.ts';
import type { TemplateKey } from '../domain/outbound-message.ts';
import type { ReviewReason } from '../domain/review.ts';
import type { StuckWork } from '../domain/stuck-work.ts';
import { Prisma } from '../generated/prisma/client.ts';
import type { Db, Tx } from './client.ts';
import type { ConcernScope } from './concern-source.ts';
import { concernSources } from './concern-sources.ts';

type OfOrder = { orderId: string; orderNumber: string };
type MaybeOfOrder = { orderId: string | null; orderNumber: string | null };
type OfCustomer = { customerName: string | null; conversationId: string };
type Money = { amountMinor: number; currency: string };

/** What is told of each; times are ISO 8601. */
export type ConcernFacts = {
  dispute: OfOrder & Money & { status: string; dueBy: string | null };
  person_waiting: OfCustomer;
  review: OfOrder & { reason: ReviewReason };
  event_failed: { type: string; reason: string | null };
  refund_stuck: OfOrder & Money & { reason: string | null };
  checkout_stuck: OfOrder & { reason: string | null };
  checkout_given_up: OfCustomer & OfOrder & { reason: string | null };
  link_stuck: OfOrder;
  work_stuck: { work: keyof StuckWork; count: number };
  ledger_differs: { day: string; count: number };
  /** `message` is what its business key begins with. */
  message_failed: OfCustomer &
    MaybeOfOrder & { message: string; status: 'failed' | 'undelivered' } & {
      errorCode: number | null;
    };
  model_paused: Record<string, never>;
  model_budget_spent: { microUsd: number };
  notification_failed: MaybeOfOrder & {
    channel: NotificationChannel;
    to: 'team' | 'customer' | 'staff';
    reason: string | null;
  };
  template: { key: TemplateKey; locale: Locale; approval: string };
  stock_low: { productId: string; label: string; place: string; left: number; sold: number };
};
/** One thing that needs somebody: what it is about, and since when. */
export type Concern<Kind extends ConcernKind = ConcernKind> = {
  [Each in Kind]: { kind: Each; id: string; since: Date; facts: ConcernFacts[Each] };
}[Kind];

/** How many there are of each kind, up to `MOST_COUNTED`, in one statement: each page asks for it. */
export async function countConcerns(db: Db, scope: ConcernScope): Promise<ConcernCounts> {
  const sources = concernSources(scope);
  const counts = CONCERN_KINDS.map(
    (kind) => Prisma.sql`(SELECT count(*)::int FROM (SELECT 1 FROM ${sources[kind].from} LIMIT ${MOST_COUNTED}) these)
      AS ${Prisma.raw(`"${kind}"`)}`,
  );
  const [row] = await db.$queryRaw<ConcernCounts[]>`SELECT ${Prisma.join(counts)}`;
  if (!row) throw new AppError('concerns_not_counted', 'counting answered nothing', { retryable: true });
  return row;
}

/** The most pressing of each of these kinds, `limit` of each. */
export async function listConcerns(
  db: Db,
  scope: ConcernScope,
  { kinds, limit }: { kinds: readonly ConcernKind[]; limit: number },
): Promise<Concern[]> {
  const sources = concernSources(scope);
  const lists = kinds.map((kind, index) => {
    const { from, id, since, facts, first } = sources[kind];
    return Prisma.sql`(SELECT ${index}::int AS part, row_number() OVER () AS place, ${kind}::text AS kind, first.* FROM (
      SELECT (${id})::text AS id, ${since} AS since, ${facts} AS facts FROM ${from} ORDER BY ${first} LIMIT ${limit}) first)`;
  });
  return db.$queryRaw<Concern[]>`
    SELECT kind, id, since, facts FROM (${Prisma.join(lists, ' UNION ALL ')}) these ORDER BY part, place`;
}

/** What the concerns that the team is told of together are about; the oldest thousand of each. */
export async function subjectsToTell(tx: Db | Tx, scope: ConcernScope): Promise<Subjects> {
  const sources = concernSources(scope);
  const lists = TOLD_TOGETHER.map((kind) => {
    const { from, id, since, news = id } = sources[kind];
    return Prisma.sql`ARRAY(SELECT (${news})::text FROM ${from} GROUP BY 1 ORDER BY min(${since}) LIMIT 1000) AS ${Prisma.raw(`"${kind}"`)}`;
  });
  const [row] = await tx.$queryRaw<Subjects[]>`SELECT ${Prisma.join(lists)}`;
  if (!row) throw new AppError('concerns_not_listed', 'listing answered nothing', { retryable: true });
  return row;
}

/** What the team was told of, until the transaction ends for whoever asked first: others wait. */
export async function lockTold(tx: Tx): Promise<{ told: Partial<Subjects>; toldAt: Date | null }> {
  await tx.$executeRaw`INSERT INTO concern_notices DEFAULT VALUES ON CONFLICT DO NOTHING`;
  const [row] = await tx.$queryRaw<{ told: Partial<Subjects>; toldAt: Date | null }[]>`
    SELECT told, told_at AS "toldAt" FROM concern_notices FOR UPDATE`;
  return row ?? { told: {}, toldAt: null };
}

/** Remembers what the team was told of; `at` when it was told just now. */
export async function keepTold(tx: Tx, { told, at }: { told: Subjects; at: Date | null }): Promise<void> {
  await tx.concernNotices.update({ where: { id: 1 }, data: { told, ...(at && { toldAt: at }) } });
}

/** Failed messages about orders that are on the list, the oldest first: what can be sent again as it is; that one, or all. */
export async function messagesToSendAgain(
  tx: Tx,
  scope: ConcernScope,
  { id, limit }: { id?: string; limit: number },
): Promise<string[]> {
  const { from, since } = concernSources(scope).message_failed;
  const which = id ? Prisma.sql`x.id = ${id}::uuid` : Prisma.sql`true`;
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT x.id FROM ${from} AND x.order_id IS NOT NULL AND ${which} ORDER BY ${since} LIMIT ${limit}`;
  return rows.map((row) => row.id);
}
