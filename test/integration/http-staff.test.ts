import { expect, test } from '@jest/globals';
import type { OrderWish, TimelineEntry } from '../../src/flows/show-staff-orders.ts';
import type { AppNeeds } from '../../src/http/needs.ts';
import { csrfIn, form } from '../support/html-forms.ts';
import { noOrders, ORDER_ID, orderDetail, TOKEN } from '../support/order-samples.ts';
import { SESSION_COOKIE } from '../support/stub-accounts.ts';
import { PUBLIC_URL } from '../support/stub-needs.ts';
import { type Web, withWeb } from '../support/web.ts';

const COLLECT = `/pickup/${TOKEN}/collect`;
const loggedIn = { cookie: SESSION_COOKIE };
const signIn = (next: string) => form({ email: 'lea@example.com', password: 'right', next });
const csrfOf = async (web: Web) => csrfIn(await (await web.fetch('/staff', { headers: loggedIn })).text());
const withOrders = (given: Partial<AppNeeds>, use: (web: Web) => Promise<void>) =>
  withWeb({ listOrders: noOrders, ...given }, use);

test.each(['/staff', `/staff/orders/${ORDER_ID}`, `/pickup/${TOKEN}`, '/pickup/not-a-token'])(
  'whoever is not logged in is sent from %s to the login and back',
  async (path) => {
    await withWeb({}, async (web) => {
      const response = await web.fetch(path);
      expect(response.status).toBe(303);
      expect(response.headers.get('location')).toBe(`/staff/login?next=${encodeURIComponent(path)}`);
      const page = await (await web.fetch(response.headers.get('location') ?? '')).text();
      expect(page).toContain(`name="next" value="${path}"`);
    });
  },
);

test('whoever is not logged in collects nothing, and comes back to the order after logging in', async () => {
  await withWeb({}, async (web) => {
    const response = await web.fetch(COLLECT, form({ csrf: 'x' }));
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe(`/staff/login?next=${encodeURIComponent(`/pickup/${TOKEN}`)}`);
  });
});

test('logging in passes the cookies on and leads to where one wanted to go', async () => {
  await withWeb({}, async (web) => {
    const response = await web.fetch('/staff/login', signIn(`/pickup/${TOKEN}`));
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe(`/pickup/${TOKEN}`);
    expect(response.headers.getSetCookie()).toEqual([`${SESSION_COOKIE}; Path=/; HttpOnly`, 'other=1; Path=/']);
  });
});

const elsewhere = [
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  '/staff@evil.example',
  '/staffing',
  '/pickup/\r\nSet-Cookie: a=b',
  'javascript:alert(1)',
  '',
];
test.each(elsewhere)('logging in never leads to %j', async (next) => {
  await withWeb({}, async (web) => {
    expect((await web.fetch('/staff/login', signIn(next))).headers.get('location')).toBe('/staff');
    const already = await web.fetch(`/staff/login?next=${encodeURIComponent(next)}`, { headers: loggedIn });
    expect(already.headers.get('location')).toBe('/staff');
  });
});

test('a wrong password is told plainly, and what was typed stays except the password', async () => {
  await withWeb({}, async (web) => {
    const response = await web.fetch('/staff/login', form({ email: '"><b>@example.com', password: 'wrong' }));
    expect(response.status).toBe(401);
    const page = await response.text();
    expect(page).toContain('le mot de passe n’est pas le bon');
    expect(page).toContain('value="&quot;>&lt;b>@example.com"');
    expect(page).not.toContain('wrong"');
  });
});

test('too many tries are told with the time to wait', async () => {
  await withWeb({}, async (web) => {
    const response = await web.fetch('/staff/login', form({ email: 'busy@example.com', password: 'x' }));
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('60');
    expect(await response.text()).toContain('Trop d’essais');
  });
});

test("another site's page can neither log anyone in nor collect", async () => {
  const collectPickup = async (): Promise<never> => {
    throw new Error('collected');
  };
  await withOrders({ collectPickup }, async (web) => {
    const csrf = await csrfOf(web);
    const foreign: Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site', origin: PUBLIC_URL },
      { origin: 'https://evil.example' },
      { origin: 'null' },
    ];
    for (const headers of foreign) {
      const login = await web.fetch('/staff/login', { ...signIn('/staff'), headers });
      expect([login.status, login.headers.getSetCookie()]).toEqual([403, []]);
      expect((await web.fetch(COLLECT, form({ csrf }, { ...loggedIn, ...headers }))).status).toBe(403);
    }
  });
});

