import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { writeAudit } from '../../src/db/audit.ts';
import { AUDIT_ACTIONS } from '../../src/domain/audit.ts';
import { LOCALES } from '../../src/domain/locale.ts';
import { wordOfDeed } from '../../src/http/staff/words/audit-words.ts';
import { openStaffDesk, PASSWORD, type StaffDesk, seen } from '../support/staff-desk.ts';

let desk: StaffDesk;
let marie: Awaited<ReturnType<StaffDesk['person']>>;
let paul: Awaited<ReturnType<StaffDesk['person']>>;
let orderId: string;

beforeAll(async () => {
  desk = await openStaffDesk();
  marie = await desk.person('Marie', 'manager');
  paul = await desk.person('Paul');
  const location = await desk.db.location.create({ data: { code: 'x', name: 'Jarry', address: 'x', hours: 'x' } });
  const customer = await desk.db.customer.create({ data: { channelAddress: 'whatsapp:+590690000001' } });
  const created = new Date();
  ({ id: orderId } = await desk.db.order.create({
    data: {
      ...{
        number: 'C-1001',
        customerId: customer.id,
        locationId: location.id,
        currency: 'EUR',
        totalMinor: 1000,
        locale: 'fr',
      },
      ...{ status: 'expired' as const, createdAt: created, closedAt: created, expiresAt: created },
    },
  }));
  const at = (seconds: number) => new Date(Date.UTC(2026, 10, 26, 12, 0, seconds));
  await writeAudit(desk.db, { actor: 'system', action: 'order.placed', subject: `order:${orderId}`, at: at(1) });
  for (let n = 1; n <= 60; n++) {
    const details = { note: `note ${n} <i>` };
    const entry = { actor: `staff:${paul.id}`, action: 'order.noted', subject: `order:${orderId}`, at: at(n) } as const;
    await writeAudit(desk.db, { ...entry, details });
  }
  const subject = `conversation:${randomUUID()}`;
  await writeAudit(desk.db, { actor: `staff:${marie.id}`, action: 'conversation.answered', subject, at: at(1) });
  await marie.sends('/staff/team/role', { member: paul.id, role: 'manager', password: PASSWORD });
}, 60_000);
afterAll(() => desk.close());

/** The entries, without the form, whose choices are words of the log, too. */
const told = ({ body }: { body: string }) => seen(/<ol class="timeline">.*<\/ol>/s.exec(body)?.[0] ?? '');
const notes = (html: string) => [...seen(html).matchAll(/note (\d+) /g)].map(([, n]) => Number(n));

test('managers read the whole log, newest first, page by page, in plain words', async () => {
  const first = await marie.request('/staff/audit');
  const text = told(first);
  expect(text).toMatch(/Marie A changé le rôle de Paul Responsable .* Marie A répondu au client Conversation/);
  expect(text).toContain('« note 60 &lt;i> »');
  const next = /href="(\/staff\/audit\?before=\d+)"/.exec(first.body)?.[1] ?? '';
  const second = await marie.request(next);
  const all = [...notes(first.body), ...notes(second.body)];
  expect(all).toEqual(Array.from({ length: 60 }, (_, index) => 60 - index));
  expect(second.body).not.toContain('before=');
  expect(told(second)).toContain('Ligne de commande Compte créé en ligne de commande');
});

test('the log is narrowed to a person, with what was done to their account, and to an order by its number', async () => {
  const ofMarie = told(await marie.request(`/staff/audit?person=${marie.id}`));
  expect(ofMarie).toContain('A répondu au client');
  expect(ofMarie).not.toContain('note');
  const ofPaul = told(await marie.request(`/staff/audit?person=${paul.id}`));
  expect(ofPaul).toContain('A changé le rôle de Paul');
  expect(ofPaul).toContain('note 60');
  expect(ofPaul).not.toContain('A répondu');
  const ofOrder = await marie.request('/staff/audit?order=c%201001');
  expect(notes(ofOrder.body)).toHaveLength(50);
  expect(told(ofOrder)).not.toContain('A répondu');
  expect(ofOrder.body).toContain(`href="/staff/orders/${orderId}">C-1001</a>`);
  const older = /href="(\/staff\/audit\?[^"]*before=\d+)"/.exec(ofOrder.body)?.[1]?.replaceAll('&amp;', '&') ?? '';
  expect(notes((await marie.request(older)).body)).toHaveLength(10);
  expect(seen((await marie.request('/staff/audit?order=C-9')).body)).toContain('Rien ne correspond');
  expect((await marie.request('/staff/audit?before=x&person=%00&order=%00')).status).toBe(200);
});

test('the log is narrowed to one kind of deed, together with person and order, and its older pages stay narrowed', async () => {
  const roles = told(await marie.request('/staff/audit?action=staff.role_changed'));
  expect(roles).toContain('A changé le rôle de Paul');
  expect(roles).not.toContain('note 60');
  const noted = `/staff/audit?person=${paul.id}&action=order.noted&order=C-1001`;
  const first = await marie.request(noted);
  expect(first.body).toContain('<option value="order.noted" selected');
  expect(notes(first.body)[0]).toBe(60);
  const older = /href="(\/staff\/audit\?[^"]*before=\d+)"/.exec(first.body)?.[1]?.replaceAll('&amp;', '&') ?? '';
  expect(notes((await marie.request(older)).body)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  const done = told(await marie.request(`/staff/audit?person=${paul.id}&action=staff.role_changed`));
  expect(done).toContain('A changé le rôle de Paul');
  const nobody = await marie.request(`/staff/audit?person=${marie.id}&action=order.noted`);
  expect(seen(nobody.body)).toContain('Rien ne correspond');
});

test('only managers read it', async () => {
  const zoe = await desk.person('Zoe');
  expect((await zoe.request('/staff/audit')).status).toBe(403);
  expect((await (await desk.browser()).request('/staff/audit')).status).toBe(303);
});

test.each(LOCALES)('every action has words in %s', (locale) => {
  const actions = Object.values(AUDIT_ACTIONS).flat();
  expect(actions.filter((action) => wordOfDeed(locale, action) === action)).toEqual([]);
});
