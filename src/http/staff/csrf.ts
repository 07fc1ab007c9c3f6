import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';

/**
 * The session cookie of vendors/staff-auth.ts: over https that of this host, which nobody else can plant. What stands beside it
 * under the plain name, set by a neighbour under the domain, is nobody's session there.
 */
const SESSION_COOKIES = [
  /(?:^|;\s*)__Host-comptoir\.session_token=([^;]+)/,
  /(?:^|;\s*)comptoir\.session_token=([^;]+)/,
];

function sessionDigest(csrfSecret: string, req: Request): Buffer {
  const cookies = req.get('cookie') ?? '';
  const session = SESSION_COOKIES.map((each) => each.exec(cookies)?.[1]).find(Boolean) ?? '';
  return createHmac('sha256', csrfSecret).update(`form:${session}`).digest();
}

/** What a session is known by where its cookie must not be. */
export const sessionKey = (csrfSecret: string, req: Request): string =>
  sessionDigest(csrfSecret, req).toString('base64url');

const xor = (one: Buffer, other: Buffer): Uint8Array => one.map((byte, at) => byte ^ (other[at] ?? 0));

/**
 * What our forms carry: another site can neither read it nor make it, and it ends with the session. Written differently
 * on every page, so that the length of a compressed answer tells nobody what it is (BREACH).
 */
export function formToken(csrfSecret: string, req: Request): string {
  const digest = sessionDigest(csrfSecret, req);
  const pad = randomBytes(digest.length);
  return Buffer.concat([pad, xor(pad, digest)]).toString('base64url');
}

function isTokenOf(given: unknown, digest: Buffer): boolean {
  const token = Buffer.from(typeof given === 'string' ? given : '', 'base64url');
  const [pad, masked] = [token.subarray(0, digest.length), token.subarray(digest.length)];
  return token.length === 2 * digest.length && timingSafeEqual(xor(pad, masked), digest);
}

/**
 * False when the browser says that another site's page sent this form. Sec-Fetch-Site where there is one; Origin, which
 * browsers send with every form, otherwise. Neither means no browser, and so nobody's cookies to abuse.
 */
export function isSameOrigin(req: Request, publicUrl: string): boolean {
  const site = req.get('sec-fetch-site');
  if (site) return site === 'same-origin' || site === 'none';
  const origin = req.get('origin');
  if (!origin) return true;
  return origin === new URL(publicUrl).origin || origin === `${req.protocol}://${req.get('host')}`;
}

/** Whether a form of a logged-in page is ours: from our own page, with the token we put into it. */
export function isOurForm(needs: { csrfSecret: string; publicUrl: string }, req: Request): boolean {
  const given = (req.body as { csrf?: unknown } | undefined)?.csrf;
  return isSameOrigin(req, needs.publicUrl) && isTokenOf(given, sessionDigest(needs.csrfSecret, req));
}
