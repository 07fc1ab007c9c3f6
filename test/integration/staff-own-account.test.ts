import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { openStaffDesk, PASSWORD, type StaffDesk, seen } from '../support/staff-desk.ts';

let desk: StaffDesk;
beforeAll(async () => {
  desk = await openStaffDesk();
}, 60_000);
afterEach(() => desk.db.staffRateLimit.deleteMany());
afterAll(() => desk.close());

const NEW_PASSWORD = 'quatre pneus sous la pluie';
const sessionOf = (browser: { cookie(): string }) => /session_token=([^;]*)/.exec(browser.cookie())?.[1] ?? '';

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
  expect(await desk.deedsOf(ada)).toEqual(['staff.password_changed']);
});

test('a changed password ends the links for a new one, and a wrong try ends none', async () => {
  const olga = await desk.person('Olga');
  await desk.person('Pia', 'manager');
  const link = (email: string, tokenHash: string) => ({
    ...{ email, tokenHash, purpose: 'reset' as const, name: 'Olga', role: 'staff' },
    ...{ createdAt: new Date(), expiresAt: new Date(Date.now() + 3600_000) },
  });
  await desk.db.staffLink.createMany({ data: [link(olga.email, 'hers'), link('pia@shop.example', 'of another')] });
  const change = (current: string) =>
    olga.sends('/staff/account/password', { current, password: NEW_PASSWORD, again: NEW_PASSWORD });
  const links = async () => (await desk.db.staffLink.findMany()).map(({ tokenHash }) => tokenHash).sort();
  expect([(await change('not my password')).status, await links()]).toEqual([400, ['hers', 'of another']]);
  expect([(await change(PASSWORD)).status, await links()]).toEqual([303, ['of another']]);
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
  expect(await desk.deedsOf(cora)).toEqual(['staff.signed_out_everywhere']);
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
  expect(await desk.deedsOf(lena)).toEqual(['staff.signed_out_device', 'staff.signed_out_others']);
});

test('a name changes, but not to nothing', async () => {
  const dora = await desk.person('Dora');
  expect((await dora.sends('/staff/account/name', { name: '  ' })).status).toBe(400);
  expect((await dora.sends('/staff/account/name', { name: 'Dora <b>' })).status).toBe(303);
  expect((await dora.request('/staff/account')).body).toContain('Dora &lt;b>');
  expect(await desk.deedsOf(dora)).toEqual(['staff.renamed']);
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
  expect(await desk.deedsOf(elsa)).toEqual([]);
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
