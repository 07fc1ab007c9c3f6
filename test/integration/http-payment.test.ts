import { expect, test } from '@jest/globals';
import type { PaymentLink } from '../../src/flows/offer-payment-link.ts';
import type { SessionStatus } from '../../src/flows/verify-session.ts';
import { ORDER_ID } from '../support/order-samples.ts';
import { withWeb } from '../support/web.ts';

const SESSION = 'cs_test_a1B2c3';
const verified = (state: SessionStatus) => ({ verifySession: async () => state });
const paid: SessionStatus = { status: 'success', message: 'Paiement reçu', orderNumber: 'C-1001', locale: 'fr' };
const pending: SessionStatus = { status: 'pending', message: 'En cours', orderNumber: 'C-1001', locale: 'fr' };
const expired: SessionStatus = { status: 'error', message: 'Expirée', orderNumber: 'C-1001', locale: 'fr' };
const unknown: SessionStatus = { status: 'error', message: 'Inconnue', locale: 'fr' };

test.each([
  ['paid', paid, 200, { status: 'success', message: 'Paiement reçu', orderNumber: 'C-1001' }],
  ['not known yet', pending, 200, { status: 'pending', message: 'En cours', orderNumber: 'C-1001' }],
  ['expired', expired, 200, { status: 'error', message: 'Expirée', orderNumber: 'C-1001' }],
  ['unknown', unknown, 404, { status: 'error', message: 'Inconnue' }],
])('a session that is %s is told to the page that polls', async (_what, state, status, body) => {
  await withWeb(verified(state), async (web) => {
    const response = await web.fetch(`/payment/verify-session?session_id=${SESSION}`);
    expect(response.status).toBe(status);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual(body);
  });
});

const badIds = ['', '?session_id=', '?session_id=pi_1', "?session_id=cs_' OR 1=1", '?session_id=cs_1&session_id=cs_2'];
test.each(badIds)('the session id in "%s" is refused before anything is looked up', async (query) => {
  await withWeb({}, async (web) => {
    const response = await web.fetch(`/payment/verify-session${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ status: 'error', message: expect.any(String) });
    expect((await web.fetch(`/payment/success${query}`)).status).toBe(400);
  });
});

test('whoever has paid is thanked with the order number and led back to WhatsApp', async () => {
  await withWeb(verified(paid), async (web) => {
    const page = await (await web.fetch(`/payment/success?session_id=${SESSION}`)).text();
    expect(page).toContain('Merci, c’est payé !');
    expect(page).toContain('C-1001');
    expect(page).toContain('href="https://wa.me/590690000001"');
    expect(page).not.toContain('<script');
  });
});

test("the page speaks the customer's language, not the browser's", async () => {
  await withWeb(verified({ ...paid, locale: 'es' }), async (web) => {
    const response = await web.fetch(`/payment/success?session_id=${SESSION}`, {
      headers: { 'accept-language': 'en' },
    });
    expect(await response.text()).toContain('¡Gracias, está pagado!');
  });
});

test('a payment not known yet is waited for, with and without JavaScript', async () => {
  await withWeb(verified(pending), async (web) => {
    const page = await (await web.fetch(`/payment/success?session_id=${SESSION}`)).text();
    expect(page).toContain(`data-session="${SESSION}"`);
    expect(page).toMatch(/<noscript><meta http-equiv="refresh"/);
    expect((await web.fetch('/assets/payment.js')).headers.get('content-type')).toContain('javascript');
  });
});

test('a lookup that fails shows whoever has just paid a page that waits, and is logged', async () => {
  const verifySession = async () => {
    throw new Error('no database');
  };
  await withWeb({ verifySession }, async (web) => {
    const response = await web.fetch(`/payment/success?session_id=${SESSION}`);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('en cours de vérification');
    expect(web.lines.some((line) => line.level === 'error')).toBe(true);
  });
});

test('an unknown session is a page with 404', async () => {
  await withWeb(verified(unknown), async (web) => {
    expect((await web.fetch(`/payment/success?session_id=${SESSION}`)).status).toBe(404);
  });
});

const open: PaymentLink = {
  kind: 'open',
  url: 'https://checkout.stripe.com/c/pay/cs_test_1',
  orderNumber: 'C-1001',
  totalMinor: 51960,
  currency: 'EUR',
  expiresAt: new Date('2026-11-22T17:55:00Z'),
  locale: 'fr',
};

test('whoever leaves the checkout is offered the same link again, with the total and the hour it closes', async () => {
  await withWeb({ paymentLinkFor: async () => open }, async (web) => {
    const page = await (await web.fetch(`/payment/cancel?order_id=${ORDER_ID}`)).text();
    expect(page).toContain('href="https://checkout.stripe.com/c/pay/cs_test_1"');
    expect(page.replaceAll(/\s/g, ' ')).toContain('519,60 €');
    expect(page).toContain('22 nov. 2026, 13:55');
  });
});

test.each([
  ['confirmed', 'déjà payée'],
  ['expired', 'expiré'],
  ['cancelled', 'annulée'],
] as const)('the link of an order that is %s is not offered', async (status, words) => {
  const closed: PaymentLink = { kind: 'closed', orderNumber: 'C-1001', status, locale: 'fr' };
  await withWeb({ paymentLinkFor: async () => closed }, async (web) => {
    const page = await (await web.fetch(`/payment/cancel?order_id=${ORDER_ID}`)).text();
    expect(page).toContain(words);
    expect(page).not.toContain('checkout.stripe.com');
  });
});

test('an unknown order is 404, a malformed id 400 without a lookup', async () => {
  await withWeb({ paymentLinkFor: async () => ({ kind: 'unknown' }) }, async (web) => {
    expect((await web.fetch(`/payment/cancel?order_id=${ORDER_ID}`)).status).toBe(404);
  });
  await withWeb({}, async (web) => {
    expect((await web.fetch('/payment/cancel?order_id=1;drop')).status).toBe(400);
  });
});
