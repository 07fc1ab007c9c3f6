import { expect, jest, test } from '@jest/globals';
import { MEDIA_RULES } from '../../src/domain/media.ts';
import { MAX_IMPORT_BYTES } from '../../src/flows/import-in-browser.ts';
import { csrfIn } from '../support/html-forms.ts';
import { ORDER_ID, TOKEN } from '../support/order-samples.ts';
import { managerAccounts, SESSION_COOKIE } from '../support/stub-accounts.ts';
import { allRoutes, withWeb } from '../support/web.ts';

const KB = 1024;
/** What is not a form of 16 kB. */
const LIMITS: Record<string, number> = {
  '/staff/settings/reminders': 256 * KB,
  '/whatsapp/inbound': 256 * KB,
  '/whatsapp/status': 256 * KB,
  '/webhook/stripe': 1024 * KB,
};
/** Read by kind, once somebody is known to be a manager. */
const UPLOADS: Record<string, number> = {
  '/staff/catalogue/import': MAX_IMPORT_BYTES,
  '/staff/catalogue/:id/picture': MEDIA_RULES.picture.maxBytes,
};
const headers = { cookie: SESSION_COOKIE };

const posts = allRoutes().filter(({ method, path }) => method === 'post' && path !== '/cron/:sweep');
const addressOf = (path: string) => path.replace(':id', ORDER_ID).replace(':token', TOKEN);

test('no route reads more than its limit, and each reads a kilobyte less', async () => {
  await withWeb({ accounts: managerAccounts }, async (web) => {
    const statusOf = async (path: string, bytes: number) => {
      const body = `x=${'x'.repeat(bytes - 2)}`;
      const type = { 'content-type': 'application/x-www-form-urlencoded' };
      return (await web.fetch(addressOf(path), { method: 'POST', body, headers: { ...headers, ...type } })).status;
    };
    const paths = posts.map(({ path }) => path).filter((path) => !(path in UPLOADS));
    expect(paths.length).toBeGreaterThan(40);
    for (const path of paths) {
      const limit = LIMITS[path] ?? 16 * KB;
      expect([path, await statusOf(path, limit + 1)]).toEqual([path, 413]);
      expect([path, await statusOf(path, limit - KB)]).not.toEqual([path, 413]);
    }
  });
});

test.each(Object.entries(UPLOADS))(
  'a file beyond its limit goes nowhere at %s, and one within does',
  async (path, limit) => {
    const take = jest.fn<() => Promise<never>>().mockRejectedValue(new Error('it was taken, which is enough here'));
    const given = {
      accounts: managerAccounts,
      startImport: take,
      pictureProduct: take,
      showProduct: async () => undefined,
    };
    await withWeb(given, async (web) => {
      const csrf = csrfIn(await (await web.fetch('/staff/scan', { headers })).text());
      const give = async (bytes: number) => {
        const body = new FormData();
        body.set('csrf', csrf);
        body.set('file', new Blob([new Uint8Array(bytes)]), 'file');
        await web.fetch(addressOf(path), { method: 'POST', body, headers });
      };
      await give(limit + 1);
      expect(take).not.toHaveBeenCalled();
      await give(limit);
      expect(take).toHaveBeenCalledTimes(1);
    });
  },
);
