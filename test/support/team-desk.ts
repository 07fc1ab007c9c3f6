import { addStaff } from '../../src/flows/add-staff.ts';
import { createAside } from '../../src/flows/begin-aside.ts';
import { followStaffLink, showStaffLink } from '../../src/flows/follow-staff-link.ts';
import { askForReset, inviteStaff, makeResetLink, withdrawInvite } from '../../src/flows/invite-staff.ts';
import { changeRole, removeStaff, showTeam } from '../../src/flows/manage-team.ts';
import type { Mail, StaffAccounts } from '../../src/ports.ts';
import { createGuessablePasswords } from '../../src/vendors/guessable-passwords.ts';
import { createStaffAccounts } from '../../src/vendors/staff-accounts.ts';
import { cookieOf, csrfIn, form } from './html-forms.ts';
import { noOrders } from './order-samples.ts';
import { silentLog } from './silent-log.ts';
import { createTestDatabase } from './test-database.ts';
import { startWeb } from './web.ts';

export const PASSWORD = 'pneus-et-jantes-971';
/** What the form for an invitation sends. */
export const invited = { name: 'Inès', email: 'Ines@example.com', role: 'staff' };
export const linkIn = (page: string) => />http:\/\/shop\.test(\/staff\/link\/[^<]+)</.exec(page)?.[1] ?? '';
export const tokenOf = (link: string) => link.split('/').at(-1) ?? '';

/** A shop with Lucie, its manager, and Marc; its mails and the web; `conditions` are a test's to change, and `reset` after it. */
export async function openTeamDesk() {
  const publicUrl = 'http://shop.test';
  const database = await createTestDatabase();
  const { db } = database;
  const mails: Mail[] = [];
  const conditions: { now: Date | undefined; mailFails: boolean } = { now: undefined, mailFails: false };
  const mailer = {
    async send(mail: Mail) {
      if (conditions.mailFails) throw new Error('the mail server is away');
      mails.push(mail);
      return { refusedAddresses: 0 };
    },
  };
  const clock = { now: () => conditions.now ?? new Date() };
  const accounts: StaffAccounts = createStaffAccounts({
    ...{ db, secret: 'a test secret that is long enough', baseUrl: publicUrl, log: silentLog },
  });
  const passwords = createGuessablePasswords();
  const needs = { db, clock, log: silentLog, publicUrl, mailer, shop: { name: 'Pneus' }, accounts, passwords };
  const aside = createAside(silentLog);
  const people = [
    ['Lucie', 'manager'],
    ['Marc', 'staff'],
  ] as const;
  for (const [name, role] of people)
    await addStaff(needs, { email: `${name.toLowerCase()}@example.com`, password: PASSWORD, name, role });
  const web = await startWeb({
    ...{ accounts, publicUrl, clock, listOrders: noOrders },
    listCounters: async () => [],
    showTeam: () => showTeam(needs),
    changeRole: (wish) => changeRole(needs, wish),
    removeStaff: (wish) => removeStaff(needs, wish),
    inviteStaff: (invite) => inviteStaff(needs, invite),
    withdrawInvite: (wish) => withdrawInvite(needs, wish),
    makeResetLink: (wish) => makeResetLink(needs, wish),
    askForReset: (wish) => aside.begin('a reset', () => askForReset(needs, wish)),
    showStaffLink: (token) => showStaffLink(needs, token),
    followStaffLink: (input) => followStaffLink(needs, input),
  });

  const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    web.fetch(path, form(fields, { 'accept-language': 'en', ...headers }));
  const login = (name: string, password = PASSWORD, headers = {}) =>
    post('/staff/login', { email: `${name.toLowerCase()}@example.com`, password, next: '/staff' }, headers);

  /** Someone logged in, who opens pages and sends the team page's forms, with their password. */
  async function signedIn(name: string, password = PASSWORD) {
    const headers = { cookie: cookieOf(await login(name, password)), 'accept-language': 'en' };
    const open = (path: string) => web.fetch(path, { headers });
    const csrf = csrfIn(await (await open('/staff')).text());
    const does = (deed: string, fields: Record<string, string>) =>
      post(`/staff/team/${deed}`, { csrf, password, ...fields }, headers);
    return { open, does, headers };
  }

  return {
    ...{ database, needs, web, mails, conditions, post, login, signedIn },
    follow: (link: string, fields: { name?: string; password: string }) =>
      post('/staff/link', { token: tokenOf(link), ...fields }),
    memberOf: (name: string) => db.staffMember.findFirstOrThrow({ where: { name } }),
    /** What was done since the shop was opened. */
    async actions() {
      const entries = await db.auditEntry.findMany({ where: { actor: { not: 'operator' } }, orderBy: { seq: 'asc' } });
      return entries.map(({ action }) => action);
    },
    async reset() {
      Object.assign(conditions, { now: undefined, mailFails: false });
      await db.staffRateLimit.deleteMany();
    },
    async close() {
      await web.close();
      await aside.isOver();
      await database.close();
    },
  };
}
export type TeamDesk = Awaited<ReturnType<typeof openTeamDesk>>;
