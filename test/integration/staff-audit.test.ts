import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { writeAudit } from '../../src/db/audit.ts';
import {
  CATALOGUE_ACTIONS,
  CONVERSATION_ACTIONS,
  CUSTOMER_ACTIONS,
  DISPUTE_ACTIONS,
  ORDER_ACTIONS,
  REFUND_ACTIONS,
  SETTINGS_ACTIONS,
  TEAM_ACTIONS,
} from '../../src/domain/audit.ts';
import { LOCALES } from '../../src/domain/locale.ts';
import { wordOfDeed } from '../../src/http/staff/audit-words.ts';
import { openStaffDesk, type StaffDesk, seen } from '../support/staff-desk.ts';

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
  await marie.sends('/staff/team/role', { member: paul.id, role: 'manager' });
}, 60_000);
afterAll(() => desk.close());

const notes = (html: string) => [...seen(html).matchAll(/note (\d+) /g)].map(([, n]) => Number(n));

test('managers read the whole log, newest first, page by page, in plain words', async () => {
  const first = await marie.request('/staff/audit');
  const text = seen(first.body);
  expect(text).toMatch(/Marie A changé le rôle de Paul Responsable .* Marie A répondu au client Conversation/);
  expect(text).toContain('“note 60 &lt;i>”');
  const next = /href="(\/staff\/audit\?before=\d+)"/.exec(first.body)?.[1] ?? '';
  const second = await marie.request(next);
  const all = [...notes(first.body), ...notes(second.body)];
  expect(all).toEqual(Array.from({ length: 60 }, (_, index) => 60 - index));
  expect(second.body).not.toContain('before=');
  expect(seen(second.body)).toContain('Ligne de commande Compte créé en ligne de commande');
});

test('the log is narrowed to a person, with what was done to their account, and to an order by its number', async () => {
  const ofMarie = seen((await marie.request(`/staff/audit?person=${marie.id}`)).body);
  expect(ofMarie).toContain('A répondu au client');
  expect(ofMarie).not.toContain('note');
  const ofPaul = seen((await marie.request(`/staff/audit?person=${paul.id}`)).body);
  expect(ofPaul).toContain('A changé le rôle de Paul');
  expect(ofPaul).toContain('note 60');
  expect(ofPaul).not.toContain('A répondu');
  const ofOrder = await marie.request('/staff/audit?order=c%201001');
  expect(notes(ofOrder.body)).toHaveLength(50);
  expect(seen(ofOrder.body)).not.toContain('A répondu');
  expect(ofOrder.body).toContain(`href="/staff/orders/${orderId}">C-1001</a>`);
  const older = /href="(\/staff\/audit\?[^"]*before=\d+)"/.exec(ofOrder.body)?.[1]?.replaceAll('&amp;', '&') ?? '';
  expect(notes((await marie.request(older)).body)).toHaveLength(10);
  expect(seen((await marie.request('/staff/audit?order=C-9')).body)).toContain('Rien à cet endroit');
  expect((await marie.request('/staff/audit?before=x&person=%00&order=%00')).status).toBe(200);
});

test.each(LOCALES)('every action has words in %s', (locale) => {
  const actions = [
    ...ORDER_ACTIONS,
    ...REFUND_ACTIONS,
    ...DISPUTE_ACTIONS,
    ...CONVERSATION_ACTIONS,
    ...TEAM_ACTIONS,
    ...SETTINGS_ACTIONS,
    ...CATALOGUE_ACTIONS,
    ...CUSTOMER_ACTIONS,
  ];
  expect(actions.filter((action) => wordOfDeed(locale, action) === action)).toEqual([]);
});
