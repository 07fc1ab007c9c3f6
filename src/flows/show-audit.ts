import {
  type AuditFilter,
  type AuditLogEntry,
  type AuditPage,
  type AuditSubject,
  findOrderId,
  listAuditLog,
  listPeople,
} from '../db/audit-log.ts';
import type { Db } from '../db/client.ts';
import { readPickupCode } from '../domain/pickup.ts';

export type { AuditLogEntry, AuditSubject };
export type AuditWish = {
  personId?: string;
  action?: string;
  /** As people type it. */
  orderNumber?: string;
  before?: bigint;
};
export type AuditView = AuditPage & { people: { id: string; name: string; isGone: boolean }[] };

/** Entries on one page. */
const PAGE_ENTRIES = 50;
const NOTHING: AuditPage = { entries: [], before: null };

/** Who did what in the shop, newest first. An order nobody knows has no entries. */
export async function showAudit({ db }: { db: Db }, wish: AuditWish): Promise<AuditView> {
  const { personId, action, orderNumber, before } = wish;
  const people = await listPeople(db);
  const filter: AuditFilter = { ...(personId && { personId }), ...(action && { action }) };
  if (orderNumber) {
    const code = readPickupCode(orderNumber);
    const orderId = code && 'orderNumber' in code ? await findOrderId(db, code.orderNumber) : undefined;
    if (!orderId) return { ...NOTHING, people };
    filter.orderId = orderId;
  }
  return { ...(await listAuditLog(db, filter, { limit: PAGE_ENTRIES, ...(before && { before }) })), people };
}
