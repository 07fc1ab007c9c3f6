import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CATALOGUE_COLUMNS } from '../../src/domain/catalogue-line.ts';
import { answerImport, showImport, startImport, workOnImport } from '../../src/flows/import-in-browser.ts';
import { lineProblem } from '../../src/http/staff/line-problems.ts';
import type { StaffAccounts } from '../../src/ports.ts';
import { buildShop } from '../support/catalogue-builder.ts';
import { csrfIn } from '../support/html-forms.ts';
import { managerAccounts, SESSION_COOKIE, stubAccounts } from '../support/stub-accounts.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { startWeb, type Web } from '../support/web.ts';

// A catalogue file from the choice to the result, over real HTTP; the worker's step is called by hand.

let database: TestDatabase;
let web: Web;
let needs: Parameters<typeof workOnImport>[0];
let accounts: StaffAccounts = managerAccounts;

beforeAll(async () => {
  database = await createTestDatabase();
  const shop = { name: 'Test', address: '1 rue', hours: '8-18' };
  needs = { db: database.db, clock: { now: () => new Date('2026-11-21T18:00:00Z') }, shop };
  await buildShop(database.db);
  web = await startWeb({
    accounts: { ...managerAccounts, current: (headers) => accounts.current(headers) },
    startImport: (file) => startImport(needs, file),
    showImport: (id) => showImport(needs, id),
    answerImport: (answer) => answerImport(needs, answer),
  });
});
afterAll(async () => {
  await web?.close();
  await database.close();
});

const headers = { cookie: SESSION_COOKIE, 'accept-language': 'fr' };
const pageOf = async (path: string) => {
  const html = await (await web.fetch(path, { headers })).text();
  return { html, csrf: csrfIn(html) };
};
async function give(text: string, token?: string) {
  const body = new FormData();
  body.set('csrf', token ?? (await pageOf('/staff/catalogue/import')).csrf);
  body.set('file', new Blob([text]), 'été.csv');
  const answer = await web.fetch('/staff/catalogue/import', { method: 'POST', headers, body });
  return { status: answer.status, path: answer.headers.get('location') ?? '', html: await answer.text() };
}
async function decide(path: string, answer: 'yes' | 'no') {
  const { csrf } = await pageOf(path);
  return web.fetch(path, { method: 'POST', headers, body: new URLSearchParams({ csrf, answer }) });
}
const row = (sku: string, label: string, price: string, place = '5,jarry,') =>
  `${sku},Acme,M,${label},,outils,{},${price},EUR,${place},`;
const file = (...rows: string[]) => [CATALOGUE_COLUMNS.join(','), ...rows].join('\n');
const countOf = (prefix: string) => database.db.product.count({ where: { sku: { startsWith: prefix } } });

test('a file is shown before it is written, with errors by line in the reader’s words, and written on a yes', async () => {
  const given = file(
    row('I-1', 'Cric <b>', '8990'),
    row('I-2', 'Clé', '89.90'),
    row('I-3', 'Pompe', '500', '5,nowhere,'),
  );
  const { path } = await give(given);
  expect((await pageOf(path)).html).toMatch(/http-equiv="refresh".*Rien n’est écrit/s);
  expect(await workOnImport(needs)).toBe(true);
  const { html } = await pageOf(path);
  expect(html).toContain('été.csv');
  expect(html).toMatch(/Nouveaux articles<\/dt><dd>1<.*Lignes avec une erreur<\/dt><dd>2</s);
  expect(html).toMatch(/Cric &lt;b>.*nouveau/s);
  expect(html).toMatch(/Ligne 3.*nombre entier de centimes.*Ligne 4.*le lieu nowhere n’existe pas/s);
  expect(await countOf('I-')).toBe(0);
  expect((await decide(path, 'yes')).status).toBe(303);
  expect((await decide(path, 'yes')).status).toBe(409);
  await workOnImport(needs);
  expect((await pageOf(path)).html).toContain('L’import est terminé');
  expect(await countOf('I-')).toBe(1);
  const errors = await (await web.fetch(`${path}/errors.csv`, { headers })).text();
  expect(errors).toMatch(/^\ufeff?Ligne,Erreurs par ligne\n4?3,/);
  const audited = await database.db.auditEntry.findMany({ orderBy: { seq: 'asc' } });
  expect(audited.map(({ action }) => action)).toEqual(['catalogue.import_started', 'catalogue.imported']);
  expect(audited[1]?.details).toMatchObject({ created: 1, badCount: 2 });
});

