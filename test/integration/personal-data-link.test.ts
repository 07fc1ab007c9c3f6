import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeDataToken } from '../../src/domain/data-link.ts';
import { givePersonalData } from '../../src/flows/give-personal-data.ts';
import { buildShop } from '../support/catalogue-builder.ts';
import { agentNeeds, bodies, openPhone } from '../support/conversation.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
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
const linkIn = (text: string) => /https:\/\/shop\.example(\/media\/data\/\S+)/.exec(text)?.[1] ?? '';

test('"mes données" brings a link to all that is kept, messages included, which nobody caches and the audit log tells of', async () => {
  const ana = phone();
  await ana.says('bonjour, des pneus 205/55 R16 ?');
  const response = await web.fetch(linkIn(bodies(await ana.says('mes données'))));
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

test('the link is over after a day, and once they are forgotten', async () => {
  const ana = phone();
  const path = linkIn(bodies(await ana.says('mes données')));
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
