import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { writeAudit } from '../../src/db/audit.ts';
import type { ClaimedMessage } from '../../src/db/claim-message.ts';
import { openReview } from '../../src/db/reviews.ts';
import { makeDataToken } from '../../src/domain/data-link.ts';
import type { OutboundContent } from '../../src/domain/outbound-message.ts';
import { givePersonalData } from '../../src/flows/give-personal-data.ts';
import { formsOf } from '../../src/flows/message-forms.ts';
import { buildShop } from '../support/catalogue-builder.ts';
import { agentNeeds, openPhone, scriptedModel, shop, texts } from '../support/conversation.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { findIn } from '../support/traces.ts';
import { startWeb } from '../support/web.ts';

const SECRET = 'x'.repeat(32);
let now = new Date();
let database: TestDatabase;
let web: Awaited<ReturnType<typeof startWeb>>;
beforeAll(async () => {
  database = await createTestDatabase();
  await buildShop(database.db);
  const needs = { db: database.db, clock: { now: () => now }, sessionSecret: SECRET };
  web = await startWeb({ givePersonalData: (token) => givePersonalData(needs, token) });
});
afterAll(async () => {
  await web.close();
  await database.close();
});

const phone = () => openPhone(agentNeeds(database));
/** Where the reply that offers the file leads, as it leaves to WhatsApp. */
async function linkIn(replies: OutboundContent[], customerId: string): Promise<string> {
  const needs = {
    db: database.db,
    texts,
    shop,
    publicUrl: 'https://shop.example',
    sessionSecret: SECRET,
    sendsSms: false,
  };
  const content = replies.find(({ withDataLink }) => withDataLink);
  const message = { id: 'x', businessKey: 'turn:x:2', channelAddress: 'whatsapp:+1', createdAt: now };
  const { session } = await formsOf(needs, { ...message, content, customerId } as unknown as ClaimedMessage);
  return /https:\/\/shop\.example(\/media\/data\/\S+)/.exec('body' in session ? session.body : '')?.[1] ?? '';
}
async function askedFor(ana: ReturnType<typeof phone>): Promise<string> {
  const replies = await ana.says('mes données');
  return linkIn(replies, (await ana.customer()).id);
}

test('"mes données" brings a link to all that is kept, messages included, which nobody caches and the audit log tells of', async () => {
  const ana = phone();
  await ana.says('bonjour, des pneus 205/55 R16 ?');
  const path = await askedFor(ana);
  // Staff read what was said, and the model is told it.
  expect(await findIn(database.db, ['/media/data/'])).toEqual([]);
  const response = await web.fetch(path);
  expect(response.status).toBe(200);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'cache-control': 'no-store',
    'x-robots-tag': 'noindex',
    'referrer-policy': 'no-referrer',
    'content-disposition': expect.stringContaining('attachment'),
  });
  const told = JSON.stringify(await response.json());
  for (const kept of ['bonjour, des pneus 205/55 R16 ?', 'Ce que je garde de vous', 'Ana Test'])
    expect(told).toContain(kept);
  const { id } = await ana.customer();
  expect(await database.db.auditEntry.findMany({ where: { subject: `customer:${id}` } })).toMatchObject([
    { actor: `customer:${id}`, action: 'customer.exported' },
  ]);
});

test('it tells what the bot did for its answers, what was undecided about an order, and what staff wrote on it', async () => {
  const { db } = database;
  const { model } = scriptedModel([
    { call: ['search_products', { query: 'bridgestone 205/55 r16', sort: null, max_price: null }] },
    { text: 'Voilà.' },
  ]);
  const ana = openPhone(agentNeeds(database, { model }));
  await ana.says('dites-moi donc ce que vous conseillez pour une petite voiture familiale');
  const rules = openPhone(agentNeeds(database), ana.channelAddress);
  for (const words of ['1 bridgestone 205/55 r16', 'commander', 'oui']) await rules.says(words);
  const { id } = await ana.customer();
  const { id: orderId } = await db.order.findFirstOrThrow({ where: { customerId: id } });
  await db.$transaction((tx) =>
    openReview(tx, { orderId, paymentId: null, reason: 'amount_differs', key: 'r', at: now }),
  );
  const note = { actor: 'staff:rose', action: 'order.noted', subject: `order:${orderId}`, at: now } as const;
  await writeAudit(db, { ...note, details: { note: 'passe samedi avec son frère' } });
  const given = await givePersonalData(
    { db, clock: { now: () => now }, sessionSecret: SECRET },
    makeDataToken(SECRET, id, now),
  );
  expect(given?.turns[0]).toMatchObject({ answeredBy: 'model', toolCalls: [{ name: 'search_products' }] });
  expect(given?.orders).toMatchObject([
    { reviews: [{ reason: 'amount_differs', closedAt: null }], notes: [{ note: 'passe samedi avec son frère' }] },
  ]);
  // Who wrote it is the shop's own affair.
  expect(JSON.stringify(given)).not.toContain('rose');
});

test('the link is over after a day, and once they are forgotten', async () => {
  const ana = phone();
  const path = await askedFor(ana);
  now = new Date(Date.now() + 25 * 3_600_000);
  expect((await web.fetch(path)).status).toBe(404);
  now = new Date();
  expect((await web.fetch(path)).status).toBe(200);
  for (const words of ['oublie-moi', 'oui']) await ana.says(words);
  expect((await web.fetch(path)).status).toBe(404);
});

test('a link that was changed, or signed by somebody else, opens nothing', async () => {
  const [ana, eve] = [phone(), phone()];
  for (const each of [ana, eve]) await each.says('bonjour');
  const { id } = await ana.customer();
  const theirs = makeDataToken(SECRET, (await eve.customer()).id, now);
  const [, until, signature] = theirs.split('.');
  const tokens = [
    `${id}.${until}.${signature}`,
    makeDataToken('another secret', id, now),
    theirs.replace(`${until}`, `${Number(until) + 9}`),
    'a.b.c',
    '%00',
  ];
  for (const token of tokens) expect((await web.fetch(`/media/data/${token}.json`)).status).toBe(404);
});
