import express, { type Request } from 'express';
import type { StaffIdentity } from '../../ports.ts';
import type { WebNeeds } from '../needs.ts';
import { browserLocale } from '../page.tsx';
import { formToken } from './csrf.ts';
import type { StaffFrame } from './layout.tsx';

/** Reads the fields of a form that staff send. */
export const readStaffForm = express.urlencoded({ extended: false, limit: '16kb' });
/** The same where it has many long texts: six reminders in three languages and two wordings. */
export const readLongStaffForm = express.urlencoded({ extended: false, limit: '256kb' });

export type FrameNeeds = Pick<WebNeeds, 'shop' | 'csrfSecret' | 'badge'>;

/** What the page of someone logged in is drawn with. */
export async function staffFrame(needs: FrameNeeds, req: Request, staff: StaffIdentity): Promise<StaffFrame> {
  const { shop, csrfSecret, badge } = needs;
  const csrfToken = formToken(csrfSecret, req);
  const needsYou = await badge.countFor(staff.role);
  return { shop, locale: browserLocale(req), staff, csrfToken, path: req.path, needsYou };
}
