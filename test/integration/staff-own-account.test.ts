import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { appCode, openStaffDesk, PASSWORD, type StaffDesk, seen } from '../support/staff-desk.ts';

let desk: StaffDesk;
beforeAll(async () => {
  desk = await openStaffDesk();
}, 60_000);
afterEach(() => desk.db.staffRateLimit.deleteMany());
afterAll(() => desk.close());

const NEW_PASSWORD = 'quatre pneus sous la pluie';
type Person = Awaited<ReturnType<StaffDesk['person']>>;
const deedsOf = async ({ id }: Person) => {
  const entries = await desk.db.auditEntry.findMany({ where: { actor: `staff:${id}` }, orderBy: { seq: 'asc' } });
  return entries.map(({ action }) => action);
};
const sessionOf = (browser: { cookie(): string }) => /session_token=([^;]*)/.exec(browser.cookie())?.[1] ?? '';

/** Turns the second factor on; what its app would know, and its backup codes. */
async function turnOn(person: Person) {
  const page = await person.sends('/staff/account/second-factor', { password: PASSWORD });
  const secret = /<code id="secret">((?:[A-Z2-7]{4} ?)+)<\/code>/.exec(page.body)?.[1]?.replaceAll(' ', '') ?? '';
  const backupCodes = [...page.body.matchAll(/<li><code>([^<]+)<\/code>/g)].map(([, code]) => code ?? '');
  const on = await person.sends('/staff/account/second-factor/confirm', { code: appCode(secret) });
  return { page, secret, backupCodes, on };
}

test('changing the password wants the current one, ends every other session and keeps this one', async () => {
  const ada = await desk.person('Ada');
  const phone = await desk.browser(ada.email);
  const change = (current: string, password: string, again = password) =>
    ada.sends('/staff/account/password', { current, password, again });
  for (const [refused, words] of [
    [await change('not my password', NEW_PASSWORD), 'Ce n’est pas votre mot de passe actuel'],
    [await change(PASSWORD, 'azertyazerty'), 'parmi les premiers'],
    [await change(PASSWORD, NEW_PASSWORD, PASSWORD), 'ne sont pas les mêmes'],
  ] as const) {
    expect(refused.status).toBe(400);
    expect(seen(refused.body)).toContain(words);
  }
  expect(await phone.isLoggedIn()).toBe(true);
  const before = sessionOf(ada);
  expect(await change(PASSWORD, NEW_PASSWORD)).toMatchObject({ status: 303, location: '/staff/account' });
  expect(seen((await ada.request('/staff/account')).body)).toContain('Votre mot de passe est changé');
  expect([await ada.isLoggedIn(), await phone.isLoggedIn()]).toEqual([true, false]);
  expect(sessionOf(ada)).not.toBe(before);
  expect((await phone.logIn(undefined, { email: ada.email, password: PASSWORD })).status).toBe(401);
  expect((await phone.logIn(undefined, { email: ada.email, password: NEW_PASSWORD })).status).toBe(303);
  expect(await deedsOf(ada)).toEqual(['staff.password_changed']);
});

test('guessing the current password from a session left open is limited', async () => {
  const bea = await desk.person('Bea');
  const statuses: number[] = [];
  for (let n = 0; n < 6; n++) {
    const tried = await bea.sends('/staff/account/second-factor', { password: `guess number ${n}` });
    statuses.push(tried.status);
  }
  expect(statuses).toEqual([400, 400, 400, 400, 400, 429]);
});

test('the account’s page shows where one is logged in, and ends it everywhere', async () => {
  const cora = await desk.person('Cora');
  const phone = await desk.browser(cora.email);
  await desk.db.staffSession.updateMany({
    where: { userId: cora.id, token: { startsWith: decodeURIComponent(sessionOf(phone)).split('.')[0] ?? '' } },
    data: { userAgent: 'Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/126.0.0.0 Mobile Safari/537.36' },
  });
  const page = seen((await cora.request('/staff/account')).body);
  expect(page).toContain('Chrome · Android');
  expect(page.match(/cet appareil/g)).toHaveLength(1);
  expect((await cora.sends('/staff/account/sign-out-everywhere')).location).toBe('/staff/login');
  expect([await cora.isLoggedIn(), await phone.isLoggedIn()]).toEqual([false, false]);
  expect(await deedsOf(cora)).toEqual(['staff.signed_out_everywhere']);
});

