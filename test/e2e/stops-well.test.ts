import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { verifyDatabase } from '../../src/db/verify.ts';
import { staffAt } from '../support/browserless-staff.ts';
import { customerOf } from '../support/customer.ts';
import { openEventStream } from '../support/event-stream.ts';
import { openHalfRequest } from '../support/half-request.ts';
import { everythingIsHandled } from '../support/one-purchase.ts';
import { type RecordingServer, startRecordingServer } from '../support/recording-server.ts';
import { type RunningShop, startRunningShop } from '../support/running-shop.ts';
import { until } from '../support/until.ts';

// The built web and worker are told to stop as Heroku tells them: SIGTERM, and SIGKILL 30 seconds later.
const WITHIN_MS = 25_000;

let shop: RunningShop;
let model: RecordingServer;
beforeAll(async () => {
  model = await startRecordingServer(() => ({ hang: true }));
  // A model that may think for longer than a worker may take to stop.
  shop = await startRunningShop({ env: { OPENAI_BASE_URL: `${model.url}/v1`, OPENAI_TIMEOUT_SECONDS: '60' } });
}, 60_000);
afterAll(async () => {
  await shop.close();
  await model.close();
}, 60_000);

/** Ends it; answers with what, and after how long. */
async function ends(role: 'web' | 'worker') {
  const toldMs = performance.now();
  const exitCode = await shop[role].stop('SIGTERM');
  return { exitCode, ms: performance.now() - toldMs };
}
const lockedJobs = async () => {
  const [row] = await shop.db.$queryRaw<{ jobs: number; locked: number }[]>`
    SELECT count(*)::int AS jobs, count(locked_at)::int AS locked FROM agenda_jobs`;
  return row;
};

test('a worker told to stop while the model and Twilio hang ends in time, and the next one answers both customers once', async () => {
  const [thinks, waits] = [customerOf(shop.sandbox, 'Camille Martin'), customerOf(shop.sandbox, 'Luc Test')];
  thinks.writes('Bonjour, je cherche 4 pneus 205/55 R16 pour ma Clio');
  await until('the model is asked', () => model.requests.some(({ method }) => method === 'POST'));
  shop.sandbox.twilio.faults.add({ method: 'POST', path: /Messages\.json$/, kind: 'hang' });
  waits.writes('Bonjour');
  await until('a message is being sent', () => shop.db.outboundMessage.count({ where: { status: 'sending' } }));
  // And whatever the clock runs at that moment (that a job which hangs is handed back: integration/vendors-agenda).
  await shop.db.$executeRaw`UPDATE agenda_jobs SET next_run_at = now() WHERE name = 'refresh-templates'`;
  const { exitCode, ms } = await ends('worker');
  expect(exitCode).toBe(0);
  expect(ms).toBeLessThan(WITHIN_MS);
  expect(await lockedJobs()).toMatchObject({ locked: 0 });
  expect((await lockedJobs())?.jobs).toBeGreaterThan(0);
  expect(thinks.fromShop()).toEqual([]);

  model.answers(() => ({ status: 400, json: { error: { message: 'no' } } }));
  shop.sandbox.twilio.faults.clear();
  await shop.leasesRunOut();
  await shop.startAgain('worker');
  await everythingIsHandled(shop);
  for (const customer of [thinks, waits]) {
    expect(customer.fromShop().length).toBeGreaterThan(0);
    const bodies = customer.fromShop().map(({ body }) => body);
    expect(new Set(bodies).size).toBe(bodies.length);
  }
  expect(await shop.db.conversationTurn.count()).toBe(2);
  expect(await verifyDatabase(shop.db)).toMatchObject({ broken: [] });
}, 90_000);

test('a web told to stop answers who already asked, ends event streams and takes nobody new', async () => {
  const staff = staffAt(shop.publicUrl);
  await staff.logIn();
  const stream = await openEventStream(`${shop.publicUrl}/staff/live`, staff.cookie());
  expect(stream.status).toBe(200);
  const begun = await openHalfRequest(shop.publicUrl, '/webhook/stripe');
  const ending = ends('web');
  await until('the event stream has ended', () => stream.hasEnded());
  const isRefused = () =>
    fetch(`${shop.publicUrl}/healthz`).then(
      () => false,
      () => true,
    );
  await until('nobody new is taken', isRefused);
  // As long as what the web once gave requests under way.
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  begun.sendTheRest();
  await until('the request is answered', () => /HTTP\/1\.1 400/.test(begun.answer()));
  const { exitCode, ms } = await ending;
  expect(exitCode).toBe(0);
  expect(ms).toBeLessThan(WITHIN_MS);
}, 60_000);
