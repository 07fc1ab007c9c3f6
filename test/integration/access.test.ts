import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { StaffAccounts } from '../../src/ports.ts';
import { csrfIn } from '../support/html-forms.ts';
import { ORDER_ID, TOKEN } from '../support/order-samples.ts';
import { managerAccounts, SESSION_COOKIE, stubAccounts } from '../support/stub-accounts.ts';
import { allRoutes, startWeb, type Web } from '../support/web.ts';

/** Who may ask what. A new route fails the suite until somebody has said here whom it is for. */
const FOR_MANAGERS = `
  get /staff/orders.csv, post /staff/orders/:id/refund, post /staff/orders/:id/release,
  get /staff/money, get /staff/events/:id, post /staff/events/:id/replay, get /staff/numbers, get /staff/numbers.csv,
  post /staff/needs-you/events/:id/again, post /staff/needs-you/events/:id/settle, post /staff/needs-you/notifications/:id/again,
  post /staff/needs-you/notifications/:id/settle,
  get /staff/team, post /staff/team/invite, post /staff/team/withdraw, post /staff/team/role, post /staff/team/remove,
  post /staff/team/second-factor-off, post /staff/team/reset-link, get /staff/audit,
  get /staff/settings, post /staff/settings, get /staff/settings/reminders, post /staff/settings/reminders,
  get /staff/settings/places, post /staff/settings/places, post /staff/settings/places/:id,
  post /staff/settings/places/:id/open, post /staff/settings/places/:id/close,
  get /staff/catalogue/import, post /staff/catalogue/import, get /staff/catalogue/imports/:id,
  get /staff/catalogue/imports/:id/errors.csv, post /staff/catalogue/imports/:id,
  get /staff/catalogue/new, post /staff/catalogue/new, post /staff/catalogue/:id, post /staff/catalogue/:id/picture`;
const FOR_STAFF = `
  get /staff, get /staff/orders/:id, get /staff/orders/:id/slip, get /staff/pick-list, get /staff/scan, post /staff/scan/collect,
  get /pickup/:token, post /pickup/:token/collect, post /staff/logout, get /staff/live,
  post /staff/orders/:id/ready, post /staff/orders/:id/cancel, post /staff/orders/:id/note, post /staff/orders/:id/send-again,
  get /staff/needs-you, post /staff/needs-you/messages/:id/again, post /staff/needs-you/messages/:id/settle,
  get /staff/account, post /staff/account/name, post /staff/account/password, post /staff/account/second-factor,
  post /staff/account/second-factor/confirm, post /staff/account/second-factor/stop, post /staff/account/sign-out-others,
  post /staff/account/sign-out-device, post /staff/account/sign-out-everywhere,
  get /staff/conversations, get /staff/conversations/:id, post /staff/conversations/:id/take-over,
  post /staff/conversations/:id/give-back, post /staff/conversations/:id/answer, post /staff/conversations/:id/invite,
  get /staff/catalogue, get /staff/catalogue/:id, post /staff/catalogue/:id/stock, post /staff/catalogue/:id/slot`;
const FOR_ANYBODY = `
  get /, get /staff/login, post /staff/login, get /staff/login/code, post /staff/login/code, get /staff/forgot, post /staff/forgot,
  get /staff/link/:token, post /staff/link, get /assets/barcode/ponyfill.js, get /assets/barcode/zxing_reader.wasm,
  get /healthz, get /readyz, get /payment/success, get /payment/verify-session, get /payment/cancel,
  get /media/qr/:token.png, get /media/products/:name, get /media/data/:token.json`;
/** Signed by a vendor, or with the operator's secret: being logged in is neither. */
const FOR_MACHINES =
  'post /whatsapp/inbound, post /whatsapp/status, post /webhook/stripe, get /cron/:sweep, post /cron/:sweep, get /metrics';

