import type { Request, Response } from 'express';
import type { WebNeeds } from '../needs.ts';
import { sendPage } from '../page.tsx';
import { isOurForm } from './csrf.ts';
import { type FrameNeeds, staffFrame } from './frame.ts';
import type { StaffFrame } from './layout.tsx';
import { formExpiredPage } from './pages/form-expired-page.tsx';
import { managersOnlyPage } from './pages/managers-only-page.tsx';
import { requireStaff } from './session.ts';

type PageNeeds = FrameNeeds & Pick<WebNeeds, 'accounts'>;
type FormNeeds = PageNeeds & Pick<WebNeeds, 'publicUrl'>;

/** Who sent this, with at least that role; whoever else has been answered. `back`: where to go after logging in. */
export async function requireRole(
  needs: PageNeeds,
  req: Request,
  res: Response,
  { role, back }: { role: 'staff' | 'manager'; back?: string },
): Promise<StaffFrame | undefined> {
  const staff = await requireStaff(needs.accounts, req, res, back);
  if (!staff) return undefined;
  const frame = await staffFrame(needs, req, staff);
  if (role === 'manager' && staff.role !== 'manager') return void sendPage(res, 403, managersOnlyPage({ frame }));
  return frame;
}

/** Whether a form that was read is ours; if not it has been answered. */
export function requireOurForm(
  needs: FormNeeds,
  req: Request,
  res: Response,
  form: { frame: StaffFrame; path: string },
) {
  if (isOurForm(needs, req)) return true;
  sendPage(res, 403, formExpiredPage(form));
  return false;
}

/** Who sent this form from the page at `path`, with at least that role, when it is ours; whoever else has been answered. */
export async function requireForm(
  needs: FormNeeds,
  req: Request,
  res: Response,
  { role, path }: { role: 'staff' | 'manager'; path: string },
): Promise<StaffFrame | undefined> {
  const frame = await requireRole(needs, req, res, { role, back: path });
  return frame && requireOurForm(needs, req, res, { frame, path }) ? frame : undefined;
}
