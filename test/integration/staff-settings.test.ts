import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { wordingFor } from '../../src/domain/shop-settings.ts';
import { confirmOrder } from '../../src/flows/confirm-order.ts';
import { followSettings } from '../../src/flows/follow-settings.ts';
import { addPlace, editPlace, openOrClosePlace, showPlaces } from '../../src/flows/manage-places.ts';
import { remindUnpaidOrder } from '../../src/flows/remind-unpaid.ts';
import { type MoneyDesk, openMoneyDesk, placeOrder, stateOf } from '../support/money-desk.ts';
import { proposeOne } from '../support/proposed-order.ts';
import { silentLog } from '../support/silent-log.ts';
import { openStaffDesk, type StaffDesk, seen } from '../support/staff-desk.ts';
import { until } from '../support/until.ts';

let desk: StaffDesk;
let money: MoneyDesk;
let lucie: Awaited<ReturnType<StaffDesk['person']>>;
let marc: typeof lucie;
beforeAll(async () => {
  [desk, money] = await Promise.all([openStaffDesk(), openMoneyDesk()]);
  lucie = await desk.person('Lucie', 'manager');
  marc = await desk.person('Marc');
}, 60_000);
afterEach(async () => {
  await desk.db.shopSettings.deleteMany();
  await desk.web.settings.refresh();
});
afterAll(() => Promise.all([desk.close(), money.close()]));

type Person = typeof lucie;
/** A form of a settings page, with all that the page's form holds. */
async function saves(who: Person, path: string, fields: Record<string, string>, version?: string) {
  const page = await who.request(path);
  const seenVersion = version ?? /name="version" value="(\d+)"/.exec(page.body)?.[1] ?? '';
  return who.sends(path, { version: seenVersion, ...fields });
}
const SHOP = { name: 'Pneus <b>', address: '1 rue X', hours: 'Lun-Sam 8h-18h', locale: 'fr', locales: 'en', tone: '' };

test('what a manager says of the shop holds in every process, and the log knows what it was before', async () => {
  const other = await followSettings({ db: desk.db, log: silentLog }, desk.web.configured, 20);
  const answer = await saves(lucie, '/staff/settings', { ...SHOP, closedDay: '2026-12-25' });
  expect(seen(answer.body)).toContain('déjà en place');
  expect(seen((await marc.request('/staff')).body)).toContain('Pneus &lt;b>');
  await until('the other process knows', () => other.current.shop.name === 'Pneus <b>');
  other.stop();
  expect(other.current.rules).toMatchObject({ closedDays: ['2026-12-25'], locales: ['fr', 'en'] });
  const entry = await desk.db.auditEntry.findFirstOrThrow({ where: { action: 'settings.changed' } });
  expect(entry).toMatchObject({
    actor: `staff:${lucie.id}`,
    details: { before: { name: null }, after: { name: 'Pneus <b>' } },
  });
  const page = seen((await lucie.request('/staff/settings')).body);
  expect(page).toContain('Monday to Saturday 8:00 - 18:00');
  expect(page).toContain('vendredi 25 décembre 2026');
});

test('the environment’s values come back, all of a section at once', async () => {
  await saves(lucie, '/staff/settings', SHOP);
  await saves(lucie, '/staff/settings', { reset: 'yes' });
  expect((await desk.db.shopSettings.findFirstOrThrow()).saved).toEqual({});
  expect((await lucie.request('/staff/settings')).body).not.toContain('value="Pneus');
});

