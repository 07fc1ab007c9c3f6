import type { Express, Request, Response } from 'express';
import { storableText } from '../../domain/storable.ts';
import { single } from '../identifiers.ts';
import type { LiveStreams } from '../live-streams.ts';
import type { WebNeeds } from '../needs.ts';
import { sendPage } from '../page.tsx';
import { noteFor } from '../request-context.ts';
import { isOurForm, sessionKey } from '../staff/csrf.ts';
import { type Done, readDone, tellDone } from '../staff/flash.ts';
import { readStaffForm, staffFrame } from '../staff/frame.ts';
import type { StaffFrame } from '../staff/layout.tsx';
import { accountPage } from '../staff/pages/account-page.tsx';
import { formExpiredPage } from '../staff/pages/form-expired-page.tsx';
import { secondFactorPage } from '../staff/pages/second-factor-page.tsx';
import { accountHeaders, passCookies, requireStaff } from '../staff/session.ts';
import { ACCOUNT_WORDS, type AccountProblem } from '../staff/words/account-words.ts';

type Needs = Pick<WebNeeds, 'accounts' | 'badge' | 'shop' | 'csrfSecret' | 'publicUrl' | 'ownAccount' | 'qr'>;
type Asked = { req: Request; res: Response; frame: StaffFrame; sessionId: string; form: Record<string, unknown> };

const PATH = '/staff/account';

/** What somebody changes of their own account. What opens it to others asks for the password again, tries limited. */
export function addStaffAccountRoutes(app: Express, needs: Needs, streams: Pick<LiveStreams, 'endSession'>): void {
  app.get(PATH, async (req, res) => {
    const staff = await requireStaff(needs.accounts, req, res);
    if (!staff) return;
    const frame = await staffFrame(needs, req, staff);
    const done = readDone(req, res);
    const notice = done && { isGood: true, text: ACCOUNT_WORDS[frame.locale].done[done] };
    const account = await needs.ownAccount.show(staff.id);
    sendPage(res, 200, accountPage({ frame, account, sessionId: staff.sessionId, ...(notice && { notice }) }));
  });

  const forms: Record<string, (needs: Needs, asked: Asked) => Promise<void>> = {
    name: rename,
    password: changePassword,
    'second-factor': startSecondFactor,
    'second-factor/confirm': confirmSecondFactor,
    'second-factor/stop': stopSecondFactor,
    'sign-out-others': (needs, asked) => signOutOthers(needs, asked),
    'sign-out-device': (needs, asked) => signOutOthers(needs, asked, single(asked.form.session)),
    'sign-out-everywhere': async (_needs, { req, res, frame }) => {
      await needs.ownAccount.signOutEverywhere(frame.staff.id);
      streams.endSession(sessionKey(needs.csrfSecret, req));
      res.redirect(303, '/staff/login');
    },
  };
  for (const [name, handle] of Object.entries(forms)) {
    app.post(`${PATH}/${name}`, readStaffForm, async (req, res) => {
      const staff = await requireStaff(needs.accounts, req, res, PATH);
      if (!staff) return;
      const frame = await staffFrame(needs, req, staff);
      if (!isOurForm(needs, req)) return sendPage(res, 403, formExpiredPage({ frame, path: PATH }));
      await handle(needs, { req, res, frame, sessionId: staff.sessionId, form: req.body ?? {} });
    });
  }
}

/** The account's page, with why nothing was done. */
async function refuse(needs: Needs, asked: Asked, problem: AccountProblem): Promise<void> {
  const { res, frame, sessionId } = asked;
  noteFor(res, { problem });
  const account = await needs.ownAccount.show(frame.staff.id);
  const notice = { isGood: false, text: ACCOUNT_WORDS[frame.locale].problems[problem] };
  const status = problem === 'too_many_tries' ? 429 : 400;
  if (status === 429) res.setHeader('Retry-After', '60');
  sendPage(res, status, accountPage({ frame, account, sessionId, notice }));
}