test.each([
  ['no token', {}],
  ['a wrong token', { csrf: 'x'.repeat(86) }],
  ['half a token', { csrf: 'x'.repeat(43) }],
])('a form with %s does nothing and offers the page again', async (_what, fields) => {
  await withWeb({}, async (web) => {
    const response = await web.fetch(COLLECT, form(fields, { ...loggedIn, origin: PUBLIC_URL }));
    expect(response.status).toBe(403);
    expect(await response.text()).toContain(`href="/pickup/${TOKEN}"`);
    expect((await web.fetch('/staff/logout', form(fields, loggedIn))).status).toBe(403);
  });
});

test('a token of one session is not good in another', async () => {
  await withOrders({}, async (web) => {
    const csrf = await csrfOf(web);
    const other = { cookie: `__Host-comptoir.session_token=other; ${SESSION_COOKIE}` };
    expect((await web.fetch(COLLECT, form({ csrf }, other))).status).toBe(403);
  });
});

test('a cookie that a neighbour under the domain planted before ours is nobody’s session', async () => {
  await withOrders({}, async (web) => {
    const csrf = await csrfOf(web);
    const planted = { cookie: `comptoir.session_token=planted; ${SESSION_COOKIE}` };
    expect((await web.fetch('/staff/logout', form({ csrf }, planted))).status).toBe(303);
  });
});

test('logging out ends the session', async () => {
  await withOrders({}, async (web) => {
    const response = await web.fetch('/staff/logout', form({ csrf: await csrfOf(web) }, loggedIn));
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/staff/login');
    expect(response.headers.getSetCookie().join()).toContain('Max-Age=0');
  });
});

test('the orders are listed, filtered and searched', async () => {
  const asked: OrderWish[] = [];
  const listOrders = async (wish: OrderWish) => {
    asked.push(wish);
    return { ...(await noOrders()), orders: [orderDetail] };
  };
  await withWeb({ listOrders }, async (web) => {
    const page = await (await web.fetch('/staff', { headers: loggedIn })).text();
    expect(page).toContain(`href="/staff/orders/${ORDER_ID}"`);
    await web.fetch('/staff?group=to_prepare&q=%20C-1001%20', { headers: loggedIn });
    await web.fetch('/staff?group=nonsense&group=x&at=x&from=2026-02-31&older=x', { headers: loggedIn });
  });
  expect(asked).toEqual([{ filter: {} }, { filter: { group: 'to_prepare', query: 'C-1001' } }, { filter: {} }]);
});

test('an order that a person must look at says so in the list', async () => {
  await withWeb(
    { listOrders: async () => ({ ...(await noOrders()), orders: [{ ...orderDetail, inReview: true }] }) },
    async (web) => {
      expect(await (await web.fetch('/staff', { headers: loggedIn })).text()).toContain('À vérifier');
    },
  );
});

test('the bare address leads to the staff pages', async () => {
  await withWeb({}, async (web) => {
    const response = await web.fetch('/');
    expect([response.status, response.headers.get('location')]).toEqual([303, '/staff']);
  });
});

test('each amount of its history is in the currency it was in, else in the order’s', async () => {
  const [placed] = orderDetail.timeline as [TimelineEntry];
  const timeline = [
    { ...placed, seq: 8n, amountMinor: 9000, currency: 'XPF' },
    { ...placed, seq: 9n, amountMinor: 9000, currency: null },
  ];
  await withWeb({ showOrder: async () => ({ ...orderDetail, timeline }) }, async (web) => {
    const page = await (await web.fetch(`/staff/orders/${ORDER_ID}`, { headers: loggedIn })).text();
    const amounts = page.replaceAll(/\s/g, ' ').match(/<span class="small">[^<]*</g);
    expect(amounts).toEqual([expect.stringContaining('9 000 FCFP'), expect.stringContaining('90,00 €')]);
  });
});

test('an order is shown with its history, an unknown one is 404', async () => {
  await withWeb({ showOrder: async (id) => (id === ORDER_ID ? orderDetail : undefined) }, async (web) => {
    const page = await (await web.fetch(`/staff/orders/${ORDER_ID}`, { headers: loggedIn })).text();
    expect(page).toContain('Paiement reçu');
    expect(page).toContain('Commande passée');
    expect(page).toContain('dispute.a_status_of_tomorrow');
    expect(page).toContain('+590…01');
    expect((await web.fetch(`/staff/orders/${ORDER_ID.replace('0', '1')}`, { headers: loggedIn })).status).toBe(404);
    expect((await web.fetch('/staff/orders/1%20OR%201=1', { headers: loggedIn })).status).toBe(404);
  });
});
