import { expect, test } from '@jest/globals';
import type { PickupCode } from '../../src/domain/pickup.ts';
import type { AppNeeds } from '../../src/http/needs.ts';
import { csrfIn } from '../support/html-forms.ts';
import { COUNTER_ID, noOrders, ORDER_ID, pickupView, TOKEN } from '../support/order-samples.ts';
import { SESSION_COOKIE } from '../support/stub-accounts.ts';
import { PUBLIC_URL } from '../support/stub-needs.ts';
import { type Web, withWeb } from '../support/web.ts';

const headers = { cookie: SESSION_COOKIE, origin: PUBLIC_URL };
const shows = (asked: PickupCode[] = []) => ({
  showPickup: async (code: PickupCode) => {
    asked.push(code);
    return pickupView;
  },
});
const scan = (web: Web, query: Record<string, string> = {}) =>
  web.fetch(`/staff/scan?${new URLSearchParams(query)}`, { headers });
const collect = (web: Web, fields: Record<string, string>) =>
  web.fetch('/staff/scan/collect', { method: 'POST', headers, body: new URLSearchParams(fields) });
const csrfOf = async (web: Web) => csrfIn(await (await scan(web)).text());

test('without a script the page finds an order by its number, and hands it over by a form', async () => {
  const asked: PickupCode[] = [];
  await withWeb(shows(asked), async (web) => {
    const response = await scan(web, { code: 'c 1001', counter: COUNTER_ID });
    expect(response.status).toBe(200);
    const page = await response.text();
    for (const words of ['C-1001', 'Remettre la commande', 'action="/staff/scan/collect"', 'Emplacement A3'])
      expect(page).toContain(words);
  });
  expect(asked).toEqual([{ orderNumber: 'C-1001' }]);
});

test('an order that waits at another counter is not handed over here', async () => {
  await withWeb(shows(), async (web) => {
    const page = await (await scan(web, { code: TOKEN, counter: ORDER_ID })).text();
    expect(page).toContain('À un autre comptoir');
    expect(page).toContain('attend à Jarry');
    expect(page).not.toContain('Remettre la commande');
  });
});

test.each(['nonsense', 'C-', 'https://evil.example/pickup/x'])(
  '%j is told to be no code, and no database is asked',
  async (code) => {
    await withWeb({}, async (web) => {
      const response = await scan(web, { code });
      expect(response.status).toBe(404);
      expect(await response.text()).toContain('QR code inconnu');
    });
  },
);

test('handing over answers what became of it, alone when the script asks', async () => {
  const asked: unknown[] = [];
  const collectPickup: AppNeeds['collectPickup'] = async (request) => {
    asked.push(request.code);
    if (asked.length > 1) return { kind: 'already_collected', view: { ...pickupView, collectedBy: 'Marc' } };
    return { kind: 'collected', view: { ...pickupView, status: 'collected' } };
  };
  await withWeb({ collectPickup }, async (web) => {
    const csrf = await csrfOf(web);
    const first = await collect(web, { csrf, code: TOKEN });
    expect([first.status, (await first.text()).includes('<html')]).toEqual([200, true]);
    const again = await collect(web, { csrf, code: 'C-1001', part: 'order' });
    expect(again.status).toBe(409);
    const part = await again.text();
    expect(part).toContain('Déjà remise');
    expect(part).not.toContain('<html');
    expect((await collect(web, { csrf, code: '' })).status).toBe(404);
  });
  expect(asked).toEqual([{ token: TOKEN }, { orderNumber: 'C-1001' }]);
});

test('nobody hands over without logging in, or from another page’s form', async () => {
  await withWeb({}, async (web) => {
    const out = await web.fetch('/staff/scan?code=C-1001');
    expect([out.status, out.headers.get('location')]).toEqual([
      303,
      '/staff/login?next=%2Fstaff%2Fscan%3Fcode%3DC-1001',
    ]);
    expect(
      (await web.fetch('/staff/scan/collect', { method: 'POST', body: new URLSearchParams({ code: TOKEN }) })).status,
    ).toBe(303);
    expect((await collect(web, { code: TOKEN })).status).toBe(403);
    expect((await collect(web, { code: TOKEN, csrf: 'x'.repeat(86) })).status).toBe(403);
  });
});

test('WebAssembly may run on this page and on no other', async () => {
  await withWeb({ listOrders: noOrders }, async (web) => {
    const policyOf = async (path: string) =>
      (await web.fetch(path, { headers })).headers.get('content-security-policy');
    expect(await policyOf('/staff/scan')).toContain("script-src 'self' 'wasm-unsafe-eval';");
    expect(await policyOf('/staff')).not.toContain('wasm');
  });
});

test('the decoder comes from here, whole', async () => {
  await withWeb({}, async (web) => {
    const script = await web.fetch('/assets/barcode/ponyfill.js');
    expect([script.status, script.headers.get('content-type')]).toEqual([200, expect.stringContaining('javascript')]);
    const wasm = await web.fetch('/assets/barcode/zxing_reader.wasm');
    expect(wasm.headers.get('content-type')).toBe('application/wasm');
    expect(Buffer.from(await wasm.arrayBuffer()).subarray(0, 4)).toEqual(Buffer.from('\0asm'));
  });
});
