import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { countNumbers } from '../../src/flows/count-numbers.ts';
import { exportNumbers, showNumbers } from '../../src/flows/show-numbers.ts';
import type { StaffAccounts } from '../../src/ports.ts';
import { openHistory } from '../support/number-history.ts';
import { managerAccounts, SESSION_COOKIE, stubAccounts } from '../support/stub-accounts.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { withWeb } from '../support/web.ts';

const timezone = 'America/Guadeloupe';
const clock = { now: () => new Date('2026-11-21T18:00:00Z') };
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const needs = () => ({ db: database.db, clock, timezone });

async function get(path: string, { language = 'en', accounts = managerAccounts as StaffAccounts } = {}) {
  let answer = { status: 0, headers: new Headers(), body: '' };
  const shown = {
    ...{ accounts, clock },
    showNumbers: (wish: Parameters<typeof showNumbers>[1]) => showNumbers(needs(), wish),
    exportNumbers: (wish: Parameters<typeof exportNumbers>[1]) => exportNumbers(needs(), wish),
  };
  await withWeb(shown, async (web) => {
    const response = await web.fetch(path, { headers: { cookie: SESSION_COOKIE, 'accept-language': language } });
    answer = { status: response.status, headers: response.headers, body: await response.text() };
  });
  return { ...answer, body: answer.body.replace(/[\u00a0\u202f]/g, ' ') };
}

/** The card of that title: the rows of its table, and its chart's bars as shares of the highest. */
function cardOf(html: string, title: string) {
  const card = html.split('<section class="card"').find((part) => part.includes(`>${title}</h2>`)) ?? '';
  const text = (cell: string) => cell.replace(/<[^>]*>/g, '').trim();
  const rows = [...card.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = '']) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell = '']) => text(cell)),
  );
  const bars = [...card.matchAll(/<rect class="series-(\d)"[^>]*height="([\d.]+)"/g)].map(([, series, height]) => ({
    ...{ series: Number(series), height: Number(height) },
  }));
  return { card, rows, bars, told: text(card) };
}

test('before they were counted, and while nothing ever happened, the page says so kindly', async () => {
  expect((await get('/staff/numbers')).body).toContain('being counted for the first time');
  await countNumbers(needs());
  expect((await get('/staff/numbers')).body).toContain('Nothing to count yet.');
  expect((await get('/staff/numbers', { language: 'fr' })).body).toContain('Rien à compter pour l’instant.');
  expect((await get('/staff/numbers', { language: 'es' })).body).toContain('Todavía no hay nada que contar.');
});

test('staff who are no managers see neither the numbers nor their CSV', async () => {
  for (const path of ['/staff/numbers', '/staff/numbers.csv'])
    expect((await get(path, { accounts: stubAccounts })).status).toBe(403);
});

test('a chart is the picture of its table, row by row, and the total is said', async () => {
  const history = await openHistory(database.pool);
  for (const [at, quantity] of [
    ['2026-11-19T23:00:00Z', 1],
    ['2026-11-20T23:00:00Z', 4],
    // 21:30 of the 20th in Guadeloupe.
    ['2026-11-21T01:30:00Z', 3],
    ['2026-11-21T15:00:00Z', 2],
  ] as const)
    await history.order({
      ...{ customer: 'anna', placedAt: at, status: 'collected' },
      lines: [{ sku: '=T1', quantity, priceMinor: 5000 }],
      paid: [{ at }],
    });
  await countNumbers(needs());
  const { body } = await get('/staff/numbers');
  const { rows, bars, told } = cardOf(body, 'Sales');
  expect(rows.slice(-4)).toEqual([
    ['Thu 19 Nov', '1', '€50.00'],
    ['Fri 20 Nov', '2', '€350.00'],
    ['Sat 21 Nov', '1', '€100.00'],
    ['In all', '4', '€500.00'],
  ]);
  expect(rows).toHaveLength(1 + 30 + 1);
  expect(bars.map(({ height }) => Math.round((100 * height) / (bars[1]?.height ?? 0)))).toEqual([14, 100, 29]);
  expect(told).toContain('€500.00 Amount');
  expect(cardOf(body, 'Sales by product').rows).toEqual([
    ['Product', 'Pieces', 'Amount'],
    ['=Tyre &lt;b>=T1&lt;/b> (=T1)', '10', '€500.00'],
  ]);
  expect(cardOf(body, 'Messages that failed').told).toContain('Nothing in this time.');
});

test('the page has no script or style of its own inside, and asks for none beyond its files', async () => {
  const { body, headers } = await get('/staff/numbers');
  expect(headers.get('content-security-policy')).toContain("style-src 'self'");
  expect(body).not.toMatch(/<script|<style|\sstyle=|\son\w+=/);
  expect(body).toContain('/assets/charts.css');
});

test('weeks and months, and earlier ones, are an address away', async () => {
  const week = await get('/staff/numbers?by=week', { language: 'fr' });
  expect(cardOf(week.body, 'Ventes').rows.at(-2)).toEqual(['du 16 nov.', '4', '500,00 €']);
  const month = await get('/staff/numbers?by=month', { language: 'es' });
  expect(cardOf(month.body, 'Ventas').rows.at(-2)).toEqual(['nov 2026', '4', '500,00 €']);
  const [, older] = /href="(\/staff\/numbers\?by=day&amp;to=[\d-]+)"/.exec((await get('/staff/numbers')).body) ?? [];
  expect(older).toBe('/staff/numbers?by=day&amp;to=2026-10-22');
  const earlier = await get('/staff/numbers?by=day&to=2026-10-22');
  expect(earlier.body).toContain('Nothing in this time.');
  expect(earlier.body).toContain('/staff/numbers?by=day&amp;to=2026-11-21');
  for (const nonsense of ['?by=year&to=2026-02-31', '?by=day&by=week&to=x', '?to=2999-01-01'])
    expect((await get(`/staff/numbers${nonsense}`)).status).toBe(200);
});

test('the CSV has every number, with no cell that a spreadsheet would run', async () => {
  const { body, headers } = await get('/staff/numbers.csv?by=day', { language: 'fr' });
  expect(headers.get('content-disposition')).toContain('numbers-by-day.csv');
  const lines = body.replace(/^\ufeff/, '').split('\r\n');
  expect(lines[0]).toBe('by;starts_on;measure;of;name;value');
  expect(lines).toContain('day;2026-11-20;sales_minor;EUR;;35000');
  expect(lines).toContain("day;2026-11-20;product_pieces;EUR =T1;'=Tyre <b>=T1</b>;7");
});
