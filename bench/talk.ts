// Customers who talk to a whole shop, web and worker as deployed: `npm run bench:talk`.
import { randomBytes } from 'node:crypto';
import autocannon from 'autocannon';
import pg from 'pg';
import { openDatabase } from '../src/db/client.ts';
import { loadDemoCatalogue } from '../src/db/demo-catalogue.ts';
import { handOver } from './outcome.ts';
import { freePort, startBenchPostgres, startOurWeb, startOurWorker, startProcess } from './shop-under-load.ts';
import { numberOf, signedMessage } from './signed-message.ts';
import { table } from './table.ts';

const WORDS = ['Bonjour', 'pneus 205/55 R16', 'le moins cher', 'mon panier', 'où êtes-vous ?', '195/65 R15', 'merci'];

/** Answered by the model: a search, and a sentence about it. */
const QUESTION = 'avez-vous des pneus 205/55 R16 ?';

/** How many write at once in the crowd. */
const CUSTOMERS = Number(process.env.BENCH_CUSTOMERS ?? 2_000);
/** How long they write to the slow model. */
const SECONDS = Number(process.env.BENCH_SECONDS ?? 20);
/** How many turns are measured for their own time. */
const TURNS = Number(process.env.BENCH_TURNS ?? 150);

const TURNS_AT_ONCE = [6, 24, 96];

/** A shop with the demo's catalogue, its vendors on this machine, Twilio's pace out of the way. */
async function openShop(modelLatencyMs?: number, turnsAtOnce?: number) {
  const postgres = await startBenchPostgres();
  const database = openDatabase(postgres.url, { onError: () => {} });
  await loadDemoCatalogue(database.db);
  await database.close();
  const twilio = await startProcess('bench/twilio-stand-in.ts', {}, '/', await freePort());
  const model =
    modelLatencyMs === undefined
      ? undefined
      : await startProcess('bench/openai-stand-in.ts', { LATENCY_MS: `${modelLatencyMs}` }, '/', await freePort());
  const addresses = { databaseUrl: postgres.url, twilioUrl: twilio.url, ...(model && { openAiUrl: model.url }) };
  const web = await startOurWeb(addresses);
  const worker = startOurWorker({ ...addresses, ...(turnsAtOnce !== undefined && { turnsAtOnce }) });
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  return {
    web,
    workerCpuSeconds: worker.cpuSeconds,
    workerHeldMiB: worker.heldMiB,
    taken: async () => Number(await (await fetch(twilio.url)).text()),
    modelCalls: async () => (model ? Number(await (await fetch(model.url)).text()) : 0),
    async row(sql: string) {
      return (await client.query(sql)).rows[0];
    },
    async stop() {
      await worker.stop();
      await web.stop();
      await client.end();
      await model?.stop();
      await twilio.stop();
      await postgres.stop();
    },
  };
}
type Shop = Awaited<ReturnType<typeof openShop>>;

type Load = {
  customers: number;
  connections: number;
  amount?: number;
  seconds?: number;
  perSecond?: number;
  words?: string[];
};

/** Customers write in turn, each message another. */
async function write(shop: Shop, { customers, connections, amount, seconds, perSecond, words = WORDS }: Load) {
  const url = `${shop.web.url}/whatsapp/inbound`;
  const run = randomBytes(4).toString('hex');
  let sent = 0;
  const result = await autocannon({
    ...{ url: shop.web.url, connections },
    ...(amount !== undefined && { amount }),
    ...(seconds !== undefined && { duration: seconds }),
    ...(perSecond !== undefined && { overallRate: perSecond }),
    requests: [
      {
        method: 'POST',
        path: '/whatsapp/inbound',
        setupRequest(request) {
          const n = sent++;
          const body = words[Math.floor(n / customers) % words.length] as string;
          const message = signedMessage(url, { sid: `SM${run}${n}`, number: numberOf(n % customers), body });
          return { ...request, ...message };
        },
      },
    ],
  });
  return {
    seconds: result.duration,
    accepted: result['2xx'],
    refused: result.non2xx + result.errors,
    p99Ms: result.latency.p99,
  };
}

