import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

const CANDIDATES = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const executablePath = CANDIDATES.find((candidate) => candidate && existsSync(candidate));

/** Whether browser tests can run here; says so loudly when they cannot. */
export function hasBrowser(): boolean {
  if (!executablePath) {
    process.stderr.write('\n*** No Chromium found: THE BROWSER TESTS DID NOT RUN (apt-get install chromium) ***\n\n');
  }
  return executablePath !== undefined;
}

/** `cameraFile`: what the browser's camera sees (support/fake-camera.ts); without it there is none. */
export function launchBrowser({ cameraFile }: { cameraFile?: string } = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: executablePath as string,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-gpu',
      '--no-first-run',
      ...(cameraFile
        ? [
            '--use-fake-device-for-media-stream',
            '--use-fake-ui-for-media-stream',
            `--use-file-for-fake-video-capture=${cameraFile}`,
          ]
        : []),
    ],
  });
}

/** Keeps in `problems` whatever goes wrong on a page; nothing takes longer than 40 seconds. */
export function watchPage(page: Page, problems: string[]): Page {
  page.setDefaultTimeout(40_000);
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  return page;
}

const FOLDER = path.resolve(import.meta.dirname, '../browser/screenshots');

/** Keeps a picture for people to look at: test/browser/screenshots/<name>.png */
export async function shoot(page: Page, name: string, { fullPage = false } = {}): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  await page.screenshot({ path: path.join(FOLDER, `${name}.png`), fullPage });
}
