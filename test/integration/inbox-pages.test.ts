import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { wholePage } from '../../src/db/inbox-pages.ts';
import { latestConversations } from '../../src/db/latest-conversations.ts';
import { enqueueMessage } from '../../src/db/outbox.ts';
import { openStaffDesk, type StaffDesk, seen } from '../support/staff-desk.ts';
import { createTestDatabase } from '../support/test-database.ts';

const CUSTOMERS = 130;
/** One who talks longer than the walk looks back at once. */
const TALK = 8_000;
const numberOf = (n: number) => `whatsapp:+5906907${String(n).padStart(5, '0')}`;

let desk: StaffDesk;
let lea: Awaited<ReturnType<StaffDesk['person']>>;
/** By customer, those of the first message first; the last is the talker, who wrote amid the others. */
let ids: string[];
beforeAll(async () => {
  desk = await openStaffDesk();
  lea = await desk.person('Lea');
  ids = await writeHistory();
}, 60_000);
afterAll(() => desk.close());

async function writeHistory(): Promise<string[]> {
  const numbers = [...Array(CUSTOMERS + 1).keys()].map(numberOf);
  const people = numbers.map((channelAddress, n) => ({ id: randomUUID(), channelAddress, firstName: `Client ${n}` }));
  await desk.db.customer.createMany({ data: people });
  await desk.db.conversation.createMany({ data: people.map(({ id }) => ({ customerId: id })) });
  for (const side of ['inbound', 'outbound']) {
    const columns =
      side === 'inbound'
        ? `inbound_messages (message_sid, channel_address, customer_id, conversation_id, kind, body, fields, received_at)
           SELECT 'SM' || said.at, 'x', c.id, v.id, 'text', 'bonjour', '{}',`
        : `outbound_messages (business_key, customer_id, conversation_id, content, status, created_at)
           SELECT 'turn:' || said.at, c.id, v.id, '{"body": "Bonjour"}', 'read',`;
    // The first sixty end before the talker begins. Of every three, one has the last word.
    await desk.db.$executeRawUnsafe(`INSERT INTO ${columns} now() - interval '1 day' + said.at * interval '1 second'
      FROM (SELECT n, n * 10 + k + CASE WHEN n >= 60 THEN ${TALK * 2} ELSE 0 END AS at
          FROM generate_series(0, ${CUSTOMERS - 1}) n CROSS JOIN generate_series(0, 5) k
          WHERE k % 2 = ${side === 'inbound' ? 0 : 1} AND (k < 5 OR n % 3 > 0)
        UNION ALL SELECT ${CUSTOMERS}, 600 + k * 2 + ${side === 'inbound' ? 0 : 1} FROM generate_series(0, ${TALK - 1}) k) said
      JOIN customers c ON c.first_name = 'Client ' || said.n JOIN conversations v ON v.customer_id = c.id ORDER BY said.at`);
  }
  await desk.db.$executeRaw`ANALYZE`;
  const rows = await desk.db.conversation.findMany({ include: { customer: true } });
  return people.map(({ id }) => rows.find(({ customerId }) => customerId === id)?.id ?? '');
}

const rowsOf = (html: string) =>
  [...html.matchAll(/href="\/staff\/conversations\/([0-9a-f-]{36})#latest"/g)].map(([, id]) => id);
const olderOf = (html: string) => /rel="next" href="([^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&');

/** Every page from this one on; `between` is done before each next one. */
async function allPages(path: string, between: (page: number) => Promise<void> = async () => {}) {
  const pages: string[] = [];
  for (let next: string | undefined = path; next; next = olderOf(pages.at(-1) ?? '')) {
    if (pages.length > 0) await between(pages.length);
    pages.push((await lea.request(next)).body);
  }
  return pages;
}
const writes = (n: number) => desk.web.customerWrites(numberOf(n), 'encore moi');

test('over all pages everybody stands once, also while people write and are written to', async () => {
  const pages = await allPages('/staff/conversations', async (page) => {
    // One who was shown, one who comes later, one who is new; and a word of ours to one who comes later.
    await writes(CUSTOMERS - 1);
    await writes(page);
    await writes(1_000 + page);
    const { customerId } = await desk.db.conversation.findUniqueOrThrow({ where: { id: ids[10 + page] ?? '' } });
    const content = { body: 'Votre commande est prête' };
    await enqueueMessage(desk.db, { businessKey: `turn:later-${page}`, customerId, content, at: new Date() });
  });
  const shown = pages.flatMap(rowsOf);
  expect(shown.length).toBe(new Set(shown).size);
  expect([...shown].sort()).toEqual([...ids].sort());
  // The newest first, whoever had the last word.
  expect(shown).toEqual([...ids.slice(0, 60), ids[CUSTOMERS], ...ids.slice(60, CUSTOMERS)].reverse());
  expect(rowsOf((await lea.request('/staff/conversations')).body).slice(0, 3)).not.toContain(ids[50]);
});