const UNANSWERED = `SELECT (SELECT count(*)::int FROM inbound_messages WHERE turn_id IS NULL) AS inbound,
  (SELECT count(*)::int FROM outbound_messages WHERE status IN ('queued', 'sending')) AS outbound`;

/** Until every message is in a turn and every reply has left; seconds. */
async function untilAnswered(shop: Shop): Promise<number> {
  const startedMs = performance.now();
  for (;;) {
    const { inbound, outbound } = await shop.row(UNANSWERED);
    if (inbound === 0 && outbound === 0) return (performance.now() - startedMs) / 1000;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** Customers (two thousand), nineteen messages each, in ten seconds if the machine takes them so fast. */
async function crowd(): Promise<string> {
  const shop = await openShop();
  try {
    const amount = CUSTOMERS * 19;
    const load = await write(shop, { customers: CUSTOMERS, connections: 50, amount, perSecond: amount / 10 });
    const answeredAfter = await untilAnswered(shop);
    const { stored, turns, silent, replies, sent } = await shop.row(`SELECT
      (SELECT count(*)::int FROM inbound_messages) AS stored, (SELECT count(*)::int FROM conversation_turns) AS turns,
      (SELECT count(*)::int FROM conversations v WHERE NOT EXISTS (SELECT 1 FROM outbound_messages WHERE conversation_id = v.id)) AS silent,
      (SELECT count(*)::int FROM outbound_messages) AS replies,
      (SELECT count(*)::int FROM outbound_messages WHERE status = 'sent') AS sent`);
    const taken = await shop.taken();
    const none = { unit: '', wanted: { atMost: 0 } };
    handOver([
      {
        ...{ what: `${CUSTOMERS} customers, 19 messages each`, value: load.accepted / load.seconds, unit: 'a second' },
        bare: { what: 'offered', value: amount / 10 },
      },
      { what: 'of them acknowledged and not stored', value: load.accepted - stored, ...none },
      { what: 'of them left without an answer', value: silent, ...none },
      { what: 'all answered after the last', value: answeredAfter, unit: 's' },
    ]);
    const head = [
      'acknowledged in',
      'acknowledged',
      'refused',
      'stored',
      'turns',
      'customers without an answer',
      'replies',
      'sent',
      'taken by Twilio',
      'all answered after',
    ];
    const cells = [load.accepted, load.refused, stored, turns, silent, replies, sent, taken].map(String);
    return table(head, [[`${load.seconds.toFixed(1)} s`, ...cells, `${answeredAfter.toFixed(1)} s more`]]);
  } finally {
    await shop.stop();
  }
}

/** Twenty customers write at once, without pause, while the model takes five seconds for each answer. */
async function slowModel(): Promise<string> {
  const shop = await openShop(5_000);
  try {
    await write(shop, { customers: 20, connections: 20, seconds: 2 });
    const load = await write(shop, { customers: 20, connections: 20, seconds: SECONDS, perSecond: 20 });
    const full = await write(shop, { customers: 20, connections: 20, seconds: SECONDS / 2 });
    handOver([
      {
        ...{ what: 'a model of 5 s, 20 customers: posts', value: load.accepted / load.seconds, unit: 'a second' },
        bare: { what: 'offered', value: 20 },
        wantedRatio: { atLeast: 0.95 },
      },
      { what: 'a model of 5 s, without pause: p99', value: full.p99Ms, unit: 'ms' },
      { what: 'of them refused', value: load.refused + full.refused, unit: '', wanted: { atMost: 0 } },
    ]);
    const row = (what: string, { seconds, accepted, refused, p99Ms }: typeof load) => [
      ...[what, (accepted / seconds).toFixed(0), String(refused), String(p99Ms)],
    ];
    return table(
      ['20 customers, a model of 5 s', 'posts/s', 'refused', 'p99 ms'],
      [row('each writes once a second', load), row('each writes without pause', full)],
    );
  } finally {
    await shop.stop();
  }
}

const percentiles = (ms: string) =>
  [50, 95, 99].map((p) => `round(percentile_cont(0.${p}) WITHIN GROUP (ORDER BY ${ms})::numeric, 1)::float`).join(', ');

// A process that has just begun has compiled little of itself.
const WARM_UP_TURNS = 100;

/** One message after the other, as far apart as asked: the load generator above sends a second's worth at once. */
async function writeEvenly(
  shop: Shop,
  { customers, amount, everyMs }: { customers: number; amount: number; everyMs: number },
) {
  const url = `${shop.web.url}/whatsapp/inbound`;
  for (let n = 0; n < amount; n++) {
    const message = { sid: `SMeven${n}`, number: numberOf(n % customers), body: QUESTION };
    const next = new Promise((resolve) => setTimeout(resolve, everyMs));
    await (await fetch(url, { method: 'POST', ...signedMessage(url, message) })).text();
    await next;
  }
}

/** Seven messages a second, answered by a model that takes no time of its own: from the claim to the commit, by PostgreSQL's record. */
async function ownTime(): Promise<string> {
  const shop = await openShop(0);
  try {
    await writeEvenly(shop, { customers: 50, amount: WARM_UP_TURNS + TURNS, everyMs: 150 });
    await untilAnswered(shop);
    const { turns, whole, model, own } = await shop.row(`
      WITH turn AS (SELECT model_ms, extract(epoch FROM pg_xact_commit_timestamp(xmin) - started_at) * 1000 AS ms
        FROM conversation_turns WHERE answered_by = 'model' ORDER BY started_at OFFSET ${WARM_UP_TURNS})
      SELECT count(*)::int AS turns, array[${percentiles('ms')}] AS whole, array[${percentiles('model_ms')}] AS model,
        array[${percentiles('ms - model_ms')}] AS own FROM turn`);
    handOver([
      {
        ...{ what: 'a turn, claim to commit: p95', value: whole[1], unit: 'ms' },
        bare: { what: 'its two calls of a model that takes no time', value: model[1] },
      },
      { what: 'of it ours: p95', value: own[1], unit: 'ms', wanted: { atMost: 30 } },
    ]);
    const row = (what: string, values: unknown) => [what, ...(values as number[]).map(String)];
    return table(
      [`${turns} turns of two calls each`, 'p50 ms', 'p95 ms', 'p99 ms'],
      [row('from the claim to the commit', whole), row('waiting for the model', model), row('ours', own)],
    );
  } finally {
    await shop.stop();
  }
}

/** How many turns a second one worker takes from a model of two seconds a call, by how many it has at the same time. */
async function manyTurns(): Promise<string> {
  const rows: string[][] = [];
  for (const turnsAtOnce of TURNS_AT_ONCE) {
    const shop = await openShop(2_000, turnsAtOnce);
    try {
      const customers = turnsAtOnce * 10;
      const cpuBefore = shop.workerCpuSeconds();
      const startedMs = performance.now();
      await write(shop, { customers, connections: 20, amount: customers, words: [QUESTION] });
      await untilAnswered(shop);
      const seconds = (performance.now() - startedMs) / 1000;
      const { turns } = await shop.row('SELECT count(*)::int AS turns FROM conversation_turns');
      const calls = await shop.modelCalls();
      const bound = (turnsAtOnce * turns) / calls / 2;
      handOver([
        {
          ...{ what: `a model of 2 s a call, ${turnsAtOnce} turns at once`, value: turns / seconds, unit: 'a second' },
          bare: { what: 'as many calls, one after the other', value: bound, ratio: turns / seconds / bound },
        },
      ]);
      const cpuMs = ((shop.workerCpuSeconds() - cpuBefore) * 1000) / turns;
      const cells = [
        turns,
        (calls / turns).toFixed(2),
        (turns / seconds).toFixed(1),
        (turns / seconds / bound).toFixed(2),
      ];
      rows.push([String(turnsAtOnce), ...cells.map(String), cpuMs.toFixed(0), shop.workerHeldMiB().toFixed(0)]);
    } finally {
      await shop.stop();
    }
  }
  return table(
    ['turns at once', 'turns', 'calls each', 'a second', 'of bound', 'CPU ms each', 'MiB of the worker'],
    rows,
  );
}

const MEASURES = { ownTime, slowModel, manyTurns, crowd };
const wanted = process.argv.slice(2);
for (const [name, measure] of Object.entries(MEASURES)) {
  if (wanted.length === 0 || wanted.includes(name)) process.stdout.write(`${await measure()}\n\n`);
}
