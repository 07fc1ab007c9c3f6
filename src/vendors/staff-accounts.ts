import { isAPIError } from 'better-auth/api';
import { staffRole } from '../domain/staff-role.ts';
import { storableText } from '../domain/storable.ts';
import type { StaffAccounts, StaffSession } from '../ports.ts';
import { CLIENT_IP_HEADER, createStaffAuth, isRefusal, type StaffAuth, type StaffAuthOptions } from './staff-auth.ts';
import { knownDevice, rememberDevice } from './staff-known-device.ts';
import { createOwnAccount } from './staff-own-account.ts';
import { forgetTries, isFirstUse, mayTry } from './staff-sign-in-limit.ts';

/** How often a session in use is written down as such. */
const SEEN_EVERY_MS = 5 * 60_000;
// https://datatracker.ietf.org/doc/html/rfc6238; anything else is a backup code.
const isAppCode = (code: string) => /^\d{6}$/.test(code);

const whoOf = (email: string, headers: Headers) => ({ email, ip: headers.get(CLIENT_IP_HEADER) ?? 'unknown' });

/** Signed in by better-auth's `answer`; the browser is known to the account from now on. */
async function signedIn(auth: StaffAuth, { email }: { email: string }, answer: Headers) {
  const setCookies = [...answer.getSetCookie(), await rememberDevice(auth, email)];
  return { kind: 'signed_in', setCookies } as const;
}

async function signIn(auth: StaffAuth, { email, password, headers }: Parameters<StaffAccounts['signIn']>[0]) {
  const { adapter } = await auth.$context;
  const who = { ...whoOf(email, headers), device: await knownDevice(auth, email, headers) };
  if (!(await mayTry(adapter, 'sign-in', who, Date.now()))) return { kind: 'too_many_tries' } as const;
  try {
    const body = { email: email.trim(), password };
    const { headers: answer, response } = await auth.api.signInEmail({ body, headers, returnHeaders: true });
    await forgetTries(adapter, 'sign-in', who);
    if (!('twoFactorRedirect' in response)) return await signedIn(auth, response.user, answer);
    return { kind: 'second_factor', setCookies: answer.getSetCookie() } as const;
  } catch (error) {
    if (isRefusal(error)) return { kind: 'refused' } as const;
    throw error;
  }
}

// No challenge, or one that is used up or too old: the password is to be typed again.
const OVER = ['INVALID_TWO_FACTOR_COOKIE', 'TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE'];

/**
 * A request with the challenge as its only cookie. Beside a session better-auth asks for no challenge and counts no tries,
 * and its right code turns the second factor on.
 */
async function withChallengeOnly(auth: StaffAuth, given: Headers): Promise<Headers> {
  const { name } = (await auth.$context).createAuthCookie('two_factor');
  const cookies = (given.get('cookie') ?? '').split(/;\s*/);
  const headers = new Headers(given);
  headers.set('cookie', cookies.filter((cookie) => cookie.startsWith(`${name}=`)).join('; '));
  return headers;
}

async function confirmSignIn(auth: StaffAuth, given: Parameters<StaffAccounts['confirmSignIn']>[0]) {
  const code = given.code.replace(/\s/g, '');
  const headers = await withChallengeOnly(auth, given.headers);
  const asked = { body: { code }, headers, returnHeaders: true } as const;
  try {
    if (!isAppCode(code)) {
      const { headers: answer, response } = await auth.api.verifyBackupCode(asked);
      const { user } = response;
      return { ...(await signedIn(auth, user, answer)), staffId: user.id, by: 'backup_code' } as const;
    }
    const { headers: answer, response } = await auth.api.verifyTOTP(asked);
    const { adapter, internalAdapter } = await auth.$context;
    const isFirst = await isFirstUse(adapter, { userId: response.user.id, code }, Date.now());
    const { user } = response;
    if (isFirst) return { ...(await signedIn(auth, user, answer)), staffId: user.id, by: 'app' } as const;
    // better-auth would let it in again.
    await internalAdapter.deleteSession(response.token);
    return { kind: 'refused' } as const;
  } catch (error) {
    if (!isAPIError(error)) throw error;
    if (error.statusCode === 429) return { kind: 'too_many_tries' } as const;
    if (OVER.includes(error.body?.code ?? '')) return { kind: 'start_again' } as const;
    // 409: the same backup code twice at once, of which one was let in.
    if (isRefusal(error) || error.statusCode === 409) return { kind: 'refused' } as const;
    throw error;
  }
}

