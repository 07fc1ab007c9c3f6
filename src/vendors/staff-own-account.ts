import type { OwnAccount } from '../ports.ts';
import { isRefusal, type StaffAuth } from './staff-auth.ts';

/** `refused` where better-auth says that a password or code is not the right one. */
async function orRefused<T>(work: () => Promise<T>): Promise<T | { kind: 'refused' }> {
  try {
    return await work();
  } catch (error) {
    if (isRefusal(error)) return { kind: 'refused' };
    throw error;
  }
}

const signedIn = ({ headers }: { headers: Headers }) =>
  ({ kind: 'signed_in', setCookies: headers.getSetCookie() }) as const;

/** What somebody logged in changes of their own account: better-auth knows them by the session in `headers`. */
export function createOwnAccount({ api }: StaffAuth): OwnAccount {
  return {
    changePassword: ({ current, next, headers }) =>
      orRefused(async () => {
        const body = { currentPassword: current, newPassword: next, revokeOtherSessions: true };
        return signedIn(await api.changePassword({ body, headers, returnHeaders: true }));
      }),
    startSecondFactor: ({ password, headers }) =>
      orRefused(async () => {
        const started = await api.enableTwoFactor({ body: { password, method: 'totp' }, headers });
        if (started.method !== 'totp') throw new Error(`better-auth began ${started.method}`);
        return { kind: 'started', uri: started.totpURI, backupCodes: started.backupCodes } as const;
      }),
    confirmSecondFactor: ({ code, headers }) =>
      orRefused(async () => signedIn(await api.verifyTOTP({ body: { code }, headers, returnHeaders: true }))),
    stopSecondFactor: ({ password, headers }) =>
      orRefused(async () => signedIn(await api.disableTwoFactor({ body: { password }, headers, returnHeaders: true }))),
  };
}
