import { writeAudit } from '../db/audit.ts';
import type { Db, Tx } from '../db/client.ts';
import { notifyMember } from '../db/notifications.ts';
import { dropResetLinks } from '../db/staff-links.ts';
import {
  endOtherSessions,
  endSessions,
  findMember,
  listSessions,
  type OwnSession,
  renameMember,
} from '../db/staff-members.ts';
import { transact } from '../db/transact.ts';
import type { TeamAction } from '../domain/audit.ts';
import type { StaffNotice } from '../domain/notification.ts';
import { type PasswordProblem, passwordProblem } from '../domain/password.ts';
import type { Clock, GuessablePasswords, OwnAccount, SignedIn, StaffAccounts, StaffIdentity } from '../ports.ts';

export type { OwnSession };

type Needs = { db: Db; clock: Clock };
type AccountNeeds = Needs & { accounts: Pick<StaffAccounts, 'ownAccountIn'> };
export type Refused = { kind: 'refused' };

export type OwnAccountView = { hasSecondFactor: boolean; sessions: OwnSession[] };

export async function showOwnAccount(needs: Needs, staffId: string): Promise<OwnAccountView> {
  const [member, sessions] = await Promise.all([
    findMember(needs.db, { id: staffId }),
    listSessions(needs.db, staffId, needs.clock.now()),
  ]);
  return { hasSecondFactor: member?.twoFactorEnabled === true, sessions };
}

const tell = (tx: Tx, staffId: string, action: TeamAction, at: Date) =>
  writeAudit(tx, { actor: `staff:${staffId}`, action, subject: `staff:${staffId}`, at });

export function renameMyself(needs: Needs, { staffId, name }: { staffId: string; name: string }): Promise<void> {
  const at = needs.clock.now();
  return transact(needs.db, async (tx) => {
    await renameMember(tx, staffId, name);
    await tell(tx, staffId, 'staff.renamed', at);
  });
}

/** Everywhere, here too. */
export function signOutEverywhere(needs: Needs, staffId: string): Promise<void> {
  return transact(needs.db, async (tx) => {
    await endSessions(tx, staffId);
    await tell(tx, staffId, 'staff.signed_out_everywhere', needs.clock.now());
  });
}

/** On one other device, or with no `onlyId` on all others: the session it is asked from goes on. */
export function signOutOthers(
  needs: Needs,
  { staffId, ...which }: { staffId: string; keptId: string; onlyId?: string },
): Promise<void> {
  return transact(needs.db, async (tx) => {
    if ((await endOtherSessions(tx, staffId, which)) === 0) return;
    const action = which.onlyId === undefined ? 'staff.signed_out_others' : 'staff.signed_out_device';
    await tell(tx, staffId, action, needs.clock.now());
  });
}

/** A change that ends with new cookies for this session, its entry in the audit log, and a mail to whose account it is. */
function change(
  needs: AccountNeeds,
  { staffId, kind }: { staffId: string; kind: Exclude<StaffNotice, 'backup_code_used'> },
  make: (account: OwnAccount, tx: Tx) => Promise<SignedIn | Refused>,
): Promise<SignedIn | Refused> {
  return transact(needs.db, async (tx) => {
    const result = await make(needs.accounts.ownAccountIn(tx), tx);
    if (result.kind !== 'signed_in') return result;
    const at = needs.clock.now();
    await tell(tx, staffId, `staff.${kind}`, at);
    await notifyMember(tx, { staffId, kind, at });
    return result;
  });
}

export type PasswordChange = { staff: StaffIdentity; current: string; next: string; headers: Headers };
export type PasswordChanged = SignedIn | Refused | { kind: PasswordProblem };

/** Ends all other ways in: the other sessions, and the links for a new password. */
export async function changeMyPassword(
  needs: AccountNeeds & { shop: { name: string }; passwords: GuessablePasswords },
  input: PasswordChange,
): Promise<PasswordChanged> {
  const { staff, ...given } = input;
  const own = [staff.name, staff.email, needs.shop.name];
  const problem = await passwordProblem(needs.passwords.isGuessable, given.next, own);
  if (problem) return { kind: problem };
  const deed = { staffId: staff.id, kind: 'password_changed' } as const;
  return change(needs, deed, async (account, tx) => {
    const result = await account.changePassword(given);
    if (result.kind === 'signed_in') await dropResetLinks(tx, staff.email);
    return result;
  });
}

type Given<Secret extends string> = { staffId: string; headers: Headers } & Record<Secret, string>;

/** Nothing asks for a code until one was typed (`confirmMySecondFactor`): who stops half-way locks nobody out. */
export const startMySecondFactor = (needs: AccountNeeds, given: Omit<Given<'password'>, 'staffId'>) =>
  transact(needs.db, (tx) => needs.accounts.ownAccountIn(tx).startSecondFactor(given));

export const confirmMySecondFactor = (needs: AccountNeeds, { staffId, code, headers }: Given<'code'>) =>
  change(needs, { staffId, kind: 'second_factor_on' }, (account) => account.confirmSecondFactor({ code, headers }));

export const stopMySecondFactor = (needs: AccountNeeds, { staffId, password, headers }: Given<'password'>) =>
  change(needs, { staffId, kind: 'second_factor_off' }, (account) => account.stopSecondFactor({ password, headers }));
