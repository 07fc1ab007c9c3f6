import { expect, test } from '@jest/globals';
import type { AppNeeds } from '../../src/http/needs.ts';
import { noOrders, ORDER_ID, orderDetail } from '../support/order-samples.ts';
import { SESSION_COOKIE } from '../support/stub-accounts.ts';
import { PUBLIC_URL } from '../support/stub-needs.ts';
import { type Web, withWeb } from '../support/web.ts';

const headers = { cookie: SESSION_COOKIE, origin: PUBLIC_URL };
const ORDER = `/staff/orders/${ORDER_ID}`;
const pageOf = async (web: Web) => (await web.fetch(ORDER, { headers })).text();
const field = (page: string, name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(page)?.[1] ?? '';
const press = (web: Web, deed: string, fields: Record<string, string>, path = ORDER) =>
  web.fetch(`${path}/${deed}`, { method: 'POST', headers, body: new URLSearchParams(fields) });
const withOrder = (given: Partial<AppNeeds>, use: (web: Web) => Promise<void>, order = orderDetail) =>
  withWeb({ showOrder: async () => order, ...given }, use);

test('each deed is done for who is logged in, and says what became of it', async () => {
  const asked: unknown[] = [];
  const done =
    <Kind extends string>(kind: Kind) =>
    async (wish: unknown) => {
      asked.push(wish);
      return { kind };
    };
  const given = { markReady: done('ready'), sendAgain: done('code_sent'), noteOrder: done('noted') };
  await withOrder(given as Partial<AppNeeds>, async (web) => {
    const page = await pageOf(web);
    const [csrf, key] = [field(page, 'csrf'), field(page, 'key')];
    for (const [deed, words] of [
      ['ready', 'le client est prévenu'],
      ['send-again', 'Le QR code est reparti'],
      ['note', 'La note est gardée'],
    ] as const) {
      const response = await press(web, deed, { csrf, key, note: 'Passe samedi' });
      expect(response.status).toBe(200);
      expect(await response.text()).toContain(words);
    }
    const wish = { orderId: ORDER_ID, staffId: 'staff-1' };
    expect(asked).toEqual([wish, { ...wish, formKey: key }, { ...wish, note: 'Passe samedi' }]);
  });
});

test('what was refused is told in plain words', async () => {
  await withOrder({ cancelAsStaff: async () => ({ kind: 'already_paid', orderNumber: 'C-1001' }) }, async (web) => {
    const response = await press(web, 'cancel', { csrf: field(await pageOf(web), 'csrf') });
    expect(response.status).toBe(409);
    expect(await response.text()).toContain('elle vient d’être payée');
  });
});

test('a page shows only what its order allows', async () => {
  const shown = async (change: object) => {
    let page = '';
    await withOrder(
      {},
      async (web) => {
        page = await pageOf(web);
      },
      { ...orderDetail, ...change },
    );
    return ['/ready"', '/send-again"', '/cancel"', '/note"'].filter((deed) => page.includes(`${ORDER}${deed}`));
  };
  expect(await shown({})).toEqual(['/ready"', '/send-again"', '/note"']);
  expect(await shown({ status: 'pending_payment' })).toEqual(['/send-again"', '/cancel"', '/note"']);
  expect(await shown({ status: 'pending_payment', inReview: true })).toEqual(['/note"']);
  expect(await shown({ disputed: true })).toEqual(['/note"']);
  expect(await shown({ status: 'collected' })).toEqual(['/note"']);
});

test('nobody does anything without logging in, from another page’s form, or to an order that is not there', async () => {
  await withWeb(
    { showOrder: async () => undefined, markReady: async () => ({ kind: 'unknown' }), listOrders: noOrders },
    async (web) => {
      const anonymous = await web.fetch(`${ORDER}/ready`, { method: 'POST', body: new URLSearchParams({}) });
      expect(anonymous.headers.get('location')).toContain('/staff/login');
      for (const deed of ['ready', 'send-again', 'cancel', 'note']) {
        expect((await press(web, deed, { csrf: 'x'.repeat(86) })).status).toBe(403);
      }
      const csrf = field(await (await web.fetch('/staff', { headers })).text(), 'csrf');
      expect((await press(web, 'ready', { csrf })).status).toBe(404);
      expect((await press(web, 'ready', { csrf }, '/staff/orders/nonsense')).status).toBe(404);
    },
  );
});
