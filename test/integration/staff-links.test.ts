import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { askForReset } from '../../src/flows/invite-staff.ts';
import { cookieOf } from '../support/html-forms.ts';
import { invited, linkIn, openTeamDesk, PASSWORD, type TeamDesk, tokenOf } from '../support/team-desk.ts';
import { until } from '../support/until.ts';
import { withWeb } from '../support/web.ts';

// The links that let somebody in: invitations, and new passwords.

let desk: TeamDesk;
let database: TeamDesk['database'];
let web: TeamDesk['web'];
beforeAll(async () => {
  desk = await openTeamDesk();
  ({ database, web } = desk);
});
afterEach(() => desk.reset());
afterAll(() => desk.close());

test('who is invited chooses name and password by the link, once, and works here', async () => {
  const lucie = await desk.signedIn('Lucie');
  const page = await (await lucie.does('invite', invited)).text();
  const link = linkIn(page);
  expect(page).toContain('on its way by mail');
  expect(desk.mails.at(-1)).toMatchObject({ to: ['ines@example.com'] });
  expect(desk.mails.at(-1)?.text).toContain(link);
  expect(await (await lucie.open('/staff/team')).text()).not.toContain(tokenOf(link));
  const kept = JSON.stringify(
    [await database.db.staffLink.findMany(), await database.db.auditEntry.findMany()],
    (_key, value) => (typeof value === 'bigint' ? String(value) : value),
  );
  expect(kept).not.toContain(tokenOf(link));

  const opened = await web.fetch(link, { headers: { 'accept-language': 'en' } });
  expect(opened.headers.get('referrer-policy')).toBe('no-referrer');
  expect(await opened.text()).toContain('Welcome to the team');
  const short = await desk.follow(link, { name: 'Inès M.', password: 'neuf sign' });
  expect([short.status, await short.text()]).toEqual([400, expect.stringContaining('at least 12 characters')]);
  const both = await Promise.all([1, 2].map(() => desk.follow(link, { name: 'Ines', password: 'douze signes' })));
  expect(both.map(({ status }) => status).sort()).toEqual([303, 410]);
  expect((await desk.login('Ines', 'douze signes')).status).toBe(303);
  expect(await desk.actions()).toEqual(['staff.invited', 'staff.joined']);
  expect(JSON.stringify(web.lines)).not.toContain(tokenOf(link));
  const again = await lucie.does('invite', invited);
  expect(await again.text()).toContain('There is an account for this address already');
});

test('an invitation ends after three days, when it is withdrawn, and when another takes its place', async () => {
  const lucie = await desk.signedIn('Lucie');
  const invite = async () =>
    linkIn(await (await lucie.does('invite', { ...invited, email: 'paul@example.com' })).text());
  const [first, second] = [await invite(), await invite()];
  expect((await web.fetch(first)).status).toBe(410);
  desk.conditions.now = new Date(Date.now() + 72 * 3600_000 - 60_000);
  expect((await web.fetch(second)).status).toBe(200);
  desk.conditions.now = new Date(Date.now() + 72 * 3600_000 + 60_000);
  expect((await desk.follow(second, { name: 'Paul', password: PASSWORD })).status).toBe(410);
  desk.conditions.now = undefined;
  await lucie.does('withdraw', { email: 'paul@example.com' });
  expect((await web.fetch(second)).status).toBe(410);
});

test('a mail that does not leave stops no invitation: the link is there to be passed on', async () => {
  desk.conditions.mailFails = true;
  const page = await (
    await (await desk.signedIn('Lucie')).does('invite', { ...invited, email: 'zoe@example.com' })
  ).text();
  expect(page).toContain('No mail was sent');
  expect((await web.fetch(linkIn(page))).status).toBe(200);
});

test('a manager’s link gives a new password within the hour, and ends every session', async () => {
  const [marc, lucie] = [await desk.signedIn('Marc'), await desk.signedIn('Lucie')];
  const { id } = await desk.memberOf('Marc');
  const link = linkIn(await (await lucie.does('reset-link', { member: id })).text());
  desk.conditions.now = new Date(Date.now() + 61 * 60_000);
  expect((await desk.follow(link, { password: 'yet another one' })).status).toBe(410);
  desk.conditions.now = undefined;
  expect((await desk.follow(link, { password: 'yet another one' })).status).toBe(303);
  expect((await marc.open('/staff')).status).toBe(303);
  expect([(await desk.login('Marc')).status, (await desk.login('Marc', 'yet another one')).status]).toEqual([401, 303]);
  expect((await desk.actions()).slice(-2)).toEqual(['staff.reset_link_made', 'staff.password_reset']);
});

