import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import twilio from 'twilio';
import type { OutgoingMessage } from '../../src/ports.ts';
import { createMessenger } from '../../src/vendors/twilio.ts';
import { fetchTwilioAccount, setSenderWebhooks } from '../../src/vendors/twilio-templates.ts';
import { createWebhookCheck } from '../../src/vendors/twilio-webhook.ts';
import {
  closedAddress,
  type Recorded,
  type RecordingServer,
  startRecordingServer,
} from '../support/recording-server.ts';

const accountSid = `AC${'0'.repeat(32)}`;
const authToken = 'an-auth-token';
const to = 'whatsapp:+590690000001';
const from = 'whatsapp:+14155238886';
let server: RecordingServer;

beforeAll(async () => {
  server = await startRecordingServer(() => ({}));
});
afterAll(() => server.close());
beforeEach(() => server.answers(answerAll));

const settings = (more: object = {}) => ({
  accountSid,
  authToken,
  from,
  apiBaseUrl: server.url,
  messagingServiceSid: undefined,
  ...more,
});
const message = (more: object): OutgoingMessage => ({
  to,
  statusCallbackUrl: 'https://shop.example/whatsapp/status?message=1',
  form: 'session',
  locale: 'es',
  body: 'Bonjour',
  ...more,
});
const buttons = [
  { id: 'confirm:1', title: 'Confirmer' },
  { id: 'change:1', title: 'Modifier' },
];

function answerAll(request: Recorded) {
  if (request.path.startsWith('/v1/Content'))
    return { status: 201, json: { sid: `HX${'1'.repeat(32)}`, status: 'received' } };
  return { status: 201, json: { sid: 'SM1', status: 'queued' } };
}
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

test('a message that may have left is found by recipient, body and time', async () => {
  const since = new Date('2026-11-21T10:00:00Z');
  const listed = (sid: string, body: string, created: string, direction = 'outbound-api') => ({
    sid,
    body,
    direction,
    date_created: created,
  });
  server.answers(() => ({
    json: {
      messages: [
        listed('SM_other', 'Autre', 'Sat, 21 Nov 2026 10:00:05 +0000'),
        listed('SM_in', 'Bonjour', 'Sat, 21 Nov 2026 10:00:05 +0000', 'inbound'),
        listed('SM_old', 'Bonjour', 'Sat, 21 Nov 2026 09:00:00 +0000'),
        listed('SM_again', 'Bonjour', 'Sat, 21 Nov 2026 10:00:03 +0000'),
        listed('SM_it', 'Bonjour', 'Sat, 21 Nov 2026 10:00:01 +0000'),
      ],
    },
  }));
  const messenger = createMessenger(settings());
  await expect(messenger.findSent({ to, forms: [message({})], since })).resolves.toEqual(['SM_again', 'SM_it']);
  await expect(messenger.findSent({ to, forms: [message({ body: 'Bonsoir' })], since })).resolves.toEqual([]);
  expect(server.last('/Messages.json').path).toContain(encodeURIComponent(to));
});

test('a message that may have left is found however many others went to its recipient since', async () => {
  const since = new Date('2026-11-21T10:00:00Z');
  const base = `/2010-04-01/Accounts/${accountSid}/Messages.json`;
  const sent = Array.from({ length: 120 }, (_, n) => ({
    sid: `SM_${n}`,
    body: n === 119 ? 'Bonjour' : `Autre ${n}`,
    direction: 'outbound-api',
    date_created: new Date(since.getTime() + (119 - n) * 1_000).toUTCString(),
  }));
  const old = { ...sent[0], body: 'Bonjour', date_created: 'Fri, 20 Nov 2026 10:00:00 +0000' };
  const listed = [...sent, ...Array.from({ length: 400 }, (_, n) => ({ ...old, sid: `SM_old${n}` }))];
  server.answers(({ path }) => {
    const query = new URL(path, server.url).searchParams;
    const [size, page] = [Number(query.get('PageSize') ?? 50), Number(query.get('Page') ?? 0)];
    const next = `${base}?${new URLSearchParams({ To: to, PageSize: `${size}`, Page: `${page + 1}` })}`;
    return { json: { messages: listed.slice(page * size, (page + 1) * size), next_page_uri: next } };
  });
  const messenger = createMessenger(settings());
  await expect(messenger.findSent({ to, forms: [message({})], since })).resolves.toEqual(['SM_119']);
  // What was made before it is not asked for.
  expect(server.requests.length).toBeLessThan(5);
});

