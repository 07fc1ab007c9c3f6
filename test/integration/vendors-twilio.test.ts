import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import twilio from 'twilio';
import type { OutgoingMessage } from '../../src/ports.ts';
import { createMessenger } from '../../src/vendors/twilio.ts';
import { createWebhookCheck } from '../../src/vendors/twilio-webhook.ts';
import {
  closedAddress,
  type Recorded,
  type RecordingServer,
  startRecordingServer,
} from '../support/recording-server.ts';
import { accountSid, answerAll, authToken, from, message, settingsAt, to } from '../support/twilio-api.ts';

let server: RecordingServer;
beforeAll(async () => {
  server = await startRecordingServer(() => ({}));
});
afterAll(() => server.close());
beforeEach(() => server.answers(answerAll));

const settings = (more: object = {}) => settingsAt(server, more);
const buttons = [
  { id: 'confirm:1', title: 'Confirmer' },
  { id: 'change:1', title: 'Modifier' },
];
const refuse = (status: number, code: number) => () => ({ status, json: { status, code, message: `refused ${to}` } });
const formOf = (request: Recorded) => Object.fromEntries(new URLSearchParams(request.body));

test('a text leaves as a form with the sender, the recipient and the status callback', async () => {
  await expect(createMessenger(settings()).send(message({}))).resolves.toEqual({ sid: 'SM1', sentAs: 'text' });
  const request = server.last('/Messages.json');
  expect(formOf(request)).toEqual({
    To: to,
    From: from,
    Body: 'Bonjour',
    StatusCallback: 'https://shop.example/whatsapp/status?message=1',
  });
  expect(request.headers.authorization).toBe(`Basic ${btoa(`${accountSid}:${authToken}`)}`);
});

test('a messaging service replaces the bare sender, and a picture leaves with its caption', async () => {
  const messagingServiceSid = `MG${'2'.repeat(32)}`;
  const sent = await createMessenger(settings({ messagingServiceSid })).send(message({ mediaUrl: 'https://x/qr.png' }));
  expect(sent.sentAs).toBe('media');
  const form = formOf(server.last('/Messages.json'));
  expect(form).toMatchObject({ MessagingServiceSid: messagingServiceSid, MediaUrl: 'https://x/qr.png' });
  expect(form).not.toHaveProperty('From');
});

test('an SMS leaves from its own number, even where a messaging service sends the rest, and not at all without one', async () => {
  const sms: OutgoingMessage = {
    to: '+590690000001',
    statusCallbackUrl: 'https://shop.example/s',
    form: 'sms',
    body: 'Bonjour',
  };
  const messagingServiceSid = `MG${'2'.repeat(32)}`;
  const messenger = createMessenger(settings({ messagingServiceSid, smsFrom: '+590590000009' }));
  await expect(messenger.send(sms)).resolves.toEqual({ sid: 'SM1', sentAs: 'sms' });
  const form = formOf(server.last('/Messages.json'));
  expect(form).toMatchObject({ To: '+590690000001', From: '+590590000009', Body: 'Bonjour' });
  expect(form).not.toHaveProperty('MessagingServiceSid');
  await expect(createMessenger(settings()).send(sms)).rejects.toMatchObject({ code: 'sms_off', retryable: false });
});

test('buttons leave as a quick-reply Content resource that is made once per wording', async () => {
  const messenger = createMessenger(settings());
  await expect(messenger.send(message({ body: 'Total\n359,60 €', buttons }))).resolves.toMatchObject({
    sentAs: 'interactive',
  });
  await messenger.send(message({ body: 'Total\n359,60 €', buttons }));
  const creations = server.requests.filter((request) => request.path === '/v1/Content');
  expect(creations).toHaveLength(1);
  expect(JSON.parse(creations[0]?.body ?? '')).toMatchObject({
    friendly_name: expect.stringMatching(/^comptoir_/),
    language: 'es',
    types: {
      'twilio/quick-reply': {
        body: 'Total\n359,60 €',
        actions: [
          { type: 'QUICK_REPLY', title: 'Confirmer', id: 'confirm:1' },
          { type: 'QUICK_REPLY', title: 'Modifier', id: 'change:1' },
        ],
      },
    },
  });
  expect(formOf(server.last('/Messages.json'))).toMatchObject({ ContentSid: `HX${'1'.repeat(32)}` });
});

test('a list leaves as a list-picker', async () => {
  const list = { button: 'Choisir', items: [{ id: 'p:1', title: 'Primacy 4', description: '89,90 €' }] };
  await createMessenger(settings()).send(message({ list }));
  expect(JSON.parse(server.last('/v1/Content').body).types).toEqual({
    'twilio/list-picker': {
      body: 'Bonjour',
      button: 'Choisir',
      items: [{ item: 'Primacy 4', id: 'p:1', description: '89,90 €' }],
    },
  });
});

