import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { enqueueMessage } from '../../src/db/outbox.ts';
import type { OutboundContent } from '../../src/domain/outbound-message.ts';
import { addStaff } from '../../src/flows/add-staff.ts';
import { staffAt } from '../support/browserless-staff.ts';
import { openEventStream } from '../support/event-stream.ts';
import { STAFF } from '../support/running-shop.ts';
import { SESSION_COOKIE, stubAccounts } from '../support/stub-accounts.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { until } from '../support/until.ts';
import { withWeb } from '../support/web.ts';
import { openWebProcess, type WebProcess } from '../support/web-process.ts';

const HOUR_MS = 3600_000;
let database: TestDatabase;
let web: WebProcess;
let staff: ReturnType<typeof staffAt>;
let colleague: ReturnType<typeof staffAt>;

beforeAll(async () => {
  database = await createTestDatabase();
  web = await openWebProcess(database);
  await addStaff(web, { ...STAFF, role: 'staff' });
  const max = { ...STAFF, email: 'max@shop.example', name: 'Max' };
  await addStaff(web, { ...max, role: 'manager' });
  staff = staffAt(web.publicUrl);
  await staff.logIn();
  colleague = staffAt(web.publicUrl);
  await colleague.logIn(undefined, max);
}, 60_000);
afterAll(async () => {
  await web.close();
  await database.close();
});

let customers = 0;
/** A customer who wrote, and the staff's way to them. */
async function customer(name: string, body = 'bonjour', more: Record<string, string> = {}) {
  const number = `whatsapp:+59069002${String(++customers).padStart(4, '0')}`;
  await web.customerWrites(number, body, { ProfileName: name, ...more });
  const conversation = await database.db.conversation.findFirstOrThrow({
    where: { customer: { channelAddress: number } },
  });
  const path = `/staff/conversations/${conversation.id}`;
  return {
    ...{ number, path, id: conversation.id, customerId: conversation.customerId },
    shopSays: async (content: OutboundContent, at = new Date()) => {
      const businessKey = `turn:${crypto.randomUUID()}:1`;
      await enqueueMessage(database.db, { businessKey, customerId: conversation.customerId, content, at });
      return database.db.outboundMessage.findUniqueOrThrow({ where: { businessKey } });
    },
    set: (data: { humanSince?: Date; staffLastAt?: Date }) =>
      database.db.conversation.update({ where: { id: conversation.id }, data }),
    lastWrote: (hoursAgo: number) =>
      database.db.customer.update({
        where: { id: conversation.customerId },
        data: { lastInboundAt: new Date(Date.now() - hoursAgo * HOUR_MS) },
      }),
    now: () => database.db.conversation.findUniqueOrThrow({ where: { id: conversation.id } }),
    answers: () =>
      database.db.outboundMessage.findMany({
        where: { businessKey: { startsWith: 'staff:' }, conversationId: conversation.id },
      }),
  };
}
const press = async (who: typeof staff, path: string, act: string) =>
  who.request(`${path}/${act}`, who.hiddenFields((await who.request(path)).body));
const plain = (html: string) => html.replace(/<[^>]+>/g, ' ').replace(/[\s\u00a0\u202f]+/g, ' ');

test('the list shows who waits first, the longest first, then by the last message; phones are masked', async () => {
  const [anna, berta, carla, dora] = [
    await customer('Anna', 'anna écrit'),
    await customer('Berta', 'berta écrit'),
    await customer('Carla', 'carla écrit'),
    await customer('Dora', '', { NumMedia: '1', MediaContentType0: 'audio/ogg' }),
  ];
  await anna.set({ humanSince: new Date(Date.now() - 2 * HOUR_MS) });
  await berta.set({ humanSince: new Date(Date.now() - HOUR_MS) });
  await dora.shopSays({ body: 'une réponse du robot' }, new Date(Date.now() - HOUR_MS));
  const { body } = await staff.request('/staff/conversations');
  const order = ['Anna', 'Berta', 'Dora', 'Carla'];
  expect([...body.matchAll(/<b>(Anna|Berta|Carla|Dora)<\/b>/g)].map(([, name]) => name)).toEqual(order);
  expect(body.match(/Attend quelqu’un/g)).toHaveLength(2);
  expect(plain(body)).toContain('Message vocal');
  expect(body).toContain('+590…');
  expect(body).not.toContain(carla.number.slice('whatsapp:'.length));
  expect(body).toContain('<script src="/assets/live.js"');
  // A call that was answered, and one that is over, wait no more.
  await anna.set({ staffLastAt: new Date() });
  await berta.set({ humanSince: new Date(Date.now() - 25 * HOUR_MS) });
  expect((await staff.request('/staff/conversations')).body).not.toContain('Attend quelqu’un');
});

