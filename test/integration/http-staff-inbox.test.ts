import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { enqueueMessage } from '../../src/db/outbox.ts';
import { openStaffDesk, type StaffDesk, seen } from '../support/staff-desk.ts';

const HOUR_MS = 3600_000;
let desk: StaffDesk;
let lea: Awaited<ReturnType<StaffDesk['person']>>;
let boss: typeof lea;
beforeAll(async () => {
  desk = await openStaffDesk();
  lea = await desk.person('Lea');
  boss = await desk.person('Boss', 'manager');
}, 60_000);
afterAll(() => desk.close());

let customers = 0;
async function customer(name: string, ...messages: string[]) {
  const number = `whatsapp:+59069003${String(++customers).padStart(4, '0')}`;
  for (const body of messages) await desk.web.customerWrites(number, body, { ProfileName: name });
  const { id, customerId } = await desk.db.conversation.findFirstOrThrow({
    where: { customer: { channelAddress: number } },
  });
  const path = `/staff/conversations/${id}`;
  return {
    ...{ id, customerId, number, path },
    isQuietSince: (hours: number) =>
      desk.db.customer.update({
        where: { id: customerId },
        data: { lastInboundAt: new Date(Date.now() - hours * HOUR_MS) },
      }),
    invitations: () =>
      desk.db.outboundMessage.findMany({ where: { conversationId: id, businessKey: { startsWith: 'staff:' } } }),
  };
}
/** The row of somebody in the list, as a reader sees it. */
const rowOf = (html: string, name: string) =>
  seen(
    /<li>(?:(?!<\/li>).)*<\/li>/gs.exec(html)
      ? ((html.match(/<li>(?:(?!<\/li>).)*<\/li>/gs) ?? []).find((row) => row.includes(name)) ?? '')
      : '',
  );
const approve = (locale: string) =>
  desk.db.messageTemplate.create({
    data: {
      key: 'invite_back',
      locale,
      digest: `d-${locale}`,
      contentSid: `HX${locale}`,
      approval: 'approved',
      wantedAt: new Date(),
    },
  });

test('the list counts what nobody has read, until somebody opens the conversation, and again from the next message on', async () => {
  const ana = await customer('Ana', 'un', 'deux', 'trois');
  expect(rowOf((await lea.request('/staff/conversations')).body, 'Ana')).toMatch(/3 messages non lus/);
  await lea.request(ana.path);
  expect(rowOf((await boss.request('/staff/conversations')).body, 'Ana')).not.toMatch(/non lus?/);
  await desk.web.customerWrites(ana.number, 'quatre');
  expect(rowOf((await boss.request('/staff/conversations')).body, 'Ana')).toMatch(/1 message non lu /);
});

test('it is narrowed to who waits and who is with the team, and searched by name, number and order', async () => {
  const [bea, cleo] = [await customer('Béatrice <b>', 'bonjour'), await customer('Cléo', 'bonjour')];
  await desk.db.conversation.update({ where: { id: bea.id }, data: { humanSince: new Date() } });
  await lea.sends(`${cleo.path}/take-over`);
  const list = async (query: string) => (await lea.request(`/staff/conversations?${query}`)).body;
  const waiting = await list('show=waiting');
  expect(waiting).toContain('Béatrice &lt;b>');
  expect(waiting).not.toContain('Cléo');
  expect(await list('show=with_person')).toContain('Cléo');
  expect(await list('q=beatrice')).toContain('Béatrice');
  expect(await list('q=beatrice')).not.toContain('Cléo');
  expect(await list(`q=${cleo.number.slice(-6)}`)).toContain('Cléo');
  const location = await desk.db.location.create({ data: { code: 'x', name: 'Jarry', address: 'x', hours: 'x' } });
  const at = new Date();
  await desk.db.order.create({
    data: {
      ...{ number: 'C-7001', customerId: cleo.customerId, locationId: location.id, currency: 'EUR', totalMinor: 1000 },
      ...{ locale: 'fr', status: 'expired' as const, createdAt: at, closedAt: at, expiresAt: at },
    },
  });
  expect(await list('q=7001')).toContain('Cléo');
  expect(seen(await list('q=personne-de-ce-nom'))).toContain('Aucune conversation de ce genre');
  expect((await lea.request('/staff/conversations?show=x&q=%00%25_')).status).toBe(200);
});

test('managers see what the bot did and what it cost; other staff do not', async () => {
  const dora = await customer('Dora', 'pneus ?');
  const id = randomUUID();
  const at = new Date();
  const toolCalls = [{ name: 'search_products', arguments: { query: '<script>x</script> 205/55' }, outcome: 'found' }];
  await desk.db.conversationTurn.create({
    data: {
      ...{
        id,
        conversationId: dora.id,
        answeredBy: 'model',
        model: 'm',
        toolCalls,
        inputTokens: 1000,
        outputTokens: 234,
      },
      ...{ costMicroUsd: 12_300, modelMs: 950, startedAt: at, finishedAt: at },
    },
  });
  const content = { body: 'Voici' };
  await enqueueMessage(desk.db, { businessKey: `turn:${id}:1`, customerId: dora.customerId, content, at });
  const told = await boss.request(dora.path);
  expect(seen(told.body)).toMatch(/Ce que le robot a fait 1 234 jetons · .*0,0123.* · 950 ms/);
  expect(told.body).toContain('query: &lt;script>x&lt;/script> 205/55');
  expect((await lea.request(dora.path)).body).not.toContain('search_products');
});

