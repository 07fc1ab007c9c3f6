import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buysFourTyres, customerOf, type TestCustomer } from '../support/customer.ts';
import { type MongodbStandIn, startMongodbStandIn } from '../support/mongodb/stand-in.ts';
import { type RunningShop, startRunningShop } from '../support/running-shop.ts';
import { until } from '../support/until.ts';

/** A minute, and gone as well as hanging, with `npm run test:mongodb-away`, by hand and by night; a few seconds in the suite. */
const isLong = Boolean(process.env.MONGODB_AWAY_LONG);
const OUTAGE_MS = isLong ? 60_000 : 4_000;
const RECOVERY_MS = 10_000;

let mongodb: MongodbStandIn;
let shop: RunningShop;
beforeAll(async () => {
  mongodb = await startMongodbStandIn();
  shop = await startRunningShop({ env: { MONGODB_URL: mongodb.url } });
  await until('the worker works', () => shop.worker.output().includes('"working"'));
}, 60_000);
afterAll(async () => {
  await shop.close();
  await mongodb.stop();
}, 60_000);

const statusOf = async (path: string) => (await fetch(shop.publicUrl + path)).status;

const jobsOf = (orderId: string) =>
  mongodb.documents('agenda_jobs').filter(({ name, data }) => name === 'remind-unpaid' && data.orderId === orderId);

const remindersOf = (orderId: string) =>
  shop.db.outboundMessage.count({ where: { orderId, businessKey: { startsWith: 'reminder:' } } });

async function buys(customer: TestCustomer) {
  const { orderNumber, sessionId } = await buysFourTyres(customer);
  const { id } = await shop.db.order.findUniqueOrThrow({ where: { number: orderNumber } });
  return { id, orderNumber, sessionId };
}

/** An hour and a minute pass for an order: the processes run on real time. */
const anHourPasses = (orderId: string) =>
  shop.db.$executeRaw`UPDATE orders SET created_at = created_at - interval '61 minutes' WHERE id = ${orderId}::uuid`;

function isDueNow(jobs: { nextRunAt?: unknown }[]) {
  for (const job of jobs) job.nextRunAt = new Date();
}

const sweep = (name: string) => mongodb.documents('agenda_jobs').filter((job) => job.name === name);

test('on MongoDB the reminder comes after an hour, by its own job, and the order expires when the sweep finds it', async () => {
  const customer = customerOf(shop.sandbox, 'Ana Duval');
  const { id, orderNumber, sessionId } = await buys(customer);
  const [job] = await until('the reminder is scheduled', () => jobsOf(id).length > 0 && jobsOf(id));
  expect(Number(job?.nextRunAt) - Date.now()).toBeGreaterThan(55 * 60_000);
  await anHourPasses(id);
  isDueNow(jobsOf(id).slice(0, 1));
  expect((await customer.hearsText(/vous attend/)).body).toContain(orderNumber);

  // Stripe ended the session and its webhook was lost: the sweep asks.
  shop.sandbox.stripe.checkout.expire(sessionId);
  await shop.db.$executeRaw`UPDATE orders SET expires_at = now() - interval '1 hour' WHERE id = ${id}::uuid`;
  isDueNow(sweep('expire-checkouts'));
  await until('it has expired', async () => {
    return (await shop.db.order.findUniqueOrThrow({ where: { id } })).status === 'expired';
  });
  expect(await remindersOf(id)).toBe(1);
}, 60_000);

test.each([
  ['takes questions and answers none', () => mongodb.hang()],
  ...(isLong ? [['is gone with every connection', () => mongodb.goAway()] as const] : []),
] as const)(
  'while MongoDB %s customers buy and pay, and the clock is back within ten seconds',
  async (how, goAway) => {
    const before = await buys(customerOf(shop.sandbox, 'Eve Martin'));
    await until('its reminder is scheduled', () => jobsOf(before.id).length > 0);
    await anHourPasses(before.id);

    await goAway();
    const outageEndsAt = Date.now() + OUTAGE_MS;
    isDueNow([...jobsOf(before.id).slice(0, 1), ...sweep('clean-expired-carts')]);
    const buyer = customerOf(shop.sandbox, 'Lou Petit');
    const [during, forgotten] = await Promise.all([buys(buyer), buys(customerOf(shop.sandbox, 'Max Noir'))]);
    shop.sandbox.stripe.checkout.pay(during.sessionId);
    await buyer.hears('the thank-you', ({ kind, body }) => kind === 'media' && body.includes(during.orderNumber));
    expect(await statusOf('/readyz')).toBe(503);
    expect(await statusOf('/healthz')).toBe(200);
    await until('the outage is over', () => Date.now() > outageEndsAt, { timeoutMs: OUTAGE_MS + 1_000, everyMs: 100 });
    expect(await remindersOf(before.id)).toBe(0);

    const backAt = Date.now();
    await mongodb.comeBack();
    await until('a reminder is sent', async () => (await remindersOf(before.id)) === 1, { timeoutMs: RECOVERY_MS });
    await until(
      'a sweep runs',
      () => sweep('clean-expired-carts').some(({ lastRunAt }) => Number(lastRunAt) > backAt),
      {
        timeoutMs: RECOVERY_MS,
      },
    );
    const recoveredMs = Date.now() - backAt;
    process.stdout.write(`MongoDB ${how} for ${OUTAGE_MS} ms: the clock is back after ${recoveredMs} ms\n`);
    expect(recoveredMs).toBeLessThan(RECOVERY_MS);
    expect(await statusOf('/readyz')).toBe(200);

    // The wake-up of an order made meanwhile is lost: the sweep finds it all the same, and nobody is reminded twice.
    await anHourPasses(forgotten.id);
    await until('the sweep reminds', async () => {
      // Again and again: one that was running meanwhile wrote when it is due next.
      isDueNow(sweep('payment-reminders'));
      return (await remindersOf(forgotten.id)) === 1;
    }).catch((error) => {
      throw new Error(`${error.message}\n${shop.worker.output().slice(-3_000)}`);
    });
    expect(await remindersOf(before.id)).toBe(1);
    for (const process of [shop.web, shop.worker]) expect(process.child.exitCode).toBeNull();
  },
  180_000,
);

(isLong ? test : test.skip)(
  'SIGTERM leaves no job of Agenda locked',
  async () => {
    isDueNow(mongodb.documents('agenda_jobs').filter(({ name }) => name !== 'remind-unpaid'));
    await until('jobs run', () => mongodb.documents('agenda_jobs').some(({ lockedAt }) => lockedAt));
    const askedAt = Date.now();
    expect(await shop.worker.stop()).toBe(0);
    expect(Date.now() - askedAt).toBeLessThan(25_000);
    expect(mongodb.documents('agenda_jobs').filter(({ lockedAt }) => lockedAt)).toEqual([]);
  },
  60_000,
);