test('a voice note can be read as what was understood of it', async () => {
  const flor = await customer('Flor', 'bonjour');
  await web.customerWrites(flor.number, '', { NumMedia: '1', MediaContentType0: 'audio/ogg' });
  const where = { kind: 'media', customer: { channelAddress: flor.number } } as const;
  await database.db.inboundMessage.updateMany({ where, data: { transcript: 'ma roue vibre depuis hier' } });
  expect(plain((await staff.request(flor.path)).body)).toContain('Message vocal ma roue vibre depuis hier');
});

test('a conversation shows both sides in order, with how far each message of ours got and what is no text', async () => {
  const eva = await customer('Eva', '<b>gras</b> & co');
  await web.customerWrites(eva.number, '', { NumMedia: '1', MediaContentType0: 'image/jpeg' });
  await web.customerWrites(eva.number, '', { Latitude: '16.2', Longitude: '-61.5' });
  const buttons = [{ id: 'human', title: 'Parler à quelqu’un' }];
  const read = await eva.shopSays({ body: 'lu', buttons });
  const failed = await eva.shopSays({ body: 'perdu' });
  await eva.shopSays({ body: 'merci', media: { kind: 'pickup_qr', pickupId: crypto.randomUUID() } });
  await database.db.outboundMessage.update({ where: { id: read.id }, data: { status: 'read' } });
  await database.db.outboundMessage.update({ where: { id: failed.id }, data: { status: 'failed', errorCode: 63016 } });
  const { body } = await staff.request(eva.path);
  expect(body).toContain('&lt;b>gras&lt;/b> &amp; co');
  const text = plain(body.slice(body.indexOf('<main>'), body.indexOf('<aside')));
  const shown = [
    'gras',
    'Image',
    'Position sur la carte',
    'lu',
    '✓✓ lu',
    'perdu',
    '✗ non envoyé',
    'QR code de retrait',
  ];
  const places = shown.map((each) => text.indexOf(each));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places).not.toContain(-1);
  expect(text).toContain('plus de 24 heures depuis le dernier message du client');
  expect(text).toContain('Boutons proposés : Parler à quelqu’un');
  expect(text).toContain('en attente d’envoi');
});

test('a long conversation is paged, and no message is left out or shown twice', async () => {
  const fay = await customer('Fay', 'message n0.');
  for (let count = 1; count < 60; count++) {
    if (count % 3 === 0) await fay.shopSays({ body: `message n${count}.` });
    else await web.customerWrites(fay.number, `message n${count}.`);
  }
  const seen: number[][] = [];
  let path: string | undefined = fay.path;
  while (path) {
    const { body }: { body: string } = await staff.request(path);
    seen.push(
      [...body.slice(0, body.indexOf('<aside')).matchAll(/message n(\d+)\./g)].map(([, number]) => Number(number)),
    );
    path = /href="([^"]+\?before=[^"]+)"/.exec(body)?.[1];
    if (path) expect((await staff.request(path)).body).not.toContain('live.js');
  }
  expect(seen.map((page) => page.length)).toEqual([40, 20]);
  expect(seen.reverse().flat()).toEqual(Array.from({ length: 60 }, (_, index) => index));
});

