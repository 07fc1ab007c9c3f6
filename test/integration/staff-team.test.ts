import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { addStaff } from '../../src/flows/add-staff.ts';
import { followStaffLink, showStaffLink } from '../../src/flows/follow-staff-link.ts';
import { askForReset, inviteStaff, makeResetLink, withdrawInvite } from '../../src/flows/invite-staff.ts';
import { changeRole, removeStaff, showTeam } from '../../src/flows/manage-team.ts';
import type { Mail, StaffAccounts } from '../../src/ports.ts';
import { createStaffAccounts } from '../../src/vendors/staff-accounts.ts';
import { noOrders } from '../support/order-samples.ts';
import { silentLog } from '../support/silent-log.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { until } from '../support/until.ts';
import { startWeb, type Web, withWeb } from '../support/web.ts';

const PASSWORD = 'pneus-et-jantes-971';
const publicUrl = 'http://shop.test';
let database: TestDatabase;
let accounts: StaffAccounts;
let web: Web;
let now = new Date();
const mails: Mail[] = [];
let mailFails = false;
const mailer = {
  async send(mail: Mail) {
    if (mailFails) throw new Error('the mail server is away');
    mails.push(mail);
    return { refusedAddresses: 0 };
  },
};
const needsOf = () => {
  const clock = { now: () => now };
  return { db: database.db, clock, log: silentLog, publicUrl, mailer, shop: { name: 'Pneus' }, accounts };
};

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database;
  accounts = createStaffAccounts({
    db,
    secret: 'a test secret that is long enough',
    baseUrl: publicUrl,
    log: silentLog,
  });
  for (const [name, role] of [
    ['Lucie', 'manager'],
    ['Marc', 'staff'],
  ] as const) {
    await addStaff(
      { db: database.db, clock: { now: () => new Date() }, accounts },
      { email: `${name.toLowerCase()}@example.com`, password: PASSWORD, name, role },
    );
  }
  const needs = needsOf();
  web = await startWeb({
    ...{ accounts, publicUrl, clock: needs.clock, listOrders: noOrders },
    listCounters: async () => [],
    showTeam: () => showTeam(needs),
    changeRole: (wish) => changeRole(needs, wish),
    removeStaff: (wish) => removeStaff(needs, wish),
    inviteStaff: (invite) => inviteStaff(needs, invite),
    withdrawInvite: (wish) => withdrawInvite(needs, wish),
    makeResetLink: (wish) => makeResetLink(needs, wish),
    askForReset: (wish) => askForReset(needs, wish),
    showStaffLink: (token) => showStaffLink(needs, token),
    followStaffLink: (input) => followStaffLink(needs, input),
  });
});
afterEach(async () => {
  now = new Date();
  mailFails = false;
  await database.db.staffRateLimit.deleteMany();
});
afterAll(async () => {
  await web.close();
  await database.close();
});

const memberOf = (name: string) => database.db.staffMember.findFirstOrThrow({ where: { name } });
const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  web.fetch(path, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: { 'accept-language': 'en', ...headers },
  });
const login = (name: string, password = PASSWORD, headers = {}) =>
  post('/staff/login', { email: `${name.toLowerCase()}@example.com`, password, next: '/staff' }, headers);
const cookieOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');

/** Someone logged in, who opens pages and sends the team page's forms, with their password. */
async function signedIn(name: string, password = PASSWORD) {
  const headers = { cookie: cookieOf(await login(name, password)), 'accept-language': 'en' };
  const open = (path: string) => web.fetch(path, { headers });
  const page = await (await open('/staff')).text();
  const csrf = /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
  const does = (deed: string, fields: Record<string, string>) =>
    post(`/staff/team/${deed}`, { csrf, password, ...fields }, headers);
  return { open, does, headers };
}
const linkIn = (page: string) => />http:\/\/shop\.test(\/staff\/link\/[^<]+)</.exec(page)?.[1] ?? '';
const tokenOf = (link: string) => link.split('/').at(-1) ?? '';
const follow = (link: string, fields: { name?: string; password: string }) =>
  post('/staff/link', { token: tokenOf(link), ...fields });
const invited = { name: 'Inès', email: 'Ines@example.com', role: 'staff' };
const actions = async () =>
  (await database.db.auditEntry.findMany({ where: { actor: { not: 'operator' } }, orderBy: { seq: 'asc' } })).map(
    ({ action }) => action,
  );

