import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { type RunningProcess, startProcess, startStandIns } from '../support/running-shop.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { until } from '../support/until.ts';
import { clockAhead } from '../support/wrong-clock.ts';

// A process each, on a busy machine.
jest.setTimeout(60_000);
let database: TestDatabase;
let standIns: Awaited<ReturnType<typeof startStandIns>>;
beforeAll(async () => {
  [database, standIns] = await Promise.all([createTestDatabase(), startStandIns('http://127.0.0.1:9')]);
});
afterAll(async () => {
  await standIns.sandbox.stop();
  await database.close();
});
let worker: RunningProcess;
const startWorker = (minutesAhead: number) => {
  worker = startProcess('worker.js', { ...standIns.env, DATABASE_URL: database.url, ...clockAhead(minutesAhead) });
};
afterEach(async () => void (await worker.stop()));

test.each([4 * 365 * 24 * 60, -90])(
  'a worker whose clock is %s minutes ahead does not start, and says what to do',
  async (minutes) => {
    startWorker(minutes);
    const [code] = await once(worker.child, 'exit');
    expect(code).toBe(1);
    expect(worker.output()).toMatch(/^Comptoir cannot start: this machine's clock says .*NTP/m);
    expect(await database.db.$queryRaw`SELECT name FROM agenda_jobs`).toEqual([]);
  },
);

test('a worker whose clock is five minutes ahead starts', async () => {
  startWorker(5);
  await until('it works', () => worker.output().includes('"working"'), { timeoutMs: 30_000 });
  expect(await worker.stop()).toBe(0);
});
