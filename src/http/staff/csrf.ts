import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';

/** The session cookie of vendors/staff-accounts.ts, whatever prefix https gives it. */
const SESSION_COOKIE = /(?:^|;\s*)(?:__Secure-)?comptoir\.session_token=([^;]+)/;

/** What our forms carry: another site can neither read it nor make it, and it ends with the session. */
export function formToken(csrfSecret: string, req: Request): string {
  const session = SESSION_COOKIE.exec(req.get('cookie') ?? '')?.[1] ?? '';
  return createHmac('sha256', csrfSecret).update(`form:${session}`).digest('base64url');
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
  const given = Buffer.from(String((req.body as { csrf?: unknown } | undefined)?.csrf ?? ''));
  const expected = Buffer.from(formToken(needs.csrfSecret, req));
  return isSameOrigin(req, needs.publicUrl) && given.length === expected.length && timingSafeEqual(given, expected);
}
