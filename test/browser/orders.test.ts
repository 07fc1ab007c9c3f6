import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { hasBrowser, shoot, watchPage } from '../support/browser.ts';
import { type DemoInBrowser, openDemoInBrowser, PHONE, WIDE } from '../support/demo-in-browser.ts';
import { cameraRoll } from '../support/fake-camera.ts';

(hasBrowser() ? describe : describe.skip)('the orders, at the counter', () => {
  const camera = cameraRoll();
  let demo: DemoInBrowser;
  let customer: Page;
  let desk: Page;
  let checkoutUrl: string;

  beforeAll(async () => {
    demo = await openDemoInBrowser({ cameraFile: camera.file });
    customer = await demo.openPage(WIDE);
    desk = await demo.openPage({ ...PHONE, permissions: ['camera'] });
  }, 120_000);
  afterAll(async () => {
    await demo?.close();
    camera.forget();
  }, 120_000);

  const phone = () => customer.getByTestId('phone');
  const reply = (title: string) =>
    phone().locator('[data-testid="quick-reply"]:enabled').filter({ hasText: title }).last();

  /** As a customer: four tyres, up to the link to pay. */
  async function orderTyres(): Promise<string> {
    await phone().getByTestId('composer').fill('4 pneus 205/55 R16');
    await phone().getByTestId('send').click();
    await phone().getByTestId('list-open').last().click();
    await customer.getByTestId('list-item').first().click();
    await customer.getByTestId('list-send').click();
    await reply('4').or(reply('Commander')).last().waitFor();
    if (!(await reply('Commander').isVisible())) await reply('4').click();
    await reply('Commander').click();
    await reply('Jarry').or(reply('Confirmer')).last().waitFor();
    if (!(await reply('Confirmer').isVisible())) await reply('Jarry').click();
    await reply('Confirmer').click();
    const link = phone().locator('[data-testid="message"][data-direction="in"] a[href*="/checkout/cs_"]').last();
    return (await link.getAttribute('href')) as string;
  }

  let taps = 0;
  /** A finger's tap: the stranger's walk is counted in these. */
  const tap = (target: Locator) => {
    taps++;
    return target.click();
  };
  const chip = (name: RegExp) => desk.getByRole('link', { name });

  test('a stranger logs in and finds today’s unpaid orders in three taps', async () => {
    await customer.goto(`${demo.url}/sandbox`);
    checkoutUrl = await orderTyres();
    await demo.fillSignIn(desk, '/staff');
    await tap(desk.getByRole('button').first());
    await tap(chip(/^À payer/));
    await tap(chip(/^Aujourd’hui/));
    await desk.locator('.rows').getByText('C-1001').waitFor();
    expect(taps).toBe(3);
    expect(new URL(desk.url()).search).toBe('?group=to_pay&period=today');
    await shoot(desk, '30-to-pay');
  }, 180_000);

  test('paid, it leaves that list and stands among those to prepare, on pages that were not loaded again', async () => {
    const prepare = watchPage(await desk.context().newPage(), demo.problems);
    await prepare.goto(`${demo.url}/staff?group=to_prepare`);
    await prepare.getByText('Aucune commande').waitFor();
    const isSame = (page: Page) => page.evaluate(() => document.body.getAttribute('data-same-page'));
    await prepare.evaluate(() => document.body.setAttribute('data-same-page', 'yes'));
    const checkout = await customer.context().newPage();
    await checkout.goto(checkoutUrl);
    await checkout
      .getByRole('button', { name: /payer|pay/i })
      .first()
      .click();
    await prepare.locator('.rows').getByText('C-1001').waitFor();
    expect(await isSame(prepare)).toBe('yes');
    await prepare.close();
    await checkout.close();
    // Out of sight it heard nothing; it reads again when it comes back.
    await desk.bringToFront();
    await desk.getByText('Aucune commande').waitFor();
  }, 120_000);

  test('half of it is refunded in five taps', async () => {
    taps = 0;
    await tap(chip(/^À préparer/));
    await tap(desk.locator('.rows a').first());
    await tap(desk.getByText('Rembourser…'));
    const amount = desk.getByLabel(/Montant/);
    const left = (await amount.getAttribute('placeholder')) ?? '';
    const half = Number(left.replace(/[^\d,]/g, '').replace(',', '.')) / 2;
    await tap(amount);
    await amount.fill(half.toFixed(2).replace('.', ','));
    await tap(desk.locator('form[action$="/refund"]').getByRole('button'));
    await desk.locator('.ledger').getByText('Remboursé').first().waitFor();
    expect(taps).toBe(5);
    await desk.reload();
    await shoot(desk, '31-order');
    await desk.getByText('Messages au client').waitFor();
    // Half of it is still the customer's: it stays to be prepared.
    await desk.goto(`${demo.url}/staff/pick-list`);
    await desk.getByText('C-1001').waitFor();
    await shoot(desk, '32-pick-list');
  }, 120_000);

  test('a chat is taken over in three taps', async () => {
    taps = 0;
    await tap(desk.getByRole('link', { name: 'Conversations' }));
    await tap(desk.locator('.rows a').first());
    await tap(desk.getByRole('button', { name: 'Prendre la suite' }));
    await desk.getByText('Vous vous en occupez').waitFor();
    expect(taps).toBe(3);
  }, 120_000);

  test('the customer’s code is scanned and the goods are handed over in two taps', async () => {
    const code = phone().locator('[data-direction="in"] img').last();
    const picture = await customer.request.get(new URL((await code.getAttribute('src')) ?? '', demo.url).toString());
    camera.shows(await picture.body());
    taps = 0;
    await tap(desk.getByRole('link', { name: 'Scanner' }));
    await tap(desk.getByRole('button', { name: 'Remettre la commande' }));
    await desk.getByText('Commande remise').waitFor();
    expect(taps).toBe(2);
    await shoot(desk, '33-handed-over');
  }, 120_000);

  test('the filters work without JavaScript, nothing is wider than the phone, and the console stays empty', async () => {
    const storageState = await desk.context().storageState();
    const viewport = { width: 320, height: 640 };
    const plain = await demo.openPage({ ...PHONE, viewport, javaScriptEnabled: false, storageState });
    await plain.goto(`${demo.url}/staff`);
    await plain.getByRole('searchbox').fill('1001');
    await plain.getByRole('button', { name: 'Chercher' }).click();
    await plain.locator('.rows a').first().click();
    const order = new URL(plain.url()).pathname;
    await plain.context().close();
    await desk.setViewportSize(viewport);
    const paths = ['/staff', order, `${order}/slip`, '/staff/pick-list'];
    const tooWide: string[] = [];
    for (const path of paths) {
      await desk.goto(demo.url + path);
      if ((await desk.evaluate(() => document.documentElement.scrollWidth)) > 320) tooWide.push(path);
    }
    expect(tooWide).toEqual([]);
    expect(demo.problems).toEqual([]);
  }, 120_000);
});
