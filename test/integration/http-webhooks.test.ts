import { expect, test } from '@jest/globals';
import Stripe from 'stripe';
import { AppError } from '../../src/domain/errors.ts';
import type { DeliveryReport } from '../../src/flows/record-delivery.ts';
import type { VerifiedEvent } from '../../src/ports.ts';
import { ORDER_ID } from '../support/order-samples.ts';
import { twilioPost, withWeb } from '../support/web.ts';

const message = { MessageSid: 'SM1', From: 'whatsapp:+590690000001', Body: 'Bonjour, des pneus été & hiver ? 😀' };
const INBOUND = '/whatsapp/inbound';
const STATUS = `/whatsapp/status?message=${ORDER_ID}`;

test('a signed message is stored with every field as the customer wrote it, then answered with empty TwiML', async () => {
  const stored: object[] = [];
  const receiveMessage = async (fields: Record<string, string>) => {
    stored.push(fields);
    return { kind: 'stored' } as const;
  };
  await withWeb({ receiveMessage }, async (web) => {
    const response = await web.fetch(INBOUND, twilioPost(INBOUND, message));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/xml');
    expect(await response.text()).toBe('<Response/>');
  });
  expect(stored).toEqual([message]);
});

test('the same message again is a success as well', async () => {
  await withWeb({ receiveMessage: async () => ({ kind: 'duplicate' }) }, async (web) => {
    expect((await web.fetch(INBOUND, twilioPost(INBOUND, message))).status).toBe(200);
  });
});

test('a message of 10,000 characters arrives whole, in any alphabet', async () => {
  const stored: string[] = [];
  const receiveMessage = async ({ Body = '' }: Record<string, string>) => {
    stored.push(Body);
    return { kind: 'stored' } as const;
  };
  const Body = '輪'.repeat(5000) + '😀'.repeat(5000);
  await withWeb({ receiveMessage }, async (web) => {
    expect((await web.fetch(INBOUND, twilioPost(INBOUND, { ...message, Body }))).status).toBe(200);
  });
  expect(stored).toEqual([Body]);
});

// receiveMessage and recordDelivery of these are the stubs that throw: a call would answer 500.
const forgeries: [string, string, RequestInit][] = [
  ['without a signature', INBOUND, { method: 'POST', body: new URLSearchParams(message) }],
  ["signed with another account's token", INBOUND, twilioPost(INBOUND, message, 'another')],
  [
    'whose text was changed',
    INBOUND,
    { ...twilioPost(INBOUND, message), body: new URLSearchParams({ ...message, Body: 'oui' }) },
  ],
  [
    'with a field added',
    INBOUND,
    { ...twilioPost(INBOUND, message), body: new URLSearchParams({ ...message, ButtonPayload: 'confirm' }) },
  ],
  [
    'with a field given twice',
    INBOUND,
    {
      ...twilioPost(INBOUND, message),
      body: new URLSearchParams([...Object.entries(message), ['Body', 'oui']]),
    },
  ],
  ['signed for another address', INBOUND, twilioPost('/whatsapp/status', message)],
  ['that is no form', INBOUND, { ...twilioPost(INBOUND, message), body: JSON.stringify(message) }],
  ['of a delivery state for another message', STATUS, twilioPost('/whatsapp/status?message=x', message)],
];
test.each(forgeries)('a post %s is refused with 403 and touches nothing', async (_what, path, init) => {
  await withWeb({}, async (web) => {
    const response = await web.fetch(path, init);
    expect(response.status).toBe(403);
    expect(web.lines.filter((line) => line.level === 'error')).toEqual([]);
  });
});

test('a signed message that cannot be used is refused with its reason', async () => {
  const receiveMessage = async () => ({ kind: 'unusable', reason: 'MessageSid is missing' }) as const;
  await withWeb({ receiveMessage }, async (web) => {
    const response = await web.fetch(INBOUND, twilioPost(INBOUND, { Body: 'x' }));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ reason: 'MessageSid is missing' });
  });
});

test('a message that could not be stored is never acknowledged', async () => {
  const receiveMessage = async () => {
    throw new AppError('database_down', 'secret detail', { retryable: true });
  };
  await withWeb({ receiveMessage }, async (web) => {
    const response = await web.fetch(INBOUND, twilioPost(INBOUND, message));
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain('secret detail');
  });
});