test('of two managers who change them at once, the second is told, and loses no word', async () => {
  const page = await lucie.request('/staff/settings');
  const version = /name="version" value="(\d+)"/.exec(page.body)?.[1] ?? '';
  const answers = await Promise.all(
    ['Première', 'Seconde'].map((name) => saves(lucie, '/staff/settings', { ...SHOP, name }, version)),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  const late = answers.find(({ status }) => status === 409);
  expect(seen(late?.body ?? '')).toContain('Quelqu’un vient de changer');
  expect(late?.body).toMatch(/name="name" value="(Première|Seconde)"/);
  expect(await desk.db.shopSettings.count()).toBe(1);
});

test('only managers change settings, and only by our own form', async () => {
  for (const path of ['/staff/settings', '/staff/settings/reminders', '/staff/settings/places']) {
    expect((await marc.request(path)).status).toBe(403);
    expect((await marc.sends(path, SHOP)).status).toBe(403);
    expect((await lucie.request(path, { ...SHOP, csrf: 'forged' })).status).toBe(403);
  }
  expect(await desk.db.shopSettings.count()).toBe(0);
});

test('what cannot be is named, and nothing is saved or lost', async () => {
  const noName = await saves(lucie, '/staff/settings', { ...SHOP, name: ' ', closedDay: '2026-13-45' });
  expect(noName.status).toBe(400);
  expect(seen(noName.body)).toMatch(/À corriger : .*Nom de la boutique/);
  expect(noName.body).toContain('value="1 rue X"');
  const typed = { hours0: '1', minutes0: '30', text0fr: 'Payez vite, {prenom} !', beginHour: '21', endHour: '8' };
  const unknown = await saves(lucie, '/staff/settings/reminders', typed);
  expect([unknown.status, seen(unknown.body)]).toEqual([400, expect.stringContaining('Personne ne remplit {prenom}')]);
  expect(unknown.body).toContain('Payez vite, {prenom} !');
  const noLink = await saves(lucie, '/staff/settings/reminders', { ...typed, text0fr: 'Payez !' });
  expect(seen(noLink.body)).toContain('Il manque {url}');
  expect((await saves(lucie, '/staff/settings/reminders', { ...typed, text0fr: '', hours0: '24' })).status).toBe(400);
  expect(await desk.db.shopSettings.count()).toBe(0);
});

test('reminders are seen as a customer would read them, before anything is saved and after', async () => {
  const fields = {
    ...{ hours0: '1', minutes0: '0', hours1: '6', minutes1: '', beginHour: '20', endHour: '9' },
    text1fr: 'Coucou {firstName} <i>! *{orderNumber}* : {url}',
    textB1fr: 'Vite ! {url}',
  };
  const preview = await saves(lucie, '/staff/settings/reminders', { ...fields, preview: 'yes' });
  expect(preview.body).toContain('Coucou Alex &lt;i>! <b>C-1001</b> : https://checkout.stripe.com');
  expect(await desk.db.shopSettings.count()).toBe(0);
  expect(seen(preview.body)).toMatch(/Relance 2 · A · français .* Relance 2 · B · français Vite ! https/);
  await saves(lucie, '/staff/settings/reminders', fields);
  expect(desk.web.settings.current.rules.reminders.map(({ delayMinutes }) => delayMinutes)).toEqual([60, 360]);
  expect(desk.web.settings.current.quietHours).toMatchObject({ beginHour: 20, endHour: 9 });
});

test('as many reminders as there may be, in the longest words, are one form', async () => {
  const longest = `{url} ${'é'.repeat(890)}`;
  const rows = [...Array(6).keys()].flatMap((row) => [
    [`hours${row}`, String(row + 1)],
    ...['fr', 'en', 'es'].flatMap((locale) =>
      [`text${row}${locale}`, `textB${row}${locale}`].map((name) => [name, longest]),
    ),
  ]);
  const answer = await saves(lucie, '/staff/settings/reminders', {
    ...Object.fromEntries(rows),
    beginHour: '21',
    endHour: '8',
  });
  expect(seen(answer.body)).toContain('déjà en place');
  expect(desk.web.settings.current.rules.reminders).toHaveLength(6);
});

test('a reminder leaves in the shop’s own words, at its own time', async () => {
  const rules = { reminders: [{ delayMinutes: 20, texts: { fr: 'Coucou : {url}' } }], remindersSince: null };
  const { orderId } = await placeOrder(money);
  await money.sandbox.clock.advance(21);
  expect(await remindUnpaidOrder({ ...money.needs, rules }, orderId)).toBe(true);
  const message = await money.db.outboundMessage.findUniqueOrThrow({ where: { businessKey: `reminder:${orderId}:1` } });
  expect(message.content).toMatchObject({
    body: expect.stringMatching(/^Coucou : http/),
    template: { key: 'reminder' },
  });
});

test('of two wordings each order gets one, half of them each, and the message says which', async () => {
  const reminder = { delayMinutes: 60, texts: { fr: 'A : {url}' }, textsB: { fr: 'B : {url}' } };
  const rules = { reminders: [reminder], remindersSince: null };
  const { orderId } = await placeOrder(money);
  await money.sandbox.clock.advance(61);
  await remindUnpaidOrder({ ...money.needs, rules }, orderId);
  const where = { businessKey: `reminder:${orderId}:1` };
  const { content, variant } = await money.db.outboundMessage.findUniqueOrThrow({ where });
  expect(content).toMatchObject({ body: expect.stringMatching(new RegExp(`^${variant} : http`)) });
  const of = (id: string, locale: 'fr' | 'en' = 'fr') => wordingFor(reminder, { orderId: id, locale }).variant;
  const ids = Array.from({ length: 1_000 }, () => randomUUID());
  const given = ids.map((id) => of(id));
  expect(given).toEqual(ids.map((id) => of(id)));
  const b = given.filter((each) => each === 'B').length;
  expect([b > 400, b < 600, of(orderId, 'en')]).toEqual([true, true, null]);
});

test('a longer list of reminders reminds nobody again of an hour that is over', async () => {
  const { orderId } = await placeOrder(money);
  await money.sandbox.clock.advance(61);
  await remindUnpaidOrder(money.needs, orderId);
  const reminders = [{ delayMinutes: 30 }, { delayMinutes: 60 }, { delayMinutes: 360 }];
  const needs = { ...money.needs, rules: { reminders, remindersSince: money.sandbox.clock.now() } };
  expect(await remindUnpaidOrder(needs, orderId)).toBe(false);
  await money.sandbox.clock.advance(300);
  expect(await remindUnpaidOrder(needs, orderId)).toBe(true);
  expect((await stateOf(money, orderId)).told).toEqual(['payment-link', 'reminder', 'reminder']);
});

test('a reminder that stays when the one before it is taken off in the browser leaves', async () => {
  const { orderId } = await placeOrder(money);
  await money.sandbox.clock.advance(61);
  await remindUnpaidOrder(money.needs, orderId);
  await money.sandbox.clock.advance(60);
  const rules = { reminders: [{ delayMinutes: 720 }], remindersSince: money.sandbox.clock.now() };
  expect(await remindUnpaidOrder({ ...money.needs, rules }, orderId)).toBe(false);
  await money.sandbox.clock.advance(600);
  expect(await remindUnpaidOrder({ ...money.needs, rules }, orderId)).toBe(true);
  expect((await stateOf(money, orderId)).told).toEqual(['payment-link', 'reminder', 'reminder']);
});

test('a place is added, renamed and closed in the browser; with orders waiting there it stays open', async () => {
  const add = (name: string) => saves(lucie, '/staff/settings/places', { name, address: '2 rue Y', hours: '' });
  await add('Jarry');
  expect(seen((await add('Jarry')).body)).toContain('C’est enregistré');
  expect((await saves(lucie, '/staff/settings/places', { name: '', address: '', hours: '' })).status).toBe(409);
  const places = await showPlaces(desk);
  expect(places.map(({ code }) => code)).toEqual(['jarry', 'jarry-2']);
  const [first, second] = places.map(({ id }) => `/staff/settings/places/${id}`);
  await lucie.sends(`${first}`, { name: 'Jarry <i>', address: '2 rue Y', hours: 'Lun-Ven 9h-17h' });
  expect((await lucie.request('/staff/settings/places')).body).toContain('Jarry &lt;i>');
  expect((await lucie.sends(`${second}/close`)).status).toBe(200);
  expect(seen((await lucie.sends(`${first}/close`)).body)).toContain('dernier lieu ouvert');
  expect((await lucie.sends(`${second}/open`)).status).toBe(200);
  expect((await lucie.sends('/staff/settings/places/nonsense', { name: 'x', address: 'y' })).status).toBe(409);
});

test('a place with an order to fetch does not close, and of the last two only one closes', async () => {
  const wish = { staffId: 'lucie' };
  const { orderId } = await placeOrder(money);
  const { locationId } = await money.db.order.findUniqueOrThrow({ where: { id: orderId } });
  const close = (placeId: string) => openOrClosePlace(money, { ...wish, placeId, active: false });
  expect(await close(locationId)).toEqual({ kind: 'open_orders' });
  await money.db.location.updateMany({ where: { id: { not: locationId } }, data: { active: false } });
  await addPlace(money, { ...wish, facts: { name: 'Neuf', address: 'x', hours: '' } });
  const { id: other } = await money.db.location.findFirstOrThrow({ where: { name: 'Neuf' } });
  await money.db.order.updateMany({ where: { locationId }, data: { status: 'expired' } });
  const results = await Promise.all([close(locationId), close(other)]);
  expect(results.map(({ kind }) => kind).sort()).toEqual(['last_place', 'saved']);
  await money.db.location.updateMany({ data: { active: true } });
  expect(await editPlace(money, { ...wish, placeId: other, facts: { name: 'Neuf', address: 'x', hours: '' } })).toEqual(
    {
      kind: 'unchanged',
    },
  );
});

test('a yes and the closing of its place at the same moment make no order that has nowhere to be fetched', async () => {
  for (let round = 0; round < 5; round++) {
    const proposed = await proposeOne(money);
    const { locationId } = await money.db.proposal.findUniqueOrThrow({ where: { id: proposed.proposalId } });
    const wish = { staffId: 'lucie', placeId: locationId as string, active: false };
    const [order, closed] = await Promise.all([confirmOrder(money.needs, proposed), openOrClosePlace(money, wish)]);
    expect([order.kind, closed.kind].sort()).not.toEqual(['ordered', 'saved']);
    await money.work();
    await money.db.location.updateMany({ data: { active: true } });
  }
});