async function confirmPassword(auth: StaffAuth, given: Parameters<StaffAccounts['confirmPassword']>[0]) {
  const { email, password, headers } = given;
  const { adapter } = await auth.$context;
  const who = whoOf(email, headers);
  if (!(await mayTry(adapter, 'own-account', who, Date.now()))) return 'too_many_tries' as const;
  try {
    await auth.api.verifyPassword({ body: { password }, headers });
    await forgetTries(adapter, 'own-account', who);
    return 'confirmed' as const;
  } catch (error) {
    if (isRefusal(error)) return 'wrong_password' as const;
    throw error;
  }
}

async function current(auth: StaffAuth, headers: Headers): Promise<StaffSession | undefined> {
  const found = await auth.api.getSession({ headers });
  // Who was removed while they signed in may have a session made a moment later.
  if (!found || found.user.removedAt) return undefined;
  const { user, session } = found;
  const before = Date.now() - SEEN_EVERY_MS;
  if (!user.lastSeenAt || user.lastSeenAt.getTime() < before || session.updatedAt.getTime() < before) {
    const { internalAdapter } = await auth.$context;
    const now = new Date();
    await internalAdapter.updateSession(session.token, { updatedAt: now });
    await internalAdapter.updateUser(user.id, { lastSeenAt: now });
  }
  return { id: user.id, name: user.name, email: user.email, role: staffRole(user.role), sessionId: session.id };
}

/** Whose account it is, as far as there is one. */
async function idOf(auth: StaffAuth, email: string): Promise<string | undefined> {
  const { internalAdapter } = await auth.$context;
  return (await internalAdapter.findUserByEmail(storableText(email).trim().toLowerCase()))?.user.id;
}

/** Who typed the right password before this code: asked before the code is, which may use the challenge up. */
async function challengedId(auth: StaffAuth, given: Headers): Promise<string | undefined> {
  const { internalAdapter } = await auth.$context;
  const [, value = ''] = ((await withChallengeOnly(auth, given)).get('cookie') ?? '').split('=');
  const [identifier = ''] = value.split('.');
  return identifier ? (await internalAdapter.findVerificationValue(identifier))?.value : undefined;
}

/**
 * Staff accounts on better-auth: scrypt passwords, sessions of 12 hours that are not prolonged, no self sign-up, a second
 * factor for who wants one. Tries are limited in the database, so that every process counts the same. `headers` must
 * carry the client's address in `x-client-ip`, set by our HTTP layer; tries without one share a bucket. How each try to prove
 * who one is ended is logged, by the account's id.
 */
export function createStaffAccounts(options: StaffAuthOptions): StaffAccounts {
  const auth = createStaffAuth(options);
  const tell = (staffId: string | undefined, proof: string, outcome: string) =>
    options.log.info({ ...(staffId && { staffId }), proof, outcome }, 'asked to prove who they are');
  return {
    async signIn(credentials) {
      const result = await signIn(auth, credentials);
      tell(await idOf(auth, credentials.email), 'password', result.kind);
      return result;
    },
    async confirmSignIn(given) {
      const staffId = await challengedId(auth, given.headers);
      const result = await confirmSignIn(auth, given);
      tell(staffId, 'code', result.kind);
      return result;
    },
    async confirmPassword(given) {
      const outcome = await confirmPassword(auth, given);
      tell(await idOf(auth, given.email), 'password again', outcome);
      return outcome;
    },
    rememberDevice: async (email) => ({ setCookies: [await rememberDevice(auth, email)] }),
    async signOut(headers) {
      const { headers: answer } = await auth.api.signOut({ headers, returnHeaders: true });
      return { setCookies: answer.getSetCookie() };
    },
    current: (headers) => current(auth, headers),
    hashPassword: async (password) => (await auth.$context).password.hash(password),
    async mayTry(what, { email, headers }) {
      const may = await mayTry((await auth.$context).adapter, what, whoOf(email, headers), Date.now());
      if (!may) tell(await idOf(auth, email), what, 'too_many_tries');
      return may;
    },
    ownAccountIn: (tx) => createOwnAccount(createStaffAuth({ ...options, db: tx })),
  };
}
