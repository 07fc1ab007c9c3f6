import { writeAudit } from '../db/audit.ts';
import type { Db } from '../db/client.ts';
import { addMember } from '../db/staff-members.ts';
import { transact } from '../db/transact.ts';
import type { StaffRole } from '../domain/staff-role.ts';
import type { Clock, StaffAccounts } from '../ports.ts';

/** An account made at the command line: the shop's first, and the way back in for a shop whose managers are all gone. */
export async function addStaff(
  needs: { db: Db; clock: Clock; accounts: Pick<StaffAccounts, 'hashPassword'> },
  account: { email: string; password: string; name: string; role: StaffRole },
): Promise<'created' | 'exists'> {
  const { password, ...profile } = account;
  const email = account.email.trim().toLowerCase();
  const passwordHash = await needs.accounts.hashPassword(password);
  const at = needs.clock.now();
  return transact(needs.db, async (tx) => {
    const memberId = await addMember(tx, { ...profile, email, passwordHash, at });
    if (!memberId) return 'exists';
    const entry = { actor: 'operator', action: 'staff.added', subject: `staff:${memberId}` } as const;
    await writeAudit(tx, { ...entry, details: { role: profile.role }, at });
    return 'created';
  });
}
