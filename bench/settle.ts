import pg from 'pg';
import { openDatabase } from '../src/db/client.ts';
import { fillSearchIndex } from '../src/db/search-index.ts';
import { verifyDatabase } from '../src/db/verify.ts';
import { handleNextPaymentEvent } from '../src/flows/handle-payment-event.ts';
import { loadPrompts } from '../src/prompts.ts';
import { createPayments } from '../src/vendors/stripe.ts';
import { untraced } from '../src/vendors/tracing.ts';
import { createFurtherDatabase } from './further-database.ts';
import { handOver } from './outcome.ts';
import { writeHistory, writePaidOrders } from './shop-history.ts';
import { freePort, startBenchPostgres, startProcess } from './shop-under-load.ts';
import { median, spread, table } from './table.ts';

const EVENTS = Number(process.env.BENCH_EVENTS ?? 10_000);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
/** As many as the worker has for payment events (start-worker.ts). */
const LANES = 3;
const SIZES = [1_000, Number(process.env.BENCH_ORDERS ?? 100_000)];

type Round = { msPerEvent: number; perSecond: number; scans: string[] };

// Tables that grow with every order: a statement that reads one from end to end gets slower for years.
const GROWING = `'orders','order_items','payment_attempts','payments','payment_events','reservations','stock_movements',
  'outbound_messages','audit_entries','pickups','customers','notifications','refunds','disputes'`;

async function sequentialScans(client: pg.Client): Promise<Map<string, number>> {
  // Statistics reach the view within a second of each transaction's end.
  await client.query('SELECT pg_stat_clear_snapshot(), pg_sleep(1.1)');
  const { rows } = await client.query<{ name: string; scans: number }>(
    `SELECT relname AS name, seq_scan::int AS scans FROM pg_stat_user_tables WHERE relname IN (${GROWING})`,
  );
  return new Map(rows.map(({ name, scans }) => [name, scans]));
}

/** A database of its own with so many settled orders, and the worker's flow on it. */
async function openShop(adminUrl: string, stripeUrl: string, orders: number) {
  const url = await createFurtherDatabase(adminUrl, `shop_of_${orders}`);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await writeHistory(client, orders);
  const { db, close } = openDatabase(url, { maxConnections: 10, onError: () => {} });
  await fillSearchIndex(db);
  const payments = createPayments({
    ...{ secretKey: 'sk_test_bench', webhookSecrets: [], apiBaseUrl: stripeUrl, publicUrl: 'https://shop.example' },
  });
  const { texts } = loadPrompts();
  const silent = {
    debug() {},
    info() {},
    warn() {},
    error: console.error,
    child: () => silent,
    within: <T>(_: object, act: () => T) => act(),
  };
  const needs = {
    ...{
      db,
      payments,
      texts,
      log: silent,
      tracer: untraced,
      meter: { count() {}, observe() {} },
      clock: { now: () => new Date() },
      sendsMail: true,
    },
    sessionSecret: 'a session secret for the bench',
  };
  return {
    orders,
    async settle(): Promise<Round> {
      await writePaidOrders(client, EVENTS);
      await client.query('ANALYZE');
      const before = await sequentialScans(client);
      const startedMs = performance.now();
      const lane = async () => {
        while (await handleNextPaymentEvent(needs));
      };
      await Promise.all(Array.from({ length: LANES }, lane));
      const tookMs = performance.now() - startedMs;
      const after = await sequentialScans(client);
      const scans = [...after].flatMap(([name, count]) => {
        const more = count - (before.get(name) ?? 0);
        return more > 0 ? [`${name} ${more}`] : [];
      });
      const { rows } = await client.query(`SELECT count(*)::int AS n FROM orders WHERE status = 'pending_payment'`);
      if (rows[0].n > 0) throw new Error(`${rows[0].n} orders were not settled`);
      return { msPerEvent: tookMs / EVENTS, perSecond: (EVENTS * 1000) / tookMs, scans };
    },
    async close() {
      const { broken } = await verifyDatabase(db);
      if (broken.length > 0) throw new Error(`db:verify: ${broken.map(({ rule }) => rule).join(', ')}`);
      await client.end();
      await close();
    },
  };
}

/** Stored events worked on, each asking Stripe's stand-in, in a shop with few settled orders and in one with many. */
async function benchSettle(): Promise<string> {
  const postgres = await startBenchPostgres();
  const port = await freePort();
  const stripe = await startProcess('bench/stripe-stand-in.ts', {}, '/', port);
  try {
    const shops = [];
    for (const size of SIZES) shops.push(await openShop(postgres.url, stripe.url, size));
    const rounds = shops.map(() => [] as Round[]);
    for (let round = 0; round < ROUNDS; round++) {
      // In turn, so that whatever else the machine does meets both.
      for (const [index, shop] of shops.entries()) rounds[index]?.push(await shop.settle());
    }
    for (const shop of shops) await shop.close();
    const rows = shops.map(({ orders }, index) => [
      `${orders.toLocaleString('en')}`,
      spread((rounds[index] as Round[]).map(({ perSecond }) => perSecond)),
      spread((rounds[index] as Round[]).map(({ msPerEvent }) => msPerEvent)),
      [...new Set((rounds[index] as Round[]).flatMap(({ scans }) => scans))].join(', ') || 'none',
    ]);
    const [few = [], many = []] = rounds;
    const growth = many.map(({ msPerEvent }, index) => msPerEvent / (few[index] as Round).msPerEvent);
    const msPerEvent = (of: readonly Round[]) => median(of.map((round) => round.msPerEvent));
    handOver([
      {
        ...{ what: `an event, after ${SIZES[1]?.toLocaleString('en')} orders`, value: msPerEvent(many), unit: 'ms' },
        bare: { what: 'the same after 1,000 orders', value: msPerEvent(few), ratio: median(growth) },
        wantedRatio: { atMost: 1.3 },
      },
    ]);
    const all = growth.map((each) => each.toFixed(2)).join(' ');
    rows.push(['growth', '', `**${median(growth).toFixed(2)}** (${all})`, '']);
    const head = ['settled orders before', 'events/s: median (min-max)', 'ms per event', 'whole tables read'];
    return table(head, rows);
  } finally {
    await stripe.stop();
    await postgres.stop();
  }
}

if (process.argv[1] === import.meta.filename) process.stdout.write(`${await benchSettle()}\n`);
