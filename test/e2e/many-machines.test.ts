import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { verifyDatabase } from '../../src/db/verify.ts';
import { type ManyMachines, startManyMachines } from '../support/many-machines.ts';
import { everythingIsHandled, expectOnePurchase } from '../support/one-purchase.ts';
import { buysWhateverHappens, type Purchase } from '../support/patient-buyer.ts';

// Two web and three worker processes on one database. As it stands it takes seconds; MACHINES_SECONDS=60 (npm run
// test:machines) goes on for longer, with more customers, and prints what it counted.
const SECONDS = Number(process.env.MACHINES_SECONDS ?? 0);
const AT_ONCE = SECONDS > 0 ? 8 : 3;
const RECOVERY_MS = 10_000;

let shop: ManyMachines;
beforeAll(async () => {
  shop = await startManyMachines({ webs: 2, workers: 3 });
}, 90_000);
afterAll(() => shop.stop(), 60_000);

let customers = 0;
const buy = () => {
  const choice = customers++ % 8;
  return buysWhateverHappens(shop.sandbox, { name: `Camille${customers} Martin`, choice });
};
const pick = <T>(values: readonly T[]): T => values[Math.floor(Math.random() * values.length)] as T;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const heardSoFar = () => shop.db.outboundMessage.count().catch(() => 0);

/** In milliseconds until a customer is answered who writes at that moment. */
type Recoveries = { afterKill: number[]; afterRestart: number[] };

/** What befalls the shop while customers buy. */
async function trouble(goesOn: () => boolean): Promise<Recoveries> {
  const recoveries: Recoveries = { afterKill: [], afterRestart: [] };
  for (let round = 0; round === 0 || goesOn(); round++) {
    await pause(SECONDS > 0 ? 1_000 + Math.random() * 3_000 : 500);
    const asked = shop.msToAnswer(`Luc${round} Test`);
    await Promise.all([pick(shop.webs).dies(), pick(shop.workers).dies()]);
    recoveries.afterKill.push(await asked);
    if (round % 2 === 1) continue;
    await shop.postgres.restart(round % 4 === 0 ? 'immediate' : 'fast');
    recoveries.afterRestart.push(await shop.msToAnswer(`Ana${round} Test`));
  }
  return recoveries;
}

test(
  'machines are killed and PostgreSQL is started again while customers buy: everyone is served once, within seconds',
  async () => {
    const endsMs = performance.now() + SECONDS * 1_000;
    const goesOn = () => performance.now() < endsMs;
    const purchases: Purchase[] = [];
    const shopper = async () => {
      do purchases.push(await buy());
      while (goesOn());
    };
    // Stripe tries again what nobody took.
    const again = setInterval(() => void shop.sandbox.stripe.events.deliverPending(), 1_000);
    const [recoveries] = await Promise.all([trouble(goesOn), ...Array.from({ length: AT_ONCE }, shopper)]).finally(() =>
      clearInterval(again),
    );
    await everythingIsHandled(shop);
    for (const purchase of purchases) await expectOnePurchase(shop, purchase);
    expect(await verifyDatabase(shop.db)).toMatchObject({ broken: [] });
    // Whoever was not killed went on by itself.
    expect(shop.machines.map((each) => each.exitCode())).toEqual(shop.machines.map(() => null));
    const kills = (machines: typeof shop.machines) => machines.reduce((sum, each) => sum + each.kills, 0);
    if (SECONDS > 0) {
      process.stderr.write(
        `machines: ${JSON.stringify({ seconds: SECONDS, webKills: kills(shop.webs), workerKills: kills(shop.workers), ...recoveries, purchases: purchases.length, messages: await heardSoFar() })}\n`,
      );
    }
    for (const ms of [...recoveries.afterKill, ...recoveries.afterRestart]) expect(ms).toBeLessThan(RECOVERY_MS);
  },
  SECONDS * 1_000 + 180_000,
);