/** Back on the account's page, in a session that may have new cookies. */
function succeed({ publicUrl }: Needs, { res }: Asked, done: Done, setCookies: string[] = []): void {
  passCookies(res, setCookies);
  tellDone(res, publicUrl, done);
  res.redirect(303, PATH);
}

const mayTry = (needs: Needs, { req, frame }: Asked) =>
  needs.accounts.mayTry('own-account', { email: frame.staff.email, headers: accountHeaders(req) });

async function rename(needs: Needs, asked: Asked): Promise<void> {
  const name = storableText(single(asked.form.name)).trim().slice(0, 80);
  if (!name) return refuse(needs, asked, 'empty_name');
  await needs.ownAccount.rename({ staffId: asked.frame.staff.id, name });
  succeed(needs, asked, 'renamed');
}

async function signOutOthers(needs: Needs, asked: Asked, onlyId?: string): Promise<void> {
  const which = { staffId: asked.frame.staff.id, keptId: asked.sessionId };
  await needs.ownAccount.signOutOthers({ ...which, ...(onlyId !== undefined && { onlyId: storableText(onlyId) }) });
  succeed(needs, asked, 'signed_out');
}

async function changePassword(needs: Needs, asked: Asked): Promise<void> {
  const { current, password, again } = asked.form;
  const next = single(password);
  if (next !== single(again)) return refuse(needs, asked, 'password_differs');
  if (!(await mayTry(needs, asked))) return refuse(needs, asked, 'too_many_tries');
  const given = { staff: asked.frame.staff, current: single(current), next, headers: accountHeaders(asked.req) };
  const result = await needs.ownAccount.changePassword(given);
  if (result.kind === 'signed_in') return succeed(needs, asked, 'password_changed', result.setCookies);
  return refuse(needs, asked, result.kind === 'refused' ? 'wrong_password' : result.kind);
}

async function startSecondFactor(needs: Needs, asked: Asked): Promise<void> {
  if (!(await mayTry(needs, asked))) return refuse(needs, asked, 'too_many_tries');
  const { frame, form, req, res } = asked;
  const given = { password: single(form.password), headers: accountHeaders(req) };
  const result = await needs.ownAccount.startSecondFactor(given);
  if (result.kind === 'refused') return refuse(needs, asked, 'wrong_password');
  const { uri, backupCodes } = result;
  const secret = new URL(uri).searchParams.get('secret') ?? '';
  sendPage(res, 200, secondFactorPage({ frame, started: { qr: needs.qr.path(uri), secret, backupCodes } }));
}

async function confirmSecondFactor(needs: Needs, asked: Asked): Promise<void> {
  if (!(await mayTry(needs, asked))) return refuse(needs, asked, 'too_many_tries');
  const { frame, form, req, res } = asked;
  const code = single(form.code).replace(/\s/g, '');
  const result = await needs.ownAccount.confirmSecondFactor({
    staffId: frame.staff.id,
    code,
    headers: accountHeaders(req),
  });
  if (result.kind === 'signed_in') return succeed(needs, asked, 'second_factor_on', result.setCookies);
  noteFor(res, { problem: 'wrong_code' });
  const notice = { isGood: false, text: ACCOUNT_WORDS[frame.locale].problems.wrong_code };
  sendPage(res, 400, secondFactorPage({ frame, notice }));
}

async function stopSecondFactor(needs: Needs, asked: Asked): Promise<void> {
  if (!(await mayTry(needs, asked))) return refuse(needs, asked, 'too_many_tries');
  const { frame, form, req } = asked;
  const given = { staffId: frame.staff.id, password: single(form.password), headers: accountHeaders(req) };
  const result = await needs.ownAccount.stopSecondFactor(given);
  if (result.kind === 'signed_in') return succeed(needs, asked, 'second_factor_off', result.setCookies);
  return refuse(needs, asked, 'wrong_password');
}