test('a second file waits until the first is over or dropped, and a dropped one wrote nothing', async () => {
  const first = await give(file(row('D-1', 'Gant', '100')));
  const second = await give(file(row('D-2', 'Gant', '100')));
  expect([second.status, second.html.includes(first.path)]).toEqual([409, true]);
  await workOnImport(needs);
  expect((await decide(first.path, 'no')).status).toBe(303);
  expect(await workOnImport(needs)).toBe(false);
  expect((await pageOf(first.path)).html).toContain('rien n’a été écrit');
  expect(await countOf('D-')).toBe(0);
});

test('an import that died on its way goes on behind the lines that are done, each counted once', async () => {
  const rows = Array.from({ length: 1_100 }, (_, n) => row(`R-${n}`, `Vis ${n}`, '10', ',,'));
  const { path } = await give(file(...rows));
  await workOnImport(needs);
  await decide(path, 'yes');
  // The second batch finds a product its CHECK refuses, as a database that goes away would end it.
  await database.db.$executeRaw`ALTER TABLE products ADD CONSTRAINT dies CHECK (sku <> 'R-700')`;
  await expect(workOnImport(needs)).rejects.toThrow();
  await database.db.$executeRaw`ALTER TABLE products DROP CONSTRAINT dies`;
  expect((await pageOf(path)).html).toContain('500 lignes sur 1100');
  expect(await workOnImport(needs)).toBe(false);
  await database.db.$executeRaw`UPDATE catalogue_imports SET claimed_until = now() - interval '1 s'
    WHERE status = 'running'`;
  await workOnImport(needs);
  const done = await database.db.catalogueImport.findFirstOrThrow({ where: { id: path.split('/').at(-1) as string } });
  expect(done).toMatchObject({ status: 'done', result: { lines: 1_100, created: 1_100, unchanged: 0 } });
  expect(done.bytes).toHaveLength(0);
});

test('what is no catalogue says why, and nobody but a manager, from our own page, imports', async () => {
  const { path } = await give('sku,prix\nA,1');
  await workOnImport(needs);
  expect((await pageOf(path)).html).toContain('Inconnues ou en double : &quot;prix&quot;');
  expect((await give(file(), 'forged')).status).toBe(403);
  expect((await give('x'.repeat(20 * 1024 * 1024 + 1))).status).toBe(413);
  accounts = stubAccounts;
  for (const address of ['/staff/catalogue/import', path, `${path}/errors.csv`]) {
    expect((await web.fetch(address, { headers })).status).toBe(403);
  }
  expect((await give(file(), 'x')).status).toBe(403);
  expect((await web.fetch(path, { method: 'POST', headers })).status).toBe(403);
  accounts = managerAccounts;
});

test.each([
  'sku is empty',
  'price_minor is above 99999999',
  'currency must be an ISO 4217 code in upper case, e.g. EUR',
  'stock must be a whole number, or empty for a service',
  'attributes must be a JSON object of texts, numbers and true/false',
  'location nowhere does not exist: add it with "npm run locations:import"',
  'location is empty although there is a stock',
  'label holds control characters',
  'image_url must be an http(s) address or a path that starts with /',
  'label is longer than 200 characters',
  'label is not UTF-8: save the file as "CSV UTF-8"',
  'location and slot must be empty for a service',
  'stock is empty, but this product is kept in stock: write 0 to sell no more',
  'sku is described differently on line 2',
  'sku T-1 at jarry is on line 2 already',
  'slot A1 at jarry holds T-2',
  'stock 1 is below the 2 that orders have reserved',
  'stock 1 is below the 3 that orders wait for, 2 of them paid',
  'has not as many columns as the first line',
  'is not readable as CSV: check its quotes',
])('“%s” is said in French and Spanish too', (problem) => {
  const said = (['fr', 'es'] as const).map((locale) => lineProblem(locale, problem));
  expect(new Set([problem, ...said]).size).toBe(3);
  expect(said.join()).not.toContain('$');
});