test('who is invited chooses name and password by the link, once, and works here', async () => {
  const lucie = await signedIn('Lucie');
  const page = await (await lucie.does('invite', invited)).text();
  const link = linkIn(page);
  expect(page).toContain('on its way by mail');
  expect(mails.at(-1)).toMatchObject({ to: ['ines@example.com'] });
  expect(mails.at(-1)?.text).toContain(link);
  expect(await (await lucie.open('/staff/team')).text()).not.toContain(tokenOf(link));
  const kept = JSON.stringify(
    [await database.db.staffLink.findMany(), await database.db.auditEntry.findMany()],
    (_key, value) => (typeof value === 'bigint' ? String(value) : value),
  );
  expect(kept).not.toContain(tokenOf(link));

  const opened = await web.fetch(link, { headers: { 'accept-language': 'en' } });
  expect(opened.headers.get('referrer-policy')).toBe('no-referrer');
  expect(await opened.text()).toContain('Welcome to the team');
  const short = await follow(link, { name: 'Inès M.', password: 'neuf sign' });
  expect([short.status, await short.text()]).toEqual([400, expect.stringContaining('at least 12 characters')]);
  const both = await Promise.all([1, 2].map(() => follow(link, { name: 'Ines', password: 'douze signes' })));
  expect(both.map(({ status }) => status).sort()).toEqual([303, 410]);
  expect((await login('Ines', 'douze signes')).status).toBe(303);
  expect(await actions()).toEqual(['staff.invited', 'staff.joined']);
  expect(JSON.stringify(web.lines)).not.toContain(tokenOf(link));
  const again = await lucie.does('invite', invited);
  expect(await again.text()).toContain('There is an account for this address already');
});

test('an invitation ends after three days, when it is withdrawn, and when another takes its place', async () => {
  const lucie = await signedIn('Lucie');
  const invite = async () =>
    linkIn(await (await lucie.does('invite', { ...invited, email: 'paul@example.com' })).text());
  const [first, second] = [await invite(), await invite()];
  expect((await web.fetch(first)).status).toBe(410);
  now = new Date(Date.now() + 72 * 3600_000 - 60_000);
  expect((await web.fetch(second)).status).toBe(200);
  now = new Date(Date.now() + 72 * 3600_000 + 60_000);
  expect((await follow(second, { name: 'Paul', password: PASSWORD })).status).toBe(410);
  now = new Date();
  await lucie.does('withdraw', { email: 'paul@example.com' });
  expect((await web.fetch(second)).status).toBe(410);
});

test('a mail that does not leave stops no invitation: the link is there to be passed on', async () => {
  mailFails = true;
  const page = await (await (await signedIn('Lucie')).does('invite', { ...invited, email: 'zoe@example.com' })).text();
  expect(page).toContain('No mail was sent');
  expect((await web.fetch(linkIn(page))).status).toBe(200);
});

test('only managers see the team or change it, and only by our own form', async () => {
  const [marc, lucie] = [await signedIn('Marc'), await signedIn('Lucie')];
  const { id } = await memberOf('Marc');
  expect((await marc.open('/staff/team')).status).toBe(403);
  for (const deed of ['invite', 'withdraw', 'role', 'remove', 'reset-link', 'second-factor-off']) {
    const fields = { ...invited, email: 'eve@example.com', member: id, role: 'manager' };
    expect((await marc.does(deed, fields)).status).toBe(403);
    expect((await lucie.does(deed, { ...fields, csrf: 'made up' })).status).toBe(403);
  }
  expect(await memberOf('Marc')).toMatchObject({ role: 'staff', removedAt: null });
  expect(await database.db.staffLink.count({ where: { email: 'eve@example.com' } })).toBe(0);
});

test('a session that somebody left open changes nothing on the team: each change asks for the manager’s own password', async () => {
  const lucie = await signedIn('Lucie');
  const { id } = await memberOf('Lucie');
  await database.db.staffMember.update({ where: { id }, data: { twoFactorEnabled: true } });
  const written = (await actions()).length;
  const given = { ...invited, email: 'eve@example.com', role: 'manager', member: id };
  const statuses: number[] = [];
  for (const deed of ['invite', 'role', 'remove', 'reset-link', 'second-factor-off', 'second-factor-off']) {
    const answer = await lucie.does(deed, { ...given, password: 'not her password' });
    statuses.push(answer.status);
    const page = await answer.text();
    expect(page).toContain(answer.status === 429 ? 'Too many tries' : 'That is not your password');
    if (deed === 'invite') expect(page).toMatch(/value="eve@example.com"[\s\S]*value="manager" selected/);
  }
  expect(statuses).toEqual([400, 400, 400, 400, 400, 429]);
  expect(await memberOf('Lucie')).toMatchObject({ role: 'manager', removedAt: null, twoFactorEnabled: true });
  expect(await database.db.staffLink.count({ where: { email: 'eve@example.com' } })).toBe(0);
  expect(await actions()).toHaveLength(written);
  await database.db.staffMember.update({ where: { id }, data: { twoFactorEnabled: false } });
});

test('who types the right password may go on: a busy manager is not taken for one who guesses', async () => {
  const lucie = await signedIn('Lucie');
  const { id } = await memberOf('Marc');
  for (const role of ['manager', 'staff', 'manager', 'staff', 'manager', 'staff']) {
    expect((await lucie.does('role', { member: id, role })).status).toBe(200);
  }
});

