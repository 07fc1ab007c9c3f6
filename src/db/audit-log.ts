import type { StaffRole } from '../domain/staff-role.ts';
import { type AuditEntry, Prisma } from '../generated/prisma/client.ts';
import type { Db } from './client.ts';
import { asTimelineEntry, staffNames, type TimelineEntry } from './order-timeline.ts';

/** What an entry is about; `name` and `order` are null for what is gone. */
export type AuditSubject =
  | { kind: 'order'; id: string; order: { number: string; currency: string } | null }
  | { kind: 'conversation'; id: string }
  | { kind: 'staff'; id: string; name: string | null }
  /** Who is invited has no account yet. */
  | { kind: 'invitation'; name: string | null }
  | { kind: 'product'; id: string; label: string | null }
  | { kind: 'import'; id: string }
  | { kind: 'other' };

export type AuditLogEntry = TimelineEntry & { about: AuditSubject; role: StaffRole | null };
/** `personId`: what this member of staff did, and what was done to their account. */
export type AuditFilter = { personId?: string; orderId?: string; action?: string };
export type AuditPage = {
  entries: AuditLogEntry[] /** Where the next page begins; null on the last. */;
  before: bigint | null;
};

/** A page of the whole shop's audit log, newest first, from below `before`. */
export async function listAuditLog(
  db: Db,
  { personId, orderId, action }: AuditFilter,
  { before = NEWEST, limit }: { before?: bigint; limit: number },
): Promise<AuditPage> {
  const actor = personId && `staff:${personId}`;
  const page = { before, limit: limit + 1 };
  const found = await Promise.all(
    orderId
      ? [readSubject(db, { subject: `order:${orderId}`, ...(actor && { actor }), ...(action && { action }) }, page)]
      : [
          walk(db, { actor, action }, page),
          // What was done to their account.
          actor ? readSubject(db, { subject: actor, ...(action && { action }) }, page) : [],
        ],
  );
  const bySeq = new Map(found.flat().map((row) => [row.seq, row]));
  const rows = [...bySeq.values()].sort((a, b) => (a.seq < b.seq ? 1 : -1));
  const shown = rows.slice(0, limit);
  return { entries: await tell(db, shown), before: rows.length > limit ? (shown.at(-1)?.seq ?? null) : null };
}

/** Above every entry. */
const NEWEST = 2n ** 63n - 1n;
type Reading = { before: bigint; limit: number };

/** One order or account has few entries. */
const readSubject = (db: Db, where: { subject: string; actor?: string; action?: string }, { before, limit }: Reading) =>
  db.auditEntry.findMany({ where: { ...where, seq: { lt: before } }, orderBy: { seq: 'desc' }, take: limit });

/**
 * Walks down the one index whose entries are all wanted. Told `actor = ...` the planner would rather walk all of the log by
 * `seq` and hope to meet enough of them soon: half a million entries for who never did this.
 */
function walk(
  db: Db,
  { actor, action }: { actor?: string | undefined; action?: string | undefined },
  { before, limit }: Reading,
): Promise<AuditEntry[]> {
  const below = (column: Prisma.Sql, value: string) =>
    Prisma.sql`(${column}, seq) < (${value}, ${before}::bigint) AND ${column} >= ${value} ORDER BY ${column} DESC, seq DESC`;
  const ofAction = action && below(Prisma.sql`action`, action);
  const entries =
    actor && ofAction
      ? Prisma.sql`actor = ${actor} AND ${ofAction}`
      : ofAction || (actor && below(Prisma.sql`actor`, actor)) || Prisma.sql`seq < ${before}::bigint ORDER BY seq DESC`;
  return db.$queryRaw<AuditEntry[]>`
    SELECT id, seq, actor, action, subject, details, created_at AS "createdAt" FROM audit_entries
    WHERE ${entries} LIMIT ${limit}`;
}

const idsOf = (rows: readonly AuditEntry[], kind: string) =>
  rows.filter(({ subject }) => subject.startsWith(`${kind}:`)).map(({ subject }) => subject.slice(kind.length + 1));

async function tell(db: Db, rows: readonly AuditEntry[]): Promise<AuditLogEntry[]> {
  const [names, orders, products] = await Promise.all([
    staffNames(
      db,
      rows.flatMap(({ actor, subject }) => [actor, subject]),
    ),
    db.order.findMany({
      where: { id: { in: idsOf(rows, 'order') } },
      select: { id: true, number: true, currency: true },
    }),
    db.product.findMany({ where: { id: { in: idsOf(rows, 'product') } }, select: { id: true, label: true } }),
  ]);
  const known = {
    names,
    orders: new Map(orders.map((order) => [order.id, order])),
    products: new Map(products.map(({ id, label }) => [id, label])),
  };
  return rows.map((row) => {
    const { role } = (row.details ?? {}) as Record<string, unknown>;
    return {
      ...asTimelineEntry(row, names),
      about: subjectOf(row, known),
      role: role === 'manager' || role === 'staff' ? role : null,
    };
  });
}

type Known = {
  names: ReadonlyMap<string, string>;
  orders: ReadonlyMap<string, { number: string; currency: string }>;
  products: ReadonlyMap<string, string>;
};

function subjectOf({ subject, details }: AuditEntry, { names, orders, products }: Known): AuditSubject {
  const [kind = '', id = ''] = subject.split(':');
  switch (kind) {
    case 'order':
      return { kind, id, order: orders.get(id) ?? null };
    case 'product':
      return { kind, id, label: products.get(id) ?? null };
    case 'conversation':
    case 'import':
      return { kind, id };
    case 'staff': {
      const { name } = (details ?? {}) as Record<string, unknown>;
      if (id === 'new') return { kind: 'invitation', name: typeof name === 'string' ? name : null };
      return { kind, id, name: names.get(id) ?? null };
    }
    default:
      return { kind: 'other' };
  }
}

/** By the number on it; undefined when there is none. */
export async function findOrderId(db: Db, number: string): Promise<string | undefined> {
  return (await db.order.findUnique({ where: { number }, select: { id: true } }))?.id;
}

/** Everyone who is in the log or may be: who works here, and who left. */
export async function listPeople(db: Db): Promise<{ id: string; name: string; isGone: boolean }[]> {
  const people = await db.staffMember.findMany({
    orderBy: { name: 'asc' },
    select: { id: true, name: true, removedAt: true },
  });
  return people.map(({ id, name, removedAt }) => ({ id, name, isGone: removedAt !== null }));
}
