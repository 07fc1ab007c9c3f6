import { expect, test } from '@jest/globals';
import type { OrderStatus } from '../../src/domain/order.ts';
import type { CollectResult, NotCollectable, PickupView } from '../../src/flows/confirm-pickup.ts';
import type { AppNeeds } from '../../src/http/needs.ts';
import { csrfIn, form } from '../support/html-forms.ts';
import { noOrders, pickupView, TOKEN } from '../support/order-samples.ts';
import { SESSION_COOKIE } from '../support/stub-accounts.ts';
import { type Web, withWeb } from '../support/web.ts';

// What a scanned code opens, and handing the order over.

const COLLECT = `/pickup/${TOKEN}/collect`;
const loggedIn = { cookie: SESSION_COOKIE };
const pickup = (view: Partial<PickupView>) => ({ showPickup: async () => ({ ...pickupView, ...view }) });
const csrfOf = async (web: Web) => csrfIn(await (await web.fetch('/staff', { headers: loggedIn })).text());
const withOrders = (given: Partial<AppNeeds>, use: (web: Web) => Promise<void>) =>
  withWeb({ listOrders: noOrders, ...given }, use);

test('a paid order shows what to fetch, where and for whom, and one button', async () => {
  await withWeb(pickup({}), async (web) => {
    const response = await web.fetch(`/pickup/${TOKEN}`, { headers: loggedIn });
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const page = await response.text();
    for (const words of ['C-1001', 'Marie-Laure', 'Jarry', 'Michelin Primacy 4+', 'Remettre la commande']) {
      expect(page).toContain(words);
    }
    expect(page).not.toContain('<script');
  });
});

test.each([
  [{ status: 'pending_payment' }, 'Pas encore payée'],
  [{ status: 'expired' }, 'Expirée'],
  [{ status: 'cancelled' }, 'Annulée'],
  [{ status: 'refunded' }, 'Remboursée'],
  [{ disputed: true }, 'Paiement contesté'],
  [{ inReview: true }, 'À vérifier'],
  [{ status: 'collected', collectedAt: new Date('2026-11-21T18:30:00Z'), collectedBy: 'Marc' }, 'par Marc'],
] as [Partial<PickupView> & { status?: OrderStatus }, string][])('with %j there is no button', async (view, words) => {
  await withWeb(pickup(view), async (web) => {
    const page = await (await web.fetch(`/pickup/${TOKEN}`, { headers: loggedIn })).text();
    expect(page).toContain(words);
    expect(page).not.toContain('Remettre la commande');
  });
});

test('HTML in names and labels is shown as text', async () => {
  const evil = '<script>alert(1)</script>';
  const view = {
    customerName: evil,
    locationName: evil,
    items: [{ label: evil, quantity: 1, sku: '"><img src=x>', slot: evil }],
  };
  await withWeb(pickup(view), async (web) => {
    const page = await (await web.fetch(`/pickup/${TOKEN}`, { headers: loggedIn })).text();
    expect(page).toContain('&lt;script>');
    expect(page).not.toContain('<script');
    expect(page).not.toContain('<img src=x');
  });
});

const collecting = (result: CollectResult) => ({ collectPickup: async () => result });
const collect = async (web: Web) => web.fetch(COLLECT, form({ csrf: await csrfOf(web) }, loggedIn));

test('handing over names the person who did it and says that it is done', async () => {
  const asked: unknown[] = [];
  const collectPickup: AppNeeds['collectPickup'] = async (request) => {
    asked.push(request);
    return { kind: 'collected', view: { ...pickupView, status: 'collected' } };
  };
  await withOrders({ collectPickup }, async (web) => {
    const response = await collect(web);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('Commande remise');
  });
  expect(asked).toEqual([{ code: { token: TOKEN }, staff: expect.objectContaining({ id: 'staff-1', name: 'Léa' }) }]);
});

test('a second scan is refused with when and by whom', async () => {
  const view = { ...pickupView, collectedAt: new Date('2026-11-21T18:30:00Z'), collectedBy: 'Marc' };
  await withOrders(collecting({ kind: 'already_collected', view }), async (web) => {
    const response = await collect(web);
    expect(response.status).toBe(409);
    const page = await response.text();
    expect(page).toContain('Déjà remise');
    expect(page).toContain('21 nov. 2026, 14:30 par Marc');
  });
});

test.each([
  ['unpaid', 'Pas encore payée'],
  ['expired', 'Expirée, non payée'],
  ['cancelled', 'Annulée'],
  ['refunded', 'Remboursée'],
  ['disputed', 'Paiement contesté'],
  ['review', 'À vérifier'],
] as [NotCollectable, string][])('handing over is refused in plain words when %s', async (reason, words) => {
  await withOrders(collecting({ kind: 'not_collectable', reason, view: pickupView }), async (web) => {
    const response = await collect(web);
    expect(response.status).toBe(409);
    const page = await response.text();
    expect(page).toContain(words);
    expect(page).toContain('Ne remettez rien');
  });
});

test('a code that is not ours is told so, without asking the database when it cannot be one', async () => {
  await withOrders({ showPickup: async () => undefined, ...collecting({ kind: 'unknown' }) }, async (web) => {
    expect((await web.fetch(`/pickup/${TOKEN}`, { headers: loggedIn })).status).toBe(404);
    expect((await collect(web)).status).toBe(404);
  });
  await withOrders({}, async (web) => {
    const response = await web.fetch('/pickup/nonsense', { headers: loggedIn });
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('QR code inconnu');
    const posted = await web.fetch('/pickup/nonsense/collect', form({ csrf: await csrfOf(web) }, loggedIn));
    expect(posted.status).toBe(404);
  });
});

test('the staff app speaks English and Spanish when the browser asks', async () => {
  await withWeb(pickup({}), async (web) => {
    const english = { ...loggedIn, 'accept-language': 'en-GB,en;q=0.9,fr;q=0.8' };
    const spanish = { ...loggedIn, 'accept-language': 'es' };
    const german = { ...loggedIn, 'accept-language': 'de' };
    const at = async (headers: Record<string, string>) => (await web.fetch(`/pickup/${TOKEN}`, { headers })).text();
    expect(await at(english)).toContain('Hand over the order');
    expect(await at(spanish)).toContain('Entregar el pedido');
    expect(await at(german)).toContain('Remettre la commande');
  });
});
