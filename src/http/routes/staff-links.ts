import type { Express, Response } from 'express';
import { storableText } from '../../domain/storable.ts';
import { single } from '../identifiers.ts';
import type { AppNeeds } from '../needs.ts';
import { browserLocale, sendPage } from '../page.tsx';
import { logOf } from '../request-context.ts';
import { isSameOrigin } from '../staff/csrf.ts';
import { readStaffForm } from '../staff/frame.ts';
import { type ForgotState, forgotPage } from '../staff/pages/forgot-page.tsx';
import { staffLinkPage } from '../staff/pages/staff-link-page.tsx';
import { accountHeaders, passCookies } from '../staff/session.ts';

type Needs = Pick<AppNeeds, 'accounts' | 'publicUrl' | 'askForReset' | 'shop' | 'showStaffLink' | 'followStaffLink'>;

/**
 * Where an invitation or a forgotten password leads: choosing one. The token is what the form carries against other sites'
 * forms, so the browser's word is not asked: without a referrer it would be `Origin: null`. Nobody is logged in by it: a
 * link sent to somebody else opens nothing in their browser.
 */
export function addStaffLinkRoutes(app: Express, needs: Needs): void {
  const { shop } = needs;

  app.get('/staff/forgot', (req, res) => {
    const canMail = needs.askForReset !== null;
    sendPage(res, 200, forgotPage({ shop, locale: browserLocale(req), state: canMail ? 'ask' : 'askManager' }));
  });

  app.post('/staff/forgot', readStaffForm, async (req, res) => {
    const locale = browserLocale(req);
    const page = (status: number, state: ForgotState) => sendPage(res, status, forgotPage({ shop, locale, state }));
    const { askForReset } = needs;
    if (!askForReset) return page(409, 'askManager');
    if (!isSameOrigin(req, needs.publicUrl)) return page(403, 'formExpired');
    const email = storableText(single((req.body as { email?: unknown } | undefined)?.email)).slice(0, 200);
    if (!(await needs.accounts.mayTry('forgot', { email, headers: accountHeaders(req) }))) {
      res.setHeader('Retry-After', '60');
      return page(429, 'tooManyTries');
    }
    // After the answer, whose time would tell who works here.
    res.once('close', () => askForReset({ email, locale }));
    page(200, 'sent');
  });

  app.get('/staff/link/:token', async (req, res) => {
    hideAddress(res);
    const { token } = req.params;
    const link = await needs.showStaffLink(token);
    sendPage(res, link ? 200 : 410, staffLinkPage({ shop, locale: browserLocale(req), token, link }));
  });

  app.post('/staff/link', readStaffForm, async (req, res) => {
    hideAddress(res);
    const form = (req.body ?? {}) as Record<string, unknown>;
    const [token, password] = [single(form.token), single(form.password)];
    const name = storableText(single(form.name)).trim().slice(0, 80);
    const result = await needs.followStaffLink({ token, name, password });
    logOf(res).info({ outcome: result.kind }, 'a link for staff was followed');
    if (result.kind === 'done') {
      // Whoever reads the account's mail gets in with this browser, however many strangers guess at the account meanwhile.
      passCookies(res, (await needs.accounts.rememberDevice(result.email)).setCookies);
      return res.redirect(303, '/staff/login');
    }
    const link = result.kind === 'dead' ? undefined : await needs.showStaffLink(token);
    const problem = result.kind === 'dead' ? {} : { problem: result.kind };
    sendPage(res, link ? 400 : 410, staffLinkPage({ shop, locale: browserLocale(req), token, link, ...problem }));
  });
}

/** The token in the address reaches no other page, not even ours. */
const hideAddress = (res: Response) => res.setHeader('Referrer-Policy', 'no-referrer');
