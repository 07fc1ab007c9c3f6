import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { changeRole, removeStaff } from '../../src/flows/manage-team.ts';
import { cookieOf } from '../support/html-forms.ts';
import { invited, linkIn, openTeamDesk, PASSWORD, type TeamDesk } from '../support/team-desk.ts';

let desk: TeamDesk;
let database: TeamDesk['database'];
let web: TeamDesk['web'];
beforeAll(async () => {
  desk = await openTeamDesk();
  ({ database, web } = desk);
});
afterEach(() => desk.reset());
afterAll(() => desk.close());

test('only managers see the team or change it, and only by our own form', async () => {
  const [marc, lucie] = [await desk.signedIn('Marc'), await desk.signedIn('Lucie')];
  const { id } = await desk.memberOf('Marc');
  expect((await marc.open('/staff/team')).status).toBe(403);
  for (const deed of ['invite', 'withdraw', 'role', 'remove', 'reset-link', 'second-factor-off']) {
    const fields = { ...invited, email: 'eve@example.com', member: id, role: 'manager' };
    expect((await marc.does(deed, fields)).status).toBe(403);
    expect((await lucie.does(deed, { ...fields, csrf: 'made up' })).status).toBe(403);
  }
  expect(await desk.memberOf('Marc')).toMatchObject({ role: 'staff', removedAt: null });
  expect(await database.db.staffLink.count({ where: { email: 'eve@example.com' } })).toBe(0);
});

test('a session that somebody left open changes nothing on the team: each change asks for the manager’s own password', async () => {
  const lucie = await desk.signedIn('Lucie');
  const { id } = await desk.memberOf('Lucie');
  await database.db.staffMember.update({ where: { id }, data: { twoFactorEnabled: true } });
  const written = (await desk.actions()).length;
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
  expect(await desk.memberOf('Lucie')).toMatchObject({ role: 'manager', removedAt: null, twoFactorEnabled: true });
  expect(await database.db.staffLink.count({ where: { email: 'eve@example.com' } })).toBe(0);
  expect(await desk.actions()).toHaveLength(written);
  await database.db.staffMember.update({ where: { id }, data: { twoFactorEnabled: false } });
});

test('who types the right password may go on: a busy manager is not taken for one who guesses', async () => {
  const lucie = await desk.signedIn('Lucie');
  const { id } = await desk.memberOf('Marc');
  for (const role of ['manager', 'staff', 'manager', 'staff', 'manager', 'staff']) {
    expect((await lucie.does('role', { member: id, role })).status).toBe(200);
  }
});

test('who is removed is out at once, cannot come back in, and keeps a name; invited again, is the same person', async () => {
  const [marc, lucie] = [await desk.signedIn('Marc'), await desk.signedIn('Lucie')];
  const { id } = await desk.memberOf('Marc');
  const session = await database.db.staffSession.findFirstOrThrow({
    where: { userId: id },
    orderBy: { createdAt: 'desc' },
  });
  const reset = linkIn(await (await lucie.does('reset-link', { member: id })).text());
  expect((await lucie.does('remove', { member: id })).status).toBe(200);
  expect((await marc.open('/staff')).status).toBe(303);
  expect((await desk.login('Marc')).status).toBe(401);
  expect((await web.fetch(reset)).status).toBe(410);
  // As a log-in that was under way would have left it.
  await database.db.staffSession.create({ data: session });
  expect((await marc.open('/staff')).status).toBe(303);
  const back = linkIn(await (await lucie.does('invite', { ...invited, email: 'marc@example.com' })).text());
  await desk.follow(back, { name: 'Marc', password: PASSWORD });
  expect(await desk.memberOf('Marc')).toMatchObject({ id, removedAt: null });
  expect((await marc.open('/staff')).status).toBe(303);
  expect((await desk.login('Marc')).headers.get('location')).toBe('/staff');
});

test('the last manager stays one, also when two managers act at once', async () => {
  const [lucie, marc] = [await desk.memberOf('Lucie'), await desk.memberOf('Marc')];
  const { needs } = desk;
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

test('a session id set before logging in is not the one after', async () => {
  const planted = { cookie: 'comptoir.session_token=planted.by-someone' };
  const cookie = cookieOf(await desk.login('Lucie', PASSWORD, planted));
  expect(cookie).toMatch(/session_token=(?!planted)/);
  expect((await web.fetch('/staff', { headers: planted })).status).toBe(303);
});
