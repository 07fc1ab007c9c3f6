import type { Express, Response } from 'express';
import { single } from '../identifiers.ts';
import type { LiveStreams } from '../live-streams.ts';
import type { AppNeeds } from '../needs.ts';
import { browserLocale, sendPage } from '../page.tsx';
import { formToken, isOurForm, isSameOrigin } from '../staff/csrf.ts';
import { readStaffForm, staffFrame } from '../staff/frame.ts';
import { formExpiredPage } from '../staff/pages/form-expired-page.tsx';
import { loginPage } from '../staff/pages/login-page.tsx';
import { accountHeaders, localPath, requireStaff } from '../staff/session.ts';

type Needs = Pick<AppNeeds, 'accounts' | 'shop' | 'csrfSecret' | 'publicUrl'>;

function passCookies(res: Response, setCookies: string[]) {
  for (const cookie of setCookies) res.append('Set-Cookie', cookie);
  res.setHeader('Cache-Control', 'no-store');
}

function addLogin(app: Express, needs: Needs, streams: Pick<LiveStreams, 'endSession'>) {
  const { accounts, shop } = needs;

  app.get('/staff/login', async (req, res) => {
    const next = localPath(req.query.next);
    if (await accounts.current(accountHeaders(req))) return res.redirect(303, next);
    sendPage(res, 200, loginPage({ shop, locale: browserLocale(req), next }));
  });

  app.post('/staff/login', readStaffForm, async (req, res) => {
    const form = (req.body ?? {}) as Record<string, unknown>;
    const [email, password, next] = [single(form.email), single(form.password), localPath(form.next)];
    const again = { shop, locale: browserLocale(req), next, email };
    // Before there is a session there is no token to check: the browser's word on where the form came from must do.
    if (!isSameOrigin(req, needs.publicUrl)) {
      return sendPage(res, 403, loginPage({ ...again, email: '', problem: 'formExpired' }));
    }
    const result = await accounts.signIn({ email, password, headers: accountHeaders(req) });
    if (result.kind === 'refused') return sendPage(res, 401, loginPage({ ...again, problem: 'wrongPassword' }));
    if (result.kind === 'too_many_tries') {
      res.setHeader('Retry-After', '60');
      return sendPage(res, 429, loginPage({ ...again, problem: 'tooManyTries' }));
    }
    passCookies(res, result.setCookies);
    res.redirect(303, next);
  });

  app.post('/staff/logout', readStaffForm, async (req, res) => {
    const staff = await requireStaff(accounts, req, res, '/staff');
    if (!staff) return;
    if (!isOurForm(needs, req)) {
      return sendPage(res, 403, formExpiredPage({ frame: staffFrame(needs, req, staff), path: '/staff' }));
    }
    const { setCookies } = await accounts.signOut(accountHeaders(req));
    streams.endSession(formToken(needs.csrfSecret, req));
    passCookies(res, setCookies);
    res.redirect(303, '/staff/login');
  });
}

export function addStaffRoutes(app: Express, needs: Needs, streams: Pick<LiveStreams, 'endSession'>): void {
  addLogin(app, needs, streams);

  // Customers are on WhatsApp: whoever types the bare address works here.
  app.get('/', (_req, res) => res.redirect(303, '/staff'));
}
