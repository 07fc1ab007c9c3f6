import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { loadDemoCatalogue } from '../../src/db/demo-catalogue.ts';
import { freePort } from '../../src/embedded/free-port.ts';
import { openHalfRequest } from '../support/half-request.ts';
import { type RecordingServer, startRecordingServer } from '../support/recording-server.ts';
import { startProcess, startStandIns } from '../support/running-shop.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { until } from '../support/until.ts';

// Web and worker in one process, told to stop at the worst moment. The platform kills 30 seconds after SIGTERM.
const WITHIN_MS = 25_000;
const PENDING = { key: 'reminder', locale: 'fr', contentSid: `HX${'1'.repeat(32)}`, approval: 'pending' };
const ROOT = path.resolve(import.meta.dirname, '../..');

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
}, 60_000);

async function shopFor(nodeEnv: string) {
  const database = await createTestDatabase();
  open.push(database.close);
  await loadDemoCatalogue(database.db);
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const { sandbox, env } = await startStandIns(publicUrl);
  open.push(sandbox.stop);
  return {
    ...{ db: database.db, publicUrl, sandbox },
    env: { ...env, NODE_ENV: nodeEnv, PORT: String(port), DATABASE_URL: database.url },
  };
}
type Shop = Awaited<ReturnType<typeof shopFor>>;

const isReady = ({ publicUrl }: Shop) =>
  fetch(`${publicUrl}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );

async function lockedJobs({ db }: Pick<Shop, 'db'>) {
  const [row] = await db.$queryRaw<{ locked: number }[]>`
    SELECT count(locked_at)::int AS locked FROM agenda_jobs`;
  return row?.locked;
}

/** The clock's job that asks Twilio how each template fares, one after the other, while Twilio does not answer. */
async function aJobHangs({ db }: Shop, twilio: RecordingServer) {
  const run = () => db.$executeRaw`UPDATE agenda_jobs SET next_run_at = now() WHERE name = 'refresh-templates'`;
  await until('the clock knows the job', run, { timeoutMs: 20_000 });
  await until('the job runs', () => twilio.requests.some(({ path }) => path.includes('ApprovalRequests')), {
    timeoutMs: 30_000,
  });
  expect(await lockedJobs({ db })).toBeGreaterThan(0);
}

// A web that is waited for before the worker is told leaves it no time to give its jobs back.
test.each(['production', 'test'])(
  'web and worker in one process (%s) end in time with half a request and a job that hangs, and no job stays locked',
  async (nodeEnv) => {
    const twilio = await startRecordingServer(() => ({ hang: true }));
    open.push(twilio.close);
    const shop = await shopFor(nodeEnv);
    for (const digest of ['of one wording', 'of another', 'of a third', 'of a fourth'])
      await shop.db.messageTemplate.create({ data: { ...PENDING, digest } });
    shop.env.TWILIO_API_BASE_URL = twilio.url;
    const started = startProcess('start.js', shop.env);
    open.push(() => started.stop('SIGKILL'));
    await until('the shop is ready', () => isReady(shop), { timeoutMs: 30_000 });
    await aJobHangs(shop, twilio);
    const begun = await openHalfRequest(shop.publicUrl, '/webhook/stripe');
    open.push(async () => begun.close());
    const toldMs = performance.now();
    const exitCode = await started.stop('SIGTERM');
    expect(`${exitCode} ${started.output()}`).toMatch(/^0 /);
    expect(performance.now() - toldMs).toBeLessThan(WITHIN_MS);
    expect(await lockedJobs(shop)).toBe(0);
  },
  120_000,
);

// A shell between npm and the shop would die and leave the shop running.
test('whoever stops `npm start` stops the shop, and hears that it ended well', async () => {
  const shop = await shopFor('production');
  const { PATH = '', HOME = '' } = process.env;
  const npm = spawn('npm', ['start'], { cwd: ROOT, env: { PATH, HOME, ...shop.env }, detached: true });
  const output: string[] = [];
  for (const stream of [npm.stdout, npm.stderr]) stream.on('data', (chunk) => output.push(String(chunk)));
  open.push(async () => {
    // Whatever npm may have left behind is of its group.
    if (await isReady(shop)) process.kill(-Number(npm.pid), 'SIGKILL');
  });
  await until('the shop is ready', () => isReady(shop), { timeoutMs: 60_000 });
  const ended = once(npm, 'close');
  npm.kill('SIGTERM');
  const [exitCode] = await ended;
  expect(output.join('')).toContain('stopping: finishing what was begun');
  expect(exitCode).toBe(0);
  expect(await isReady(shop)).toBe(false);
}, 120_000);
