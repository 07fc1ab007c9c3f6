import type { RequestListener } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { compose, type Shop } from '../../src/compose.ts';
import { loadConfig, requireForRoles } from '../../src/config.ts';
import { loadDemoCatalogue } from '../../src/db/demo-catalogue.ts';
import { verifyDatabase } from '../../src/db/verify.ts';
import { SWEEP_NAMES } from '../../src/domain/sweep.ts';
import { freePort } from '../../src/embedded/free-port.ts';
import { addStaff } from '../../src/flows/add-staff.ts';
import { type Listening, listen } from '../../src/roles.ts';
import type { ChatMessage } from '../../src/sandbox/phones.ts';
import type { Sandbox } from '../../src/sandbox/start.ts';
import { staffAt } from '../support/browserless-staff.ts';
import { buysFourTyres, customerOf } from '../support/customer.ts';
import { PNG } from '../support/media-samples.ts';
import { type LogLine, recordingLog } from '../support/recording-log.ts';
import { STAFF, startStandIns } from '../support/running-shop.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { until } from '../support/until.ts';

// Whoever asked a pool for a second connection while it holds the first would wait for itself here, and in a pool of any size when as
// many do so at once.
const ONE = 1;
const CRON_SECRET = 'a cron secret for tests';

let database: TestDatabase;
let sandbox: Sandbox;
let shop: Shop;
let web: Listening;
let worker: Awaited<ReturnType<Shop['startWorker']>>;
let open: (name: string) => Promise<Shop>;
const lines: LogLine[] = [];
let publicUrl: string;

beforeAll(async () => {
  database = await createTestDatabase();
  await loadDemoCatalogue(database.db);
  const port = await freePort();
  publicUrl = `http://127.0.0.1:${port}`;
  const standIns = await startStandIns(publicUrl);
  sandbox = standIns.sandbox;
  open = (name) => {
    const config = loadConfig({ ...standIns.env, DATABASE_URL: `${database.url}?application_name=${name}` });
    const log = recordingLog(lines);
    const options = { clock: sandbox.clock, log, cronSecret: CRON_SECRET, burstWindowMs: 0 };
    return compose({ ...requireForRoles(config), databasePoolSize: ONE }, options);
  };
  shop = await open('the_shop');
  // Drawn within a test a QR code takes seconds of the processor, and everything of this shop waits for it.
  const app: RequestListener = (request, response) =>
    request.url?.startsWith('/media/qr/')
      ? void response.setHeader('content-type', 'image/png').end(PNG)
      : shop.app(request, response);
  web = await listen(app, port, { host: '127.0.0.1' });
  worker = await shop.startWorker();
  await addStaff(shop, { ...STAFF, role: 'manager' });
}, 60_000);
afterAll(async () => {
  await web.close();
  await worker.stop();
  await shop.close();
  await sandbox.stop();
  await database.close();
}, 60_000);

test('with one connection for web and worker customers buy at once, staff see to it, and every sweep comes to its end', async () => {
  const staff = staffAt(publicUrl);
  expect(await staff.logIn()).toMatchObject({ status: 303 });
  const [kept = '', refunded = ''] = await Promise.all(
    ['Camille Martin', 'Léa Durand'].map(async (name) => {
      const customer = customerOf(sandbox, name);
      const { sessionId, orderNumber } = await buysFourTyres(customer);
      sandbox.stripe.checkout.pay(sessionId);
      const isThanks = ({ kind, body }: ChatMessage) => kind === 'media' && body.includes(orderNumber);
      await customer.hears('the thank-you', isThanks, 30_000);
      return (await database.db.order.findUniqueOrThrow({ where: { number: orderNumber } })).id;
    }),
  );
  const pages = [
    '/staff',
    `/staff/orders/${kept}`,
    '/staff/conversations',
    '/staff/needs-you',
    '/staff/numbers',
    '/staff/catalogue',
  ];
  const opened = await Promise.all(pages.map((path) => staff.request(path)));
  expect(opened.map(({ status }) => status)).toEqual(pages.map(() => 200));
  const submit = async (orderId: string, deed: string, fields = {}) => {
    const path = `/staff/orders/${orderId}`;
    return staff.request(`${path}/${deed}`, { ...staff.hiddenFields((await staff.request(path)).body), ...fields });
  };
  const money = { reason: 'out_of_stock', restock: '', amount: '' };
  const deeds = await Promise.all([submit(kept, 'ready'), submit(refunded, 'refund', money)]);
  expect(deeds.filter(({ status }) => status >= 400)).toEqual([]);
  const orderStates = () =>
    database.db.order.findMany({ orderBy: { number: 'asc' }, select: { id: true, status: true } });
  const isDone = async () =>
    (await orderStates())
      .map(({ status }) => status)
      .sort()
      .join() === 'ready,refunded';
  await until('one is ready, the other refunded', isDone, { timeoutMs: 15_000 });

  const swept = await Promise.all(
    SWEEP_NAMES.map(async (name) => {
      const headers = { authorization: `Bearer ${CRON_SECRET}` };
      return [name, (await fetch(`${publicUrl}/cron/${name}`, { method: 'POST', headers })).status];
    }),
  );
  expect(swept).toEqual(SWEEP_NAMES.map((name) => [name, 200]));
  expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
  expect(await verifyDatabase(database.db)).toMatchObject({ broken: [] });
}, 90_000);

test('what is fetched because its webhook was lost is stored over the pool: a worker opens nothing for vendors', async () => {
  sandbox.stripe.events.lose();
  const { id } = sandbox.stripe.events.emit('charge.refunded', { id: 'ch_lost', object: 'charge' });
  await sandbox.clock.advance(3);
  const other = await open('sweeps_only');
  try {
    await other.sweeps['reconcile-payments']();
    const stored = await database.db.paymentEvent.findUniqueOrThrow({ where: { stripeEventId: id } });
    expect(stored.recovered).toBe(true);
    const held = await database.db.$queryRaw`
      SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'sweeps_only'`;
    expect(held).toEqual([{ n: ONE }]);
  } finally {
    await other.close();
  }
}, 30_000);
