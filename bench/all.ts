// Every bench, one after the other, and one table of them all: `npm run bench`, or `npm run bench -- deliver search`.
// BENCH_QUICK=1 takes small sizes: whether they run, not how fast the shop is.
import { cpus, loadavg, totalmem } from 'node:os';
import path from 'node:path';
import { isMet, type Outcome, ratioOf, wantedOf } from './outcome.ts';
import { type Ran, runBench } from './run-bench.ts';
import { short, table } from './table.ts';

type Sizes = Record<string, string>;
type Bench = { name: string; whole: Sizes; quick: Sizes };

/** Their sizes: by itself each takes more rounds than here, where all together must stay below twenty minutes. */
const BENCHES: readonly Bench[] = [
  { name: 'web-process', whole: { BENCH_ROUNDS: '3' }, quick: { BENCH_ROUNDS: '1', BENCH_REQUESTS: '1000' } },
  { name: 'stripe-webhooks', whole: { BENCH_ROUNDS: '3' }, quick: { BENCH_ROUNDS: '1', BENCH_SECONDS: '2' } },
  { name: 'twilio-webhooks', whole: { BENCH_ROUNDS: '3' }, quick: { BENCH_ROUNDS: '1', BENCH_SECONDS: '2' } },
  {
    name: 'talk',
    whole: { BENCH_CUSTOMERS: '500' },
    quick: { BENCH_CUSTOMERS: '50', BENCH_TURNS: '50', BENCH_SECONDS: '4' },
  },
  { name: 'deliver', whole: { BENCH_MESSAGES: '4000' }, quick: { BENCH_MESSAGES: '400' } },
  {
    name: 'settle',
    whole: { BENCH_EVENTS: '3000', BENCH_ROUNDS: '2' },
    quick: { BENCH_EVENTS: '200', BENCH_ROUNDS: '1', BENCH_ORDERS: '5000' },
  },
  { name: 'reminders', whole: { BENCH_ROUNDS: '1' }, quick: { BENCH_ROUNDS: '1', BENCH_ORDERS: '5000' } },
  { name: 'tokens', whole: {}, quick: { BENCH_PRODUCTS: '2000' } },
  {
    name: 'staff-pages',
    whole: { BENCH_REQUESTS: '40' },
    quick: { BENCH_REQUESTS: '10', BENCH_ORDERS: '2000', BENCH_PRODUCTS: '2000', BENCH_LOG_ENTRIES: '10000' },
  },
  { name: 'search', whole: { BENCH_ROUNDS: '1' }, quick: { BENCH_ROUNDS: '1', BENCH_PRODUCTS: '20000' } },
];
const LIMIT_SECONDS = 600;

const shown = (value: number) => (Number.isInteger(value) ? value.toLocaleString('en') : short(value));

function row(bench: string, outcome: Outcome): string[] {
  const { what, value, unit, bare } = outcome;
  const met = isMet(outcome);
  return [
    ...[bench, what, `${shown(value)} ${unit}`.trim()],
    ...[bare ? `${shown(bare.value)}: ${bare.what}` : '', ratioOf(outcome)?.toFixed(2) ?? ''],
    ...[wantedOf(outcome), met === undefined ? '' : met ? 'yes' : '**no**'],
  ];
}

function rowsOf(bench: string, { outcomes, seconds, failure }: Ran): string[][] {
  const rows = outcomes.map((outcome) => row(bench, outcome));
  return failure
    ? [...rows, [bench, `**failed** after ${seconds.toFixed(0)} s: ${failure}`, '', '', '', '', '']]
    : rows;
}

const load = () => loadavg()[0]?.toFixed(1);
const isQuick = process.env.BENCH_QUICK === '1';
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !BENCHES.some((bench) => bench.name === name));
if (unknown.length > 0) throw new Error(`no bench is called ${unknown.join(', ')}`);

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
const loadBefore = load();
const startedMs = performance.now();
const rows: string[][] = [];
const loads: string[] = [];
for (const { name, whole, quick } of BENCHES) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  if (stop.signal.aborted) {
    rows.push([name, 'not run: told to stop before', '', '', '', '', '']);
    continue;
  }
  console.error(`\n${name}`);
  const file = path.join(import.meta.dirname, `${name}.ts`);
  const ran = await runBench(file, isQuick ? quick : whole, { limitSeconds: LIMIT_SECONDS, stop: stop.signal });
  if (ran.failure) process.exitCode = 1;
  rows.push(...rowsOf(name, ran));
  loads.push(`${name} ${load()}`);
}
const [cpu] = cpus();
console.log(
  [
    `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, ${isQuick ? 'quick sizes' : 'whole sizes'}, ${((performance.now() - startedMs) / 60_000).toFixed(1)} minutes.`,
    `${cpu?.model.trim()}, ${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.version}.`,
    `Load before ${loadBefore}, after each: ${loads.join(', ')}.`,
  ].join('\n'),
);
console.log(`\n${table(['bench', 'what', 'value', 'bare limit', 'ratio', 'wanted', 'met'], rows)}`);
if (stop.signal.aborted) process.exitCode = 1;
