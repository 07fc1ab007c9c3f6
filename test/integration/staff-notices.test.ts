import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { stopSecondFactorByHand } from '../../src/flows/manage-team.ts';
import { appCode, openStaffDesk, PASSWORD, type StaffDesk } from '../support/staff-desk.ts';

// What people are told by mail of their own accounts, so that they notice when it was not them: ASVS 2.2.3, 2.5.5.

let desk: StaffDesk;
beforeAll(async () => {
  desk = await openStaffDesk();
}, 60_000);
afterEach(async () => {
  await desk.db.staffRateLimit.deleteMany();
  await desk.db.notification.deleteMany();
});
afterAll(() => desk.close());

type Person = Awaited<ReturnType<StaffDesk['person']>>;
const NEW_PASSWORD = 'quatre pneus sous la pluie';

/** What waits to be told to somebody, in the order it was done. */
async function toldTo({ id }: Person): Promise<unknown[]> {
  const rows = await desk.db.notification.findMany({ orderBy: { createdAt: 'asc' } });
  return rows
    .map(({ channel, content }) => ({ channel, ...(content as { staffId: string; kind: string }) }))
    .filter(({ channel, staffId }) => channel === 'email' && staffId === id)
    .map(({ kind }) => kind);
}

async function turnOn(person: Person) {
  await desk.db.staffRateLimit.deleteMany();
  const page = await person.sends('/staff/account/second-factor', { password: PASSWORD });
  const secret = /<code id="secret">((?:[A-Z2-7]{4} ?)+)<\/code>/.exec(page.body)?.[1]?.replaceAll(' ', '') ?? '';
  const [, backupCode = ''] = /<li><code>([^<]+)<\/code>/.exec(page.body) ?? [];
  await person.sends('/staff/account/second-factor/confirm', { code: '000000' });
  await person.sends('/staff/account/second-factor/confirm', { code: appCode(secret) });
  return { secret, backupCode };
}

test('a changed password is told to whose it is, once, and a wrong try is not', async () => {
  const vera = await desk.person('Vera');
  const change = (current: string) =>
    vera.sends('/staff/account/password', { current, password: NEW_PASSWORD, again: NEW_PASSWORD });
  await change('not my password');
  expect(await toldTo(vera)).toEqual([]);
  await change(PASSWORD);
  expect(await toldTo(vera)).toEqual(['password_changed']);
});

test('so is one that a link gave; who joins is told nothing', async () => {
  const [will, xena] = [await desk.person('Will'), await desk.person('Xena', 'manager')];
  const linkIn = (html: string) => /\/staff\/link\/([\w-]{43})/.exec(html)?.[1] ?? '';
  const follow = (token: string) =>
    xena.request('/staff/link', { token, name: 'Yann', password: NEW_PASSWORD }).then(({ status }) => status);
  const reset = await xena.sends('/staff/team/reset-link', { member: will.id, password: PASSWORD });
  expect(await follow(linkIn(reset.body))).toBe(303);
  expect(await toldTo(will)).toEqual(['password_changed']);
  const invited = { name: 'Yann', email: 'yann@shop.example', role: 'staff', password: PASSWORD };
  expect(await follow(linkIn((await xena.sends('/staff/team/invite', invited)).body))).toBe(303);
  expect(await desk.db.notification.count()).toBe(1);
});

test('a second factor that goes on or off is told, whoever turned it off', async () => {
  const [yara, zoe] = [await desk.person('Yara'), await desk.person('Zoe', 'manager')];
  await turnOn(yara);
  await yara.sends('/staff/account/second-factor/stop', { password: PASSWORD });
  expect(await toldTo(yara)).toEqual(['second_factor_on', 'second_factor_off']);
  await turnOn(yara);
  await zoe.sends('/staff/team/second-factor-off', { member: yara.id, password: PASSWORD });
  await turnOn(yara);
  await stopSecondFactorByHand(desk.web, yara.email);
  expect((await toldTo(yara)).slice(2)).toEqual(Array(2).fill(['second_factor_on', 'second_factor_off']).flat());
  expect(await toldTo(zoe)).toEqual([]);
});

test('a backup code that let somebody in is told; a code of the app, and a code that is wrong, are not', async () => {
  const abel = await desk.person('Abel');
  const { secret, backupCode } = await turnOn(abel);
  const enter = async (code: string) => {
    const browser = await desk.browser(abel.email);
    return (await browser.request('/staff/login/code', { code })).status;
  };
  expect([await enter(appCode(secret)), await enter('wrong-codes')]).toEqual([303, 401]);
  expect(await toldTo(abel)).toEqual(['second_factor_on']);
  expect([await enter(backupCode), await enter(backupCode)]).toEqual([303, 401]);
  expect(await toldTo(abel)).toEqual(['second_factor_on', 'backup_code_used']);
});
