import { createHmac, randomBytes } from 'node:crypto';
import autocannon from 'autocannon';
import pg from 'pg';
import { freePort, startBenchPostgres, startOurWeb, startProcess, WEBHOOK_SECRET } from './shop-under-load.ts';
import { completedEvent } from './stripe-event.ts';
import { median, spread, table } from './table.ts';

const SECONDS = Number(process.env.BENCH_SECONDS ?? 5);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const CONNECTIONS = [10, 50];

type Round = {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Of the web process, per webhook. */
  cpuMs: number;
  accepted: number;
  refused: number;
};
type Target = { url: string; cpuSeconds(): number };

/** One round of load: every request another event, signed when it is sent. */
async function load({ url, cpuSeconds }: Target, connections: number, seconds: number): Promise<Round> {
  const cpuBefore = cpuSeconds();
  const run = randomBytes(4).toString('hex');
  let sent = 0;
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    requests: [
      {
        method: 'POST',
        path: '/webhook/stripe',
        setupRequest: (request) => {
          const body = completedEvent(`evt_${run}_${++sent}`);
          const at = Math.floor(Date.now() / 1000);
          const v1 = createHmac('sha256', WEBHOOK_SECRET).update(`${at}.${body}`).digest('hex');
          return {
            ...request,
            body,
            headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': `t=${at},v1=${v1}` },
          };
        },
      },
    ],
  });
  return {
    perSecond: result['2xx'] / result.duration,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    cpuMs: ((cpuSeconds() - cpuBefore) * 1000) / result['2xx'],
    accepted: result['2xx'],
    refused: result.non2xx + result.errors + result.timeouts,
  };
}

/** Signed Stripe webhooks, stored before they are answered: ours against a bare route, in turn. */
export async function benchWebhooks(): Promise<string> {
  const postgres = await startBenchPostgres();
  const ours = await startOurWeb(postgres.url);
  const barePort = await freePort();
  const bareEnv = { DATABASE_URL: postgres.url, STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET };
  const bare = await startProcess('bench/bare-webhook.ts', bareEnv, '/readyz', barePort);
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  const stored = async (name: string) => Number((await client.query(`SELECT count(*) AS n FROM ${name}`)).rows[0].n);
  try {
    const rows: string[][] = [];
    for (const connections of CONNECTIONS) {
      await load(ours, connections, 2);
      await load(bare, connections, 2);
      const before = { ours: await stored('payment_events'), bare: await stored('bare_events') };
      const rounds = { ours: [] as Round[], bare: [] as Round[] };
      for (let round = 0; round < ROUNDS; round++) {
        rounds.bare.push(await load(bare, connections, SECONDS));
        rounds.ours.push(await load(ours, connections, SECONDS));
      }
      const kept = {
        ours: (await stored('payment_events')) - before.ours,
        bare: (await stored('bare_events')) - before.bare,
      };
      for (const who of ['bare', 'ours'] as const) {
        const accepted = rounds[who].reduce((sum, round) => sum + round.accepted, 0);
        // Those under way when the time was over may be stored without their answer having been counted.
        const unanswered = kept[who] - accepted;
        if (unanswered < 0) throw new Error(`${who}: ${accepted} acknowledged, ${kept[who]} stored`);
        const column = (pick: (round: Round) => number) => spread(rounds[who].map(pick));
        const refused = rounds[who].reduce((sum, round) => sum + round.refused, 0);
        rows.push([
          `${connections}`,
          who,
          column((round) => round.perSecond),
          column((round) => round.p50Ms),
          column((round) => round.p99Ms),
          column((round) => round.cpuMs),
          `${accepted} / ${kept[who]}`,
          `${refused}`,
        ]);
      }
      const ratios = rounds.ours.map((round, index) => round.perSecond / (rounds.bare[index] as Round).perSecond);
      rows.push([
        `${connections}`,
        'ours / bare',
        `**${median(ratios).toFixed(2)}** (${ratios.map((ratio) => ratio.toFixed(2)).join(' ')})`,
        '',
        '',
        '',
        '',
      ]);
    }
    return table(
      [
        'connections',
        'what',
        'webhooks/s: median (min-max)',
        'p50 ms',
        'p99 ms',
        'CPU ms each',
        'acknowledged / stored',
        'refused',
      ],
      rows,
    );
  } finally {
    await client.end();
    await ours.stop();
    await bare.stop();
    await postgres.stop();
  }
}

if (process.argv[1] === import.meta.filename) process.stdout.write(`${await benchWebhooks()}\n`);
