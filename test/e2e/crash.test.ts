import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { verifyDatabase } from '../../src/db/verify.ts';
import type { Fault } from '../../src/sandbox/faults.ts';
import { everythingIsHandled, expectOnePurchase } from '../support/one-purchase.ts';
import { buysWhateverHappens } from '../support/patient-buyer.ts';
import { type RunningShop, SHOP_CONNECTIONS, startRunningShop } from '../support/running-shop.ts';

/** Which troubles come when follows from this number; the moments themselves are the machine's. */
// The same plan at every run, so that a red run means a changed line; CRASH_SEED=$RANDOM looks further.
const SEED = Number(process.env.CRASH_SEED ?? 20261121);
const AT_ONCE = 6;

let shop: RunningShop;
beforeAll(async () => {
  shop = await startRunningShop();
}, 60_000);
afterAll(() => shop.close(), 60_000);

type Role = 'web' | 'worker';
type Trouble = { kill: Role } | { twilio: Fault } | { stripe: Fault };

const MESSAGES = /Messages\.json$/;
const SESSIONS = /checkout\/sessions/;
const TROUBLES: Trouble[] = [
  ...Array.from({ length: 4 }, () => ({ kill: 'worker' as const })),
  ...Array.from({ length: 3 }, () => ({ kill: 'web' as const })),
  ...Array.from({ length: 3 }, () => ({ twilio: { method: 'POST', path: MESSAGES, kind: 'lost_answer' } as const })),
  { twilio: { method: 'POST', path: MESSAGES, kind: 'status', status: 500 } },
  { twilio: { method: 'POST', path: MESSAGES, kind: 'status', status: 502 } },
  { twilio: { method: 'POST', path: /v1\/Content$/, kind: 'status', status: 500 } },
  // The look-up that comes before a message is sent again.
  ...Array.from({ length: 2 }, () => ({
    twilio: { method: 'GET', path: MESSAGES, kind: 'status', status: 500 } as const,
  })),
  { stripe: { method: 'POST', path: SESSIONS, kind: 'lost_answer', times: 4 } },
  { stripe: { method: 'POST', path: SESSIONS, kind: 'status', status: 500 } },
  { stripe: { method: 'GET', path: SESSIONS, kind: 'lost_answer' } },
  { stripe: { method: 'GET', path: SESSIONS, kind: 'status', status: 500, times: 4 } },
];
/** A trouble comes after so many more bubbles on the phones, and so much later. */
const planned = fc.shuffledSubarray(TROUBLES, { minLength: TROUBLES.length }).chain((troubles) =>
  fc.tuple(
    ...troubles.map((trouble) =>
      fc.record({
        trouble: fc.constant(trouble),
        afterBubbles: fc.nat(3),
        afterMs: fc.constantFrom(0, 0, 5, 30, 120),
      }),
    ),
  ),
);

/** Lets the planned troubles come as bubbles appear on the phones. `over` resolves when all came and were mended. */
function startTroubles() {
  const [plan = []] = fc.sample(planned, { seed: SEED, numRuns: 1 });
  const mending: Record<Role, Promise<void>> = { web: Promise.resolve(), worker: Promise.resolve() };
  const came: Promise<void>[] = [];
  let bubbles = 0;
  let dueAt = plan[0]?.afterBubbles ?? 0;
  let next = 0;

  async function killAndMend(role: Role): Promise<void> {
    await shop[role].stop('SIGKILL');
    if (role === 'worker') await shop.leasesRunOut();
    await shop.startAgain(role);
  }
  function strike(trouble: Trouble): void {
    if ('twilio' in trouble) shop.sandbox.twilio.faults.add(trouble.twilio);
    else if ('stripe' in trouble) shop.sandbox.stripe.faults.add(trouble.stripe);
    // One that is still being mended dies once it works again.
    else mending[trouble.kill] = mending[trouble.kill].then(() => killAndMend(trouble.kill));
  }
  const stop = shop.sandbox.phones.on('message', () => {
    bubbles++;
    for (let due = plan[next]; due && bubbles >= dueAt; due = plan[next]) {
      const { trouble, afterMs } = due;
      came.push(new Promise((resolve) => setTimeout(() => resolve(strike(trouble)), afterMs)));
      next++;
      dueAt = bubbles + (plan[next]?.afterBubbles ?? 0) + 1;
    }
  });
  return async function over(): Promise<{ left: number }> {
    stop();
    await Promise.all(came);
    await Promise.all(Object.values(mending));
    shop.sandbox.twilio.faults.clear();
    shop.sandbox.stripe.faults.clear();
    return { left: plan.length - next };
  };
}

const buyAtOnce = (names: string[]) =>
  Promise.all(names.map((name, choice) => buysWhateverHappens(shop.sandbox, { name, choice })));

test(`web and worker are killed again and again while customers buy: everyone is served once (CRASH_SEED=${SEED})`, async () => {
  const over = startTroubles();
  const names = Array.from({ length: AT_ONCE }, (_, index) => `Camille${index} Martin`);
  const purchases = await buyAtOnce(names).finally(over);
  expect(await over()).toEqual({ left: 0 });
  await everythingIsHandled(shop);
  for (const purchase of purchases) await expectOnePurchase(shop, purchase);
  expect(await verifyDatabase(shop.db)).toMatchObject({ broken: [] });
}, 150_000);

test('PostgreSQL cuts every connection under load and both processes go on', async () => {
  const before = { web: shop.web, worker: shop.worker };
  let bubbles = 0;
  const cut = new Promise<number>((resolve, reject) => {
    const stop = shop.sandbox.phones.on('message', () => {
      if (++bubbles < 9) return;
      stop();
      shop.db.$queryRaw<unknown[]>`
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name = ${SHOP_CONNECTIONS} AND datname = current_database()`.then(
        (cuts) => resolve(cuts.length),
        reject,
      );
    });
  });
  const purchases = await buyAtOnce(Array.from({ length: 3 }, (_, index) => `Inès${index} Petit`));
  expect(await cut).toBeGreaterThan(2);
  await everythingIsHandled(shop);
  for (const purchase of purchases) await expectOnePurchase(shop, purchase);
  expect(await verifyDatabase(shop.db)).toMatchObject({ broken: [] });
  expect({ web: shop.web, worker: shop.worker }).toEqual(before);
  expect([shop.web.child.exitCode, shop.worker.child.exitCode]).toEqual([null, null]);
}, 120_000);
