import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { StaffAuth } from './staff-auth.ts';

const REMEMBERED_SECONDS = 90 * 24 * 3600;

const accountOf = (email: string) => email.trim().toLowerCase();

/** The cookie's name for an account: several people log in at the same till. */
async function cookieFor(auth: StaffAuth, email: string) {
  const { createAuthCookie, secret } = await auth.$context;
  const digest = (of: string) => createHmac('sha256', secret).update(`device:${of}`).digest('base64url');
  const account = accountOf(email);
  return {
    ...createAuthCookie(`device_${digest(account).slice(0, 12)}`),
    sign: (id: string) => `${id}.${digest(`${account}:${id}`)}`,
  };
}

/**
 * What a browser is known by once somebody logged in to an account with it: a Set-Cookie value. It opens nothing. It keeps its
 * owner's tries apart from those of strangers, who could use them up.
 * https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
 */
export async function rememberDevice(auth: StaffAuth, email: string): Promise<string> {
  const { name, attributes, sign } = await cookieFor(auth, email);
  const value = sign(randomBytes(16).toString('base64url'));
  const secure = attributes.secure ? '; Secure' : '';
  return `${name}=${value}; Max-Age=${REMEMBERED_SECONDS}; Path=/; HttpOnly; SameSite=Lax${secure}`;
}

/** The id of the browser, when somebody logged in to this account with it before. */
export async function knownDevice(auth: StaffAuth, email: string, headers: Headers): Promise<string | undefined> {
  const { name, sign } = await cookieFor(auth, email);
  const cookies = (headers.get('cookie') ?? '').split(/;\s*/);
  const value = cookies.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
  const id = value.split('.')[0] ?? '';
  const [given, right] = [Buffer.from(value), Buffer.from(sign(id))];
  return given.length === right.length && timingSafeEqual(given, right) ? id : undefined;
}
