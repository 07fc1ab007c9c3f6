import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { lastJobRuns, saveJobRun } from '../../src/db/job-runs.ts';
import { AppError } from '../../src/domain/errors.ts';
import { SWEEP_MINUTES, SWEEP_NAMES, type SweepName, type Sweeps } from '../../src/domain/sweep.ts';
import { recordedSweeps } from '../../src/flows/record-job-run.ts';
import { watchShop } from '../../src/flows/watch-shop.ts';
import { scheduleJobs } from '../../src/jobs/schedule.ts';
import { shopMeasurements } from '../../src/shop-measurements.ts';
import { untraced } from '../../src/vendors/tracing.ts';
import { silentLog } from '../support/silent-log.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { withWeb } from '../support/web.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const clock = { now: () => new Date() };
const sweepsThat = (sweep: () => Promise<{ processed: number }>, more: { machineMs?: () => number } = {}) =>
  recordedSweeps(
    { db: database.db, log: silentLog, ...more },
    Object.fromEntries(SWEEP_NAMES.map((name) => [name, sweep])) as Sweeps,
  );
const rowOf = (job: SweepName) => database.db.jobRun.findUniqueOrThrow({ where: { job } });
const gauges = async (job: SweepName) => {
  const measured = shopMeasurements(await watchShop({ db: database.db, clock, timezone: 'UTC' }));
  const named = measured.filter(({ name }) => name.startsWith('job_'));
  return Object.fromEntries(
    named.map(({ name, values }) => [name, values.find(({ labels }) => labels?.sweep === job)?.value]),
  );
};

test('what never ran is due since ever, every sweep of them', async () => {
  for (const job of SWEEP_NAMES) {
    expect(await gauges(job)).toEqual({
      job_last_success_timestamp_seconds: 0,
      job_last_run_failed: 0,
      job_last_duration_seconds: 0,
      job_interval_seconds: SWEEP_MINUTES[job] * 60,
      job_next_run_timestamp_seconds: 0,
    });
  }
});

test('a run leaves behind when it began, how long it took, what it did and when the next is due', async () => {
  const before = Date.now();
  expect(await sweepsThat(async () => ({ processed: 7 }))['reconcile-payments']()).toEqual({ processed: 7 });
  const row = await rowOf('reconcile-payments');
  expect(row).toMatchObject({ processed: 7, errorCode: null });
  expect(row.startedAt.getTime()).toBeGreaterThan(before - 1_000);
  const measured = await gauges('reconcile-payments');
  expect(measured).toMatchObject({ job_last_run_failed: 0, job_last_duration_seconds: row.durationMs / 1000 });
  const dueAt = row.startedAt.getTime() / 1000 + SWEEP_MINUTES['reconcile-payments'] * 60;
  expect(measured.job_next_run_timestamp_seconds).toBe(dueAt);
  expect(measured.job_last_success_timestamp_seconds).toBe((row.lastSuccessAt?.getTime() ?? 0) / 1000);
});

test.each([
  [new AppError('stripe_refused', 'a text with +590690000001'), 'stripe_refused'],
  [Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
  [new TypeError('x is not a function'), 'TypeError'],
  ['thrown as it is', 'unknown'],
])('a run that failed leaves its code, no text, and the last success stands: %s', async (error, code) => {
  await sweepsThat(async () => ({ processed: 1 }))['expire-checkouts']();
  const { lastSuccessAt } = await rowOf('expire-checkouts');
  const run = sweepsThat(() => Promise.reject(error))['expire-checkouts']();
  await expect(run).rejects.toBe(error);
  expect(await rowOf('expire-checkouts')).toMatchObject({ processed: null, errorCode: code, lastSuccessAt });
  expect(await gauges('expire-checkouts')).toMatchObject({ job_last_run_failed: 1 });
});

test('the clock and the operator’s route leave the same behind', async () => {
  const sweeps = sweepsThat(async () => ({ processed: 2 }));
  const handlers = new Map<string, (data: unknown) => Promise<void>>();
  const intervals = new Map<string, string>();
  const recorder = {
    define: (name: string, handler: (data: unknown) => Promise<void>) => void handlers.set(name, handler),
    every: async (interval: string, name: string) => void intervals.set(name, interval),
  };
  await scheduleJobs(recorder, { remindUnpaidOrder: async () => true, sweeps, log: silentLog, tracer: untraced });
  expect([...intervals.keys()].sort()).toEqual([...SWEEP_NAMES].sort());
  await handlers.get('refresh-search')?.({});
  expect(await rowOf('refresh-search')).toMatchObject({ processed: 2 });
  await withWeb({ sweeps }, async (web) => {
    const authorization = { headers: { authorization: 'Bearer cron-secret' } };
    expect((await web.fetch('/cron/refresh-templates', authorization)).status).toBe(200);
  });
  expect(await rowOf('refresh-templates')).toMatchObject({ processed: 2 });
});

const MINUTE_MS = 60_000;
test.each([
  ['ahead', 61 * MINUTE_MS],
  ['behind', -61 * MINUTE_MS],
  ['years ahead', 4 * 365 * 24 * 60 * MINUTE_MS],
])('a machine whose clock is wrong (%s) does nothing, and /cron and the record tell so', async (_, offByMs) => {
  let runs = 0;
  const sweep = async () => ({ processed: ++runs });
  const sweeps = sweepsThat(sweep, { machineMs: () => Date.now() + offByMs });
  await expect(sweeps['apply-retention']()).rejects.toThrow('NTP');
  expect(await rowOf('apply-retention')).toMatchObject({ processed: null, errorCode: 'clock_wrong' });
  await withWeb({ sweeps }, async (web) => {
    const response = await web.fetch('/cron/apply-retention', { headers: { authorization: 'Bearer cron-secret' } });
    expect(await response.json()).toMatchObject({ success: false, processed: 0, error: 'clock_wrong' });
  });
  expect(runs).toBe(0);
});

test.each([55, -55])('a machine whose clock is %s minutes off works as any other', async (minutes) => {
  const sweeps = sweepsThat(async () => ({ processed: 1 }), { machineMs: () => Date.now() + minutes * MINUTE_MS });
  expect(await sweeps['apply-retention']()).toEqual({ processed: 1 });
});

test('of runs side by side the one that began last is the last run, whichever ends first', async () => {
  await saveJobRun(database.db, 'count-numbers', { durationMs: 1_000, processed: null, errorCode: 'late' });
  await saveJobRun(database.db, 'count-numbers', { durationMs: 60_000, processed: 5, errorCode: null });
  const run = (await lastJobRuns(database.db)).get('count-numbers');
  expect(run).toMatchObject({ durationMs: 1_000, errorCode: 'late', lastSuccessAt: expect.any(Date) });
});

test('a sweep has done its work even when nobody can note it', async () => {
  const broken = {
    $queryRaw: database.db.$queryRaw.bind(database.db),
    $executeRaw: () => Promise.reject(new Error('no database')),
  } as unknown as TestDatabase['db'];
  const sweeps = recordedSweeps(
    { db: broken, log: silentLog },
    sweepsThat(async () => ({ processed: 3 })),
  );
  expect(await sweeps['tell-concerns']()).toEqual({ processed: 3 });
});
