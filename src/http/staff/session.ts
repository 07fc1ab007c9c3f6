import type { Request, Response } from 'express';
import type { StaffAccounts, StaffSession } from '../../ports.ts';
import { noteFor } from '../request-context.ts';

/** What the accounts need of a request: its cookies, and the address we trust instead of the one it claims. */
export function accountHeaders(req: Request): Headers {
  const headers = new Headers({ 'x-client-ip': req.ip ?? '' });
  for (const name of ['cookie', 'user-agent']) {
    const value = req.get(name);
    if (value) headers.set(name, value);
  }
  return headers;
}

/** Paths of the staff app only: whatever else `next` says, nobody is sent to another site after logging in. */
export function localPath(next: unknown): string {
  return typeof next === 'string' && /^\/(staff|pickup)(?=$|[/?])[\w\-/?=&%.+]*$/.test(next) ? next : '/staff';
}

export const loginPath = (next: string) => `/staff/login?next=${encodeURIComponent(next)}`;

/**
 * Who is logged in. Otherwise answers by sending the browser to the login page, and from there to `next` (by default
 * where it is), and returns undefined. The request is logged with who it was, and so is what they were refused.
 */
export async function requireStaff(
  accounts: StaffAccounts,
  req: Request,
  res: Response,
  next = req.originalUrl,
): Promise<StaffSession | undefined> {
  const staff = await accounts.current(accountHeaders(req));
  if (staff) noteFor(res, { staffId: staff.id });
  else {
    res.setHeader('Cache-Control', 'no-store');
    res.redirect(303, loginPath(localPath(next)));
  }
  return staff;
}

/** Gives the browser the cookies of an account's answer. */
export function passCookies(res: Response, setCookies: string[]): void {
  for (const cookie of setCookies) res.append('Set-Cookie', cookie);
  res.setHeader('Cache-Control', 'no-store');
}
