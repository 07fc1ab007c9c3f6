import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { trace } from '@opentelemetry/api';
import { AppError } from '../../src/domain/errors.ts';
import { scheduleJobs } from '../../src/jobs/schedule.ts';
import type { Payments } from '../../src/ports.ts';
import { vendorSpans } from '../../src/vendors/traced-calls.ts';
import { openTracing } from '../../src/vendors/tracing.ts';
import { startOtlpCollector } from '../support/otlp-collector.ts';
import { closedAddress, startRecordingServer } from '../support/recording-server.ts';
import { silentLog } from '../support/silent-log.ts';
import { until } from '../support/until.ts';
import { withWeb } from '../support/web.ts';

const collector = await startOtlpCollector();
beforeEach(() => collector.forget());
afterAll(() => collector.close());

const open = () => openTracing({ endpoint: collector.url, log: silentLog });
const named = (name: string) => collector.spans().find((span) => span.name === name);

test('works side by side have traces of their own, and what they call is within them', async () => {
  const { tracer, stop } = await open();
  const turn = (conversationId: string) =>
    tracer.span({ name: conversationId, attributes: { conversationId } }, async () => {
      await setTimeout(1);
      await tracer.span({ name: `model for ${conversationId}`, kind: 'client' }, () => setTimeout(1));
    });
  await Promise.all([turn('first'), turn('second')]);
  await stop();
  for (const id of ['first', 'second']) {
    const outer = named(id);
    expect(outer).toMatchObject({ attributes: { conversationId: id }, kind: 1, service: 'comptoir' });
    expect(outer?.parentSpanId).toBeFalsy();
    expect(named(`model for ${id}`)).toMatchObject({ parentSpanId: outer?.spanId, traceId: outer?.traceId, kind: 3 });
  }
  expect(named('first')?.traceId).not.toBe(named('second')?.traceId);
  expect(collector.requests[0]).toMatchObject({ path: '/v1/traces', method: 'POST' });
});

test('what fails throws as it did, and its span tells the code alone', async () => {
  const { tracer, stop } = await open();
  const error = new AppError('twilio_refused', 'marie@example.com +590690123456', { retryable: true });
  await expect(tracer.span({ name: 'message' }, () => Promise.reject(error))).rejects.toBe(error);
  await expect(tracer.span({ name: 'turn' }, () => Promise.reject(new TypeError('marie')))).rejects.toThrow('marie');
  await stop();
  expect(named('message')).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': 'twilio_refused' } });
  expect(named('turn')).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': 'TypeError' } });
  expect(collector.everything()).not.toMatch(/marie|590690123456/);
});

test('a request is named by its route, a vendor by what it was asked, never by what was in it', async () => {
  const { tracer, stop } = await open();
  const retrieveCheckoutSession = async () => ({ id: 'cs_secret' });
  const payments = vendorSpans(tracer).payments({ retrieveCheckoutSession } as unknown as Payments);
  const given = {
    tracer,
    verifySession: async () => {
      await payments.retrieveCheckoutSession('cs_secret');
      throw new Error('cs_secret');
    },
  };
  await withWeb(given, async (web) => {
    const response = await web.fetch('/payment/success?session_id=cs_test_secret&q=marie', {
      headers: { 'user-agent': 'marie', cookie: 'marie' },
    });
    await response.text();
    for (const path of ['/marie', '/healthz', '/metrics', '/assets/counter.css']) await (await web.fetch(path)).text();
  });
  await stop();
  const requests = collector.spans().filter((span) => span.kind === 2);
  expect(requests.map(({ name }) => name)).toEqual(['GET /payment/success', 'GET unmatched']);
  expect(requests[0]).toMatchObject({
    attributes: { 'http.route': '/payment/success', requestId: expect.any(String) },
  });
  expect(collector.within('GET /payment/success')).toEqual([['stripe retrieveCheckoutSession']]);
  expect(collector.everything()).not.toMatch(/secret|marie/);
});

test('every job is a span, a reminder of its order', async () => {
  const { tracer, stop } = await open();
  const jobs = new Map<string, (data: unknown) => Promise<void>>();
  const clock = {
    define: (name: string, run: (data: unknown) => Promise<void>) => void jobs.set(name, run),
    every: async () => {},
  };
  const sweeps = { 'expire-checkouts': async () => ({ processed: 0 }) } as unknown as Parameters<
    typeof scheduleJobs
  >[1]['sweeps'];
  await scheduleJobs(clock, { remindUnpaidOrder: async () => true, sweeps, log: silentLog, tracer });
  const orderId = '6f0b6d2e-0b7a-4f0e-9d8e-3f1f2b7f8c11';
  await jobs.get('remind-unpaid')?.({ orderId });
  await jobs.get('expire-checkouts')?.({});
  await stop();
  expect(named('job remind-unpaid')?.attributes).toEqual({ job: 'remind-unpaid', orderId });
  expect(named('job expire-checkouts')?.attributes).toEqual({ job: 'expire-checkouts' });
});

test('libraries find no provider: what they would tell of people is not told', async () => {
  const { tracer, stop } = await open();
  await tracer.span({ name: 'request' }, async () => {
    const theirs = trace.getTracer('better-auth').startSpan('db findOne marie@example.com');
    expect(theirs.isRecording()).toBe(false);
    theirs.end();
  });
  await stop();
  expect(collector.spans()).toHaveLength(1);
});

test('a collector that is away is logged once and costs no work', async () => {
  const warned: string[] = [];
  const log = { ...silentLog, warn: (_: object, message: string) => void warned.push(message) };
  const { tracer, stop } = await openTracing({ endpoint: await closedAddress(), log, timeoutMs: 500 });
  // More than a batch: sent at once, and once more when it stops.
  for (let n = 0; n < 600; n++) expect(await tracer.span({ name: 'turn' }, async () => n)).toBe(n);
  await until('it is logged', () => warned.length > 0);
  await stop();
  expect(warned).toEqual([expect.stringContaining('traces are lost')]);
});

test('a collector that hangs holds the stop up for two seconds', async () => {
  const warned: string[] = [];
  const log = { ...silentLog, warn: (_: object, message: string) => void warned.push(message) };
  const hanging = await startRecordingServer(() => ({ hang: true }));
  const { tracer, stop } = await openTracing({ endpoint: hanging.url, log, timeoutMs: 4_000 });
  await tracer.span({ name: 'turn' }, async () => {});
  await stop();
  // Not four: the stop did not wait until the try was given up.
  expect(warned).toEqual([]);
  expect(hanging.requests).toHaveLength(1);
  // The process would be gone by now; here its last try must end with the test.
  await until('it gives up', () => warned.length > 0);
  await hanging.close();
});
