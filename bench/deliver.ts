// Ten thousand waiting messages of two thousand customers, sent by one worker and by two: `npm run bench:deliver`.
import autocannon from 'autocannon';
import pg from 'pg';
import { handOver } from './outcome.ts';
import { freePort, startBenchPostgres, startOurWorker, startProcess } from './shop-under-load.ts';
import { table } from './table.ts';

const MESSAGES = Number(process.env.BENCH_MESSAGES ?? 10_000);
const CUSTOMERS = MESSAGES / 5;
/** As many as a worker sends at once (start-worker.ts). */
const CONNECTIONS = 16;

const SEED = `
  WITH c AS (INSERT INTO customers (channel_address, last_inbound_at)
      SELECT 'whatsapp:bench-' || gen_random_uuid(), now() FROM generate_series(1, ${CUSTOMERS}) RETURNING id),
    v AS (INSERT INTO conversations (customer_id) SELECT id FROM c RETURNING id, customer_id)
  INSERT INTO outbound_messages (business_key, customer_id, conversation_id, content)
  SELECT 'bench:' || gen_random_uuid(), v.customer_id, v.id, jsonb_build_object('body', 'Bonjour ! Message ' || n)
  FROM v, generate_series(1, ${MESSAGES / CUSTOMERS}) n`;

type Scenario = { what: string; workers: number; latencyMs: number; perSecond: number };
const SCENARIOS: Scenario[] = [
  { what: '80 a second taken, each in 150 ms', workers: 1, latencyMs: 150, perSecond: 80 },
  { what: 'answered at once', workers: 1, latencyMs: 0, perSecond: 0 },
  { what: 'answered at once', workers: 2, latencyMs: 0, perSecond: 0 },
];

/** What the stand-in takes from a client that only posts, over as many connections as a worker has. */
async function barePosts({ latencyMs, perSecond }: Scenario): Promise<number> {
  if (perSecond > 0) return perSecond;
  const limits = { LATENCY_MS: String(latencyMs), PER_SECOND: String(perSecond) };
  const twilio = await startProcess('bench/twilio-stand-in.ts', limits, '/', await freePort());
  const post = { method: 'POST', path: '/Messages.json', body: 'To=whatsapp:x&Body=Bonjour' } as const;
  const { requests } = await autocannon({ url: twilio.url, connections: CONNECTIONS, duration: 3, requests: [post] });
  await twilio.stop();
  return requests.average;
}

async function drain(scenario: Scenario): Promise<string[]> {
  const { what, workers, latencyMs, perSecond } = scenario;
  const bare = await barePosts(scenario);
  const postgres = await startBenchPostgres();
  const port = await freePort();
  const limits = { LATENCY_MS: String(latencyMs), PER_SECOND: String(perSecond) };
  const twilio = await startProcess('bench/twilio-stand-in.ts', limits, '/', port);
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(SEED);
  await client.query('ANALYZE');
  const running = Array.from({ length: workers }, () =>
    startOurWorker({ databaseUrl: postgres.url, twilioUrl: twilio.url }),
  );
  const taken = async () => Number(await (await fetch(twilio.url)).text());
  try {
    while ((await taken()) === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    const startedMs = performance.now();
    const before = await taken();
    let count = before;
    while (count < MESSAGES) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      count = await taken();
    }
    const seconds = (performance.now() - startedMs) / 1000;
    const { rows } = await client.query(`SELECT count(*)::int AS n FROM outbound_messages WHERE status <> 'sent'`);
    const cpuMs = (running.reduce((sum, worker) => sum + worker.cpuSeconds(), 0) * 1000) / MESSAGES;
    const perSecondSent = (MESSAGES - before) / seconds;
    const bound = `${(perSecondSent / bare).toFixed(2)} of ${bare.toFixed(0)}`;
    handOver([
      {
        ...{ what: `messages, workers: ${workers}; ${what}`, value: perSecondSent, unit: 'a second' },
        bare: { what: perSecond > 0 ? 'what it takes' : 'posts, nothing stored', value: bare },
        // Bounded by the stand-in's answers, not by us; a tenth is what starting and ending cost.
        ...(perSecond > 0 && { wantedRatio: { atLeast: 0.9 } }),
      },
    ]);
    return [what, `${workers}`, perSecondSent.toFixed(0), bound, cpuMs.toFixed(1), `${count} / ${count - rows[0].n}`];
  } finally {
    for (const worker of running) await worker.stop();
    await client.end();
    await twilio.stop();
    await postgres.stop();
  }
}

const rows: string[][] = [];
for (const scenario of SCENARIOS) rows.push(await drain(scenario));
const head = ['the stand-in', 'workers', 'messages/s', 'bound', 'CPU ms each', 'taken / recorded as sent'];
process.stdout.write(`${table(head, rows)}\n`);
