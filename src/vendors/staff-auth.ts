import { prismaAdapter } from 'better-auth/adapters/prisma';
import { isAPIError } from 'better-auth/api';
import { betterAuth } from 'better-auth/minimal';
import { twoFactor } from 'better-auth/plugins/two-factor';
import { MIN_PASSWORD_CHARS } from '../domain/password.ts';
import type { Log } from '../ports.ts';

const SESSION_SECONDS = 12 * 60 * 60;
/** Set by our own HTTP layer to the address it trusts, over whatever the client sent. */
export const CLIENT_IP_HEADER = 'x-client-ip';

export type StaffAuthOptions = {
  /** The Prisma client, which better-auth's adapter takes untyped. */
  db: object;
  /** SESSION_SECRET: signs the session cookie, encrypts what the second factor keeps. */
  secret: string;
  /** PUBLIC_URL: cookies are Secure and this host's own when it is https. */
  baseUrl: string;
  /** What the codes' app calls the account. */
  shopName?: string;
  log: Log;
};

const userFields = {
  role: { type: 'string', required: true, defaultValue: 'staff', input: false },
  lastSeenAt: { type: 'date', required: false, input: false },
  removedAt: { type: 'date', required: false, input: false },
} as const;

/** better-auth on our tables. None of its own routes are mounted: our pages call it. */
export function createStaffAuth({ db, secret, baseUrl, shopName, log }: StaffAuthOptions) {
  const isHttps = baseUrl.startsWith('https:');
  return betterAuth({
    ...(shopName && { appName: shopName }),
    baseURL: baseUrl,
    secret,
    // A client that is itself a transaction can begin none.
    database: prismaAdapter(db, { provider: 'postgresql', transaction: '$transaction' in db }),
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: MIN_PASSWORD_CHARS },
    user: { modelName: 'staffMember', additionalFields: userFields },
    session: { modelName: 'staffSession', expiresIn: SESSION_SECONDS, disableSessionRefresh: true },
    account: { modelName: 'staffAccount' },
    verification: { modelName: 'staffVerification' },
    // Five codes a sign-in, ten in a row an account, then a quarter of an hour.
    plugins: [twoFactor({ twoFactorTable: 'staffTwoFactor' })],
    // better-auth's own limiter counts per address only and runs on its own routes, which we do not mount: the table is
    // kept for staff-sign-in-limit.ts.
    rateLimit: { enabled: false, storage: 'database', modelName: 'staffRateLimit' },
    advanced: {
      // `__Host-`: browsers take it from this very host only, so that no neighbour under its domain plants a session. Better-auth
      // itself knows no more than `__Secure-`.
      cookiePrefix: isHttps ? '__Host-comptoir' : 'comptoir',
      useSecureCookies: false,
      defaultCookieAttributes: { secure: isHttps },
      ipAddress: { ipAddressHeaders: [CLIENT_IP_HEADER] },
    },
    telemetry: { enabled: false },
    // Its arguments may hold a whole request: only its own sentence is kept.
    logger: { level: 'error', log: (_level, message) => log.error({ source: 'better-auth' }, message) },
  });
}
export type StaffAuth = ReturnType<typeof createStaffAuth>;

/** A wrong password, a malformed email or an over-long password: all the same to whoever is trying. */
export const isRefusal = (error: unknown) => isAPIError(error) && [400, 401, 403].includes(error.statusCode);
