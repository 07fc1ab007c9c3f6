import { cpus, loadavg } from 'node:os';
import { importBatch } from '../src/db/catalogue-batch.ts';
import { openDatabase } from '../src/db/client.ts';
import { searchProducts } from '../src/db/search.ts';
import type { CatalogueLine } from '../src/domain/catalogue-line.ts';
import { parseSearch } from '../src/domain/search-query.ts';
import { createFurtherDatabase } from './further-database.ts';
import { handOver, type Outcome } from './outcome.ts';
import { type Asked, findSearchEval, ndcg, PLACE, readSearchEval, recombine, type SearchEval } from './search-eval.ts';
import { type Engine, openFullText, openMiniSearch, openTrigrams } from './search-rivals.ts';
import { startBenchPostgres } from './shop-under-load.ts';
import { table } from './table.ts';

/** A shop larger than the evaluation's, of which the rest is recombined. */
const MANY = Number(process.env.BENCH_PRODUCTS ?? 100_000);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const BATCH = 500;

/** A database of its own with these products, imported as a catalogue file is. */
async function openShop(adminUrl: string, products: readonly CatalogueLine[]) {
  const url = await createFurtherDatabase(adminUrl, `shop_of_${products.length}`);
  const { db, pool, close } = openDatabase(url, { maxConnections: 4, onError: () => {} });
  const startedMs = performance.now();
  await db.location.create({ data: { code: PLACE, name: 'Bench', address: '-', hours: '-' } });
  for (let from = 0; from < products.length; from += BATCH) {
    const batch = products.slice(from, from + BATCH).map((value, index) => ({ line: from + index + 2, value }));
    await db.$transaction((tx) => importBatch(tx, batch), { timeout: 120_000 });
  }
  const importSeconds = (performance.now() - startedMs) / 1000;
  // As autovacuum leaves it a minute later.
  await pool.query('VACUUM ANALYZE');
  const ours: Engine = {
    name: 'ours',
    async find(text) {
      const found = await searchProducts(db, parseSearch(text), { limit: 10, maxPriceMinor: null });
      return found.products.map(({ sku }) => sku);
    },
  };
  return { ours, pool, importSeconds, close };
}

type Quality = { score: number; none: number };

async function judge(engine: Engine, asked: readonly Asked[], gains: SearchEval['gains']): Promise<Quality> {
  const scores: number[] = [];
  let none = 0;
  for (const { id, text } of asked) {
    const found = await engine.find(text);
    if (found.length === 0) none++;
    const score = ndcg(found, gains.get(id));
    if (score !== undefined) scores.push(score);
  }
  return { score: scores.reduce((sum, each) => sum + each, 0) / scores.length, none: none / asked.length };
}

/** One query at a time, clean and misspelt ones in turn, after a round that warms the caches. */
async function time(engine: Engine, asked: readonly Asked[]): Promise<{ p50: number; p95: number }> {
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    for (const { text } of asked) {
      const startedMs = performance.now();
      await engine.find(text);
      if (round > 0) times.push(performance.now() - startedMs);
    }
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(times.length * share)] as number;
  return { p50: at(0.5), p95: at(0.95) };
}

type Judged = { clean: Quality; slips: Quality; p95: number };

/** The first of those judged is ours, the second PostgreSQL's own full text. */
function outcomesOf([ours, fullText]: readonly Judged[], [few, many]: [number, number], manyP95: number): Outcome[] {
  if (!ours || !fullText) throw new Error('nothing was judged');
  const whatBare = "PostgreSQL's full text";
  const quality = (what: string, pick: (of: Judged) => Quality, atLeast: number): Outcome => ({
    ...{ what: `NDCG@10, ${what}`, value: pick(ours).score, unit: '' },
    bare: { what: whatBare, value: pick(fullText).score },
    wanted: { atLeast },
  });
  const speed = {
    unit: 'ms',
    bare: { what: `${whatBare}, ${few.toLocaleString('en')} products`, value: fullText.p95 },
  };
  return [
    quality('clean', ({ clean }) => clean, 0.79),
    quality('one typing error', ({ slips }) => slips, 0.76),
    { what: `${few.toLocaleString('en')} products: p95`, value: ours.p95, ...speed, wanted: { atMost: 30 } },
    { what: `${many.toLocaleString('en')} products: p95`, value: manyP95, ...speed, wanted: { atMost: 50 } },
  ];
}

const load = () => loadavg()[0]?.toFixed(1);
const percent = (share: number) => `${(100 * share).toFixed(1)}%`;

/** How well and how fast search answers, beside three other ways, and in a shop of many products. */
async function benchSearch(): Promise<string> {
  const { products, queries, misspelt, gains } = readSearchEval(findSearchEval());
  const all = [...queries, ...misspelt];
  const loadBefore = load();
  const postgres = await startBenchPostgres();
  try {
    const shop = await openShop(postgres.url, products);
    const engines = [shop.ours, await openFullText(shop.pool), await openTrigrams(shop.pool), openMiniSearch(products)];
    const rows: string[][] = [];
    const judged: Judged[] = [];
    for (const engine of engines) {
      const clean = await judge(engine, queries, gains);
      const slips = await judge(engine, misspelt, gains);
      const { p50, p95 } = await time(engine, all);
      const none = `${percent(clean.none)} / ${percent(slips.none)}`;
      rows.push([engine.name, clean.score.toFixed(3), slips.score.toFixed(3), none, p50.toFixed(1), p95.toFixed(1)]);
      judged.push({ clean, slips, p95 });
    }
    await shop.close();
    const large = await openShop(postgres.url, recombine(products, MANY));
    const there = await time(large.ours, all);
    await large.close();
    const count = (n: number) => n.toLocaleString('en');
    handOver(outcomesOf(judged, [products.length, MANY], there.p95));
    const sizes = [
      [count(products.length), rows[0]?.[4] ?? '', rows[0]?.[5] ?? '', shop.importSeconds.toFixed(0)],
      [count(MANY), there.p50.toFixed(1), there.p95.toFixed(1), large.importSeconds.toFixed(0)],
    ];
    const head = ['search', 'NDCG@10', 'with one slip', 'nothing found: clean / slip', 'p50 ms', 'p95 ms'];
    const machine = `${queries.length} queries, ${misspelt.length} with a slip, ${count(products.length)} products; ${cpus().length} cores, load ${loadBefore} before and ${load()} after, Node ${process.version}`;
    return [machine, table(head, rows), table(['products, ours', 'p50 ms', 'p95 ms', 'import s'], sizes)].join('\n\n');
  } finally {
    await postgres.stop();
  }
}

if (process.argv[1] === import.meta.filename) process.stdout.write(`${await benchSearch()}\n`);
