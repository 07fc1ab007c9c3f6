import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { hasBrowser, launchBrowser, shoot, watchPage } from '../support/browser.ts';
import { type LivedInShop, openLivedInShop } from '../support/lived-in-shop.ts';
import { type CheckedPage, pagesOf } from '../support/pages.ts';

// What only a browser can tell of every page; the rest is in test/integration/every-page.test.ts.

const SMALL_PHONE = { viewport: { width: 320, height: 640 }, locale: 'fr-FR', reducedMotion: 'reduce' } as const;
const MAX_KB = 60;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** `SCREENSHOTS=1 npm test -- test/browser/every-page` keeps every page for people to look at, and makes the README's two. */
const wantsPictures = process.env.SCREENSHOTS === '1';
const REPORT = path.resolve(import.meta.dirname, 'screenshots/every-page.txt');

type Tabs = Record<CheckedPage['as'], Page>;

(hasBrowser() ? describe : describe.skip)('every page, on the smallest phone', () => {
  let shop: LivedInShop;
  let pages: CheckedPage[];
  let browser: Browser;
  let openTabs: () => Promise<Tabs>;
  let tabs: Tabs;
  const problems: string[] = [];

  beforeAll(async () => {
    [shop, browser] = await Promise.all([openLivedInShop(), launchBrowser()]);
    pages = pagesOf(shop);
    const tabOf = async (as: CheckedPage['as']) => {
      const context = await browser.newContext(SMALL_PHONE);
      const pairs = as === 'nobody' ? [] : shop[as].cookie().split('; ');
      const cookies = pairs.map((pair) => pair.split(/=(.*)/s) as [string, string]);
      await context.addCookies(cookies.map(([name, value]) => ({ name, value, url: shop.publicUrl })));
      return watchPage(await context.newPage(), problems);
    };
    openTabs = async () => ({
      ...{ manager: await tabOf('manager'), staff: await tabOf('staff'), nobody: await tabOf('nobody') },
    });
    tabs = await openTabs();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await shop?.close();
  }, 120_000);

  /** What axe finds wrong with a page as it is shown now. */
  async function violations(page: Page, rules?: string[]): Promise<string[]> {
    // Through the debugger, which the page's Content-Security-Policy does not bind.
    if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
    const found = await page.evaluate((only) => {
      const { axe: here } = window as unknown as { axe: typeof axe };
      return here.run(document, { resultTypes: ['violations'], preload: false, ...(only && { runOnly: only }) });
    }, rules);
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
  }

  /** What is too low for a wet thumb, and cells of a table so narrow that their words are broken into letters. */
  const cramped = (page: Page) =>
    page.evaluate(() => {
      const name = (element: Element) => element.outerHTML.slice(0, 120);
      const fields = [...document.querySelectorAll('main :is(input, select, textarea, button)')].filter(
        (field) =>
          field.checkVisibility() &&
          !field.matches('[type="hidden"], [type="checkbox"], [type="radio"], [type="file"]'),
      );
      const low = fields
        .filter((field) => field.getBoundingClientRect().height < 40)
        .map((field) => `low: ${name(field)}`);
      const cells = [...document.querySelectorAll<HTMLElement>('main td')].filter(
        (cell) => cell.clientWidth < 80 && Math.max(...cell.innerText.split(/\s/).map(({ length }) => length)) > 9,
      );
      return [...low, ...cells.map((cell) => `narrow: ${name(cell)}`)];
    });

  /** Sends a form of the page that is open, whatever its fields would take. */
  async function send(page: Page, action: string, fields: Record<string, string>): Promise<void> {
    await Promise.all([
      page.waitForNavigation(),
      page.evaluate(
        ([to, given]) => {
          const form = document.createElement('form');
          Object.assign(form, { method: 'post', action: to });
          const inputs = [...document.querySelectorAll<HTMLInputElement>('input[type="hidden"]')];
          const hidden = Object.fromEntries(inputs.map((input) => [input.name, input.value]));
          for (const [name, value] of Object.entries({ ...hidden, ...given })) {
            form.append(Object.assign(document.createElement('input'), { name, value }));
          }
          document.body.append(form);
          form.submit();
        },
        [action, fields] as const,
      ),
    ]);
  }

  /** Opens a page as if for the first time and answers what of it, but for pictures, came over the network. */
  async function openFirst(page: Page, { path: address, form }: CheckedPage): Promise<number> {
    // What the page before it still loads is not this one's.
    await page.goto('about:blank');
    const network = await page.context().newCDPSession(page);
    const pictures = new Set<string>();
    let bytes = 0;
    network.on('Network.responseReceived', ({ requestId, type }) => type === 'Image' && pictures.add(requestId));
    network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      if (!pictures.has(requestId)) bytes += encodedDataLength;
    });
    await network.send('Network.enable');
    await network.send('Network.setCacheDisabled', { cacheDisabled: true });
    await page.goto(shop.publicUrl + (form?.from ?? address));
    if (form) await send(page, address, form.fields);
    await network.detach();
    return bytes / 1000;
  }

  /** Phone and desktop, light and dark; folds are open. */
  async function picture(page: Page, name: string): Promise<void> {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const viewport of [{ width: 1280, height: 800 }, SMALL_PHONE.viewport]) {
        await page.setViewportSize(viewport);
        await shoot(page, `every-${name.replaceAll(/\W+/g, '-')}-${viewport.width}-${colorScheme}`, { fullPage: true });
      }
    }
  }

  async function lookAt(page: Page, checked: CheckedPage) {
    await page.emulateMedia({ colorScheme: 'light' });
    const kB = await openFirst(page, checked);
    await page.evaluate(() => {
      for (const fold of document.querySelectorAll<HTMLDetailsElement>('main details')) fold.open = true;
    });
    const widthPx = await page.evaluate(() => document.documentElement.scrollWidth);
    const light = await violations(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = (await violations(page, ['color-contrast'])).map((text) => `dark: ${text}`);
    if (wantsPictures) await picture(page, checked.name);
    return { kB, widthPx, found: [...light, ...dark, ...(await cramped(page))] };
  }

  const README_PICTURES = [
    { file: 'staff-phone.png', name: 'conversation taken over', viewport: { width: 360, height: 720 } },
    { file: 'staff-desktop.png', name: 'orders', viewport: { width: 1280, height: 800 } },
  ];
  (wantsPictures ? test : test.skip)(
    'the README’s pictures are made',
    async () => {
      const page = tabs.manager;
      await page.emulateMedia({ colorScheme: 'light' });
      for (const { file, name, viewport } of README_PICTURES) {
        await page.setViewportSize(viewport);
        await page.goto(shop.publicUrl + pages.find((each) => each.name === name)?.path);
        await page.screenshot({ path: path.resolve(import.meta.dirname, '../../docs/images', file) });
      }
      await page.setViewportSize(SMALL_PHONE.viewport);
    },
    60_000,
  );

  test('axe finds nothing, light or dark, nothing is cramped or wider than 320 px, and a first visit takes less than 60 kB', async () => {
    const wrong: Record<string, string[]> = {};
    const report = new Map<string, string>();
    const waiting = [...pages];
    async function walk(tabsOf: Tabs): Promise<void> {
      for (let checked = waiting.shift(); checked; checked = waiting.shift()) {
        const { name, as, status } = checked;
        const { kB, widthPx, found } = await lookAt(tabsOf[as], checked);
        report.set(name, `${name}: ${kB.toFixed(1)} kB, ${widthPx} px, ${found.length} found by axe (${status})`);
        if (widthPx > 320) found.push(`${widthPx} px wide`);
        if (kB > MAX_KB) found.push(`${kB.toFixed(1)} kB`);
        if (found.length > 0) wrong[name] = found;
      }
    }
    // Two at once: a page is drawn while the other is looked at.
    await Promise.all([walk(tabs), walk(await openTabs())]);
    mkdirSync(path.dirname(REPORT), { recursive: true });
    writeFileSync(REPORT, `${pages.map(({ name }) => report.get(name)).join('\n')}\n`);
    expect(report.size).toBe(pages.length);
    expect(wrong).toEqual({});
  }, 300_000);

  test('the menu opens and closes by touch and keyboard, without a script; axe finds nothing in it, on a phone or a desk', async () => {
    const storageState = await tabs.manager.context().storageState();
    const plain = await (
      await browser.newContext({ ...SMALL_PHONE, javaScriptEnabled: false, storageState })
    ).newPage();
    await plain.goto(`${shop.publicUrl}/staff`);
    const [summary, team] = [plain.locator('.menu > summary'), plain.locator('.nav a[href="/staff/team"]')];
    await summary.click();
    await team.waitFor();
    // Beside it, on the page.
    await plain.mouse.click(40, 80);
    await team.waitFor({ state: 'hidden' });
    await summary.press('Enter');
    await team.press('Enter');
    await plain.waitForURL('**/staff/team');
    expect(await team.getAttribute('aria-current')).toBe('page');
    await plain.context().close();
    const { manager } = tabs;
    await manager.goto(`${shop.publicUrl}/staff`);
    const found: string[] = [];
    for (const viewport of [SMALL_PHONE.viewport, { width: 1280, height: 800 }]) {
      await manager.setViewportSize(viewport);
      await manager.evaluate(() => document.querySelector('.menu')?.setAttribute('open', ''));
      for (const colorScheme of ['light', 'dark'] as const) {
        await manager.emulateMedia({ colorScheme });
        found.push(...(await violations(manager)));
      }
    }
    expect(found).toEqual([]);
    expect(problems.filter((problem) => !/status of 4\d\d/.test(problem))).toEqual([]);
  }, 120_000);
});