type Answers = { nobody: string; staff: string; manager: string };
const [toLogin, managersOnly] = ['is sent to the log-in', 'is told that it is for managers'];
const EXPECTED: [string, Answers][] = [
  [FOR_MANAGERS, { nobody: toLogin, staff: managersOnly, manager: 'is let in' }],
  [FOR_STAFF, { nobody: toLogin, staff: 'is let in', manager: 'is let in' }],
  [FOR_ANYBODY, { nobody: 'is let in', staff: 'is let in', manager: 'is let in' }],
  [FOR_MACHINES, { nobody: 'is refused', staff: 'is refused', manager: 'is refused' }],
];
const TABLE = Object.fromEntries(
  EXPECTED.flatMap(([routes, answers]) => routes.split(',').map((route) => [route.trim(), answers] as const)),
);

const WEBS: Record<keyof Answers, StaffAccounts> = {
  nobody: stubAccounts,
  staff: stubAccounts,
  manager: managerAccounts,
};
let webs: Record<keyof Answers, Web>;
beforeAll(async () => {
  // What a flow would answer does not matter here: those of the stubs fail, which is a 500 for who was let in.
  const all = await Promise.all(
    Object.entries(WEBS).map(async ([who, accounts]) => [who, await startWeb({ accounts })]),
  );
  webs = Object.fromEntries(all);
});
afterAll(() => Promise.all(Object.values(webs).map((web) => web.close())));

/** Asks as a browser of that person would, which has their cookie; `csrf` comes with their forms. */
async function ask(who: keyof Answers, route: string, csrf?: string) {
  const [method = '', pattern = ''] = route.split(' ');
  const path = pattern.replace(':id', ORDER_ID).replace(':token', TOKEN).replace(/:\w+/, 'x');
  const body = /\/(picture|import)$/.test(pattern) ? new FormData() : new URLSearchParams();
  if (csrf) body.set('csrf', csrf);
  const response = await webs[who].fetch(path, {
    method: method.toUpperCase(),
    headers: { 'accept-language': 'en', ...(who !== 'nobody' && { cookie: SESSION_COOKIE }) },
    ...(method === 'post' && { body }),
  });
  // The stream goes on as long as it is read.
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
  if (isStream) await response.body?.cancel();
  const text = isStream ? '' : await response.text();
  return { status: response.status, location: response.headers.get('location') ?? '', text };
}

async function tokenOf(who: keyof Answers): Promise<string> {
  return csrfIn((await ask(who, 'get /staff/scan')).text);
}

function told({ status, location, text }: Awaited<ReturnType<typeof ask>>): string {
  if (location.startsWith('/staff/login?next=') || text.includes('not_logged_in')) return toLogin;
  if (status === 403 && text.includes('For managers')) return managersOnly;
  return status === 403 ? 'is refused' : 'is let in';
}

test('every route there is says here whom it is for', () => {
  const routes = allRoutes()
    // Sweeps run by whatever method the operator likes.
    .filter(({ method, path }) => path !== '/cron/:sweep' || ['get', 'post'].includes(method))
    .map(({ method, path }) => `${method} ${path}`);
  expect(Object.keys(TABLE).sort()).toEqual(routes.sort());
});

test('every page and form lets in whom it is for, and nobody else', async () => {
  const answers: Record<string, Partial<Answers>> = {};
  for (const who of ['nobody', 'staff', 'manager'] as const) {
    const csrf = who === 'nobody' ? undefined : await tokenOf(who);
    for (const [route, expected] of Object.entries(TABLE)) {
      const answer = await ask(who, route, csrf);
      const isRefused = expected[who] === 'is refused' && [400, 401, 403].includes(answer.status);
      answers[route] = { ...answers[route], [who]: isRefused ? 'is refused' : told(answer) };
    }
  }
  expect(answers).toEqual(TABLE);
});

test('no form of theirs is taken without its token', async () => {
  const forms = `${FOR_MANAGERS},${FOR_STAFF}`
    .split(',')
    .map((route) => route.trim())
    .filter((route) => route.startsWith('post'));
  const answers = await Promise.all(forms.map(async (route) => [route, (await ask('manager', route)).status]));
  expect(answers.filter(([, status]) => status !== 403)).toEqual([]);
});