test('a template that may have left is found by its final words', async () => {
  const since = new Date('2026-11-21T10:00:00Z');
  const date_created = 'Sat, 21 Nov 2026 10:00:05 +0000';
  const sent = { sid: 'SM_t', body: 'Commande C-1001, 5 heures.', direction: 'outbound-api', date_created };
  const types = { 'twilio/text': { body: 'Commande {{1}}, {{2}}.' } };
  server.answers((request) =>
    request.path.startsWith('/v1/Content') ? { json: { sid: 'HX1', types } } : { json: { messages: [sent] } },
  );
  const template = (number: string): OutgoingMessage => ({
    ...{ to, statusCallbackUrl: 'https://shop.example/s', form: 'template', contentSid: 'HX1' },
    variables: { 1: number, 2: '5 heures' },
  });
  const messenger = createMessenger(settings());
  await expect(messenger.findSent({ to, forms: [template('C-1001')], since })).resolves.toEqual(['SM_t']);
  await expect(messenger.findSent({ to, forms: [template('C-1002')], since })).resolves.toEqual([]);
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

test('a template is made with its examples and submitted as UTILITY; its approval can be asked for', async () => {
  const { templates } = createMessenger(settings());
  const submitted = await templates.submit({
    key: 'thank_you',
    locale: 'fr',
    name: 'comptoir_thank_you_fr',
    body: 'Merci {{1}}',
    examples: ['359,60 €', 'abc'],
    mediaUrl: 'https://shop.example/media/qr/{{2}}.png',
  });
  expect(submitted).toEqual({ contentSid: `HX${'1'.repeat(32)}`, approval: 'received' });
  const [content, approval] = server.requests.map((request) => JSON.parse(request.body));
  expect(content).toEqual({
    friendly_name: 'comptoir_thank_you_fr',
    language: 'fr',
    variables: { 1: '359,60 €', 2: 'abc' },
    types: { 'twilio/media': { body: 'Merci {{1}}', media: ['https://shop.example/media/qr/{{2}}.png'] } },
  });
  expect(approval).toEqual({ name: 'comptoir_thank_you_fr_11111111', category: 'UTILITY' });
  server.answers(() => ({ json: { sid: 'HX1', whatsapp: { status: 'approved' } } }));
  await expect(templates.approvalOf(submitted.contentSid)).resolves.toBe('approved');
});

test('a template with quick replies is made with their ids and titles', async () => {
  const { templates } = createMessenger(settings());
  const wording = { name: 'comptoir_review_request_fr', body: 'Alors, {{1}} ?', examples: ['C-1001'] };
  const buttons = [{ id: 'template-button:1', title: 'Très bien' }];
  await templates.submit({ key: 'review_request', locale: 'fr', ...wording, buttons });
  const [content] = server.requests.map((request) => JSON.parse(request.body));
  expect(content.types).toEqual({
    'twilio/quick-reply': {
      body: 'Alors, {{1}} ?',
      actions: [{ type: 'QUICK_REPLY', title: 'Très bien', id: 'template-button:1' }],
    },
  });
});

test('the sender gets the shop’s webhooks, or it is said that Twilio lists no such sender', async () => {
  const urls = {
    inboundUrl: 'https://shop.example/whatsapp/inbound',
    statusUrl: 'https://shop.example/whatsapp/status',
  };
  server.answers(() => ({ json: { senders: [], meta: { key: 'senders' } } }));
  await expect(setSenderWebhooks(settings(), urls)).resolves.toBe('no_sender');
  const sender = { sid: `XE${'4'.repeat(32)}`, sender_id: from };
  server.answers((request) =>
    request.method === 'GET' ? { json: { senders: [sender], meta: { key: 'senders' } } } : { json: sender },
  );
  await expect(setSenderWebhooks(settings(), urls)).resolves.toBe('set');
  expect(JSON.parse(server.last(sender.sid).body).webhook.callback_url).toBe(urls.inboundUrl);
});

test('the account’s state can be asked for', async () => {
  server.answers(() => ({ json: { sid: accountSid, status: 'active' } }));
  await expect(fetchTwilioAccount(settings())).resolves.toBe('active');
});
