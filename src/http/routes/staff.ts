import type { Express, Request, Response } from 'express';
import { single } from '../identifiers.ts';
import type { LiveStreams } from '../live-streams.ts';
import type { WebNeeds } from '../needs.ts';
import { browserLocale, sendPage } from '../page.tsx';
import { isOurForm, isSameOrigin, sessionKey } from '../staff/csrf.ts';
import { readStaffForm, staffFrame } from '../staff/frame.ts';
import { formExpiredPage } from '../staff/pages/form-expired-page.tsx';
import { loginCodePage, loginPage } from '../staff/pages/login-page.tsx';
import { accountHeaders, localPath, passCookies, requireStaff } from '../staff/session.ts';
import { ACCOUNT_WORDS, type AccountProblem } from '../staff/words/account-words.ts';
import { STAFF_WORDS } from '../staff/words/staff-words.ts';

type Needs = Pick<WebNeeds, 'accounts' | 'confirmSignIn' | 'badge' | 'shop' | 'csrfSecret' | 'publicUrl'>;

const fieldsOf = (req: Request) => (req.body ?? {}) as Record<string, unknown>;

/** The password again, with what was wrong. */
function askAgain(
  needs: Needs,
  req: Request,
  res: Response,
  given: { status: number; email?: string; problem: 'wrongPassword' | 'tooManyTries' | 'formExpired' | AccountProblem },
): void {
  const { status, email, problem } = given;
  const locale = browserLocale(req);
  const words = { ...ACCOUNT_WORDS[locale].problems, ...STAFF_WORDS[locale] };
  const facts = { shop: needs.shop, locale, next: localPath(fieldsOf(req).next), ...(email && { email }) };
  if (status === 429) res.setHeader('Retry-After', '60');
  sendPage(res, status, loginPage({ ...facts, notice: { isGood: false, text: words[problem] } }));
}

function addLogin(app: Express, needs: Needs) {
  const { accounts, shop } = needs;

  app.get('/staff/login', async (req, res) => {
    const next = localPath(req.query.next);
    if (await accounts.current(accountHeaders(req))) return res.redirect(303, next);
    sendPage(res, 200, loginPage({ shop, locale: browserLocale(req), next }));
  });

  app.post('/staff/login', readStaffForm, async (req, res) => {
    const form = fieldsOf(req);
    const [email, password, next] = [single(form.email), single(form.password), localPath(form.next)];
    // Before there is a session there is no token to check: the browser's word on where the form came from must do.
    if (!isSameOrigin(req, needs.publicUrl)) {
      return askAgain(needs, req, res, { status: 403, problem: 'formExpired' });
    }
    const result = await accounts.signIn({ email, password, headers: accountHeaders(req) });
    if (result.kind === 'refused') return askAgain(needs, req, res, { status: 401, email, problem: 'wrongPassword' });
    if (result.kind === 'too_many_tries') {
      return askAgain(needs, req, res, { status: 429, email, problem: 'tooManyTries' });
    }
    passCookies(res, result.setCookies);
    if (result.kind === 'signed_in') return res.redirect(303, next);
    res.redirect(303, `/staff/login/code?next=${encodeURIComponent(next)}`);
  });
}

function addLoginCode(app: Express, needs: Needs) {
  const { confirmSignIn, shop } = needs;

  app.get('/staff/login/code', (req, res) => {
    sendPage(res, 200, loginCodePage({ shop, locale: browserLocale(req), next: localPath(req.query.next) }));
  });

  app.post('/staff/login/code', readStaffForm, async (req, res) => {
    const form = fieldsOf(req);
    const next = localPath(form.next);
    if (!isSameOrigin(req, needs.publicUrl)) {
      return askAgain(needs, req, res, { status: 403, problem: 'formExpired' });
    }
    const result = await confirmSignIn({ code: single(form.code), headers: accountHeaders(req) });
    if (result.kind === 'signed_in') {
      passCookies(res, result.setCookies);
      return res.redirect(303, next);
    }
    if (result.kind === 'start_again') return askAgain(needs, req, res, { status: 401, problem: 'start_again' });
    if (result.kind === 'too_many_tries') return askAgain(needs, req, res, { status: 429, problem: 'too_many_tries' });
    const locale = browserLocale(req);
    const notice = { isGood: false, text: ACCOUNT_WORDS[locale].problems.wrong_code };
    sendPage(res, 401, loginCodePage({ shop, locale, next, notice }));
  });
}

function addLogout(app: Express, needs: Needs, streams: Pick<LiveStreams, 'endSession'>) {
  const { accounts } = needs;
  app.post('/staff/logout', readStaffForm, async (req, res) => {
    const staff = await requireStaff(accounts, req, res, '/staff');
    if (!staff) return;
    if (!isOurForm(needs, req)) {
      return sendPage(res, 403, formExpiredPage({ frame: await staffFrame(needs, req, staff), path: '/staff' }));
    }
    const { setCookies } = await accounts.signOut(accountHeaders(req));
    streams.endSession(sessionKey(needs.csrfSecret, req));
    passCookies(res, setCookies);
    res.redirect(303, '/staff/login');
  });
}

export function addStaffRoutes(app: Express, needs: Needs, streams: Pick<LiveStreams, 'endSession'>): void {
  addLogin(app, needs);
  addLoginCode(app, needs);
  addLogout(app, needs, streams);

  // Customers are on WhatsApp: whoever types the bare address works here.
  app.get('/', (_req, res) => res.redirect(303, '/staff'));
}
