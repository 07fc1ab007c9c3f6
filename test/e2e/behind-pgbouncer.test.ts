import { expect, test } from '@jest/globals';
import { verifyDatabase } from '../../src/db/verify.ts';
import { startManyMachines } from '../support/many-machines.ts';
import { everythingIsHandled, expectOnePurchase } from '../support/one-purchase.ts';
import { buysWhateverHappens } from '../support/patient-buyer.ts';
import {
  DIRECT_CONNECTIONS,
  findPgbouncer,
  POOLED_CONNECTIONS,
  SERVER_CONNECTIONS,
  throughPgbouncer,
} from '../support/pgbouncer.ts';

// Web and workers reach their database through a real PgBouncer in transaction mode: what a statement leaves in its
// connection (a prepared name, a lock or setting of the session, a LISTEN) is another's the next moment.
const program = findPgbouncer();
if (!program)
  process.stderr.write('\nNOT TESTED: the shop behind PgBouncer, since pgbouncer is not installed (README.md)\n\n');
const whereFound = program ? test : test.skip;

whereFound(
  'behind a PgBouncer that shares connections everyone is served once, and nothing goes past it but what listens',
  async () => {
    const shop = await startManyMachines({ webs: 1, workers: 2 }, throughPgbouncer(program as string));
    const said = () => shop.machines.map((machine) => machine.output).join('');
    try {
      const shoppers = Array.from({ length: 2 }, (_, choice) =>
        buysWhateverHappens(shop.sandbox, { name: `Camille${choice} Martin`, choice }),
      );
      const purchases = await Promise.all(shoppers).catch((error) => {
        const warnings = said()
          .split('\n')
          .filter((line) => /"level":[456]0/.test(line));
        throw new Error(`${error.message}\n${warnings.join('\n')}`);
      });
      await everythingIsHandled(shop);
      for (const purchase of purchases) await expectOnePurchase(shop, purchase);
      expect(await verifyDatabase(shop.db)).toMatchObject({ broken: [] });
      const connections = await shop.db.$queryRaw<{ name: string; query: string }[]>`
        SELECT application_name AS name, query FROM pg_stat_activity
        WHERE application_name IN (${POOLED_CONNECTIONS}, ${DIRECT_CONNECTIONS})`;
      const pooled = connections.filter(({ name }) => name === POOLED_CONNECTIONS);
      expect(pooled.length).toBeGreaterThan(0);
      expect(pooled.length).toBeLessThanOrEqual(SERVER_CONNECTIONS);
      // Each worker hears of work; the web listens only while a page is open.
      const direct = connections.filter(({ name }) => name === DIRECT_CONNECTIONS);
      expect(direct).toHaveLength(2);
      for (const { query } of direct) expect(query).toMatch(/^(LISTEN work|SELECT 1)$/);
      expect(said()).not.toMatch(/prepared statement|"level":(50|60)/);
    } finally {
      await shop.stop();
    }
  },
  120_000,
);
