import type { StaffAccounts } from '../../src/ports.ts';

export const SESSION_COOKIE = '__Host-comptoir.session_token=good.signature';

/** One person, one password, one cookie. */
export const stubAccounts: StaffAccounts = {
  async signIn({ email, password }) {
    if (email === 'busy@example.com') return { kind: 'too_many_tries' };
    if (password !== 'right') return { kind: 'refused' };
    return { kind: 'signed_in', setCookies: [`${SESSION_COOKIE}; Path=/; HttpOnly`, 'other=1; Path=/'] };
  },
  async rememberDevice() {
    return { setCookies: [] };
  },
  async signOut() {
    return { setCookies: ['__Host-comptoir.session_token=; Max-Age=0; Path=/'] };
  },
  async current(headers) {
    if (!headers.get('cookie')?.includes(SESSION_COOKIE)) return undefined;
    return { id: 'staff-1', name: 'Léa', email: 'lea@example.com', role: 'staff', sessionId: 'session-1' };
  },
  async confirmSignIn() {
    throw new Error('confirmSignIn was not expected to be called');
  },
  async confirmPassword() {
    return 'confirmed';
  },
  async mayTry() {
    return true;
  },
  ownAccountIn() {
    throw new Error('ownAccountIn was not expected to be called');
  },
  async hashPassword() {
    throw new Error('hashPassword was not expected to be called');
  },
};

/** The same person, as the shop's manager. */
export const managerAccounts: StaffAccounts = {
  ...stubAccounts,
  async current(headers) {
    const staff = await stubAccounts.current(headers);
    return staff && { ...staff, role: 'manager' };
  },
};
