import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { CheckoutRequest } from '../../src/ports.ts';
import { createPayments } from '../../src/vendors/stripe.ts';
import { checkoutSession } from '../support/checkout-session.ts';
import {
  closedAddress,
  type Recorded,
  type RecordingServer,
  startRecordingServer,
} from '../support/recording-server.ts';

let server: RecordingServer;

beforeAll(async () => {
  server = await startRecordingServer(() => ({}));
});
afterAll(() => server.close());
beforeEach(() => server.answers(() => ({ json: checkoutSession() })));

const payments = (more: object = {}) =>
  createPayments({
    secretKey: 'sk_test_x',
    webhookSecrets: ['whsec_new'],
    apiBaseUrl: server.url,
    publicUrl: 'https://shop.example',
    ...more,
  });
const request: CheckoutRequest = {
  orderId: 'o-1',
  attemptId: 'a-1',
  orderNumber: 'C-1001',
  customerId: 'c-1',
  lines: [{ label: 'Michelin Primacy 4 205/55 R16', unitPriceMinor: 8990, quantity: 4 }],
  currency: 'EUR',
  locale: 'fr',
  expiresAt: new Date('2026-11-22T09:55:00.700Z'),
  email: null,
};
const formOf = (recorded: Recorded) => Object.fromEntries(new URLSearchParams(recorded.body));
const refusal = (status: number, error: object) => () => ({ status, json: { error } });

test('the same order always makes the same parameters, with both metadata blocks and no method types', async () => {
  const params = payments().checkoutParams(request);
  expect(JSON.stringify(payments().checkoutParams(request))).toBe(JSON.stringify(params));
  await payments().createCheckoutSession(params, 'order:o-1:1');
  const recorded = server.last('/v1/checkout/sessions');
  expect(recorded.headers['idempotency-key']).toBe('order:o-1:1');
  expect(formOf(recorded)).toEqual({
    mode: 'payment',
    client_reference_id: 'o-1',
    'line_items[0][quantity]': '4',
    'line_items[0][price_data][currency]': 'eur',
    'line_items[0][price_data][unit_amount]': '8990',
    'line_items[0][price_data][product_data][name]': 'Michelin Primacy 4 205/55 R16',
    locale: 'fr',
    success_url: 'https://shop.example/payment/success?session_id={CHECKOUT_SESSION_ID}',
    cancel_url: 'https://shop.example/payment/cancel?order_id=o-1',
    expires_at: String(Date.parse('2026-11-22T09:55:00Z') / 1000),
    'metadata[orderId]': 'o-1',
    'metadata[attemptId]': 'a-1',
    'metadata[orderNumber]': 'C-1001',
    'metadata[customerId]': 'c-1',
    'payment_intent_data[metadata][orderId]': 'o-1',
    'payment_intent_data[metadata][attemptId]': 'a-1',
    'payment_intent_data[metadata][orderNumber]': 'C-1001',
    'payment_intent_data[metadata][customerId]': 'c-1',
  });
});

test('an email is sent along only when it is known', () => {
  expect(payments().checkoutParams(request)).not.toHaveProperty('customer_email');
  expect(payments().checkoutParams({ ...request, email: 'a@b.fr' })).toMatchObject({
    customer_email: 'a@b.fr',
    payment_intent_data: { receipt_email: 'a@b.fr' },
  });
});

test('a session is read with its currency in upper case, its receipt and where that went', async () => {
  server.answers(() => ({
    json: checkoutSession({
      status: 'complete',
      payment_status: 'paid',
      payment_intent: {
        id: 'pi_1',
        receipt_email: 'marie@example.com',
        latest_charge: {
          id: 'ch_1',
          paid: true,
          created: 1_790_000_000,
          receipt_url: 'https://pay.stripe.com/receipts/1',
        },
      },
    }),
  }));
  await expect(payments().retrieveCheckoutSession('cs_test_1')).resolves.toEqual({
    id: 'cs_test_1',
    url: 'https://checkout.stripe.com/c/pay/cs_test_1',
    status: 'complete',
    paymentStatus: 'paid',
    amountTotalMinor: 35960,
    currency: 'EUR',
    livemode: false,
    orderId: 'o-1',
    paymentIntentId: 'pi_1',
    receiptUrl: 'https://pay.stripe.com/receipts/1',
    receiptEmail: 'marie@example.com',
    customerEmail: null,
    chargedAt: new Date(1_790_000_000_000),
  });
  expect(server.last('cs_test_1').path).toContain('expand');
});

test.each(['complete', 'expired'])(
  'expiring a session that is %s answers its state instead of failing',
  async (status) => {
    server.answers((recorded) =>
      recorded.path.endsWith('/expire')
        ? refusal(400, {
            type: 'invalid_request_error',
            message: 'Only sessions with a status of open can be expired.',
          })()
        : { json: checkoutSession({ status }) },
    );
    await expect(payments().expireCheckoutSession('cs_test_1')).resolves.toMatchObject({ status });
  },
);