test('an older page says so, leads back to the latest, and stands still while they write', async () => {
  const first = (await lea.request('/staff/conversations')).body;
  const older = olderOf(first) ?? '';
  const before = (await lea.request(older)).body;
  expect(seen(before)).toContain('Conversations plus anciennes');
  expect(before).toMatch(/rel="prev" href="\/staff\/conversations"/);
  await writes(40);
  const live = (await lea.request(`${older}&part=live`)).body;
  expect(rowsOf(live)).toEqual(rowsOf(before));
  expect(live).not.toContain('<h1>');
  const newest = (await lea.request('/staff/conversations?part=live')).body;
  expect(rowsOf(newest)[0]).toBe(ids[40]);
  expect(seen(newest)).not.toContain('Conversations plus anciennes');
});

test('a search goes on over its pages with its words, and finds everybody once', async () => {
  const pages = await allPages('/staff/conversations?q=client', (page) => writes(page).then(() => {}));
  const shown = pages.flatMap(rowsOf);
  expect(shown.length).toBe(new Set(shown).size);
  expect([...shown].sort()).toEqual([...ids].sort());
  for (const page of pages) expect(page).toMatch(/name="q" value="client"/);
});

test('who waits and who is with the team go on over their pages, each once', async () => {
  const since = (n: number) => new Date(Date.now() - 3600_000 + n * 1000);
  for (const [n, id] of ids.slice(0, 120).entries()) {
    const isAnswered = n >= 60;
    await desk.db.conversation.update({
      where: { id },
      data: {
        humanSince: since(n),
        ...(isAnswered && { humanBy: lea.id, staffLastAt: new Date(Date.now() + 60_000) }),
      },
    });
  }
  await desk.db.customer.updateMany({ data: { lastInboundAt: new Date() } });
  for (const [group, expected] of [
    ['waiting', ids.slice(0, 60)],
    ['with_person', ids.slice(0, 120)],
  ] as const) {
    const pages = await allPages(`/staff/conversations?show=${group}`, (page) => writes(page + 3).then(() => {}));
    expect(pages.length).toBeGreaterThan(1);
    const shown = pages.flatMap(rowsOf);
    expect(shown.length).toBe(new Set(shown).size);
    expect([...shown].sort()).toEqual([...expected].sort());
    for (const page of pages) expect(page).toMatch(/aria-current="true">(?:Attendent|Avec)/);
  }
  // On the first page of all stand those who wait, however long ago they wrote.
  expect(rowsOf((await lea.request('/staff/conversations')).body)).toEqual(expect.arrayContaining(ids.slice(0, 50)));
  await desk.db.conversation.updateMany({ data: { humanSince: null, humanBy: null, staffLastAt: null } });
});

test('the pages are walked along indexes: no table of messages is read as a whole', async () => {
  const page = await latestConversations(desk.db, { limit: 50 });
  const scans = await desk.db.$transaction(async (tx) => {
    await latestConversations(tx, { limit: 50, ...(page.older && { from: page.older }) });
    return tx.$queryRaw<{ scans: bigint }[]>`
      SELECT sum(seq_scan) AS scans FROM pg_stat_xact_user_tables WHERE relname IN ('inbound_messages', 'outbound_messages')`;
  });
  expect(Number(scans[0]?.scans)).toBe(0);
});

test('where all conversations stand on one page nothing leads to older ones', async () => {
  const none = (await lea.request('/staff/conversations?q=Client+130')).body;
  expect(rowsOf(none)).toEqual([ids[CUSTOMERS]]);
  expect(olderOf(none)).toBeUndefined();
});

test('a small shop that has talked a lot has one page; somebody imported who was never spoken with is no older conversation', async () => {
  const small = await createTestDatabase();
  const [talks, silent] = ['whatsapp:+590690000001', 'whatsapp:+590690000002'];
  for (const channelAddress of [talks, silent]) {
    await small.db.customer.create({ data: { channelAddress, conversation: { create: {} } } });
  }
  await small.db.$executeRaw`
    INSERT INTO inbound_messages (message_sid, channel_address, customer_id, conversation_id, kind, body, fields, received_at)
    SELECT 'SM' || n, 'x', c.id, v.id, 'text', 'bonjour', '{}', now() - n * interval '1 second'
    FROM customers c JOIN conversations v ON v.customer_id = c.id CROSS JOIN generate_series(1, 1500) n
    WHERE c.channel_address = ${talks}`;
  const page = () => wholePage(small.db, { now: new Date(), limit: 50 });
  expect(await page()).toEqual({ ids: [expect.any(String)], older: null });
  await small.db.$executeRaw`
    INSERT INTO outbound_messages (business_key, customer_id, conversation_id, content, created_at)
    SELECT 'thank-you:x', c.id, v.id, '{"body": "Merci"}', now() - interval '1 day'
    FROM customers c JOIN conversations v ON v.customer_id = c.id WHERE c.channel_address = ${silent}`;
  expect((await page()).older).toMatchObject({ of: 'latest' });
  await small.close();
});

test.each([
  'x',
  '1_2',
  '1_2_3',
  '1_2_3_4_5',
  `${'9'.repeat(30)}_1_1_1`,
  `99999999999999_${randomUUID()}`,
  `1_2_${randomUUID()}`,
])('an address nobody made (%s) is the first page', async (older) => {
  const { status, body } = await lea.request(`/staff/conversations?older=${older}`);
  expect(status).toBe(200);
  expect(seen(body)).not.toContain('Conversations plus anciennes');
});
