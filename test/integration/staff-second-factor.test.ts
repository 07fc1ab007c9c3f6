import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { appCode, openStaffDesk, PASSWORD, type StaffDesk, seen } from '../support/staff-desk.ts';

let desk: StaffDesk;
beforeAll(async () => {
  desk = await openStaffDesk();
}, 60_000);
afterEach(() => desk.db.staffRateLimit.deleteMany());
afterAll(() => desk.close());

type Person = Awaited<ReturnType<StaffDesk['person']>>;
/** Turns the second factor on; what its app would know, and its backup codes. */
async function turnOn(person: Person) {
  const page = await person.sends('/staff/account/second-factor', { password: PASSWORD });
  const secret = /<code id="secret">((?:[A-Z2-7]{4} ?)+)<\/code>/.exec(page.body)?.[1]?.replaceAll(' ', '') ?? '';
  const backupCodes = [...page.body.matchAll(/<li><code>([^<]+)<\/code>/g)].map(([, code]) => code ?? '');
  const on = await person.sends('/staff/account/second-factor/confirm', { code: appCode(secret) });
  return { page, secret, backupCodes, on };
}

test('with the second factor a password is half the way in: a code of the app is the other', async () => {
  const fay = await desk.person('Fay', 'manager');
  expect(seen((await fay.request('/staff/account')).body)).toContain('nous vous conseillons de l’activer');
  const { page, secret, backupCodes, on } = await turnOn(fay);
  expect(page.body).toContain('<svg class="qr"');
  expect(backupCodes).toHaveLength(10);
  expect(on.location).toBe('/staff/account');
  const account = await fay.request('/staff/account');
  expect(seen(account.body)).toContain('Activée');
  expect(account.body).not.toContain(backupCodes[0]);

  const phone = await desk.browser();
  const half = await phone.logIn('/staff/team', { email: fay.email, password: PASSWORD });
  expect(half.location).toBe('/staff/login/code?next=%2Fstaff%2Fteam');
  expect(await phone.isLoggedIn()).toBe(false);
  expect((await phone.request('/staff/login/code', { code: '000000', next: '/staff' })).status).toBe(401);
  expect(await phone.isLoggedIn()).toBe(false);
  const whole = await phone.request('/staff/login/code', { code: appCode(secret), next: '//evil.example' });
  expect(whole).toMatchObject({ status: 303, location: '/staff' });
  expect(await phone.isLoggedIn()).toBe(true);
  expect(await desk.deedsOf(fay)).toEqual(['staff.second_factor_on']);
  expect(seen((await fay.request('/staff/team')).body)).toMatch(/Fay \(vous\) Responsable Double vérification/);
});

test('a code of the app lets in once, however quickly it is typed again', async () => {
  const ida = await desk.person('Ida');
  const { secret } = await turnOn(ida);
  const code = appCode(secret);
  const browsers = [await desk.browser(ida.email), await desk.browser(ida.email), await desk.browser(ida.email)];
  await Promise.all(browsers.map((browser) => browser.request('/staff/login/code', { code })));
  const areIn = await Promise.all(browsers.map((browser) => browser.isLoggedIn()));
  expect(areIn.filter(Boolean)).toHaveLength(1);
});

test('a backup code lets in once', async () => {
  const gwen = await desk.person('Gwen');
  const { backupCodes } = await turnOn(gwen);
  const codeOf = async () => {
    const browser = await desk.browser(gwen.email);
    await browser.request('/staff/login/code', { code: backupCodes[0] ?? '' });
    return browser.isLoggedIn();
  };
  expect([await codeOf(), await codeOf()]).toEqual([true, false]);
});