test.each([
  [
    'a bad request',
    400,
    { type: 'invalid_request_error', code: 'parameter_missing' },
    { retryable: false, ambiguous: false },
  ],
  ['a key reused with other parameters', 400, { type: 'idempotency_error' }, { retryable: false, ambiguous: false }],
])('%s is final', async (_name, status, error, expected) => {
  server.answers(refusal(status, { ...error, message: 'No such key sk_test_x' }));
  const created = payments().createCheckoutSession({}, 'k');
  await expect(created).rejects.toMatchObject({ ...expected, message: expect.not.stringContaining('sk_test_x') });
  expect(server.requests).toHaveLength(1);
});

test.each([
  ['a wrong key', 401],
  ['a key that lacks a right', 403],
])('%s is the operator’s to mend: asked once, and the work waits', async (_name, status) => {
  server.answers(refusal(status, { type: 'invalid_request_error', message: 'No such key sk_test_x' }));
  await expect(payments().createCheckoutSession({}, 'k')).rejects.toMatchObject({
    ...{ retryable: true, ambiguous: false },
    message: expect.stringMatching(/^(?!.*sk_test_x).*look at STRIPE_SECRET_KEY/),
  });
  expect(server.requests).toHaveLength(1);
});

test.each([
  ['too many requests', 429, { retryable: true, ambiguous: false, keySpent: false }],
  ['a conflict', 409, { retryable: true, ambiguous: false, keySpent: false }],
  ['a fault of Stripe’s', 500, { retryable: true, ambiguous: true, keySpent: true }],
])('%s is tried again with the same key, then left to the caller', async (_name, status, expected) => {
  server.answers(refusal(status, { type: 'api_error', message: 'later' }));
  await expect(
    payments().refund({ refundId: 'r-1', paymentIntentId: 'pi_1', amountMinor: 100, orderId: 'o-1' }, 'refund:1'),
  ).rejects.toMatchObject(expected);
  expect(new Set(server.requests.map((recorded) => recorded.headers['idempotency-key']))).toEqual(
    new Set(['refund:1']),
  );
});

test('no answer is ambiguous, a closed port is not', async () => {
  server.answers(() => ({ hang: true }));
  const slow = payments({ timeoutMs: 100 });
  await expect(slow.createCheckoutSession({}, 'k')).rejects.toMatchObject({ retryable: true, ambiguous: true });
  const nobody = payments({ apiBaseUrl: await closedAddress() });
  await expect(nobody.createCheckoutSession({}, 'k')).rejects.toMatchObject({ retryable: true, ambiguous: false });
});

test('refunds, disputes and payment errors are read in our words', async () => {
  const money = { payment_intent: 'pi_1', amount: 100, currency: 'eur' };
  const refund = {
    id: 're_1',
    ...money,
    status: 'pending',
    reason: null,
    created: 1_790_000_000,
    metadata: { refundId: 'r-1' },
  };
  server.answers(() => ({ json: refund }));
  const expected = {
    id: 're_1',
    refundId: 'r-1',
    orderId: null,
    paymentIntentId: 'pi_1',
    amountMinor: 100,
    currency: 'EUR',
    status: 'pending',
    reason: null,
    createdAt: new Date(1_790_000_000_000),
  };
  await expect(payments().retrieveRefund('re_1')).resolves.toEqual(expected);
  server.answers(() => ({ json: { object: 'list', data: [refund], has_more: false } }));
  await expect(payments().listRefunds({ paymentIntentId: 'pi_1' })).resolves.toEqual([expected]);
  // Made in the Dashboard it names no order: the list of a period brings its payment intent, which does.
  const intent = { id: 'pi_1', object: 'payment_intent', metadata: { orderId: 'o-1' } };
  const made = { ...refund, payment_intent: intent };
  server.answers(() => ({ json: { object: 'list', data: [made], has_more: false } }));
  const day = { from: new Date(0), until: new Date(86_400_000) };
  await expect(payments().listRefunds(day)).resolves.toEqual([{ ...expected, orderId: 'o-1' }]);
  expect(decodeURIComponent(server.last('refunds').path)).toContain('expand[0]=data.payment_intent');
  const dispute = { ...refund, id: 'dp_1', status: 'needs_response', reason: 'fraudulent' };
  const evidence_details = { due_by: 1_800_000_000 };
  const dueBy = new Date(1_800_000_000_000);
  server.answers(() => ({ json: { ...dispute, evidence_details, balance_transactions: [{ amount: -100 }] } }));
  await expect(payments().retrieveDispute('dp_1')).resolves.toMatchObject({ dueBy, fundsWithdrawn: true });
  const reinstated = [{ amount: -100 }, { amount: 100 }];
  server.answers(() => ({ json: { ...dispute, evidence_details, balance_transactions: reinstated } }));
  await expect(payments().retrieveDispute('dp_1')).resolves.toMatchObject({ dueBy, fundsWithdrawn: false });
  const last_payment_error = {
    code: 'card_declined',
    decline_code: 'insufficient_funds',
    message: 'Fonds insuffisants.',
  };
  server.answers(() => ({ json: { id: 'pi_1', status: 'requires_payment_method', last_payment_error } }));
  await expect(payments().lastPaymentError('pi_1')).resolves.toEqual({
    code: 'insufficient_funds',
    status: 'requires_payment_method',
  });
});

test('the key tells the mode', () => {
  expect(payments().livemode).toBe(false);
  expect(payments({ secretKey: 'rk_live_x' }).livemode).toBe(true);
});
