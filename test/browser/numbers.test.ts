import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { countNumbers } from '../../src/flows/count-numbers.ts';
import { showNumbers } from '../../src/flows/show-numbers.ts';
import { hasBrowser, launchBrowser, shoot, watchPage } from '../support/browser.ts';
import { openHistory } from '../support/number-history.ts';
import { managerAccounts, SESSION_COOKIE } from '../support/stub-accounts.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { startWeb, type Web } from '../support/web.ts';

(hasBrowser() ? describe : describe.skip)('the numbers, without JavaScript', () => {
  let database: TestDatabase;
  let web: Web;
  let browser: Browser;
  const problems: string[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    const needs = {
      db: database.db,
      clock: { now: () => new Date('2026-11-21T18:00:00Z') },
      timezone: 'America/Guadeloupe',
    };
    await writeMonth();
    await countNumbers(needs);
    const current = () => managerAccounts.current(new Headers({ cookie: SESSION_COOKIE }));
    web = await startWeb({
      accounts: { ...managerAccounts, current },
      showNumbers: (wish) => showNumbers(needs, wish),
    });
    browser = await launchBrowser();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await web?.close();
    await database?.close();
  });

  /** Some orders a day, more each week, with everything that can be counted of them. */
  async function writeMonth() {
    const { order, message, webhook } = await openHistory(database.pool);
    for (let nth = 0; nth < 60; nth++) {
      const atMs = Date.parse('2026-10-23T12:00:00Z') + nth ** 0.9 * 17.5 * 3600_000;
      const iso = (minutes: number) => new Date(atMs + minutes * 60_000).toISOString();
      const isPaid = nth % 4 !== 3;
      const customer = `customer ${nth % 17}`;
      const { orderId, sessionIds } = await order({
        ...{ customer, placedAt: iso(0), status: isPaid ? 'collected' : nth % 8 === 3 ? 'expired' : 'cancelled' },
        lines: [{ sku: `MI-PRI4-2055${nth % 5}`, quantity: 1 + (nth % 4), priceMinor: 8990 }],
        paid: isPaid ? [{ at: iso(3 + nth * 2), knownAt: iso(3 + nth * 2 + (nth % 9 === 0 ? 2 : 0.1)) }] : [],
      });
      for (const sessionId of sessionIds)
        await webhook({ sessionId, happenedAt: iso(3 + nth * 2), receivedAt: iso(3.1 + nth * 2.1) });
      if (isPaid)
        await message({
          ...{ key: `thank-you:${orderId}`, orderId, customer, status: 'read', sentAt: iso(4 + nth * 2) },
        });
      const variant = nth % 2 ? 'A' : 'B';
      await message({
        ...{ key: `reminder:${orderId}:1`, orderId, customer, status: 'read', sentAt: iso(60), variant },
      });
      if (nth % 7 === 0)
        await message({
          ...{ key: `lost:${nth}`, customer, status: 'failed', failedAt: iso(9), code: 63003 + (nth % 2) * 13 },
        });
    }
  }

  test.each([
    ['small', 320, 640],
    ['phone', 390, 844],
    ['desk', 1280, 860],
  ])('%s: nothing is cut off sideways, and the table behind a chart opens', async (name, width, height) => {
    const context = await browser.newContext({
      viewport: { width, height },
      locale: 'fr-FR',
      javaScriptEnabled: false,
    });
    const page = watchPage(await context.newPage(), problems);
    await page.goto(`${web.address}/staff/numbers`);
    await shoot(page, `60-numbers-${name}`);
    const card = page.getByRole('region', { name: 'Commandes expirées', exact: true });
    await card.getByText('Les chiffres').click();
    await card.getByRole('rowheader', { name: 'En tout' }).waitFor();
    // Without scripts of its own the page is measured from outside.
    const chart = await page.getByRole('img', { name: /^Ventes/ }).boundingBox();
    expect(chart?.width).toBeGreaterThan(180);
    for (const part of await page.locator('main section.card').all()) {
      const box = await part.boundingBox();
      expect(Math.round((box?.x ?? 0) + (box?.width ?? 0))).toBeLessThanOrEqual(width);
    }
    await context.close();
    expect(problems).toEqual([]);
  });
});
