import { randomBytes } from 'node:crypto';
import autocannon from 'autocannon';
import pg from 'pg';
import { handOver } from './outcome.ts';
import { startBareWeb, startBenchPostgres, startOurWeb } from './shop-under-load.ts';
import { median, spread, table } from './table.ts';

const SECONDS = Number(process.env.BENCH_SECONDS ?? 5);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const CONNECTIONS = [10, 50];

type Round = {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Of the web process, per post. */
  cpuMs: number;
  accepted: number;
  refused: number;
};
type Target = { url: string; cpuSeconds(): number };

/** A route of vendors' machines, ours beside a bare one: both verify, store in one table of their own, and answer. */
type Route = {
  path: string;
  /** One signed post, another each time: `run` and `n` make its ids, `url` is the address it is signed for. */
  post(url: string, run: string, n: number): { body: string; headers: Record<string, string> };
  /** Where each side stores it, to count what was really kept. */
  tables: { ours: string; bare: string };
};

/** One round of load: every request another post, signed when it is sent. */
async function load(
  { path, post }: Route,
  { url, cpuSeconds }: Target,
  connections: number,
  seconds: number,
): Promise<Round> {
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
        path,
        setupRequest: (request) => ({ ...request, ...post(url + path, run, ++sent) }),
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

/** Posts over few and many connections, ours and the bare route in turn. A table for docs/performance.md. */
export async function compareRoutes(route: Route): Promise<string> {
  const postgres = await startBenchPostgres();
  const ours = await startOurWeb({ databaseUrl: postgres.url });
  const bare = await startBareWeb(postgres.url);
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  const stored = async (name: string) => Number((await client.query(`SELECT count(*) AS n FROM ${name}`)).rows[0].n);
  try {
    const rows: string[][] = [];
    for (const connections of CONNECTIONS) {
      await load(route, ours, connections, 2);
      await load(route, bare, connections, 2);
      const before = { ours: await stored(route.tables.ours), bare: await stored(route.tables.bare) };
      const rounds = { ours: [] as Round[], bare: [] as Round[] };
      for (let round = 0; round < ROUNDS; round++) {
        rounds.bare.push(await load(route, bare, connections, SECONDS));
        rounds.ours.push(await load(route, ours, connections, SECONDS));
      }
      const kept = {
        ours: (await stored(route.tables.ours)) - before.ours,
        bare: (await stored(route.tables.bare)) - before.bare,
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
      const perSecond = (who: 'bare' | 'ours') => median(rounds[who].map((round) => round.perSecond));
      const p99Ms = (who: 'bare' | 'ours') => median(rounds[who].map((round) => round.p99Ms));
      handOver([
        {
          ...{ what: `${connections} connections: posts`, value: perSecond('ours'), unit: 'a second' },
          bare: { what: 'Express, check, one INSERT', value: perSecond('bare'), ratio: median(ratios) },
          wantedRatio: { atLeast: 0.8 },
        },
        {
          ...{ what: `${connections} connections: p99`, value: p99Ms('ours'), unit: 'ms' },
          bare: { what: 'the same', value: p99Ms('bare') },
        },
      ]);
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
        'posts/s: median (min-max)',
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
