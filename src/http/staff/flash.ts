import type { Request, Response } from 'express';

const COOKIE = 'comptoir.done';
/** What the page says that a form led to. In no address: whoever sends a link makes no page say it. */
const DONE = ['renamed', 'password_changed', 'second_factor_on', 'second_factor_off', 'signed_out'] as const;
export type Done = (typeof DONE)[number];

const attributes = (secure: boolean) =>
  ({ httpOnly: true, sameSite: 'strict', path: '/staff', secure, maxAge: 60_000 }) as const;

/** Lets the next page say that this was done. */
export function tellDone(res: Response, publicUrl: string, done: Done): void {
  res.cookie(COOKIE, done, attributes(publicUrl.startsWith('https:')));
}

/** What was done just now, to be said once. */
export function readDone(req: Request, res: Response): Done | undefined {
  const value = /(?:^|;\s*)comptoir\.done=(\w+)/.exec(req.get('cookie') ?? '')?.[1];
  if (value) res.clearCookie(COOKIE, { path: '/staff' });
  return DONE.find((done) => done === value);
}
