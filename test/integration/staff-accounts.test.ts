import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { addStaff } from '../../src/flows/add-staff.ts';
import type { StaffAccounts } from '../../src/ports.ts';
import { createStaffAccounts } from '../../src/vendors/staff-accounts.ts';
import { silentLog } from '../support/silent-log.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

const PASSWORD = 'pneus-et-jantes-971';
const SECRET = 'a test secret that is long enough for anyone';
let database: TestDatabase;
let accounts: StaffAccounts;

beforeAll(async () => {
  database = await createTestDatabase();
  accounts = createStaffAccounts({
    db: database.db,
    secret: SECRET,
    baseUrl: 'http://localhost:3000',
    log: silentLog,
  });
  await addStaff(
    { db: database.db, clock: { now: () => new Date() }, accounts },
    { email: 'Lea@Example.com', password: PASSWORD, name: 'Léa', role: 'manager' },
  );
});
afterEach(() => database.db.staffRateLimit.deleteMany());
afterAll(() => database.close());

const from = (ip: string, cookies: string[] = []) =>
  new Headers({ 'x-client-ip': ip, cookie: cookies.map((cookie) => cookie.split(';')[0]).join('; ') });
const signIn = (password: string, ip = '192.0.2.1', email = 'lea@example.com') =>
  accounts.signIn({ email, password, headers: from(ip) });

async function signedIn(): Promise<string[]> {
  const result = await signIn(PASSWORD);
  if (result.kind !== 'signed_in') throw new Error(result.kind);
  return result.setCookies;
}

test('an account signs in with its password and is recognised by its cookie', async () => {
  const cookies = await signedIn();
  expect(await accounts.current(from('192.0.2.1', cookies))).toMatchObject({
    name: 'Léa',
    email: 'lea@example.com',
    role: 'manager',
  });
});

test('the session lasts twelve hours and its cookie is out of reach of scripts', async () => {
  const [cookie] = await signedIn();
  expect(cookie).toMatch(/^comptoir\.session_token=/);
  expect(cookie).toContain('HttpOnly');
  expect(cookie).toContain('SameSite=Lax');
  expect(cookie).toContain('Max-Age=43200');
});

test('cookies are Secure and this host’s own when the shop is reached over https', async () => {
  const secure = createStaffAccounts({
    db: database.db,
    secret: SECRET,
    baseUrl: 'https://shop.example',
    log: silentLog,
  });
  const result = await secure.signIn({ email: 'lea@example.com', password: PASSWORD, headers: from('192.0.2.1') });
  if (result.kind !== 'signed_in') throw new Error(result.kind);
  for (const cookie of result.setCookies) {
    expect(cookie).toMatch(/^__Host-comptoir\..*; Path=\/;.*; Secure/);
    expect(cookie).not.toContain('Domain');
  }
  expect(await secure.current(from('192.0.2.1', result.setCookies))).toMatchObject({ name: 'Léa' });
  const plain = result.setCookies.map((cookie) => cookie.replace('__Host-', ''));
  expect(await secure.current(from('192.0.2.1', plain))).toBeUndefined();
});

test('signing out ends the session on the server, not only in the browser', async () => {
  const cookies = await signedIn();
  const { setCookies } = await accounts.signOut(from('192.0.2.1', cookies));
  expect(setCookies.join()).toContain('Max-Age=0');
  expect(await accounts.current(from('192.0.2.1', cookies))).toBeUndefined();
});

test('a session that ran out is not recognised', async () => {
  const cookies = await signedIn();
  await database.db.staffSession.updateMany({ data: { expiresAt: new Date(Date.now() - 1000) } });
  expect(await accounts.current(from('192.0.2.1', cookies))).toBeUndefined();
});

test('a forged cookie is nobody', async () => {
  const [cookie = ''] = await signedIn();
  const forged = cookie.replace(/=.{8}/, '=AAAAAAAA');
  expect(await accounts.current(from('192.0.2.1', [forged]))).toBeUndefined();
});