test('after five wrong codes the password is asked again, after ten nobody gets in for a quarter of an hour', async () => {
  const hana = await desk.person('Hana');
  const { secret } = await turnOn(hana);
  const statuses: number[] = [];
  const tryCodes = async (count: number) => {
    const browser = await desk.browser(hana.email);
    for (let n = 0; n < count; n++)
      statuses.push((await browser.request('/staff/login/code', { code: '000000' })).status);
    return browser;
  };
  const tired = await tryCodes(5);
  expect(seen((await tired.request('/staff/login/code', { code: appCode(secret) })).body)).toContain(
    'de nouveau votre mot de passe',
  );
  expect(await tired.isLoggedIn()).toBe(false);
  await tryCodes(5);
  expect(statuses).toEqual(Array(10).fill(401));
  const locked = await desk.browser(hana.email);
  expect((await locked.request('/staff/login/code', { code: appCode(secret) })).status).toBe(429);
  expect(await locked.isLoggedIn()).toBe(false);
});

test('who stops before the first code, or types a wrong one, is not asked for codes', async () => {
  const iris = await desk.person('Iris');
  await iris.sends('/staff/account/second-factor', { password: PASSWORD });
  expect((await iris.sends('/staff/account/second-factor/confirm', { code: '000000' })).status).toBe(400);
  const phone = await desk.browser(iris.email);
  expect(await phone.isLoggedIn()).toBe(true);
  expect(await desk.deedsOf(iris)).toEqual([]);
});

test('beside a session the log-in’s form of the code asks for the password: it confirms no second factor, and nothing is guessed there', async () => {
  const nora = await desk.person('Nora');
  const page = await nora.sends('/staff/account/second-factor', { password: PASSWORD });
  const secret = /<code id="secret">((?:[A-Z2-7]{4} ?)+)<\/code>/.exec(page.body)?.[1]?.replaceAll(' ', '') ?? '';
  const answer = await nora.request('/staff/login/code', { code: appCode(secret) });
  expect([answer.status, seen(answer.body)]).toEqual([401, expect.stringContaining('de nouveau votre mot de passe')]);
  expect(await desk.db.staffMember.findUniqueOrThrow({ where: { id: nora.id } })).toMatchObject({
    twoFactorEnabled: false,
  });
  const on = await nora.sends('/staff/account/second-factor/confirm', { code: appCode(secret) });
  expect(on.status).toBe(303);

  // A session of one's own lengthens no challenge either.
  await nora.request('/staff/login', { email: nora.email, password: PASSWORD });
  const statuses: number[] = [];
  for (let n = 0; n < 6; n++) statuses.push((await nora.request('/staff/login/code', { code: '000000' })).status);
  const sixth = seen((await nora.request('/staff/login/code', { code: '000000' })).body);
  expect([statuses.slice(0, 5), sixth]).toEqual([
    [401, 401, 401, 401, 401],
    expect.stringContaining('de nouveau votre mot de passe'),
  ]);
});

test('the second factor goes off with the password, or by a manager for a lost phone', async () => {
  const [june, kara] = [await desk.person('June', 'manager'), await desk.person('Kara')];
  await turnOn(june);
  expect((await june.sends('/staff/account/second-factor/stop', { password: 'not my password' })).status).toBe(400);
  expect((await june.sends('/staff/account/second-factor/stop', { password: PASSWORD })).status).toBe(303);
  expect(await june.isLoggedIn()).toBe(true);
  await turnOn(kara);
  const off = () => june.sends('/staff/team/second-factor-off', { member: kara.id, password: PASSWORD });
  expect([(await off()).status, (await off()).status]).toEqual([200, 409]);
  expect(await (await desk.browser(kara.email)).isLoggedIn()).toBe(true);
  expect(await desk.deedsOf(june)).toEqual([
    'staff.second_factor_on',
    'staff.second_factor_off',
    'staff.second_factor_off',
  ]);
});

test('the secret and the backup codes are kept encrypted', async () => {
  const lola = await desk.person('Lola');
  const { secret, backupCodes } = await turnOn(lola);
  const kept = JSON.stringify(await desk.db.staffTwoFactor.findMany());
  for (const told of [secret, ...backupCodes]) expect(kept).not.toContain(told);
  expect(desk.logged.join()).not.toContain(secret);
});

test('the code’s form takes nothing from other sites', async () => {
  const answer = await fetch(`${desk.web.publicUrl}/staff/login/code`, {
    method: 'POST',
    headers: { origin: 'https://evil.example' },
    body: new URLSearchParams({ code: '123456' }),
  });
  expect(answer.status).toBe(403);
});
