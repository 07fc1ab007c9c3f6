import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ACCOUNT, sandboxWorld } from '../contract/sandbox-world.ts';
import { until } from '../support/until.ts';

let world: Awaited<ReturnType<typeof sandboxWorld>>;
let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sandbox-'));
  world = await sandboxWorld();
});
afterAll(async () => {
  await world.end();
  await rm(dataDir, { recursive: true });
});

async function api(path: string, body?: unknown) {
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(`${world.publicUrl}/sandbox/api${path}`, body === undefined ? {} : post);
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

async function listen() {
  const abort = new AbortController();
  const response = await fetch(`${world.publicUrl}/sandbox/api/events`, { signal: abort.signal });
  const heard: { event: string; data: Record<string, unknown> }[] = [];
  const reading = (async () => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const [, event, data] = block.match(/^event: (\w+)\ndata: (.*)$/) ?? [];
        if (event && data) heard.push({ event, data: JSON.parse(data) });
      }
    }
  })().catch(() => undefined);
  const end = async () => {
    abort.abort();
    await reading;
  };
  return { heard, end };
}

test('a request that a tunnel passes on is told where the chat page is, and gets no password', async () => {
  const headers = { 'x-forwarded-for': '203.0.113.9' };
  for (const path of ['/', '/api/state']) {
    const response = await fetch(`${world.publicUrl}/sandbox${path}`, { headers });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ error: 'this_machine_only' });
  }
  // A real phone must reach the stand-in checkout.
  const checkout = await fetch(`${world.publicUrl}/sandbox/checkout/cs_test_unknown`, { headers });
  expect(await checkout.text()).toContain('<html');
});

test('the page and its assets are served, and the state tells what the page shows', async () => {
  const page = await fetch(`${world.publicUrl}/sandbox`);
  expect(page.headers.get('content-type')).toContain('text/html');
  world.tell({ staff: { email: 'demo@shop.example', password: 'secret' }, hints: ['pneus hiver'] });
  expect((await api('/state')).json).toMatchObject({
    shopName: 'Chez Awa & Fils',
    shopNumber: ACCOUNT.from.replace('whatsapp:', ''),
    modelDown: false,
    staff: { email: 'demo@shop.example', password: 'secret' },
    hints: ['pneus hiver'],
  });
});

test('a page hears every message, tick, typing and passing of time', async () => {
  const page = await listen();
  const { json: customer } = await api('/customers', { name: 'Léa' });
  expect(customer.phone).toMatch(/^\+3363998\d{4}$/);
  const sent = await api(`/customers/${customer.id}/messages`, { text: 'Bonjour' });
  expect([sent.status, sent.json.direction, sent.json.status]).toEqual([202, 'out', 'sent']);
  await world.idle();
  await world.twilioSdk.messaging.v2.typingIndicator.create({ channel: 'whatsapp', messageId: String(sent.json.id) });
  await world.twilioSdk.messages.create({ to: `whatsapp:${customer.phone}`, from: ACCOUNT.from, body: 'Salut' });
  await world.idle();
  expect((await api(`/customers/${customer.id}/messages`)).json).toMatchObject({
    typing: false,
    messages: [
      { body: 'Bonjour', status: 'read' },
      { body: 'Salut', status: 'delivered', direction: 'in' },
    ],
  });
  const cardOf = async () => {
    const { customers } = (await api('/state')).json as { customers: { id: unknown; unread: number }[] };
    return customers.find((one) => one.id === customer.id);
  };
  expect(await cardOf()).toMatchObject({ unread: 1, lastText: 'Salut' });
  await api(`/customers/${customer.id}/read`, {});
  expect(await cardOf()).toMatchObject({ unread: 0 });
  await api('/clock', { advanceMinutes: 60 });
  await until('the page has heard the clock', () => {
    const clock = page.heard.filter((one) => one.event === 'clock').at(-1);
    return clock?.data.offsetMinutes === world.clock.offsetMinutes && clock.data.offsetMinutes !== 0;
  });
  expect(page.heard.map(({ event, data }) => (event === 'status' ? `${event} ${data.status}` : event))).toEqual([
    'clock',
    'customer',
    'message',
    'status delivered',
    'status read',
    'typing',
    'typing',
    'message',
    'status read',
    'clock',
  ]);
  await page.end();
});

test.each([
  ['/customers', { name: '' }, 400],
  ['/customers', { name: 'x'.repeat(61) }, 400],
  ['/customers', 'not an object', 400],
  ['/customers/nobody/messages', { text: 'x' }, 404],
  ['/clock', { advanceMinutes: -60 }, 400],
  ['/clock', { advanceMinutes: 1e9 }, 400],
  ['/clock', { advanceMinutes: 2.5 }, 400],
  ['/model', { down: 'yes' }, 400],
])('%s refuses %j with %i', async (path, body, status) => {
  const refused = await api(path, body);
  expect([refused.status, typeof refused.json.message]).toEqual([status, 'string']);
});

test('empty and endless messages and taps on nothing are refused', async () => {
  const { json: customer } = await api('/customers', { name: 'Zoé' });
  const path = `/customers/${customer.id}/messages`;
  expect((await api(path, { text: '  ' })).status).toBe(400);
  expect((await api(path, { text: 'x'.repeat(10_000) })).status).toBe(400);
  expect((await api(path, { buttonId: 'a', messageId: 'SM0' })).status).toBe(404);
});

test('switching the model off makes it answer 503 until it is switched on again', async () => {
  const ask = () => world.openaiSdk.responses.create({ model: 'gpt-5-mini', input: 'Bonjour' });
  expect((await api('/model', { down: true })).json).toEqual({ down: true });
  await expect(ask()).rejects.toMatchObject({ status: 503 });
  expect((await api('/state')).json.modelDown).toBe(true);
  await api('/model', { down: false });
  expect((await ask()).output_text).toContain('Bonjour');
});

test('a second start still knows the chats, the sessions, the templates and the time', async () => {
  const first = await sandboxWorld({ dataDir });
  const customer = first.phones.addCustomer({ name: 'Awa' });
  first.twilio.customerWrites(customer.id, 'Bonjour');
  const { id } = await first.stripeSdk.checkout.sessions.create({
    mode: 'payment',
    success_url: 'https://shop.example/ok',
    line_items: [{ quantity: 1, price_data: { currency: 'eur', unit_amount: 500, product_data: { name: 'Valve' } } }],
  });
  type Create = Parameters<typeof first.twilioSdk.content.v1.contents.create>[0];
  const content = { friendly_name: 't', language: 'fr', types: { 'twilio/text': { body: 'Bonjour' } } };
  const { sid } = await first.twilioSdk.content.v1.contents.create(content as unknown as Create);
  await first.clock.advance(90);
  await first.idle();
  await first.end();
  const second = await sandboxWorld({ dataDir });
  expect(second.phones.messages(customer.id)).toMatchObject([{ body: 'Bonjour', status: 'delivered' }]);
  expect((await second.stripeSdk.checkout.sessions.retrieve(id)).status).toBe('open');
  expect((await second.twilioSdk.content.v1.contents(sid).fetch()).sid).toBe(sid);
  expect(second.clock.offsetMinutes).toBe(90);
  await second.end();
});