test.each([
  ['a wrong password', 'lea@example.com', 'wrong'],
  ['an unknown account', 'nobody@example.com', PASSWORD],
  ['something that is no email', "' OR 1=1 --", PASSWORD],
  ['an over-long password', 'lea@example.com', 'x'.repeat(5000)],
])('%s is refused alike', async (_what, email, password) => {
  expect(await signIn(password, '192.0.2.2', email)).toEqual({ kind: 'refused' });
});

test('the sixth try within a minute is turned away, even with the right password', async () => {
  for (let n = 0; n < 5; n++) expect(await signIn('wrong')).toEqual({ kind: 'refused' });
  expect(await signIn(PASSWORD)).toEqual({ kind: 'too_many_tries' });
  expect(await signIn(PASSWORD, '192.0.2.9')).toMatchObject({ kind: 'signed_in' });
});

test('tries made at the same moment all count', async () => {
  const results = await Promise.all(Array.from({ length: 12 }, () => signIn('wrong')));
  expect(results.filter((result) => result.kind === 'refused')).toHaveLength(5);
});

test('guessing many accounts from one address is turned away as well', async () => {
  await signIn('wrong', '192.0.2.7', 'someone@example.com');
  const asManyAsAllowed = { where: { key: { startsWith: 'sign-in:ip:' } }, data: { count: 30 } };
  await database.db.staffRateLimit.updateMany(asManyAsAllowed);
  expect(await signIn(PASSWORD, '192.0.2.7', 'lea@example.com')).toEqual({ kind: 'too_many_tries' });
});

/** Sets how full the buckets of a kind are, as if others had tried. */
const fill = (kind: string, count: number) =>
  database.db.staffRateLimit.updateMany({ where: { key: { startsWith: `sign-in:${kind}:` } }, data: { count } });
const countOf = async (kind: string) =>
  (await database.db.staffRateLimit.findFirst({ where: { key: { startsWith: `sign-in:${kind}:` } } }))?.count;

test.each([
  ['twenty a minute', 'account', 20],
  ['forty an hour', 'hour', 40],
])('strangers’ guesses at one account from many addresses are %s', async (_what, kind, max) => {
  await signIn('wrong', '192.0.2.30');
  await fill(kind, max - 1);
  expect(await signIn('wrong', '192.0.2.31')).toEqual({ kind: 'refused' });
  expect(await signIn(PASSWORD, '192.0.2.32')).toEqual({ kind: 'too_many_tries' });
});

test('a browser that logged in before gets in, from anywhere, while strangers use up all of their tries', async () => {
  const device = from('198.51.100.9', await signedIn());
  await signIn('wrong', '192.0.2.40');
  await fill('ip', 30);
  await fill('account', 20);
  await fill('hour', 40);
  const again = (password: string, email = 'lea@example.com') => accounts.signIn({ email, password, headers: device });
  expect(await signIn(PASSWORD, '192.0.2.41')).toEqual({ kind: 'too_many_tries' });
  expect(await again(PASSWORD)).toMatchObject({ kind: 'signed_in' });
  // It is known to the account it logged in to alone, and guesses no more than others.
  for (let n = 0; n < 5; n++) expect(await again('wrong')).toEqual({ kind: 'refused' });
  expect(await again(PASSWORD)).toEqual({ kind: 'too_many_tries' });
  await signIn('wrong', '192.0.2.42', 'nobody@example.com');
  await fill('account', 20);
  expect(await again('wrong', 'nobody@example.com')).toEqual({ kind: 'too_many_tries' });
});

test('an account is guessed at fifty times in a fixed hour, known browsers’ tries and all', async () => {
  const headers = from('192.0.2.1', await signedIn());
  await signIn('wrong', '192.0.2.43');
  await fill('hour', 49);
  const again = () => accounts.signIn({ email: 'lea@example.com', password: 'wrong', headers });
  expect([await again(), await again()]).toEqual([{ kind: 'refused' }, { kind: 'too_many_tries' }]);
});

