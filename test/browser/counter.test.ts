import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { hasBrowser, launchBrowser, shoot, watchPage } from '../support/browser.ts';
import { oggOf } from '../support/media-samples.ts';
import { DEMO_EMAIL, type RunningDemo, startDemo } from '../support/running-demo.ts';
import type { RunningProcess } from '../support/running-shop.ts';
import { until } from '../support/until.ts';

(hasBrowser() ? describe : describe.skip)('a newcomer on the chat page', () => {
  let demo: RunningDemo;
  let shop: RunningProcess;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    demo = await startDemo();
    shop = demo.start();
    await demo.isOpen(shop);
    browser = await launchBrowser();
    // Without animations, so that pictures show what stays.
    const options = { viewport: { width: 1280, height: 860 }, locale: 'fr-FR', reducedMotion: 'reduce' } as const;
    page = watchPage(await (await browser.newContext(options)).newPage(), problems);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await shop?.stop();
    demo.forget();
  }, 120_000);

  const phone = () => page.getByTestId('phone');
  const fromShop = (text: string | RegExp) =>
    phone().locator('[data-testid="message"][data-direction="in"]').filter({ hasText: text }).last();
  const say = async (text: string) => {
    await phone().getByTestId('composer').fill(text);
    await phone().getByTestId('send').click();
  };
  const tap = (title: string | RegExp): Promise<void> =>
    phone().locator('[data-testid="quick-reply"]:enabled').filter({ hasText: title }).last().click();

  async function chooseFirstTyre(): Promise<void> {
    await phone().getByTestId('list-open').last().click();
    await page.getByTestId('list-item').first().click();
    await shoot(page, '02-list');
    await page.getByTestId('list-send').click();
  }

  async function buyFourTyres(): Promise<string> {
    const links = phone().locator('[data-testid="message"][data-direction="in"] a[href*="/checkout/cs_"]');
    const earlier = await links.count();
    await say('4 pneus 205/55 R16');
    await chooseFirstTyre();
    const addFour = phone().locator('[data-testid="quick-reply"]:enabled').filter({ hasText: '4' }).last();
    const order = phone().locator('[data-testid="quick-reply"]:enabled').filter({ hasText: 'Commander' }).last();
    await addFour.or(order).last().waitFor();
    if (!(await order.isVisible())) await addFour.click();
    await tap('Commander');
    const place = phone().locator('[data-testid="quick-reply"]:enabled').filter({ hasText: 'Jarry' }).last();
    const confirm = phone().locator('[data-testid="quick-reply"]:enabled').filter({ hasText: 'Confirmer' }).last();
    await place.or(confirm).last().waitFor();
    if (!(await confirm.isVisible())) await place.click();
    await confirm.waitFor();
    await shoot(page, '03-summary');
    await confirm.click();
    // This order's link, not one of an earlier order that still stands in the chat.
    const link = links.nth(earlier);
    await link.waitFor();
    return (await link.getAttribute('href')) as string;
  }

  async function payOn(checkoutUrl: string, button: RegExp, name: string): Promise<Page> {
    const checkout = await page.context().newPage();
    await checkout.setViewportSize({ width: 390, height: 844 });
    await checkout.goto(checkoutUrl);
    await shoot(checkout, name);
    await checkout.getByRole('button', { name: button }).first().click();
    return checkout;
  }

  let pickupUrl: string;

  test('says bonjour and is greeted', async () => {
    await page.goto(`${demo.url}/sandbox`);
    await say('bonjour');
    await fromShop(/[Bb]onjour/).waitFor();
    await shoot(page, '01-greeting');
  }, 120_000);

  test('sees on its own words that they arrived and that the shop has read them', async () => {
    const own = phone().locator('[data-testid="message"][data-direction="out"]').filter({ hasText: 'bonjour' }).last();
    await own.locator('.ticks.read').waitFor();
    expect(await own.getAttribute('data-status')).toBe('read');
  }, 60_000);

  test('buys four tyres and pays on the stand-in checkout', async () => {
    const checkout = await payOn(await buyFourTyres(), /payer|pay/i, '04-checkout');
    await checkout.getByText(/confirmé/).waitFor();
    await shoot(checkout, '05-paid');
    await checkout.close();
    const thanks = fromShop(/Merci/);
    await thanks.locator('img').waitFor();
    await thanks.scrollIntoViewIfNeeded();
    await shoot(page, '06-thank-you');
  }, 180_000);

  test('opens what the QR code holds, logs in as staff and hands the order over once', async () => {
    const href = await phone().getByTestId('scan').last().getAttribute('href');
    pickupUrl = new URL(href as string, demo.url).toString();
    const counter = await browser.newPage({ viewport: { width: 390, height: 844 }, locale: 'fr-FR' });
    await counter.goto(pickupUrl);
    await shoot(counter, '07-login');
    await counter.getByLabel(/mail/i).fill(DEMO_EMAIL);
    await counter.getByLabel(/passe/i).fill(demo.staffPassword());
    await counter.getByRole('button').first().click();
    await counter.getByRole('button', { name: /remettre/i }).waitFor();
    await shoot(counter, '08-pickup');
    await counter.getByRole('button', { name: /remettre/i }).click();
    await counter
      .getByText(/remise/i)
      .first()
      .waitFor();
    await shoot(counter, '09-collected');
    await counter.goto(pickupUrl);
    await counter
      .locator('main')
      .getByText(/Équipe démo/)
      .first()
      .waitFor();
    await shoot(counter, '10-second-scan');
    expect(await counter.getByRole('button', { name: /remettre/i }).count()).toBe(0);
    await counter.close();
    await fromShop(/remise/).waitFor();
  }, 180_000);

  test('does not pay another order: the reminder and the expiry notice arrive as time passes', async () => {
    await buyFourTyres();
    await page.getByTestId('advance-1h').click();
    await fromShop(/vous attend/).waitFor();
    await shoot(page, '11-reminder');
    await page.getByTestId('advance-24h').click();
    await fromShop(/expiré/).waitFor();
    await shoot(page, '12-expired');
    const reminders = phone()
      .locator('[data-testid="message"][data-direction="in"]')
      .filter({ hasText: /vous attend/ });
    expect(await reminders.count()).toBe(1);
  }, 120_000);

  test('shows a tyre in a picture, asks for tyres aloud, and finds the nearest place', async () => {
    const attached = async (testId: string, file?: { name: string; mimeType: string; buffer: Buffer }) => {
      await phone().getByTestId('attach').click();
      if (file) await phone().getByTestId(testId).setInputFiles(file);
      else await phone().getByTestId(testId).click();
    };
    const answersNow = () => phone().locator('[data-testid="message"][data-direction="in"]').count();
    const answeredSince = (before: number) => until('the shop answered', async () => (await answersNow()) > before);
    let before = await answersNow();
    const tyre = readFileSync('src/http/public/catalogue/pneu-ete.png');
    await attached('attach-picture', { name: 'tyre.png', mimeType: 'image/png', buffer: tyre });
    await answeredSince(before);
    await fromShop(/Michelin/).waitFor();
    before = await answersNow();
    await attached('attach-voice', { name: 'voice.ogg', mimeType: 'audio/ogg', buffer: oggOf(3) });
    await answeredSince(before);
    await fromShop(/205\/55 R16/).waitFor();
    await attached('attach-place');
    await fromShop(/plus proches de vous/).waitFor();
    await shoot(page, '14-attachments');
  }, 180_000);

  test('sees HTML in a message as text', async () => {
    await say('<img src=x onerror=alert(1)><b>gras</b>');
    const mine = phone().locator('[data-testid="message"][data-direction="out"]').last();
    await mine.filter({ hasText: '<b>gras</b>' }).waitFor();
    expect(await mine.locator('b, img').count()).toBe(0);
  }, 120_000);

  test('finds everything again after the shop was killed and started anew', async () => {
    await shop.stop('SIGKILL');
    shop = demo.start();
    await demo.isOpen(shop);
    expect(shop.output()).not.toContain('shown once');
    await page.goto(`${demo.url}/sandbox`);
    await fromShop(/expiré/).waitFor();
    await say('où en est ma commande ?');
    await fromShop(/C-1001/).waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    await shoot(page, '13-phone');
  }, 120_000);

  test('meets no error in the browser console', () => {
    // A server that is killed cuts the event stream: that noise is the test's own.
    expect(
      problems.filter((problem) => !/ERR_(CONNECTION|INCOMPLETE|EMPTY)|Failed to load resource/.test(problem)),
    ).toEqual([]);
  });
});
