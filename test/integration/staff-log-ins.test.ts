import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { appCode, openStaffDesk, PASSWORD, type StaffDesk } from '../support/staff-desk.ts';

// What the log says of log-ins: ASVS 7.1.3, 7.2.1, 7.2.2.

let desk: StaffDesk;
beforeAll(async () => {
  desk = await openStaffDesk();
}, 60_000);
afterEach(async () => {
  const said = desk.logged.splice(0).join('');
  expect(said).not.toMatch(/shop\.example|pneus-et-jantes|not my password/);
  await desk.db.staffRateLimit.deleteMany();
});
afterAll(() => desk.close());

type Line = { msg: string; staffId?: string; requestId?: string; [field: string]: unknown };
const lines = () => desk.logged.map((line) => JSON.parse(line) as Line);
/** What was asked for as proof, how it ended, and whose account it was. */
const proofs = () =>
  lines()
    .filter(({ msg, requestId }) => msg === 'asked to prove who they are' && requestId)
    .map(({ staffId, proof, outcome }) => [staffId, proof, outcome]);
const requests = (path: string) => lines().filter(({ msg, route }) => msg === 'request' && route === path);

test('a log-in is logged as it ended, under the account’s id or none', async () => {
  const { id, email } = await desk.person('Rita');
  desk.logged.length = 0;
  const stranger = await desk.browser();
  const tries = async (who: string, password: string) =>
    (await stranger.request('/staff/login', { email: who, password })).status;
  expect(await tries(email.toUpperCase(), PASSWORD)).toBe(303);
  expect(await tries(email, 'not my password')).toBe(401);
  expect(await tries('nobody@shop.example', PASSWORD)).toBe(401);
  expect(await tries('no\0body', PASSWORD)).toBe(401);
  await desk.db.staffRateLimit.updateMany({ data: { count: 100 } });
  expect(await tries(email, PASSWORD)).toBe(429);
  expect(proofs()).toEqual([
    [id, 'password', 'signed_in'],
    [id, 'password', 'refused'],
    [undefined, 'password', 'refused'],
    [undefined, 'password', 'refused'],
    [id, 'password', 'too_many_tries'],
  ]);
});

test('so is a code of the second factor, wrong or right', async () => {
  const sam = await desk.person('Sam');
  const page = await sam.sends('/staff/account/second-factor', { password: PASSWORD });
  const secret = /<code id="secret">((?:[A-Z2-7]{4} ?)+)<\/code>/.exec(page.body)?.[1]?.replaceAll(' ', '') ?? '';
  await sam.sends('/staff/account/second-factor/confirm', { code: appCode(secret) });
  desk.logged.length = 0;
  const phone = await desk.browser(sam.email);
  await phone.request('/staff/login/code', { code: '000000' });
  await phone.request('/staff/login/code', { code: appCode(secret) });
  await phone.request('/staff/login/code', { code: '000000' });
  expect(proofs()).toEqual([
    [sam.id, 'password', 'second_factor'],
    [sam.id, 'code', 'refused'],
    [sam.id, 'code', 'signed_in'],
    [undefined, 'code', 'start_again'],
  ]);
});

test('who was refused a page or a change is in the line of their request, and why', async () => {
  const [tom, uma] = [await desk.person('Tom'), await desk.person('Uma', 'manager')];
  desk.logged.length = 0;
  expect((await tom.request('/staff/team')).status).toBe(403);
  expect(requests('/staff/team')).toMatchObject([{ status: 403, staffId: tom.id }]);
  await tom.sends('/staff/account/second-factor', { password: 'not my password' });
  expect(requests('/staff/account/second-factor')).toMatchObject([{ staffId: tom.id, problem: 'wrong_password' }]);
  await tom.sends('/staff/account/second-factor/confirm', { code: '000000' });
  expect(requests('/staff/account/second-factor/confirm')).toMatchObject([{ staffId: tom.id, problem: 'wrong_code' }]);
  await uma.sends('/staff/team/remove', { member: tom.id, password: 'not my password' });
  await desk.db.staffRateLimit.updateMany({ data: { count: 100 } });
  await tom.sends('/staff/account/second-factor', { password: PASSWORD });
  expect(proofs()).toEqual([
    [uma.id, 'password again', 'wrong_password'],
    [tom.id, 'own-account', 'too_many_tries'],
  ]);
});