test('a delivery state is recorded for the message its address names', async () => {
  const reports: DeliveryReport[] = [];
  const recordDelivery = async (report: DeliveryReport) => void reports.push(report);
  await withWeb({ recordDelivery }, async (web) => {
    const delivered = { MessageSid: 'SM9', MessageStatus: 'delivered' };
    const failed = { MessageSid: 'SM9', MessageStatus: 'failed', ErrorCode: '63016' };
    expect((await web.fetch(STATUS, twilioPost(STATUS, delivered))).status).toBe(200);
    expect((await web.fetch(STATUS, twilioPost(STATUS, failed))).status).toBe(200);
    const nameless = await web.fetch('/whatsapp/status', twilioPost('/whatsapp/status', delivered));
    expect(nameless.status).toBe(400);
  });
  expect(reports).toEqual([
    { outboundId: ORDER_ID, status: 'delivered', sid: 'SM9', errorCode: null },
    { outboundId: ORDER_ID, status: 'failed', sid: 'SM9', errorCode: 63016 },
  ]);
});

const WEBHOOK_SECRET = 'whsec_test';
// Spacing that a parser would not give back.
const eventBody = '{ "id":"evt_1",\n  "object":"event", "type":"checkout.session.completed" , "data":{"object":{}} }\n';
const stripe = new Stripe('sk_test_unused');
const stripePost = (body: string, signature: string | undefined): RequestInit => ({
  method: 'POST',
  body,
  headers: { 'content-type': 'application/json; charset=utf-8', ...(signature && { 'stripe-signature': signature }) },
});
const signatureOf = (payload: string, secret = WEBHOOK_SECRET) =>
  stripe.webhooks.generateTestHeaderString({ payload, secret });

function paymentStubs() {
  const seen: { body: string; stored: string[] } = { body: '', stored: [] };
  return {
    seen,
    verifyPaymentEvent(rawBody: Buffer, signature: string): VerifiedEvent | undefined {
      seen.body = rawBody.toString();
      try {
        const { id, type, created } = stripe.webhooks.constructEvent(rawBody, signature, WEBHOOK_SECRET);
        const nothing = {
          account: null,
          objectId: '',
          orderId: null,
          attemptId: null,
          paymentIntentId: null,
          json: '{}',
        };
        return { id, type, livemode: false, happenedAt: new Date(created * 1000), ...nothing };
      } catch {
        return undefined; // what vendors/stripe answers for a bad signature
      }
    },
    async receivePaymentEvent(event: VerifiedEvent) {
      seen.stored.push(event.id);
      return 'stored' as const;
    },
  };
}

test('a payment event is verified over the bytes as they came and stored before the 200', async () => {
  const { seen, ...stubs } = paymentStubs();
  await withWeb(stubs, async (web) => {
    const response = await web.fetch('/webhook/stripe', stripePost(eventBody, signatureOf(eventBody)));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ received: true });
  });
  expect(seen).toEqual({ body: eventBody, stored: ['evt_1'] });
});

test.each([
  ['without a signature', eventBody, undefined],
  ['signed with another secret', eventBody, signatureOf(eventBody, 'whsec_other')],
  ['changed on its way', eventBody.replace('evt_1', 'evt_2'), signatureOf(eventBody)],
  ['without a body', '', signatureOf('')],
])('a payment event %s is refused with 400 and not stored', async (_what, body, signature) => {
  const { seen, ...stubs } = paymentStubs();
  await withWeb(stubs, async (web) => {
    expect((await web.fetch('/webhook/stripe', stripePost(body, signature))).status).toBe(400);
  });
  expect(seen.stored).toEqual([]);
});

test('a payment event that could not be stored is never acknowledged', async () => {
  const { verifyPaymentEvent } = paymentStubs();
  const receivePaymentEvent = async () => {
    throw new Error('connection lost');
  };
  await withWeb({ verifyPaymentEvent, receivePaymentEvent }, async (web) => {
    expect((await web.fetch('/webhook/stripe', stripePost(eventBody, signatureOf(eventBody)))).status).toBe(500);
  });
});

test('a body beyond the limit is refused with 413', async () => {
  await withWeb({}, async (web) => {
    const response = await web.fetch('/webhook/stripe', stripePost('x'.repeat(1_100_000), 'any'));
    expect(response.status).toBe(413);
  });
});
