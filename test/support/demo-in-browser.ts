import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchBrowser, watchPage } from './browser.ts';
import { DEMO_EMAIL, startDemo } from './running-demo.ts';

/** Without animations, so that pictures show what stays. */
export const PHONE = { viewport: { width: 390, height: 844 }, locale: 'fr-FR', reducedMotion: 'reduce' } as const;
/** The customer's chat page has its phone and the shop's books side by side. */
export const WIDE = { ...PHONE, viewport: { width: 1280, height: 860 } } as const;

/** What a newcomer has after `npm start`, and a browser to look at it. `problems`: what went wrong on any page of it. */
export async function openDemoInBrowser(sees: { cameraFile?: string } = {}) {
  const demo = await startDemo();
  const shop = demo.start();
  await demo.isOpen(shop);
  const browser: Browser = await launchBrowser(sees);
  const problems: string[] = [];
  return {
    ...{ url: demo.url, problems },
    /** A page in a browser of its own, with none of the others' cookies. */
    openPage: async (options: BrowserContextOptions): Promise<Page> =>
      watchPage(await (await browser.newContext(options)).newPage(), problems),
    /** Opens a staff page up to the button that signs in. */
    async fillSignIn(desk: Page, path: string): Promise<void> {
      await desk.goto(demo.url + path);
      await desk.getByLabel(/mail/i).fill(DEMO_EMAIL);
      await desk.getByLabel(/passe/i).fill(demo.staffPassword());
    },
    async close(): Promise<void> {
      await browser.close();
      await shop.stop();
      demo.forget();
    },
  };
}
export type DemoInBrowser = Awaited<ReturnType<typeof openDemoInBrowser>>;