describe('the forms', () => {
  test('take over, answer and give back without JavaScript, for any role', async () => {
    const gina = await customer('Gina');
    const taken = await press(staff, gina.path, 'take-over');
    expect([taken.status, taken.location]).toEqual([303, `${gina.path}#latest`]);
    expect(plain((await staff.request(gina.path)).body)).toContain('Vous vous en occupez');
    const theirs = plain((await colleague.request(gina.path)).body);
    expect(theirs).toContain('Lucie s’en occupe');
    expect(theirs).toContain('Prendre la suite de ce collègue');
    expect((await press(colleague, gina.path, 'take-over')).status).toBe(303);
    expect(plain((await staff.request(gina.path)).body)).toContain('Max s’en occupe');
    const fields = staff.hiddenFields((await staff.request(gina.path)).body);
    const answer = { ...fields, text: 'Première ligne\r\nDeuxième' };
    expect((await staff.request(`${gina.path}/answer`, answer)).status).toBe(303);
    expect((await staff.request(`${gina.path}/answer`, answer)).status).toBe(303);
    expect((await gina.answers()).map(({ content }) => content)).toEqual([{ body: 'Première ligne\nDeuxième' }]);
    expect(plain((await colleague.request(gina.path)).body)).toContain('Lucie Première ligne Deuxième');
    expect((await press(staff, gina.path, 'give-back')).status).toBe(303);
    expect(plain((await staff.request(gina.path)).body)).toContain('Le robot répond');
  });

  test('say why nothing was sent, and keep what was written', async () => {
    const hana = await customer('Hana');
    const fields = staff.hiddenFields((await staff.request(hana.path)).body);
    const tooLong = await staff.request(`${hana.path}/answer`, { ...fields, text: 'é'.repeat(1601) });
    expect(tooLong.status).toBe(400);
    expect(plain(tooLong.body)).toContain('1 600 caractères au plus');
    await hana.lastWrote(25);
    const late = await staff.request(`${hana.path}/answer`, { ...fields, text: 'trop <tard>' });
    expect(late.status).toBe(409);
    expect(plain(late.body)).toContain('Appelez-le, ou attendez qu’il écrive à nouveau');
    expect(late.body).toMatch(/<textarea[^>]*>trop &lt;tard>/);
    const page = await staff.request(hana.path);
    expect(page.body).not.toContain('<textarea');
    expect(plain(page.body)).toContain('WhatsApp ne laisse plus écrire ici');
    expect([await hana.answers(), (await hana.now()).humanSince]).toEqual([[], null]);
  });

  test.each(['take-over', 'answer', 'give-back'])(
    '%s is refused without our own form, and to nobody known',
    async (act) => {
      const ida = await customer('Ida');
      const { csrf: _, ...fields } = staff.hiddenFields((await staff.request(ida.path)).body);
      expect((await staff.request(`${ida.path}/${act}`, { ...fields, csrf: 'forged', text: 'x' })).status).toBe(403);
      const stranger = staffAt(web.publicUrl);
      const sent = await stranger.request(`${ida.path}/${act}`, { ...fields, text: 'x' });
      expect([sent.status, sent.location]).toEqual([303, `/staff/login?next=${encodeURIComponent(ida.path)}`]);
      expect([await ida.answers(), (await ida.now()).humanSince]).toEqual([[], null]);
    },
  );

  test('and pages of conversations that do not exist are not found', async () => {
    const mine = staff.hiddenFields((await staff.request('/staff/conversations')).body);
    const form = { ...mine, key: crypto.randomUUID(), text: 'x' };
    for (const id of ['nothing', crypto.randomUUID()]) {
      const path = `/staff/conversations/${id}`;
      expect((await staff.request(path)).status).toBe(404);
      for (const act of ['take-over', 'answer', 'give-back']) {
        expect((await staff.request(`${path}/${act}`, form)).status).toBe(404);
      }
    }
    const { path } = await customer('Jana');
    expect((await staff.request(`${path}?before=1-x'--`)).status).toBe(200);
    expect((await staff.request(`${path}/answer`, { ...form, key: 'no uuid' })).status).toBe(404);
  });
});

test('the script’s part of a page is that part alone, and needs a log-in like the page', async () => {
  const kim = await customer('Kim', 'un mot');
  for (const path of ['/staff/conversations', kim.path]) {
    const part = await staff.request(`${path}?part=live`);
    expect(part.body).toMatch(/^<section id="live"/);
    expect(part.body).toContain('un mot');
    expect((await staffAt(web.publicUrl).request(`${path}?part=live`)).status).toBe(303);
  }
});

test('an open stream ends within a heartbeat when its session ended in another process', async () => {
  let isLoggedIn = true;
  const accounts = {
    ...stubAccounts,
    current: async (headers: Headers) => (isLoggedIn ? stubAccounts.current(headers) : undefined),
  };
  const live = { subscribe: () => () => {}, heartbeatMs: 20 };
  await withWeb({ accounts, live }, async (other) => {
    const stream = await openEventStream(`${other.address}/staff/live`, SESSION_COOKIE);
    await until('it lives', () => stream.raw().includes(': here'));
    expect(stream.hasEnded()).toBe(false);
    isLoggedIn = false;
    await until('it has ended', stream.hasEnded);
  });
});

test('an order leads to the conversation with its customer', async () => {
  const lena = await customer('Lena');
  const location = await database.db.location.create({ data: { code: 'L', name: 'Jarry', address: 'x', hours: 'x' } });
  const at = new Date();
  const order = await database.db.order.create({
    data: {
      ...{ number: 'C-9001', customerId: lena.customerId, locationId: location.id, totalMinor: 100, currency: 'EUR' },
      ...{ locale: 'fr', expiresAt: at, createdAt: at },
    },
  });
  expect((await staff.request(`/staff/orders/${order.id}`)).body).toContain(`href="${lena.path}#latest"`);
});
