import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freePort } from '../../src/embedded/free-port.ts';
import { buysFourTyres, customerOf } from '../support/customer.ts';
import { startOtlpCollector } from '../support/otlp-collector.ts';
import { type RunningShop, startProcess, startRunningShop } from '../support/running-shop.ts';
import { until } from '../support/until.ts';

// The built web and worker, with a collector of traces.

let shop: RunningShop;
let collector: Awaited<ReturnType<typeof startOtlpCollector>>;
const modules = mkdtempSync(path.join(tmpdir(), 'comptoir-modules-'));
beforeAll(async () => {
  collector = await startOtlpCollector();
  shop = await startRunningShop({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } });
}, 60_000);
afterAll(async () => {
  await shop.close();
  await collector.close();
  rmSync(modules, { recursive: true });
}, 60_000);

// Loaded by prom-client and better-auth whatever we do: what a tracer would look like, and names.
const BROUGHT_ALONG = ['@opentelemetry/api', '@opentelemetry/semantic-conventions'];

/** Of OpenTelemetry, whatever the web loads: V8 notes every script, however it was loaded. */
async function loadedBy(env: Record<string, string>): Promise<string[]> {
  const noted = mkdtempSync(path.join(modules, 'run-'));
  const web = startProcess('server.js', {
    ...{ ...shop.env, PORT: String(await freePort()), NODE_V8_COVERAGE: noted },
    ...env,
  });
  await until('the web listens', () => web.output().includes('"listening"'));
  expect(await web.stop()).toBe(0);
  const scripts = readdirSync(noted).flatMap((file) => {
    const { result } = JSON.parse(readFileSync(path.join(noted, file), 'utf8')) as { result: { url: string }[] };
    return result
      .map(({ url }) => /\/node_modules\/(@opentelemetry\/[\w-]+)\//.exec(url)?.[1])
      .filter((name) => name !== undefined);
  });
  return [...new Set(scripts)].filter((name) => !BROUGHT_ALONG.includes(name));
}

test('a purchase is told in traces: request, turn with model and tools, message, checkout, event; nothing of the customer is', async () => {
  const customer = customerOf(shop.sandbox, 'Camille Martin');
  const { sessionId, orderNumber } = await buysFourTyres(customer);
  shop.sandbox.stripe.checkout.pay(sessionId);
  const thanks = await customer.hears(
    'the thank-you',
    ({ kind, body }) => kind === 'media' && body.includes(orderNumber),
  );
  const told = () => collector.spans().map(({ name }) => name);
  const last = ['POST /webhook/stripe', 'event checkout.session.completed'];
  await until('the traces are there', () => last.every((name) => told().includes(name)));

  const some = expect.arrayContaining.bind(expect);
  expect(collector.within('turn')).toEqual(
    some([some(['twilio showTyping', 'model respond', 'tool search_products'])]),
  );
  expect(collector.within('message')).toEqual(some([['twilio send']]));
  expect(collector.within('checkout')).toEqual([['stripe createCheckoutSession']]);
  expect(collector.within('event checkout.session.completed')).toEqual([['stripe retrieveCheckoutSession']]);
  expect(told()).toContain('POST /whatsapp/inbound');
  const order = await shop.db.order.findUniqueOrThrow({
    where: { number: orderNumber },
    include: { customer: { include: { conversation: true } } },
  });
  const ids = collector.spans().map(({ attributes }) => attributes);
  expect(ids).toEqual(
    some([{ conversationId: order.customer.conversation?.id }, expect.objectContaining({ orderId: order.id })]),
  );

  const said = shop.sandbox.phones
    .messages(customer.id)
    .map(({ body }) => body)
    .filter((body) => body.length > 5);
  const { phone, channelAddress } = order.customer;
  const mustNotBeThere = [
    ...[
      ...said,
      'Camille',
      'Martin',
      String(phone).replace('+', ''),
      channelAddress,
      sessionId,
      thanks.id,
      shop.publicUrl,
    ],
    ...[shop.env.TWILIO_AUTH_TOKEN, shop.env.STRIPE_SECRET_KEY, shop.env.SESSION_SECRET, '/pickup/', 'pneus', '205/55'],
  ];
  const everything = collector.everything();
  expect(mustNotBeThere.filter((text) => everything.includes(text as string))).toEqual([]);
}, 60_000);

test('the collector goes away: customers are answered, and both roles stop as ever', async () => {
  await collector.close();
  const customer = customerOf(shop.sandbox, 'Ana Duval');
  customer.writes('Bonjour, je cherche 4 pneus 205/55 R16');
  await customer.hearsOption(/^product:/);
  expect(await Promise.all([shop.web.stop(), shop.worker.stop()])).toEqual([0, 0]);
}, 60_000);

test('without the variable nothing of its SDK is loaded, with it all is', async () => {
  expect(await loadedBy({ OTEL_EXPORTER_OTLP_ENDPOINT: '' })).toEqual([]);
  expect(await loadedBy({})).toEqual(
    expect.arrayContaining(['@opentelemetry/sdk-trace', '@opentelemetry/exporter-trace-otlp-http']),
  );
}, 60_000);
