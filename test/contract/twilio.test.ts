import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ACCOUNT, sandboxWorld } from './sandbox-world.ts';
import { specsOf } from './specs.ts';

let world: Awaited<ReturnType<typeof sandboxWorld>>;
const specs = specsOf('twilio');
const requests = specsOf('twilio', { fromForm: true });

beforeAll(async () => {
  world = await sandboxWorld();
});
afterAll(() => world.end());

const answerTo = (method: string, path: RegExp): unknown => JSON.parse(world.last(method, path).response);

async function customerInSession() {
  const customer = world.phones.addCustomer({ name: 'Awa' });
  const message = world.twilio.customerWrites(customer.id, 'Bonjour');
  await world.idle();
  return { ...customer, to: `whatsapp:${customer.phone}`, messageSid: message.id };
}

/** The SDK's types say camelCase, the API wants these names as they are. */
type ContentCreate = Parameters<typeof world.twilioSdk.content.v1.contents.create>[0];
const content = (types: object): ContentCreate =>
  ({ friendly_name: 'demo', language: 'fr', variables: { 1: 'Awa' }, types }) as unknown as ContentCreate;

test('a message is sent, fetched and listed as Twilio describes', async () => {
  const { to } = await customerInSession();
  const statusCallback = `${world.publicUrl}/whatsapp/status`;
  const { sid } = await world.twilioSdk.messages.create({ to, from: ACCOUNT.from, body: 'Salut', statusCallback });
  const sent = world.last('POST', /Messages\.json$/);
  const form = Object.fromEntries(new URLSearchParams(sent.request));
  expect(requests.faults('message.create', 'request', form)).toEqual([]);
  expect(specs.faults('message.create', 'response', JSON.parse(sent.response))).toEqual([]);
  await world.idle();
  expect((await world.twilioSdk.messages(sid).fetch()).status).toBe('delivered');
  expect(specs.faults('message.fetch', 'response', answerTo('GET', /Messages\/SM/))).toEqual([]);
  expect(await world.twilioSdk.messages.list({ to, limit: 5 })).toHaveLength(1);
  expect(specs.faults('message.list', 'response', answerTo('GET', /Messages\.json/))).toEqual([]);
});

test.each([
  ['text', { 'twilio/text': { body: 'Bonjour {{1}}' } }],
  ['media', { 'twilio/media': { body: 'QR', media: ['https://shop.example/{{1}}.png'] } }],
  [
    'quick reply',
    { 'twilio/quick-reply': { body: 'Alors ?', actions: [{ type: 'QUICK_REPLY', title: 'Oui', id: 'y' }] } },
  ],
  [
    'list picker',
    { 'twilio/list-picker': { body: 'Choix', button: 'Voir', items: [{ id: '1', item: 'Un', description: '-' }] } },
  ],
])('a %s template is created, fetched, listed and deleted as Twilio describes', async (_name, types) => {
  const { contents } = world.twilioSdk.content.v1;
  const { sid } = await contents.create(content(types));
  const sent = world.last('POST', /Content$/);
  expect(specs.faults('content.create', 'request', JSON.parse(sent.request))).toEqual([]);
  expect(specs.faults('content.create', 'response', JSON.parse(sent.response))).toEqual([]);
  await contents(sid).fetch();
  expect(specs.faults('content.fetch', 'response', answerTo('GET', /Content\/HX/))).toEqual([]);
  expect((await contents.list()).map((one) => one.sid)).toContain(sid);
  expect(specs.faults('content.list', 'response', answerTo('GET', /Content(\?|$)/))).toEqual([]);
  await contents(sid).remove();
  await expect(contents(sid).fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
});

test('a template is submitted for approval as Twilio describes, and approved at once', async () => {
  const { contents } = world.twilioSdk.content.v1;
  const { sid } = await contents.create(content({ 'twilio/text': { body: 'Bonjour {{1}}' } }));
  const approval = await contents(sid).approvalCreate.create({ name: 'bonjour_fr', category: 'UTILITY' });
  expect(approval.status).toBe('approved');
  expect(specs.faults('approval.create', 'response', answerTo('POST', /ApprovalRequests/))).toEqual([]);
  const fetched = await contents(sid).approvalFetch().fetch();
  expect(fetched.whatsapp).toMatchObject({ status: 'approved', name: 'bonjour_fr' });
  expect(specs.faults('approval.fetch', 'response', answerTo('GET', /ApprovalRequests/))).toEqual([]);
});

test('the typing indicator of the SDK reaches the phone', async () => {
  const { id, messageSid } = await customerInSession();
  const indicator = await world.twilioSdk.messaging.v2.typingIndicator.create({
    channel: 'whatsapp',
    messageId: messageSid,
  });
  expect(indicator.success).toBe(true);
  expect(world.phones.isTyping(id)).toBe(true);
  expect(world.phones.message(messageSid)?.status).toBe('read');
});

test('the check can fail: a mangled answer and an unknown template field are refused', async () => {
  const { to } = await customerInSession();
  await world.twilioSdk.messages.create({ to, from: ACCOUNT.from, body: 'Salut' });
  const good = answerTo('POST', /Messages\.json$/) as Record<string, unknown>;
  const faults = (value: unknown) => specs.faults('message.create', 'response', value);
  expect(faults(good)).toEqual([]);
  expect(faults({ ...good, sid: 'SM1' })).not.toEqual([]);
  expect(faults({ ...good, status: 'maybe' })).not.toEqual([]);
  expect(faults({ ...good, invented: 1 })).not.toEqual([]);
  const mistaken = { language: 'fr', types: { 'twilio/quick-reply': { body: 'x', buttons: [] } } };
  expect(specs.faults('content.create', 'request', mistaken)).not.toEqual([]);
});