test('while the window is open the page says until when; once it is closed an approved template is offered, and leaves once', async () => {
  const eva = await customer('Eva', 'bonjour');
  expect(seen((await lea.request(eva.path)).body)).toContain('WhatsApp laisse écrire jusqu’au');
  await eva.isQuietSince(30);
  expect(seen((await lea.request(eva.path)).body)).toContain('aucun ne l’est encore');
  expect((await lea.sends(`${eva.path}/invite`, { key: randomUUID() })).status).toBe(409);
  await approve('fr');
  const page = await lea.request(eva.path);
  expect(seen(page.body)).toContain('a une réponse pour vous');
  const form = lea.hiddenFields(page.body);
  const both = await Promise.all([1, 2].map(() => lea.request(`${eva.path}/invite`, form)));
  expect(both.map(({ status }) => status)).toEqual([303, 303]);
  const [invitation, ...more] = await eva.invitations();
  expect(more).toEqual([]);
  expect(invitation?.content).toMatchObject({ template: { key: 'invite_back', locale: 'fr' } });
  expect(await desk.db.conversation.findUniqueOrThrow({ where: { id: eva.id } })).toMatchObject({ humanBy: lea.id });
  expect(
    await desk.db.auditEntry.count({ where: { action: 'conversation.invited', subject: `conversation:${eva.id}` } }),
  ).toBe(1);
  expect(seen((await lea.request(eva.path)).body)).toContain('Une invitation est déjà partie');
  expect((await lea.sends(`${eva.path}/invite`, { key: randomUUID() })).status).toBe(409);
  expect(await eva.invitations()).toHaveLength(1);
});

test('who said STOP is not invited, and in an open window there is nothing to invite to', async () => {
  const fay = await customer('Fay', 'bonjour');
  const invite = () => lea.sends(`${fay.path}/invite`, { key: randomUUID() });
  expect(seen((await invite()).body)).toContain('répondez-lui librement');
  await fay.isQuietSince(30);
  await desk.db.customer.update({ where: { id: fay.customerId }, data: { optedOutAt: new Date() } });
  expect(seen((await lea.request(fay.path)).body)).toContain('ne veut plus de messages');
  expect((await invite()).status).toBe(409);
  expect(await fay.invitations()).toEqual([]);
});

test('the other conversations stand beside the open one', async () => {
  const gil = await customer('Gil', 'bonjour');
  const page = (await lea.request(gil.path)).body;
  expect(page).toMatch(new RegExp(`<aside id="inbox"[^>]*>.*href="${gil.path}#latest" aria-current="page"`, 's'));
});

test('of more than a page of conversations with the team, who has waited longest is first, and none that is answered hides them', async () => {
  const at = (minutesAgo: number) => new Date(Date.now() - minutesAgo * 60_000);
  const oldest = await customer('Hélène', 'il y a quelqu’un ?');
  await desk.db.conversation.update({ where: { id: oldest.id }, data: { humanSince: at(600) } });
  const ids = Array.from({ length: 60 }, () => randomUUID());
  await desk.db.customer.createMany({
    data: ids.map((id, n) => ({
      id,
      channelAddress: `whatsapp:+59069009${n}`,
      firstName: `Servi ${n}`,
      lastInboundAt: at(60),
    })),
  });
  await desk.db.conversation.createMany({
    data: ids.map((customerId) => ({ customerId, humanSince: at(30), humanBy: lea.id, staffLastAt: at(20) })),
  });
  const waiting = (await lea.request('/staff/conversations?show=waiting')).body;
  expect(waiting).toContain('Hélène');
  expect(waiting).not.toContain('Servi');
  expect((await lea.request('/staff/conversations')).body).toContain('Hélène');
  await desk.db.conversation.deleteMany({ where: { customerId: { in: ids } } });
});

test('an invitation that did not arrive is none: another may be sent', async () => {
  const ines = await customer('Ines', 'bonjour');
  await ines.isQuietSince(30);
  const invite = () => lea.sends(`${ines.path}/invite`, { key: randomUUID() });
  expect((await invite()).status).toBe(303);
  await desk.db.outboundMessage.updateMany({ where: { conversationId: ines.id }, data: { status: 'undelivered' } });
  expect(seen((await lea.request(ines.path)).body)).toContain('a une réponse pour vous');
  expect((await invite()).status).toBe(303);
});
