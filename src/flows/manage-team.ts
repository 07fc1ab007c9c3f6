import { writeAudit } from '../db/audit.ts';
import type { Db, Tx } from '../db/client.ts';
import { notifyMember } from '../db/notifications.ts';
import { dropLinksOf, type OpenInvite, openInvites } from '../db/staff-links.ts';
import {
  endMember,
  findMember,
  listTeam,
  lockManagers,
  removeSecondFactor,
  setRole,
  type TeamMember,
} from '../db/staff-members.ts';
import { transact } from '../db/transact.ts';
import type { StaffRole } from '../domain/staff-role.ts';
import type { Clock } from '../ports.ts';

export type Team = { members: TeamMember[]; invites: OpenInvite[] };
export type { TeamMember };

/** `not_a_manager`: whoever asks is none, or no longer. `last_manager`: the shop would have none left. */
export type TeamChange = { kind: 'changed' | 'unchanged' | 'unknown' | 'last_manager' | 'not_a_manager' };
type Needs = { db: Db; clock: Clock };

/** Who works here and who was invited. */
export async function showTeam({ db, clock }: Needs): Promise<Team> {
  const [members, invites] = await Promise.all([listTeam(db), openInvites(db, clock.now())]);
  return { members, invites };
}

export function changeRole(needs: Needs, wish: { memberId: string; role: StaffRole; by: string }): Promise<TeamChange> {
  const { role } = wish;
  return changeMember(needs, { ...wish, unmakesManager: role === 'staff' }, async (tx, { id, email }, at) => {
    if (!(await setRole(tx, id, role))) return { kind: 'unchanged' };
    if (role === 'staff') await dropLinksOf(tx, { id, email });
    const entry = { actor: `staff:${wish.by}`, action: 'staff.role_changed', subject: `staff:${id}` } as const;
    await writeAudit(tx, { ...entry, details: { role }, at });
    return { kind: 'changed' };
  });
}

/** Ends someone's account, their sessions and the links they made, at once; what they did stays under their name. */
export function removeStaff(needs: Needs, wish: { memberId: string; by: string }): Promise<TeamChange> {
  return changeMember(needs, { ...wish, unmakesManager: true }, async (tx, { id, email }, at) => {
    await endMember(tx, id, at);
    await dropLinksOf(tx, { id, email });
    await writeAudit(tx, { actor: `staff:${wish.by}`, action: 'staff.removed', subject: `staff:${id}`, at });
    return { kind: 'changed' };
  });
}

/** For a colleague whose phone is lost: their password alone lets them in again, until they turn it on anew. */
export function stopSecondFactorOf(needs: Needs, wish: { memberId: string; by: string }): Promise<TeamChange> {
  return changeMember(needs, { ...wish, unmakesManager: false }, async (tx, { id }, at) => {
    if (!(await removeSecondFactor(tx, id))) return { kind: 'unchanged' };
    await writeAudit(tx, { actor: `staff:${wish.by}`, action: 'staff.second_factor_off', subject: `staff:${id}`, at });
    await notifyMember(tx, { staffId: id, kind: 'second_factor_off', at });
    return { kind: 'changed' };
  });
}

/** The same at the command line, for a shop's only manager. False when there is no such account or no second factor. */
export function stopSecondFactorByHand({ db, clock }: Needs, email: string): Promise<boolean> {
  return transact(db, async (tx) => {
    const member = await findMember(tx, { email: email.trim().toLowerCase() });
    if (!member || !(await removeSecondFactor(tx, member.id))) return false;
    const at = clock.now();
    const entry = { actor: 'operator', action: 'staff.second_factor_off', subject: `staff:${member.id}` } as const;
    await writeAudit(tx, { ...entry, at });
    await notifyMember(tx, { staffId: member.id, kind: 'second_factor_off', at });
    return true;
  });
}

/** One change by one who is a manager now, and leaves one: the managers stay locked until it is done. */
function changeMember(
  { db, clock }: Needs,
  { memberId, by, unmakesManager }: { memberId: string; by: string; unmakesManager: boolean },
  change: (tx: Tx, member: { id: string; email: string }, at: Date) => Promise<TeamChange>,
): Promise<TeamChange> {
  return transact(db, async (tx): Promise<TeamChange> => {
    const managers = await lockManagers(tx);
    if (!managers.includes(by)) return { kind: 'not_a_manager' };
    const member = await findMember(tx, { id: memberId });
    if (!member || member.removedAt) return { kind: 'unknown' };
    if (unmakesManager && managers.length === 1 && managers[0] === memberId) return { kind: 'last_manager' };
    return change(tx, member, clock.now());
  });
}
