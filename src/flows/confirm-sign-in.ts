import type { Db } from '../db/client.ts';
import { notifyMember } from '../db/notifications.ts';
import type { Clock, StaffAccounts } from '../ports.ts';

/** The second half of a log-in. Of a backup code its owner is told: somebody else may have found the list. */
export async function confirmSignIn(
  needs: { db: Db; clock: Clock; accounts: Pick<StaffAccounts, 'confirmSignIn'> },
  given: Parameters<StaffAccounts['confirmSignIn']>[0],
): ReturnType<StaffAccounts['confirmSignIn']> {
  const result = await needs.accounts.confirmSignIn(given);
  if (result.kind === 'signed_in' && result.by === 'backup_code') {
    await notifyMember(needs.db, { staffId: result.staffId, kind: 'backup_code_used', at: needs.clock.now() });
  }
  return result;
}
