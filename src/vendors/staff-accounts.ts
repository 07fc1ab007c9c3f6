import { prismaAdapter } from 'better-auth/adapters/prisma';
import { isAPIError } from 'better-auth/api';
import { betterAuth } from 'better-auth/minimal';
import { type StaffRole, staffRole } from '../domain/staff-role.ts';
import type { Log, StaffAccounts, StaffIdentity } from '../ports.ts';
import { forgetTries, mayTry } from './staff-sign-in-limit.ts';

const SESSION_SECONDS = 12 * 60 * 60;
/** Who is here need not be known to the second: one write in a while. */
const SEEN_EVERY_MS = 5 * 60_000;
/** Set by our own HTTP layer to the address it trusts, over whatever the client sent. */
const CLIENT_IP_HEADER = 'x-client-ip';

type StaffAccountsOptions = {
  /** The Prisma client, which better-auth's adapter takes untyped. */
  db: object;
  /** SESSION_SECRET: signs the session cookie. */
  secret: string;
  /** PUBLIC_URL: cookies are Secure when it is https. */
  baseUrl: string;
  log: Log;
};

function createAuth({ db, secret, baseUrl, log }: StaffAccountsOptions) {
  return betterAuth({
    baseURL: baseUrl,
    secret,
    database: prismaAdapter(db, { provider: 'postgresql', transaction: true }),
    emailAndPassword: { enabled: true, disableSignUp: true },
    user: {
      modelName: 'staffMember',
      additionalFields: {
        role: { type: 'string', required: true, defaultValue: 'staff', input: false },
        lastSeenAt: { type: 'date', required: false, input: false },
        removedAt: { type: 'date', required: false, input: false },
      },
    },
    session: { modelName: 'staffSession', expiresIn: SESSION_SECONDS, disableSessionRefresh: true },
    account: { modelName: 'staffAccount' },
    verification: { modelName: 'staffVerification' },
    // better-auth's own limiter counts per address only and runs on its own routes, which we do not mount: the table is
    // kept for staff-sign-in-limit.ts.
    rateLimit: { enabled: false, storage: 'database', modelName: 'staffRateLimit' },
    advanced: {
      cookiePrefix: 'comptoir',
      useSecureCookies: baseUrl.startsWith('https:'),
      ipAddress: { ipAddressHeaders: [CLIENT_IP_HEADER] },
    },
    telemetry: { enabled: false },
    // Its arguments may hold a whole request: only its own sentence is kept.
    logger: { level: 'error', log: (_level, message) => log.error({ source: 'better-auth' }, message) },
  });
}
type Auth = ReturnType<typeof createAuth>;

/** A wrong password, a malformed email or an over-long password: all the same to whoever is trying. */
const isRefusal = (error: unknown) => isAPIError(error) && [400, 401, 403].includes(error.statusCode);

async function create(auth: Auth, account: { email: string; password: string; name: string; role: StaffRole }) {
  const { adapter, internalAdapter, password } = await auth.$context;
  const email = account.email.trim().toLowerCase();
  const exists = async () => Boolean(await internalAdapter.findUserByEmail(email));
  if (await exists()) return 'exists';
  const hash = await password.hash(account.password);
  const at = { createdAt: new Date(), updatedAt: new Date() };
  const profile = { name: account.name, email, emailVerified: true, role: account.role };
  try {
    await adapter.transaction(async (tx) => {
      const user = await tx.create<Record<string, unknown>, { id: string }>({
        model: 'user',
        data: { ...profile, ...at },
      });
      await tx.create({
        model: 'account',
        data: { userId: user.id, accountId: user.id, providerId: 'credential', password: hash, ...at },
      });
    });
  } catch (error) {
    // Two at once: the unique email let one through.
    if (await exists()) return 'exists';
    throw error;
  }
  return 'created';
}

/**
 * Staff accounts on better-auth: scrypt passwords, sessions of 12 hours that are not prolonged, no self sign-up.
 * Tries to sign in are limited in the database, so that every process counts the same. `headers` must carry the
 * client's address in `x-client-ip`, set by our HTTP layer; tries without one share a bucket.
 */
export function createStaffAccounts(options: StaffAccountsOptions): StaffAccounts {
  const auth = createAuth(options);
  const whoOf = (email: string, headers: Headers) => ({ email, ip: headers.get(CLIENT_IP_HEADER) ?? 'unknown' });
  return {
    async signIn({ email, password, headers }) {
      const { adapter } = await auth.$context;
      const who = whoOf(email, headers);
      if (!(await mayTry(adapter, 'sign-in', who, Date.now()))) return { kind: 'too_many_tries' };
      try {
        const { headers: answer } = await auth.api.signInEmail({
          body: { email: email.trim(), password },
          headers,
          returnHeaders: true,
        });
        await forgetTries(adapter, who);
        return { kind: 'signed_in', setCookies: answer.getSetCookie() };
      } catch (error) {
        if (isRefusal(error)) return { kind: 'refused' };
        throw error;
      }
    },
    async signOut(headers) {
      const { headers: answer } = await auth.api.signOut({ headers, returnHeaders: true });
      return { setCookies: answer.getSetCookie() };
    },
    async current(headers): Promise<StaffIdentity | undefined> {
      const session = await auth.api.getSession({ headers });
      if (!session) return undefined;
      const { id, name, email, role, lastSeenAt, removedAt } = session.user;
      // Their sessions were ended with the account; one may have been made at that very moment.
      if (removedAt) return undefined;
      const now = new Date();
      if (!lastSeenAt || now.getTime() - lastSeenAt.getTime() > SEEN_EVERY_MS) {
        await (await auth.$context).internalAdapter.updateUser(id, { lastSeenAt: now });
      }
      return { id, name, email, role: staffRole(role) };
    },
    mayAskForReset: async ({ email, headers }) =>
      mayTry((await auth.$context).adapter, 'forgot', whoOf(email, headers), Date.now()),
    hashPassword: async (password) => (await auth.$context).password.hash(password),
    create: (account) => create(auth, account),
  };
}
