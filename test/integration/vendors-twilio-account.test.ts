import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { OutgoingMessage } from '../../src/ports.ts';
import { createMessenger } from '../../src/vendors/twilio.ts';
import { fetchTwilioAccount } from '../../src/vendors/twilio-templates.ts';
import { type RecordingServer, startRecordingServer } from '../support/recording-server.ts';
import { accountSid, answerAll, message, settingsAt, to } from '../support/twilio-api.ts';

// What is asked of Twilio beside sending: what it has sent, its templates, the account.

let server: RecordingServer;
beforeAll(async () => {
  server = await startRecordingServer(() => ({}));
});
afterAll(() => server.close());
beforeEach(() => server.answers(answerAll));

const settings = (more: object = {}) => settingsAt(server, more);

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

test('the account’s state can be asked for', async () => {
  server.answers(() => ({ json: { sid: accountSid, status: 'active' } }));
  await expect(fetchTwilioAccount(settings())).resolves.toBe('active');
});