test('one other device, or all others, are signed out from here; this one and other people’s stay', async () => {
  const [lena, mara] = [await desk.person('Lena'), await desk.person('Mara')];
  const [phone, tablet, till] = [
    await desk.browser(lena.email),
    await desk.browser(lena.email),
    await desk.browser(lena.email),
  ];
  const idOf = async (browser: { cookie(): string }) => {
    const token = decodeURIComponent(sessionOf(browser)).split('.')[0] ?? '';
    return (await desk.db.staffSession.findUniqueOrThrow({ where: { token } })).id;
  };
  const whoIsIn = () => Promise.all([lena, phone, tablet, till, mara].map((browser) => browser.isLoggedIn()));
  const one = await lena.sends('/staff/account/sign-out-device', { session: await idOf(phone) });
  expect(one).toMatchObject({ status: 303, location: '/staff/account' });
  expect(await whoIsIn()).toEqual([true, false, true, true, true]);
  await lena.sends('/staff/account/sign-out-device', { session: await idOf(mara) });
  await lena.sends('/staff/account/sign-out-device', { session: await idOf(lena) });
  await lena.sends('/staff/account/sign-out-device');
  expect(await whoIsIn()).toEqual([true, false, true, true, true]);
  await lena.sends('/staff/account/sign-out-others');
  expect(await whoIsIn()).toEqual([true, false, false, false, true]);
  expect(seen((await lena.request('/staff/account')).body)).not.toContain('Déconnecter les autres');
  expect(await deedsOf(lena)).toEqual(['staff.signed_out_device', 'staff.signed_out_others']);
});

test('a name changes, but not to nothing', async () => {
  const dora = await desk.person('Dora');
  expect((await dora.sends('/staff/account/name', { name: '  ' })).status).toBe(400);
  expect((await dora.sends('/staff/account/name', { name: 'Dora <b>' })).status).toBe(303);
  expect((await dora.request('/staff/account')).body).toContain('Dora &lt;b>');
  expect(await deedsOf(dora)).toEqual(['staff.renamed']);
});

test('each form of the account is ours or does nothing', async () => {
  const elsa = await desk.person('Elsa');
  for (const form of [
    'name',
    'password',
    'second-factor',
    'second-factor/confirm',
    'second-factor/stop',
    'sign-out-others',
    'sign-out-device',
    'sign-out-everywhere',
  ]) {
    const fields = { csrf: 'forged', name: 'X', password: PASSWORD, current: PASSWORD, again: PASSWORD };
    expect((await elsa.request(`/staff/account/${form}`, fields)).status).toBe(403);
  }
  expect(await elsa.isLoggedIn()).toBe(true);
  expect(await deedsOf(elsa)).toEqual([]);
});

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
  expect(await deedsOf(fay)).toEqual(['staff.second_factor_on']);
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
  expect(await deedsOf(iris)).toEqual([]);
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
  expect(await deedsOf(june)).toEqual(['staff.second_factor_on', 'staff.second_factor_off', 'staff.second_factor_off']);
});

test('the secret and the backup codes are kept encrypted', async () => {
  const lola = await desk.person('Lola');
  const { secret, backupCodes } = await turnOn(lola);
  const kept = JSON.stringify(await desk.db.staffTwoFactor.findMany());
  for (const told of [secret, ...backupCodes]) expect(kept).not.toContain(told);
  expect(desk.logged.join()).not.toContain(secret);
});

test('logging in makes a new session: one that somebody planted before stays worthless', async () => {
  const mona = await desk.person('Mona');
  const planted = 'comptoir.session_token=planted.signature';
  const answer = await fetch(`${desk.web.publicUrl}/staff/login`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: planted },
    body: new URLSearchParams({ email: mona.email, password: PASSWORD }),
  });
  expect(answer.headers.getSetCookie().join()).toMatch(/comptoir\.session_token=(?!planted)/);
  const withPlanted = await fetch(`${desk.web.publicUrl}/staff/account`, {
    redirect: 'manual',
    headers: { cookie: planted },
  });
  expect(withPlanted.status).toBe(303);
  const again = await desk.browser(mona.email);
  const first = sessionOf(again);
  await again.request('/staff/login', { email: mona.email, password: PASSWORD });
  expect(sessionOf(again)).not.toBe(first);
});

test('the code’s form takes nothing from other sites', async () => {
  const answer = await fetch(`${desk.web.publicUrl}/staff/login/code`, {
    method: 'POST',
    headers: { origin: 'https://evil.example' },
    body: new URLSearchParams({ code: '123456' }),
  });
  expect(answer.status).toBe(403);
});