test('who is removed is out at once, cannot come back in, and keeps a name; invited again, is the same person', async () => {
  const [marc, lucie] = [await signedIn('Marc'), await signedIn('Lucie')];
  const { id } = await memberOf('Marc');
  const session = await database.db.staffSession.findFirstOrThrow({
    where: { userId: id },
    orderBy: { createdAt: 'desc' },
  });
  const reset = linkIn(await (await lucie.does('reset-link', { member: id })).text());
  expect((await lucie.does('remove', { member: id })).status).toBe(200);
  expect((await marc.open('/staff')).status).toBe(303);
  expect((await login('Marc')).status).toBe(401);
  expect((await web.fetch(reset)).status).toBe(410);
  // As a log-in that was under way would have left it.
  await database.db.staffSession.create({ data: session });
  expect((await marc.open('/staff')).status).toBe(303);
  const back = linkIn(await (await lucie.does('invite', { ...invited, email: 'marc@example.com' })).text());
  await follow(back, { name: 'Marc', password: PASSWORD });
  expect(await memberOf('Marc')).toMatchObject({ id, removedAt: null });
  expect((await marc.open('/staff')).status).toBe(303);
  expect((await login('Marc')).headers.get('location')).toBe('/staff');
});

test('the last manager stays one, also when two managers act at once', async () => {
  const [lucie, marc] = [await memberOf('Lucie'), await memberOf('Marc')];
  const needs = needsOf();
  expect(await removeStaff(needs, { memberId: lucie.id, by: lucie.id })).toEqual({ kind: 'last_manager' });
  expect(await changeRole(needs, { memberId: lucie.id, role: 'staff', by: lucie.id })).toEqual({
    kind: 'last_manager',
  });
  for (let round = 0; round < 5; round++) {
    await database.db.staffMember.updateMany({ data: { role: 'manager' }, where: { id: { in: [lucie.id, marc.id] } } });
    await database.db.staffMember.updateMany({
      data: { role: 'staff' },
      where: { id: { notIn: [lucie.id, marc.id] } },
    });
    const kinds = await Promise.all([
      changeRole(needs, { memberId: marc.id, role: 'staff', by: lucie.id }),
      changeRole(needs, { memberId: lucie.id, role: 'staff', by: marc.id }),
    ]);
    expect(kinds.map(({ kind }) => kind).sort()).toEqual(['changed', 'not_a_manager']);
    expect(await database.db.staffMember.count({ where: { role: 'manager' } })).toBe(1);
  }
  await database.db.staffMember.update({ data: { role: 'manager' }, where: { id: lucie.id } });
  await database.db.staffMember.update({ data: { role: 'staff' }, where: { id: marc.id } });
});

test('a manager’s link gives a new password within the hour, and ends every session', async () => {
  const [marc, lucie] = [await signedIn('Marc'), await signedIn('Lucie')];
  const { id } = await memberOf('Marc');
  const link = linkIn(await (await lucie.does('reset-link', { member: id })).text());
  now = new Date(Date.now() + 61 * 60_000);
  expect((await follow(link, { password: 'yet another one' })).status).toBe(410);
  now = new Date();
  expect((await follow(link, { password: 'yet another one' })).status).toBe(303);
  expect((await marc.open('/staff')).status).toBe(303);
  expect([(await login('Marc')).status, (await login('Marc', 'yet another one')).status]).toEqual([401, 303]);
  expect((await actions()).slice(-2)).toEqual(['staff.reset_link_made', 'staff.password_reset']);
});

test('a session id set before logging in is not the one after', async () => {
  const planted = { cookie: 'comptoir.session_token=planted.by-someone' };
  const cookie = cookieOf(await login('Lucie', PASSWORD, planted));
  expect(cookie).toMatch(/session_token=(?!planted)/);
  expect((await web.fetch('/staff', { headers: planted })).status).toBe(303);
});

test('a forgotten password: the same answer to everyone, a mail only to who works here, and no end of asking', async () => {
  const ask = (email: string) => post('/staff/forgot', { email });
  const sent = mails.length;
  const [known, unknown] = [await ask('Lucie@example.com'), await ask('nobody@example.com')];
  expect([known.status, unknown.status]).toEqual([200, 200]);
  expect(await known.text()).toBe(await unknown.text());
  await until('the mail left', async () => mails.length > sent);
  expect(mails.slice(sent).map(({ to }) => to)).toEqual([['lucie@example.com']]);
  const link = /http:\/\/shop\.test(\S+)/.exec(mails.at(-1)?.text ?? '')?.[1] ?? '';
  expect((await web.fetch(link)).status).toBe(200);
  const statuses: number[] = [];
  for (let n = 1; n <= 5; n++) statuses.push((await ask('lucie@example.com')).status);
  expect(statuses).toEqual([200, 200, 200, 200, 429]);
  const foreign = { 'sec-fetch-site': 'cross-site' };
  expect((await post('/staff/forgot', { email: 'marc@example.com' }, foreign)).status).toBe(403);
  // Asking takes nothing from who still knows the password.
  expect((await login('Lucie')).status).toBe(303);
});

test('without mail, who forgot the password is told to ask a manager', async () => {
  await withWeb({ askForReset: null }, async (plain) => {
    const page = await plain.fetch('/staff/forgot', { headers: { 'accept-language': 'en' } });
    expect(await page.text()).toContain('Ask a manager');
  });
});
