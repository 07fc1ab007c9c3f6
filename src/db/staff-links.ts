import type { StaffLinkPurpose } from '../domain/staff-link.ts';
import { type StaffRole, staffRole } from '../domain/staff-role.ts';
import type { Db, Tx } from './client.ts';

export type StaffLink = { purpose: StaffLinkPurpose; email: string; name: string; role: StaffRole; expiresAt: Date };
export type OpenInvite = Pick<StaffLink, 'email' | 'name' | 'role' | 'expiresAt'>;

/**
 * Keeps a link, in the place of those of its kind for the same person. One that anybody can ask for takes the place of no
 * manager's.
 */
export async function keepLink(
  tx: Tx,
  link: StaffLink & { tokenHash: string; createdBy: string | null; createdAt: Date },
): Promise<void> {
  const { email, purpose, createdBy } = link;
  await tx.staffLink.deleteMany({ where: { email, purpose, ...(createdBy === null && { createdBy }) } });
  await tx.staffLink.create({ data: link });
}

/** Whether a link for a new password was made since then, and neither used nor ended. */
export async function hasResetLinkSince(tx: Tx, email: string, since: Date): Promise<boolean> {
  return (await tx.staffLink.count({ where: { email, purpose: 'reset', createdAt: { gt: since } } })) > 0;
}

/** The link, while it is good. */
export async function readLink(db: Db, tokenHash: string, now: Date): Promise<StaffLink | undefined> {
  const link = await db.staffLink.findUnique({ where: { tokenHash } });
  return link && link.expiresAt > now ? { ...link, role: staffRole(link.role) } : undefined;
}

/** Uses a link up: of two at once, one gets it. */
export async function takeLink(tx: Tx, tokenHash: string, now: Date): Promise<StaffLink | undefined> {
  const [link] = await tx.$queryRaw<(Omit<StaffLink, 'role'> & { role: string })[]>`
    DELETE FROM staff_links WHERE token_hash = ${tokenHash} AND expires_at > ${now}
    RETURNING purpose, email, name, role, expires_at AS "expiresAt"`;
  return link && { ...link, role: staffRole(link.role) };
}

/** Who was invited and has not come yet. */
export async function openInvites(db: Db, now: Date): Promise<OpenInvite[]> {
  return (
    await db.staffLink.findMany({ where: { purpose: 'invite', expiresAt: { gt: now } }, orderBy: { createdAt: 'asc' } })
  ).map(({ email, name, role, expiresAt }) => ({ email, name, role: staffRole(role), expiresAt }));
}

/** Withdraws an invitation; false when there was none. */
export async function dropInvite(tx: Tx, email: string): Promise<boolean> {
  return (await tx.staffLink.deleteMany({ where: { email, purpose: 'invite' } })).count > 0;
}

/** No link made before opens an account whose password was changed. */
export async function dropResetLinks(tx: Tx, email: string): Promise<void> {
  await tx.staffLink.deleteMany({ where: { email, purpose: 'reset' } });
}

/** The links of, and those made by, someone who may no longer have or make any. */
export async function dropLinksOf(tx: Tx, { id, email }: { id: string; email: string }): Promise<void> {
  await tx.staffLink.deleteMany({ where: { OR: [{ createdBy: id }, { email }] } });
}
