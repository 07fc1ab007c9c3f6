import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { hasBrowser, shoot } from '../support/browser.ts';
import { type DemoInBrowser, openDemoInBrowser, PHONE } from '../support/demo-in-browser.ts';

(hasBrowser() ? describe : describe.skip)('the catalogue, on a phone', () => {
  let demo: DemoInBrowser;
  let desk: Page;

  beforeAll(async () => {
    demo = await openDemoInBrowser();
    desk = await demo.openPage(PHONE);
    await demo.fillSignIn(desk, '/staff/catalogue');
    await desk.getByRole('button').first().click();
    await desk.getByRole('heading', { name: 'Catalogue' }).waitFor();
  }, 120_000);
  afterAll(() => demo?.close(), 60_000);

  const isNoWiderThanThePhone = () => desk.evaluate('document.documentElement.scrollWidth <= innerWidth');

  test('a picture is chosen from the phone and shown', async () => {
    await shoot(desk, 'catalogue');
    expect(await isNoWiderThanThePhone()).toBe(true);
    await desk.locator('.rows a').first().click();
    await desk.locator('summary', { hasText: 'Photo' }).click();
    await desk.getByLabel('Photo ou fichier').setInputFiles('src/http/public/catalogue/equilibrage.png');
    await desk.getByRole('button', { name: 'Utiliser cette photo' }).click();
    await desk.getByText('La photo est en place').waitFor();
    const picture = desk.locator('main img').first();
    expect(await picture.getAttribute('src')).toMatch(/^\/media\/products\/[0-9a-f]{64}\.png$/);
    await desk.waitForFunction('document.querySelector("main img").naturalWidth > 0');
    await desk.locator('summary', { hasText: 'En rayon' }).first().click();
    await shoot(desk, 'product');
    expect(await isNoWiderThanThePhone()).toBe(true);
  }, 120_000);

  test('a file is chosen, looked at, agreed to and imported while the page follows', async () => {
    await desk.goto(`${demo.url}/staff/catalogue/import`);
    const [header = ''] = readFileSync('prisma/demo/catalogue.csv', 'utf8').split('\n');
    const buffer = Buffer.from([header, 'BROWSER-1,Acme,M,Cric,,outils,{},8990,EUR,,,,', 'BAD'].join('\n'));
    await desk.getByLabel('Fichier').setInputFiles({ name: 'nouveaux.csv', mimeType: 'text/csv', buffer });
    await desk.getByRole('button', { name: 'Voir ce qui changerait' }).click();
    await desk.getByRole('button', { name: 'Importer' }).waitFor();
    await shoot(desk, 'import');
    expect(await isNoWiderThanThePhone()).toBe(true);
    await desk.getByRole('button', { name: 'Importer' }).click();
    await desk.getByText('L’import est terminé').waitFor();
    await desk.goto(`${demo.url}/staff/catalogue?q=BROWSER-1`);
    expect(await desk.locator('.rows a').first().textContent()).toContain('BROWSER-1');
    expect(demo.problems).toEqual([]);
  }, 120_000);
});
