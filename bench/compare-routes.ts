import { randomBytes } from 'node:crypto';
import autocannon from 'autocannon';
import pg from 'pg';
import { handOver } from './outcome.ts';
import {
  freePort,
  startBenchPostgres,
  startOurWeb,
  startProcess,
  TWILIO_AUTH_TOKEN,
  WEBHOOK_SECRET,
} from './shop-under-load.ts';
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
export type Route = {
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

const SIDES = ['bare', 'ours', 'ours as deployed'] as const;
type Side = (typeof SIDES)[number];

function ratiosOf(rounds: Record<Side, Round[]>, side: Side): number[] {
  return rounds[side].map(({ perSecond }, index) => perSecond / (rounds.bare[index] as Round).perSecond);
}

function handOverSide(rounds: Record<Side, Round[]>, side: Side, connections: number): void {
  const middle = (who: Side, pick: (round: Round) => number) => median(rounds[who].map(pick));
  const perSecond = ({ perSecond }: Round) => perSecond;
  const p99Ms = ({ p99Ms }: Round) => p99Ms;
  const name = `${connections} connections${side === 'ours' ? '' : ', as deployed'}`;
  const ratio = median(ratiosOf(rounds, side));
  handOver([
    {
      ...{ what: `${name}: posts`, value: middle(side, perSecond), unit: 'a second' },
      bare: { what: 'Express, check, one INSERT', value: middle('bare', perSecond), ratio },
      wantedRatio: { atLeast: 0.8 },
    },
    {
      ...{ what: `${name}: p99`, value: middle(side, p99Ms), unit: 'ms' },
      bare: { what: 'the same', value: middle('bare', p99Ms) },
    },
  ]);
}

/**
 * Posts over few and many connections: the bare route, ours under Node's defaults as the bare one is, and ours as it is deployed, with
 * little memory (docs/adr/0016), in turn. A table for docs/performance.md.
 */
export async function compareRoutes(route: Route): Promise<string> {
  const postgres = await startBenchPostgres();
  const bareEnv = { DATABASE_URL: postgres.url, STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET, TWILIO_AUTH_TOKEN };
  const sides = {
    bare: await startProcess('bench/bare-routes.ts', bareEnv, '/readyz', await freePort()),
    ours: await startOurWeb({ databaseUrl: postgres.url }, { asDeployed: false }),
    'ours as deployed': await startOurWeb({ databaseUrl: postgres.url }),
  };
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  const stored = async (side: Side) => {
    const { rows } = await client.query(`SELECT count(*) AS n FROM ${route.tables[side === 'bare' ? 'bare' : 'ours']}`);
    return Number(rows[0].n);
  };
  try {
    const rows: string[][] = [];
    for (const connections of CONNECTIONS) {
      for (const side of SIDES) await load(route, sides[side], connections, 2);
      const rounds: Record<Side, Round[]> = { bare: [], ours: [], 'ours as deployed': [] };
      const kept: Record<Side, number> = { bare: 0, ours: 0, 'ours as deployed': 0 };
      for (let round = 0; round < ROUNDS; round++)
        for (const side of SIDES) {
          const before = await stored(side);
          rounds[side].push(await load(route, sides[side], connections, SECONDS));
          kept[side] += (await stored(side)) - before;
        }
      for (const side of SIDES) {
        const sum = (pick: (round: Round) => number) => rounds[side].reduce((total, round) => total + pick(round), 0);
        const accepted = sum((round) => round.accepted);
        // Those under way when the time was over may be stored without their answer having been counted.
        if (kept[side] < accepted) throw new Error(`${side}: ${accepted} acknowledged, ${kept[side]} stored`);
        const column = (pick: (round: Round) => number) => spread(rounds[side].map(pick));
        const ratios = ratiosOf(rounds, side).map((ratio) => ratio.toFixed(2));
        rows.push([
          ...[`${connections}`, side, column((round) => round.perSecond)],
          side === 'bare' ? '' : `**${median(ratiosOf(rounds, side)).toFixed(2)}** (${ratios.join(' ')})`,
          ...[column((round) => round.p50Ms), column((round) => round.p99Ms), column((round) => round.cpuMs)],
          ...[`${accepted} / ${kept[side]}`, `${sum((round) => round.refused)}`],
        ]);
        if (side !== 'bare') handOverSide(rounds, side, connections);
      }
    }
    const head = ['connections', 'what', 'posts/s: median (min-max)', 'of bare', 'p50 ms', 'p99 ms', 'CPU ms each'];
    return table([...head, 'acknowledged / stored', 'refused'], rows);
  } finally {
    await client.end();
    for (const side of SIDES) await sides[side].stop();
    await postgres.stop();
  }
}
