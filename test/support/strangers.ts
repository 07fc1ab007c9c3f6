import Stripe from 'stripe';
import twilio from 'twilio';
import { CANARY, NAMES, unknown } from './canaries.ts';
import type { RunningShop } from './running-shop.ts';

// What arrives at a shop that nobody should send: broken and forged posts, addresses of nothing.

/** Posts as Twilio would. */
function fromTwilio(
  shop: RunningShop,
  path: string,
  fields: Record<string, string>,
  signedWith: string | null = shop.env.TWILIO_AUTH_TOKEN,
) {
  const url = shop.publicUrl + path;
  const signature = signedWith === null ? CANARY.header : twilio.getExpectedTwilioSignature(signedWith, url, fields);
  const headers = { 'x-twilio-signature': signature };
  return { signature, answer: fetch(url, { method: 'POST', headers, body: new URLSearchParams(fields) }) };
}

function fromStripe(shop: RunningShop, payload: string) {
  const secret = shop.env.STRIPE_WEBHOOK_SECRET;
  const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret });
  const headers = { 'stripe-signature': signature };
  return { signature, answer: fetch(`${shop.publicUrl}/webhook/stripe`, { method: 'POST', headers, body: payload }) };
}

/** Sends every kind of broken and forged webhook and form about the owner of this phone; the signatures it used. */
export async function sendNonsense(shop: RunningShop, phone: string): Promise<string[]> {
  const message = { From: `whatsapp:${phone}`, Body: CANARY.text, ProfileName: NAMES.buyer };
  const signatures = [
    fromTwilio(shop, '/whatsapp/inbound', message),
    fromTwilio(shop, '/whatsapp/inbound', message, null),
    fromTwilio(shop, '/whatsapp/inbound', message, 'another token altogether'),
    fromTwilio(shop, `/whatsapp/status?message=${CANARY.arguments}`, { MessageStatus: CANARY.arguments, ...message }),
    fromStripe(shop, `{"id":"evt_1","email":"${CANARY.asciiEmail}","name":${NAMES.buyer}`),
    fromStripe(shop, JSON.stringify({ id: 'evt_2', object: 'event', phone, type: CANARY.text })),
  ];
  for (const { answer } of signatures) await answer;
  const post = (path: string, headers: Record<string, string>, body: string) =>
    fetch(shop.publicUrl + path, { method: 'POST', headers, body });
  const form = 'application/x-www-form-urlencoded';
  await post('/whatsapp/inbound', { 'content-type': `${form}; charset=${CANARY.header}` }, CANARY.text);
  await post('/whatsapp/inbound', { 'content-type': form, 'content-encoding': CANARY.header }, CANARY.text);
  await post('/staff/login', { 'content-type': `${form}; charset=${CANARY.header}` }, CANARY.text);
  await post('/staff/login', { 'content-type': form }, `${'a=1&'.repeat(1200)}password=${CANARY.password}`);
  await post('/webhook/stripe', { 'stripe-signature': CANARY.header, 'content-encoding': CANARY.header }, CANARY.text);
  await post('/cron/payment-reminders', { authorization: `Bearer ${CANARY.header}` }, '');
  return signatures.map(({ signature }) => signature);
}

/** Addresses that hold what nobody has, or what nobody can decode. */
export const oddAddresses = (pickupToken: string, phone: string): string[] => [
  `/pickup/${unknown.pickup}`,
  `/media/qr/${unknown.picture}.png`,
  `/media/data/${unknown.data}.json`,
  `/staff/link/${unknown.link}`,
  `/pickup/${pickupToken}%E0%A4%A`,
  `/media/qr/%E0%A4%A${CANARY.arguments}.png`,
  `/media/data/${encodeURIComponent(CANARY.text)}%FF.json`,
  `/${encodeURIComponent(phone)}/${CANARY.arguments}%`,
  `/assets/${CANARY.arguments}%00/${unknown.pickup}`,
  `/payment/success?session_id=cs_test_${unknown.link.replaceAll('-', '')}`,
  `/payment/verify-session?session_id=${CANARY.arguments}`,
];
