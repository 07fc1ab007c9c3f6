import express, { type Request } from 'express';
import type { StaffIdentity } from '../../ports.ts';
import type { AppNeeds } from '../needs.ts';
import { browserLocale } from '../page.tsx';
import { formToken } from './csrf.ts';
import type { StaffFrame } from './layout.tsx';

/** Reads the fields of a form that staff send. */
export const readStaffForm = express.urlencoded({ extended: false, limit: '16kb' });

/** What the page of someone logged in is drawn with. */
export function staffFrame(
  needs: Pick<AppNeeds, 'shop' | 'csrfSecret'>,
  req: Request,
  staff: StaffIdentity,
): StaffFrame {
  const csrfToken = formToken(needs.csrfSecret, req);
  return { shop: needs.shop, locale: browserLocale(req), staff, csrfToken, path: req.path };
}
