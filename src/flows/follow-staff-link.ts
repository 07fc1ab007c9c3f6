import { writeAudit } from '../db/audit.ts';
import type { Db } from '../db/client.ts';
import { notifyMember } from '../db/notifications.ts';
import { dropResetLinks, readLink, type StaffLink, takeLink } from '../db/staff-links.ts';
import { addMember, findMember, setPassword } from '../db/staff-members.ts';
import { transact } from '../db/transact.ts';
import { type PasswordProblem, passwordProblem } from '../domain/password.ts';
import { linkTokenHash } from '../domain/staff-link.ts';
import type { Clock, GuessablePasswords, StaffAccounts } from '../ports.ts';

export type { StaffLink };
export type FollowResult = { kind: 'done'; email: string } | { kind: PasswordProblem | 'no_name' | 'dead' };

/** What a link is for, while it is good. Looking does not use it up: mail programs look at links. */
export function showStaffLink({ db, clock }: { db: Db; clock: Clock }, token: string): Promise<StaffLink | undefined> {
  return readLink(db, linkTokenHash(token), clock.now());
}

/** Sets the password somebody chose by a link, once; an invitation makes the account, with the name they gave. */
export async function followStaffLink(
  needs: {
    db: Db;
    clock: Clock;
    shop: { name: string };
    accounts: Pick<StaffAccounts, 'hashPassword'>;
    passwords: GuessablePasswords;
  },
  input: { token: string; name: string; password: string },
): Promise<FollowResult> {
  const tokenHash = linkTokenHash(input.token);
  const at = needs.clock.now();
  const link = await readLink(needs.db, tokenHash, at);
  if (!link) return { kind: 'dead' };
  const own = [input.name, link.email, needs.shop.name];
  const problem = await passwordProblem(needs.passwords.isGuessable, input.password, own);
  if (problem) return { kind: problem };
  const name = input.name.trim();
  if (link.purpose === 'invite' && !name) return { kind: 'no_name' };
  // Slow on purpose, so outside the transaction.
  const passwordHash = await needs.accounts.hashPassword(input.password);
  return transact(needs.db, async (tx): Promise<FollowResult> => {
    const taken = await takeLink(tx, tokenHash, at);
    if (!taken) return { kind: 'dead' };
    const { email, role } = taken;
    const done = async (id: string, action: 'staff.joined' | 'staff.password_reset'): Promise<FollowResult> => {
      await writeAudit(tx, { actor: `staff:${id}`, action, subject: `staff:${id}`, at });
      return { kind: 'done', email };
    };
    if (taken.purpose === 'invite') {
      const id = await addMember(tx, { email, name, role, passwordHash, at });
      return id ? done(id, 'staff.joined') : { kind: 'dead' };
    }
    const member = await findMember(tx, { email });
    await dropResetLinks(tx, email);
    if (!member || !(await setPassword(tx, member.id, passwordHash))) return { kind: 'dead' };
    await notifyMember(tx, { staffId: member.id, kind: 'password_changed', at });
    return done(member.id, 'staff.password_reset');
  });
}