test.each([
  ['the Content API refuses', '/v1/Content', refuse(400, 20001)],
  ['the Content API is missing', '/v1/Content', refuse(404, 20404)],
])('choices leave in words when %s', async (_name, path, refusal) => {
  server.answers((request) => (request.path.startsWith(path) ? refusal() : answerAll(request)));
  await expect(createMessenger(settings()).send(message({ buttons }))).resolves.toEqual({ sid: 'SM1', sentAs: 'text' });
  expect(formOf(server.last('/Messages.json')).Body).toBe('Bonjour\n\n👉 Confirmer / Modifier');
});

test('a Content API that refuses is reported once, not with every message', async () => {
  const warnings: object[] = [];
  server.answers((request) => (request.path.startsWith('/v1/Content') ? refuse(403, 20403)() : answerAll(request)));
  const messenger = createMessenger(settings(), { warn: (facts) => warnings.push(facts) });
  await messenger.send(message({ buttons }));
  await messenger.send(message({ body: 'Encore', buttons }));
  expect(warnings).toEqual([{ code: 'twilio_20403' }]);
});

test('choices leave in words when Twilio no longer knows the Content resource', async () => {
  server.answers((request) => (request.body.includes('ContentSid') ? refuse(400, 21655)() : answerAll(request)));
  await expect(createMessenger(settings()).send(message({ buttons }))).resolves.toMatchObject({ sentAs: 'text' });
});

test('a template leaves with its variables as JSON', async () => {
  const template = { form: 'template', contentSid: `HX${'3'.repeat(32)}`, variables: { 1: 'C-1001' } } as const;
  const outgoing = { to, statusCallbackUrl: 'https://shop.example/s', ...template };
  await expect(createMessenger(settings()).send(outgoing)).resolves.toMatchObject({ sentAs: 'template' });
  expect(formOf(server.last('/Messages.json'))).toMatchObject({ ContentVariables: '{"1":"C-1001"}' });
});

test.each([
  [429, 20429, { retryable: true, ambiguous: false }],
  [400, 63018, { retryable: true, ambiguous: false }],
  [400, 63012, { retryable: true, ambiguous: false }],
  [500, 20500, { retryable: true, ambiguous: true }],
  [503, 0, { retryable: true, ambiguous: true }],
  [504, 0, { retryable: true, ambiguous: true }],
  [400, 63016, { retryable: false, ambiguous: false }],
  [400, 21610, { retryable: false, ambiguous: false }],
  [401, 20003, { retryable: true, ambiguous: false }],
  [403, 20005, { retryable: true, ambiguous: false }],
])('HTTP %i with code %i is told apart', async (status, code, expected) => {
  server.answers(refuse(status, code));
  const vendorCode = code || status;
  await expect(createMessenger(settings()).send(message({}))).rejects.toMatchObject({
    ...expected,
    code: `twilio_${vendorCode}`,
    vendorCode,
    message: expect.not.stringContaining('+590'),
  });
});

test('a timeout and a lost connection are ambiguous, a closed port is not', async () => {
  const messenger = createMessenger(settings({ timeoutMs: 150 }));
  server.answers(() => ({ hang: true }));
  await expect(messenger.send(message({}))).rejects.toMatchObject({ ambiguous: true, retryable: true });
  server.answers(() => ({ cut: true }));
  await expect(messenger.send(message({}))).rejects.toMatchObject({ ambiguous: true, retryable: true });
  const nobody = createMessenger(settings({ apiBaseUrl: await closedAddress() }));
  await expect(nobody.send(message({}))).rejects.toMatchObject({ ambiguous: false, retryable: true });
});

test('the typing indicator names the inbound message and never throws', async () => {
  const messenger = createMessenger(settings());
  await messenger.showTyping('SM9');
  expect(server.last('/v2/Indicators/Typing').body).toContain('SM9');
  server.answers(refuse(500, 0));
  await expect(messenger.showTyping('SM9')).resolves.toBeUndefined();
});

test('only the exact signature over the public URL and every field is genuine', () => {
  const webhook = createWebhookCheck(settings());
  const url = 'https://shop.example/whatsapp/inbound';
  const fields = { From: to, Body: 'oui', MessageSid: 'SM2' };
  const signature = twilio.getExpectedTwilioSignature(authToken, url, fields);
  expect(webhook.isGenuine({ signature, url, fields })).toBe(true);
  expect(webhook.isGenuine({ signature, url, fields: { ...fields, Body: 'non' } })).toBe(false);
  expect(webhook.isGenuine({ signature, url: 'http://shop.example/whatsapp/inbound', fields })).toBe(false);
  expect(webhook.isGenuine({ signature: '', url, fields })).toBe(false);
  expect(webhook.isGenuine({ signature: 'é', url, fields })).toBe(false);
});
