import { createHmac } from 'node:crypto';
import { parseForm } from '../src/sandbox/stripe/form.ts';
import { API_VERSION } from '../src/sandbox/stripe/resources.ts';
import { sessionFrom } from '../src/sandbox/stripe/session-params.ts';
import { WEBHOOK_SECRET } from './shop-under-load.ts';

const ID = 'evt_to_be_replaced';
const template = JSON.stringify(
  {
    id: ID,
    object: 'event',
    api_version: API_VERSION,
    created: Math.floor(Date.now() / 1000),
    data: { object: session() },
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type: 'checkout.session.completed',
  },
  null,
  2,
);

/** A completed Checkout Session of three lines as the stand-in makes it, which the contract tests hold to Stripe's. */
function session(): object {
  const orderId = '0b0e7a3c-6f0f-4d54-9d3c-0d3f5f3b9a11';
  const form = new URLSearchParams({
    mode: 'payment',
    client_reference_id: orderId,
    success_url: 'https://shop.example/payment/success?session_id={CHECKOUT_SESSION_ID}',
    cancel_url: `https://shop.example/payment/cancel?order_id=${orderId}`,
    'metadata[orderId]': orderId,
    'metadata[orderNumber]': 'C-1001',
    'metadata[customerId]': '5b7f6d2a-1c43-4c5e-9a53-0f2f6a1f7c11',
    customer_email: 'camille@example.org',
    'line_items[0][quantity]': '4',
    'line_items[0][price_data][currency]': 'eur',
    'line_items[0][price_data][unit_amount]': '8990',
    'line_items[0][price_data][product_data][name]': 'Michelin Primacy 4 205/55 R16',
  });
  const context = { nowSeconds: Math.floor(Date.now() / 1000), checkoutUrl: 'https://checkout.stripe.com/c/pay/{ID}' };
  const made = sessionFrom(parseForm(form.toString()), context).session;
  return { ...made, status: 'complete', payment_status: 'paid', payment_intent: 'pi_3PqBench', url: null };
}

/** The body of a webhook as Stripe formats it, under this event id. */
export const completedEvent = (eventId: string): string => template.replace(ID, eventId);

/** The same as Stripe posts it, signed. */
export function signedEvent(eventId: string) {
  const body = completedEvent(eventId);
  const at = Math.floor(Date.now() / 1000);
  const v1 = createHmac('sha256', WEBHOOK_SECRET).update(`${at}.${body}`).digest('hex');
  const headers = { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': `t=${at},v1=${v1}` };
  return { body, headers };
}