test('a forgotten password: the same answer to everyone, a mail only to who works here, and no end of asking', async () => {
  const ask = (email: string) => desk.post('/staff/forgot', { email });
  const sent = desk.mails.length;
  const [known, unknown] = [await ask('Lucie@example.com'), await ask('nobody@example.com')];
  expect([known.status, unknown.status]).toEqual([200, 200]);
  expect(await known.text()).toBe(await unknown.text());
  await until('the mail left', async () => desk.mails.length > sent);
  expect(desk.mails.slice(sent).map(({ to }) => to)).toEqual([['lucie@example.com']]);
  const link = /http:\/\/shop\.test(\S+)/.exec(desk.mails.at(-1)?.text ?? '')?.[1] ?? '';
  expect((await web.fetch(link)).status).toBe(200);
  const statuses: number[] = [];
  for (let n = 1; n <= 5; n++) statuses.push((await ask('lucie@example.com')).status);
  expect(statuses).toEqual([200, 200, 200, 200, 429]);
  const foreign = { 'sec-fetch-site': 'cross-site' };
  expect((await desk.post('/staff/forgot', { email: 'marc@example.com' }, foreign)).status).toBe(403);
  // Asking takes nothing from who still knows the password.
  expect((await desk.login('Lucie')).status).toBe(303);
});

test('a link lets its owner in with the browser it was followed in, while strangers use up the account’s tries', async () => {
  const lucie = await desk.signedIn('Lucie');
  const { id } = await desk.memberOf('Marc');
  const link = linkIn(await (await lucie.does('reset-link', { member: id })).text());
  const followed = await desk.follow(link, { password: 'neuf et bien long' });
  expect(followed.headers.getSetCookie().join()).not.toContain('session_token');
  await desk.login('Marc', 'a guess of somebody');
  await database.db.staffRateLimit.updateMany({ data: { count: 40 } });
  expect((await desk.login('Marc', 'neuf et bien long')).status).toBe(429);
  const cookie = { cookie: cookieOf(followed) };
  expect((await desk.login('Marc', 'neuf et bien long', cookie)).status).toBe(303);
});

test('asking again within five minutes mails nothing, however many ask at once; the link that was mailed stays good', async () => {
  const sent = desk.mails.length;
  const { id } = await desk.memberOf('Marc');
  const links = () => database.db.staffLink.count({ where: { email: 'marc@example.com', createdBy: null } });
  const at = Date.now() + 10 * 3600_000;
  desk.conditions.now = new Date(at);
  const needs = desk.needs;
  const ask = () => askForReset(needs, { email: 'marc@example.com', locale: 'en' });
  await Promise.all([ask(), ask(), ask()]);
  desk.conditions.now = new Date(at + 4 * 60_000);
  await ask();
  expect([desk.mails.length - sent, await links()]).toEqual([1, 1]);
  desk.conditions.now = new Date(at + 6 * 60_000);
  await ask();
  expect([desk.mails.length - sent, await links()]).toEqual([2, 1]);
  const asked = await database.db.auditEntry.count({ where: { action: 'staff.reset_asked', subject: `staff:${id}` } });
  expect(asked).toBe(2);
});

test('a stranger’s request ends no link that a manager made; the password it gives ends them all', async () => {
  const lucie = await desk.signedIn('Lucie');
  const { id } = await desk.memberOf('Marc');
  const made = linkIn(await (await lucie.does('reset-link', { member: id })).text());
  desk.conditions.now = new Date(Date.now() + 6 * 60_000);
  await askForReset(desk.needs, { email: 'marc@example.com', locale: 'en' });
  const mailed = /http:\/\/shop\.test(\S+)/.exec(desk.mails.at(-1)?.text ?? '')?.[1] ?? '';
  expect(mailed).not.toBe(made);
  expect([(await web.fetch(made)).status, (await web.fetch(mailed)).status]).toEqual([200, 200]);
  expect((await desk.follow(made, { password: 'a third good one' })).status).toBe(303);
  expect((await web.fetch(mailed)).status).toBe(410);
});

test('the answer to a forgotten password waits for nothing that is done for who works here', async () => {
  const sent = desk.mails.length;
  desk.conditions.now = new Date(Date.now() + 30 * 3600_000);
  await database.db.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT 1 FROM staff_members WHERE name = 'Lucie' FOR UPDATE`;
    expect((await desk.post('/staff/forgot', { email: 'lucie@example.com' })).status).toBe(200);
  });
  await until('the mail left', async () => desk.mails.length > sent);
});

test('without mail, who forgot the password is told to ask a manager', async () => {
  await withWeb({ askForReset: null }, async (plain) => {
    const page = await plain.fetch('/staff/forgot', { headers: { 'accept-language': 'en' } });
    expect(await page.text()).toContain('Ask a manager');
  });
});
