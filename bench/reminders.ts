import { cpus, loadavg } from 'node:os';
import pg from 'pg';
import { openDatabase } from '../src/db/client.ts';
import { fillSearchIndex } from '../src/db/search-index.ts';
import { verifyDatabase } from '../src/db/verify.ts';
import { remindUnpaidOrders } from '../src/flows/remind-unpaid.ts';
import { loadPrompts } from '../src/prompts.ts';
import { handOver } from './outcome.ts';
import { writeUnpaidOrders } from './shop-history.ts';
import { startBenchPostgres } from './shop-under-load.ts';
import { median, spread, table } from './table.ts';

const ORDERS = Number(process.env.BENCH_ORDERS ?? 100_000);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const TARGET_PER_SECOND = 5_000;
/** As many rows in one statement as the flow writes. */
const BATCH_ROWS = 500;

/** What PostgreSQL does here with the same rows in the outbox and nothing else, as JSON in batches of the same size. */
async function bareInserts(client: pg.Client): Promise<number> {
  await client.query(`CREATE TABLE kept AS SELECT row_number() OVER () AS n, business_key AS key, customer_id AS customer,
    conversation_id AS conversation, order_id AS "order", content FROM outbound_messages WHERE business_key LIKE 'reminder:%'`);
  await client.query('CREATE INDEX ON kept (n)');
  await forgetReminders(client);
  let tookMs = 0;
  for (let from = 1; from <= ORDERS; from += BATCH_ROWS) {
    const { rows } = await client.query('SELECT * FROM kept WHERE n BETWEEN $1 AND $2', [from, from + BATCH_ROWS - 1]);
    const json = JSON.stringify(rows);
    const startedMs = performance.now();
    await client.query(
      `INSERT INTO outbound_messages (business_key, customer_id, conversation_id, order_id, content, created_at)
       SELECT key, customer, conversation, "order", content, now() FROM jsonb_to_recordset($1::jsonb)
         AS r (key text, customer uuid, conversation uuid, "order" uuid, content jsonb)`,
      [json],
    );
    tookMs += performance.now() - startedMs;
  }
  await client.query('DROP TABLE kept');
  return (ORDERS * 1000) / tookMs;
}

async function forgetReminders(client: pg.Client): Promise<void> {
  await client.query(`DELETE FROM outbound_messages WHERE business_key LIKE 'reminder:%'`);
  await client.query('UPDATE orders SET reminders_sent = 0');
  await client.query('VACUUM ANALYZE outbound_messages, orders, audit_entries');
}

/** What is held after a run: the same after the last as after the first, or something grows. */
function heldMiB(): number {
  if (!globalThis.gc) throw new Error('start with --expose-gc: npm run bench:reminders');
  globalThis.gc();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

const postgres = await startBenchPostgres();
const client = new pg.Client({ connectionString: postgres.url });
await client.connect();
const { db, close } = openDatabase(postgres.url, { maxConnections: 4, onError: () => {} });
try {
  await writeUnpaidOrders(client, ORDERS, 70);
  await fillSearchIndex(db);
  const { texts } = loadPrompts();
  const rules = { reminders: [{ delayMinutes: 60 }], remindersSince: null };
  const needs = { db, texts, rules, quietHours: null, clock: { now: () => new Date() } };

  async function remindAll(sweeps: number) {
    await forgetReminders(client);
    const startedMs = performance.now();
    const run = async () => {
      let done = 0;
      // One run takes 45 seconds at most; what it leaves is the next one's.
      for (let processed = 1; processed > 0; done += processed) ({ processed } = await remindUnpaidOrders(needs));
      return done;
    };
    const done = (await Promise.all(Array.from({ length: sweeps }, run))).reduce((sum, each) => sum + each, 0);
    const tookMs = performance.now() - startedMs;
    if (done !== ORDERS) throw new Error(`${done} of ${ORDERS} were reminded`);
    return { perSecond: (ORDERS * 1000) / tookMs, heldMiB: heldMiB() };
  }

  const rows: string[][] = [];
  const bare: number[] = [];
  const perSecond = new Map<number, number>();
  const held: number[] = [];
  for (const sweeps of [1, 2]) {
    const rounds: Awaited<ReturnType<typeof remindAll>>[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const round = await remindAll(sweeps);
      rounds.push(round);
      held.push(round.heldMiB);
      bare.push(await bareInserts(client));
    }
    perSecond.set(sweeps, median(rounds.map((round) => round.perSecond)));
    rows.push([
      sweeps === 1 ? 'one worker' : `${sweeps} workers at once`,
      spread(rounds.map(({ perSecond }) => perSecond)),
      spread(rounds.map((round) => round.heldMiB)),
    ]);
  }
  const { broken } = await verifyDatabase(db);
  if (broken.length > 0) throw new Error(`db:verify: ${broken.map(({ rule }) => rule).join(', ')}`);
  handOver([
    ...[...perSecond].map(([workers, value]) => ({
      ...{ what: `reminders, workers: ${workers}`, value, unit: 'a second' },
      bare: { what: 'the same rows inserted, nothing decided', value: median(bare) },
      wanted: { atLeast: TARGET_PER_SECOND },
    })),
    {
      ...{ what: `held after run ${held.length} of ${ORDERS}`, value: held.at(-1) as number, unit: 'MiB' },
      bare: { what: 'after the first', value: held[0] as number },
      wantedRatio: { atMost: 1.1 },
    },
  ]);
  rows.push(['bare: the same rows inserted, nothing decided', spread(bare), '']);
  const today = new Date().toISOString().slice(0, 10);
  const load = loadavg()[0]?.toFixed(1);
  console.log(
    `${today}, ${cpus().length} cores, load ${load}, ${ORDERS} due, ${ROUNDS} rounds; wanted ${TARGET_PER_SECOND}/s`,
  );
  console.log(table(['reminders', 'a second', 'held afterwards, MiB'], rows));
} finally {
  await close();
  await client.end();
  await postgres.stop();
}
