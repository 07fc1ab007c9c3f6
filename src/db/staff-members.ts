import { randomUUID } from 'node:crypto';
import { type StaffRole, staffRole } from '../domain/staff-role.ts';
import type { Db, Tx } from './client.ts';

export type TeamMember = {
  id: string;
  name: string;
  email: string;
  role: StaffRole;
  lastSeenAt: Date | null;
  hasSecondFactor: boolean;
};

/** Where managers are written to. Who left keeps a row for the orders they handed over, but no account. */
export async function emailsOfManagers(db: Db): Promise<string[]> {
  const managers = await db.staffMember.findMany({
    where: { role: 'manager', accounts: { some: {} } },
    orderBy: { createdAt: 'asc' },
    select: { email: true },
  });
  return managers.map(({ email }) => email);
}

/** Who works here, by name. */
export async function listTeam(db: Db): Promise<TeamMember[]> {
  const members = await db.staffMember.findMany({
    where: { removedAt: null },
    orderBy: [{ name: 'asc' }, { id: 'asc' }],
  });
  return members.map(({ id, name, email, role, lastSeenAt, twoFactorEnabled }) => ({
    ...{ id, name, email, lastSeenAt },
    role: staffRole(role),
    hasSecondFactor: twoFactorEnabled === true,
  }));
}

/**
 * The ids of all who are managers, who remain so until the transaction ends: two managers who act at once act one after
 * the other, and the second sees what the first did.
 */
export async function lockManagers(tx: Tx): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM staff_members WHERE role = 'manager' AND removed_at IS NULL ORDER BY id FOR UPDATE`;
  return rows.map(({ id }) => id);
}

/** The member of staff with this email or id, those who left included. */
export const findMember = (tx: Db | Tx, where: { email: string } | { id: string }) =>
  tx.staffMember.findUnique({
    where,
    select: { id: true, name: true, email: true, role: true, removedAt: true, twoFactorEnabled: true },
  });

/** Holds a member's row until the transaction ends: of two at once, the second sees what the first did. */
export async function lockMember(tx: Tx, id: string): Promise<void> {
  await tx.$executeRaw`SELECT 1 FROM staff_members WHERE id = ${id} FOR UPDATE`;
}

export async function renameMember(tx: Tx, id: string, name: string): Promise<void> {
  await tx.staffMember.update({ where: { id }, data: { name } });
}

/** False when they have the role already, or do not work here. */
export async function setRole(tx: Tx, id: string, role: StaffRole): Promise<boolean> {
  const { count } = await tx.staffMember.updateMany({
    where: { id, removedAt: null, role: { not: role } },
    data: { role },
  });
  return count === 1;
}

/** Ends the account and every session of it; false when it had ended. The row stays: orders name it. */
export async function endMember(tx: Tx, id: string, at: Date): Promise<boolean> {
  const { count } = await tx.staffMember.updateMany({ where: { id, removedAt: null }, data: { removedAt: at } });
  if (count === 0) return false;
  await tx.staffAccount.deleteMany({ where: { userId: id } });
  await removeSecondFactor(tx, id);
  await endSessions(tx, id);
  return true;
}

/** The password alone lets in again; false when there was no second factor. */
export async function removeSecondFactor(tx: Tx, id: string): Promise<boolean> {
  await tx.staffTwoFactor.deleteMany({ where: { userId: id } });
  const { count } = await tx.staffMember.updateMany({
    where: { id, twoFactorEnabled: true },
    data: { twoFactorEnabled: false },
  });
  return count > 0;
}

/** Signs somebody out of every browser. */
export async function endSessions(tx: Tx, id: string): Promise<void> {
  await tx.staffSession.deleteMany({ where: { userId: id } });
}

/** Signs somebody out of every browser but one, or of one other; how many they were. */
export async function endOtherSessions(
  tx: Tx,
  memberId: string,
  { keptId, onlyId }: { keptId: string; onlyId?: string },
): Promise<number> {
  const ids = { not: keptId, ...(onlyId !== undefined && { equals: onlyId }) };
  const { count } = await tx.staffSession.deleteMany({ where: { userId: memberId, id: ids } });
  return count;
}

export type OwnSession = { id: string; userAgent: string; signedInAt: Date; lastUsedAt: Date };

/** Where this person is signed in, the latest used first. */
export async function listSessions(db: Db, memberId: string, now: Date): Promise<OwnSession[]> {
  const sessions = await db.staffSession.findMany({
    where: { userId: memberId, expiresAt: { gt: now } },
    orderBy: { updatedAt: 'desc' },
  });
  return sessions.map(({ id, userAgent, createdAt, updatedAt }) => ({
    ...{ id, userAgent: userAgent ?? '', signedInAt: createdAt, lastUsedAt: updatedAt },
  }));
}

/**
 * Makes an account, of a row that is there already for who comes back. `passwordHash` comes from StaffAccounts.
 * Undefined when somebody works here under this email.
 */
export async function addMember(
  tx: Tx,
  given: { email: string; name: string; role: StaffRole; passwordHash: string; at: Date },
): Promise<string | undefined> {
  const { email, name, role, passwordHash, at } = given;
  const [member] = await tx.$queryRaw<{ id: string }[]>`
    INSERT INTO staff_members (id, email, name, role, email_verified, created_at, updated_at)
    VALUES (${randomUUID()}, ${email}, ${name}, ${role}, TRUE, ${at}::timestamptz, ${at}::timestamptz)
    ON CONFLICT (email) DO UPDATE SET name = EXCLUDED.name, role = EXCLUDED.role, updated_at = EXCLUDED.updated_at,
      removed_at = NULL WHERE staff_members.removed_at IS NOT NULL
    RETURNING id`;
  if (!member) return undefined;
  const { id } = member;
  // One a log-in made while the account ended must not come back to life.
  await endSessions(tx, id);
  const account = { userId: id, accountId: id, providerId: 'credential', password: passwordHash };
  await tx.staffAccount.create({ data: { id: randomUUID(), ...account, createdAt: at, updatedAt: at } });
  return id;
}

/** Gives an account another password and ends every session of it; false when there is no such account. */
export async function setPassword(tx: Tx, id: string, passwordHash: string): Promise<boolean> {
  const where = { userId: id, providerId: 'credential' };
  const { count } = await tx.staffAccount.updateMany({ where, data: { password: passwordHash } });
  await endSessions(tx, id);
  return count === 1;
}
