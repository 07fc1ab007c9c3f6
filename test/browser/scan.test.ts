import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { derivePickupToken } from '../../src/domain/pickup.ts';
import { addStaff } from '../../src/flows/add-staff.ts';
import { createQrCode } from '../../src/vendors/qr.ts';
import { hasBrowser, launchBrowser, shoot, watchPage } from '../support/browser.ts';
import { cameraRoll } from '../support/fake-camera.ts';
import { type MoneyDesk, openMoneyDesk, paidOrder, placeOrder } from '../support/money-desk.ts';
import { STAFF } from '../support/running-shop.ts';
import { openWebProcess, type WebProcess } from '../support/web-process.ts';

const PHONE = { viewport: { width: 390, height: 844 }, locale: 'fr-FR', reducedMotion: 'reduce' } as const;

(hasBrowser() ? describe : describe.skip)('at the counter', () => {
  let desk: MoneyDesk;
  let web: WebProcess;
  const camera = cameraRoll();
  let browser: Browser;
  let page: Page;
  let paid: { orderId: string };
  const problems: string[] = [];

  beforeAll(async () => {
    desk = await openMoneyDesk();
    web = await openWebProcess(desk.database);
    await addStaff(web, { ...STAFF, role: 'staff' });
    paid = await paidOrder(desk);
    const { id } = await desk.db.pickup.findUniqueOrThrow({ where: { orderId: paid.orderId } });
    // As /media/qr draws it.
    const address = `${web.publicUrl}/pickup/${derivePickupToken(desk.needs.sessionSecret, id)}`;
    camera.shows(await createQrCode().png(address));
    browser = await launchBrowser({ cameraFile: camera.file });
    const context = await browser.newContext({ ...PHONE, permissions: ['camera'] });
    page = watchPage(await context.newPage(), problems);
    await page.goto(`${web.publicUrl}/staff/scan`);
    await page.getByLabel(/mail/i).fill(STAFF.email);
    await page.getByLabel(/passe/i).fill(STAFF.password);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    camera.forget();
    await web?.close();
    await desk?.close();
  }, 120_000);

  const verdict = (kind: string) => page.locator(`[data-verdict="${kind}"]`);
  const statusOf = async (orderId: string) =>
    (await desk.db.order.findUniqueOrThrow({ where: { id: orderId } })).status;

  test('the camera finds the code, also when the network drops for a moment, and shows what to fetch', async () => {
    let isAway = true;
    await page.route('**/staff/scan?part=order*', (route) =>
      isAway ? route.abort('internetdisconnected') : route.continue(),
    );
    await page.getByRole('button', { name: 'Se connecter' }).click();
    await page.getByText('Pas de réseau').waitFor();
    isAway = false;
    await verdict('collectable').waitFor();
    const { number } = await desk.db.order.findUniqueOrThrow({ where: { id: paid.orderId } });
    await page.getByText(number).waitFor();
    await page.getByText('À aller chercher').waitFor();
    await shoot(page, '30-scanned');
  });

  test('one tap hands it over, also when the answer is lost on the way', async () => {
    let lost = 0;
    await page.route('**/staff/scan/collect', async (route) => {
      if (lost++ > 0) return route.continue();
      await route.fetch();
      return route.abort('internetdisconnected');
    });
    await page.getByRole('button', { name: 'Remettre la commande' }).click();
    await page.getByText(/Commande remise|Déjà remise/).waitFor();
    expect(await statusOf(paid.orderId)).toBe('collected');
    await shoot(page, '31-handed-over');
  });

  test('the same code again is refused in plain words', async () => {
    await page.getByRole('button', { name: 'Code suivant' }).click();
    await verdict('already_collected').waitFor();
    await page.getByText('Déjà remise').waitFor();
    expect(await page.getByRole('button', { name: 'Remettre la commande' }).count()).toBe(0);
  });

  test('an order number works too: unpaid, unknown, and paid', async () => {
    const unpaid = await placeOrder(desk);
    const other = await paidOrder(desk);
    const numberOf = async (id: string) => (await desk.db.order.findUniqueOrThrow({ where: { id } })).number;
    const type = async (code: string) => {
      await page.getByLabel(/numéro de commande/).fill(code);
      await page.getByRole('button', { name: 'Afficher' }).click();
    };
    await type((await numberOf(unpaid.orderId)).toLowerCase());
    await page.getByText('Pas encore payée').waitFor();
    await shoot(page, '32-unpaid');
    await type('C-99999999');
    await page.getByText('QR code inconnu').waitFor();
    await type((await numberOf(other.orderId)).replace('C-', ''));
    await verdict('collectable').waitFor();
    await page.getByRole('button', { name: 'Remettre la commande' }).click();
    await verdict('just_collected').waitFor();
    expect(await statusOf(other.orderId)).toBe('collected');
  });

  test('nothing went wrong on the page', () => {
    // What the network refused on purpose, and 404 and 409 that are answers.
    expect(problems.filter((problem) => !/Failed to load resource/.test(problem))).toEqual([]);
  });
});
