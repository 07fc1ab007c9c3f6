// The web process as it is deployed: how long from its start until it is ready, and what it holds after 10,000 requests, beside a
// bare one of the same libraries: `npm run bench:web-process`.
import { randomBytes } from 'node:crypto';
import { cpus, loadavg } from 'node:os';
import autocannon from 'autocannon';
import { openDatabase } from '../src/db/client.ts';
import { handOver } from './outcome.ts';
import { startBareWeb, startBenchPostgres, startOurWeb } from './shop-under-load.ts';
import { numberOf, signedMessage } from './signed-message.ts';
import { addManager, logIn } from './staff-session.ts';
import { signedEvent } from './stripe-event.ts';
import { median, spread, table } from './table.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const REQUESTS = Number(process.env.BENCH_REQUESTS ?? 10_000);
const CONNECTIONS = 10;
const CUSTOMERS = 2_000;
/** V8 looks some eight seconds after work has ceased, and then again, for what it need not keep. */
const REST_MS = 30_000;
const WORDS = 'Bonjour, avez-vous des pneus 205/55 R16 pour une Clio ?';

type Web = { url: string; heldMiB(): number; stop(): Promise<void> };
type Page = { path: string; cookie: string };
type Side = { start(): Promise<Web>; pageOf(url: string): Promise<Page> };
type Round = { readyMs: number; readyMiB: number; afterMiB: number; atRestMiB: number };

/** Of ten requests eight are customers' messages and one is Stripe's, signed and each another; one is a page. */
function nthRequest(url: string, { path, cookie }: Page, { run, n }: { run: string; n: number }) {
  if (n % 10 === 0) return { method: 'GET' as const, path, headers: { cookie } };
  if (n % 10 === 1) return { method: 'POST' as const, path: '/webhook/stripe', ...signedEvent(`evt_${run}_${n}`) };
  const message = { sid: `SM${run}${n}`, number: numberOf(n % CUSTOMERS), body: WORDS };
  const inbound = '/whatsapp/inbound';
  return { method: 'POST' as const, path: inbound, ...signedMessage(url + inbound, message) };
}

async function ask(url: string, page: Page): Promise<void> {
  const run = randomBytes(4).toString('hex');
  let n = 0;
  const setupRequest = (request: object) => ({ ...request, ...nthRequest(url, page, { run, n: ++n }) });
  const result = await autocannon({ url, connections: CONNECTIONS, amount: REQUESTS, requests: [{ setupRequest }] });
  if (result['2xx'] !== REQUESTS)
    throw new Error(`${result['2xx']} of ${REQUESTS} requests were answered with what they asked`);
}

async function measure({ start, pageOf }: Side): Promise<Round> {
  const startedMs = performance.now();
  const web = await start();
  const readyMs = performance.now() - startedMs;
  try {
    const readyMiB = web.heldMiB();
    await ask(web.url, await pageOf(web.url));
    const afterMiB = web.heldMiB();
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
    return { readyMs, readyMiB, afterMiB, atRestMiB: web.heldMiB() };
  } finally {
    await web.stop();
  }
}

const loadBefore = loadavg()[0]?.toFixed(1);
const postgres = await startBenchPostgres();
const { db, close } = openDatabase(postgres.url, { maxConnections: 2, onError: () => {} });
try {
  await addManager(db, 'http://127.0.0.1');
  const sides: Record<'bare' | 'ours', Side> = {
    bare: {
      start: () => startBareWeb(postgres.url),
      pageOf: async () => ({ path: '/orders/00000000-0000-0000-0000-000000000000', cookie: '' }),
    },
    ours: {
      start: () => startOurWeb({ databaseUrl: postgres.url }),
      pageOf: async (url) => ({ path: '/staff', cookie: await logIn(url) }),
    },
  };
  const rounds: Record<'bare' | 'ours', Round[]> = { bare: [], ours: [] };
  for (let round = 0; round < ROUNDS; round++)
    for (const who of ['bare', 'ours'] as const) rounds[who].push(await measure(sides[who]));

  const compared = (what: string, unit: string, atMost: number, pick: (round: Round) => number) => ({
    ...{ what, unit, value: median(rounds.ours.map(pick)), wanted: { atMost } },
    bare: { what: 'Express, pg, stripe, twilio and tsx', value: median(rounds.bare.map(pick)) },
  });
  const asked = REQUESTS.toLocaleString('en');
  handOver([
    compared('start to ready', 'ms', 2_000, ({ readyMs }) => readyMs),
    compared(`held right after ${asked} requests`, 'MiB', 150, ({ afterMiB }) => afterMiB),
  ]);
  const columns = (['readyMs', 'readyMiB', 'afterMiB', 'atRestMiB'] as const).map(
    (name) => (round: Round) => round[name],
  );
  const row = (who: 'bare' | 'ours') => [who, ...columns.map((pick) => spread(rounds[who].map(pick)))];
  console.log(`${cpus().length} cores, ${ROUNDS} rounds, load before ${loadBefore}.`);
  const head = [
    '',
    'start to ready, ms: median (min-max)',
    'MiB at ready',
    `MiB right after ${asked} requests`,
    'half a minute later',
  ];
  console.log(table(head, [row('bare'), row('ours')]));
} finally {
  await close();
  await postgres.stop();
}
