import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { hasBrowser, shoot } from '../support/browser.ts';
import { type DemoInBrowser, openDemoInBrowser, PHONE, WIDE } from '../support/demo-in-browser.ts';

(hasBrowser() ? describe : describe.skip)('a person takes over', () => {
  let demo: DemoInBrowser;
  let customer: Page;
  let desk: Page;

  beforeAll(async () => {
    demo = await openDemoInBrowser();
    customer = await demo.openPage(WIDE);
    desk = await demo.openPage(PHONE);
  }, 120_000);
  afterAll(() => demo?.close(), 60_000);

  const phone = () => customer.getByTestId('phone');
  const bubbles = (direction: 'in' | 'out') =>
    phone().locator(`[data-testid="message"][data-direction="${direction}"]`);
  const say = async (text: string) => {
    await phone().getByTestId('composer').fill(text);
    await phone().getByTestId('send').click();
  };
  /** Fails when the page was loaded again: what comes must come by itself. */
  const mark = () => desk.evaluate(() => document.body.setAttribute('data-same-page', 'yes'));
  const isSamePage = () => desk.evaluate(() => document.body.getAttribute('data-same-page') === 'yes');

  test('the customer calls, and the list that is open says so by itself', async () => {
    await customer.goto(`${demo.url}/sandbox`);
    await say('bonjour');
    await bubbles('in')
      .filter({ hasText: /[Bb]onjour/ })
      .waitFor();
    await demo.fillSignIn(desk, '/staff/conversations');
    await desk.getByRole('button').first().click();
    await desk.getByRole('heading', { name: 'Conversations' }).waitFor();
    await mark();
    await say('je veux parler à quelqu’un');
    await desk.getByText('Attend quelqu’un').waitFor();
    // The menu of every page counts what needs somebody.
    await desk.locator('.menu > summary .badge', { hasText: '1' }).waitFor();
    expect(await isSamePage()).toBe(true);
    await shoot(desk, '20-conversations');
  }, 120_000);

  test('staff take over and answer; the customer sees it, and the ticks follow', async () => {
    await desk.locator('.rows a').first().click();
    await desk.getByRole('button', { name: 'Prendre la suite' }).click();
    await desk.getByText('Vous vous en occupez').waitFor();
    await desk.locator('.menu > summary .badge').waitFor({ state: 'hidden' });
    await bubbles('in').filter({ hasText: 'prend la suite' }).waitFor();
    await desk.getByLabel('Votre réponse').fill('Bonjour, ici Lucie.\nQue cherchez-vous ?');
    await desk.getByRole('button', { name: 'Envoyer' }).click();
    await bubbles('in').filter({ hasText: 'ici Lucie' }).waitFor();
    await desk.locator('.from-staff', { hasText: 'ici Lucie' }).filter({ hasText: '✓✓ lu' }).waitFor();
    await shoot(desk, '21-conversation');
    await shoot(customer, '22-answered-by-a-person');
  }, 120_000);

  test('the bot keeps quiet, and what is being written stays when a message comes', async () => {
    await mark();
    await desk.getByLabel('Votre réponse').fill('Je regarde');
    const before = await bubbles('in').count();
    await say('4 pneus 205/55 R16');
    await desk.locator('.from-customer', { hasText: '4 pneus 205/55 R16' }).waitFor();
    expect(await desk.getByLabel('Votre réponse').inputValue()).toBe('Je regarde');
    expect(await isSamePage()).toBe(true);
    await desk.getByRole('button', { name: 'Envoyer' }).click();
    await bubbles('in').filter({ hasText: 'Je regarde' }).waitFor();
    // The person's answer alone came, and no offer of the bot's before it.
    expect(await bubbles('in').count()).toBe(before + 1);
  }, 120_000);

  test('on a wide screen the other conversations stand beside, with what nobody has read, and come by themselves', async () => {
    const wide = await demo.openPage(WIDE);
    await demo.fillSignIn(wide, new URL(desk.url()).pathname);
    await wide.getByRole('button').first().click();
    const inbox = wide.locator('#inbox');
    await inbox.locator('[aria-current=page]').waitFor();
    await phone().getByTestId('composer').fill('une question de plus');
    await phone().getByTestId('send').click();
    await inbox.getByText('une question de plus').waitFor();
    // Read by being shown: the number goes as soon as either page has asked for the message.
    await inbox.locator('.unread').waitFor({ state: 'detached' });
    await shoot(wide, '23-inbox');
    await wide.close();
  }, 120_000);

  test('given back, the bot says so and sells again', async () => {
    await desk.getByRole('button', { name: 'Rendre au robot' }).click();
    await desk.getByText('Le robot répond').waitFor();
    await bubbles('in').filter({ hasText: 'c’est de nouveau moi' }).waitFor();
    await say('4 pneus 205/55 R16');
    await phone().getByTestId('list-open').last().waitFor();
    await desk.locator('.from-bot').filter({ hasText: 'Boutons proposés' }).last().waitFor();
    await shoot(desk, '23-given-back');
  }, 120_000);

  test('without JavaScript the same pages work', async () => {
    const storageState = await desk.context().storageState();
    const plain = await demo.openPage({ ...PHONE, javaScriptEnabled: false, storageState });
    await plain.goto(`${demo.url}/staff/conversations`);
    await plain.locator('.rows a').first().click();
    await plain.getByLabel('Votre réponse').fill('Sans JavaScript');
    await plain.getByRole('button', { name: 'Envoyer' }).click();
    await plain.locator('.from-staff', { hasText: 'Sans JavaScript' }).waitFor();
    await bubbles('in').filter({ hasText: 'Sans JavaScript' }).waitFor();
    await plain.context().close();
  }, 120_000);

  test('after a day the window is closed, and the page says what to do', async () => {
    const aDayLater = customer.getByTestId('advance-24h');
    await aDayLater.click();
    // It can be pressed again when the day has passed.
    await aDayLater.and(customer.locator(':enabled')).waitFor();
    await desk.reload();
    await desk.getByText('WhatsApp ne laisse plus écrire ici').waitFor();
    await shoot(desk, '24-window-closed');
    await say('me revoilà');
    await desk.getByLabel('Votre réponse').waitFor();
  }, 120_000);

  test('nothing is wider than the phone, and the console stays empty', async () => {
    for (const path of ['/staff/conversations', '/staff/needs-you', new URL(desk.url()).pathname]) {
      await desk.goto(demo.url + path);
      expect(await desk.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    }
    expect(demo.problems).toEqual([]);
  }, 120_000);
});
