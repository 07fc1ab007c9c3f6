import type { AuditAction } from '../domain/audit.ts';
import type { AuditEntry } from '../generated/prisma/client.ts';
import type { Db } from './client.ts';

/** Who did it; a member of staff by name, while there is an account. */
export type Actor =
  | { kind: 'staff'; id: string; name: string | null }
  | { kind: 'customer' | 'operator' | 'stripe' | 'system' };

export type TimelineEntry = {
  /** Ascending in the order in which things were written. */
  seq: bigint;
  at: Date;
  who: Actor;
  what: AuditAction;
  /** A code (domain/refund.ts, domain/review.ts, or Stripe's own word), and what a person wrote about it. */
  reason: string | null;
  note: string | null;
  amountMinor: number | null;
  /** Of the amount; null where none was written down: the order's then. */
  currency: string | null;
};

/** An order's audit trail, oldest first. */
export async function orderTimeline(db: Db, orderId: string): Promise<TimelineEntry[]> {
  const entries = await db.auditEntry.findMany({ where: { subject: `order:${orderId}` }, orderBy: { seq: 'asc' } });
  const names = await staffNames(
    db,
    entries.map(({ actor }) => actor),
  );
  return entries.map((entry) => asTimelineEntry(entry, names));
}

type Row = Pick<AuditEntry, 'seq' | 'createdAt' | 'actor' | 'action' | 'details'>;

/** A row of the audit log as it is told; `names` of the staff by id. */
export function asTimelineEntry(row: Row, names: ReadonlyMap<string, string>): TimelineEntry {
  const { seq, createdAt, actor, action, details } = row;
  const { reason, note, amountMinor, currency } = (details ?? {}) as Record<string, unknown>;
  return {
    ...{ seq, at: createdAt, who: actorOf(actor, names) },
    // writeAudit lets nothing else in.
    what: action as AuditAction,
    reason: typeof reason === 'string' ? reason : null,
    note: typeof note === 'string' && note !== '' ? note : null,
    amountMinor: typeof amountMinor === 'number' ? amountMinor : null,
    currency: typeof currency === 'string' ? currency : null,
  };
}

/** Names of those of `keys` that are `staff:<id>`, by id. */
export async function staffNames(db: Db, keys: readonly string[]): Promise<Map<string, string>> {
  const ids = keys.filter((key) => key.startsWith('staff:')).map((key) => key.slice('staff:'.length));
  const staff = ids.length > 0 ? await db.staffMember.findMany({ where: { id: { in: ids } } }) : [];
  return new Map(staff.map(({ id, name }) => [id, name]));
}

function actorOf(actor: string, names: ReadonlyMap<string, string>): Actor {
  const [kind = '', id = ''] = actor.split(':');
  if (kind === 'staff') return { kind, id, name: names.get(id) ?? null };
  if (kind === 'customer' || kind === 'operator' || kind === 'stripe') return { kind };
  return { kind: 'system' };
}