test.each(['forged', 'another account’s'])('a device that is %s is a stranger’s', async (whose) => {
  const device = (await signedIn()).find((cookie) => cookie.includes('device_')) ?? '';
  const rob = { email: 'rob@example.com', password: PASSWORD };
  const needs = { db: database.db, clock: { now: () => new Date() }, accounts };
  await addStaff(needs, { ...rob, name: 'Rob', role: 'staff' });
  const robs = await accounts.signIn({ ...rob, headers: from('192.0.2.1') });
  const idIn = (cookie = '') => /device_[^=]+=([^;]+)/.exec(cookie)?.[1] ?? '';
  const another = robs.kind === 'signed_in' ? idIn(robs.setCookies.find((cookie) => cookie.includes('device_'))) : '';
  const forged = idIn(device).replace(/\..{4}/, '.AAAA');
  expect(another).toMatch(/\./);
  await signIn('wrong', '192.0.2.44');
  await fill('account', 20);
  const headers = from('192.0.2.45', [device.replace(idIn(device), whose === 'forged' ? forged : another)]);
  const result = await accounts.signIn({ email: 'lea@example.com', password: PASSWORD, headers });
  expect(result).toEqual({ kind: 'too_many_tries' });
});

test('the right password counts in no hour, and takes back nobody else’s guesses', async () => {
  await signIn('wrong', '192.0.2.46');
  await signedIn();
  expect(await countOf('hour')).toBe(1);
});

test('one place alone fills no account: what it was refused counts nowhere else', async () => {
  for (let n = 0; n < 9; n++) await signIn('wrong', '192.0.2.47');
  expect([await countOf('account'), await countOf('hour')]).toEqual([5, 5]);
});

test('all addresses of an IPv6 network try as one', async () => {
  for (let n = 0; n < 5; n++) expect(await signIn('wrong', `2001:db8:1:2::${n}`)).toEqual({ kind: 'refused' });
  expect(await signIn(PASSWORD, '2001:db8:1:2:ffff::1')).toEqual({ kind: 'too_many_tries' });
  expect(await signIn(PASSWORD, '2001:db8:1:3::1')).toMatchObject({ kind: 'signed_in' });
});

test('who is logged in guesses their password forty times an hour, whatever the minutes say', async () => {
  const who = { email: 'lea@example.com', headers: from('192.0.2.48') };
  expect(await accounts.mayTry('own-account', who)).toBe(true);
  await database.db.staffRateLimit.updateMany({ where: { key: { contains: ':hour:' } }, data: { count: 39 } });
  expect([await accounts.mayTry('own-account', who), await accounts.mayTry('own-account', who)]).toEqual([true, false]);
});

test('a minute later one may try again', async () => {
  for (let n = 0; n < 6; n++) await signIn('wrong');
  const aMinuteAgo = BigInt(Date.now() - 61_000);
  await database.db.staffRateLimit.updateMany({ data: { lastRequest: aMinuteAgo } });
  expect(await signIn(PASSWORD)).toMatchObject({ kind: 'signed_in' });
});

test('an email has one account, however it is written and however many ask at once', async () => {
  const results = await Promise.all(
    ['marc@example.com', 'MARC@example.com ', 'Marc@Example.com'].map((email) =>
      addStaff(
        { db: database.db, clock: { now: () => new Date() }, accounts },
        { email, password: PASSWORD, name: 'Marc', role: 'staff' },
      ),
    ),
  );
  expect(results.sort()).toEqual(['created', 'exists', 'exists']);
  expect(await database.db.staffMember.count({ where: { email: 'marc@example.com' } })).toBe(1);
  expect(await signIn(PASSWORD, '192.0.2.3', 'marc@example.com')).toMatchObject({ kind: 'signed_in' });
});

test('passwords are kept as hashes only', async () => {
  const account = await database.db.staffAccount.findFirstOrThrow();
  expect(account.password).not.toContain(PASSWORD);
});
