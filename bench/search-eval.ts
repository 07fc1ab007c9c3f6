import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { CatalogueLine } from '../src/domain/catalogue-line.ts';

export type Asked = { id: string; text: string };
export type SearchEval = {
  products: CatalogueLine[];
  queries: Asked[];
  /** The same with one typing error each; `id` is the clean query's. */
  misspelt: Asked[];
  /** Query, then product, then how much it is worth to be shown: 0, 0.5 or 1. */
  gains: Map<string, Map<string, number>>;
};

export const PLACE = 'BENCH';

/** Where the evaluation is: SEARCH_EVAL, or beside this checkout. Throws with what to do when it is not. */
export function findSearchEval(): string {
  const root = path.resolve(import.meta.dirname, '..');
  const dir = path.resolve(root, process.env.SEARCH_EVAL ?? '../shared/search-eval');
  const missing = ['products.jsonl', 'queries.tsv', 'queries_typo1.tsv', 'qrels.tsv'].filter(
    (name) => !existsSync(path.join(dir, name)),
  );
  if (missing.length === 0) return dir;
  throw new Error(`${dir} has no ${missing.join(', ')}. Set SEARCH_EVAL to the folder of the search evaluation.`);
}

type EvalProduct = {
  id: string;
  name: string;
  brand: string;
  klass: string;
  description: string;
  features: string;
  price_cents: number;
};

function lineOf({ id, name, brand, klass, description, features, price_cents }: EvalProduct): CatalogueLine {
  return {
    ...{ sku: id, brand, model: '', label: name, description, category: klass, attributes: { features } },
    ...{ priceMinor: price_cents, currency: 'EUR', imageUrl: null },
    stock: { location: PLACE, onHand: 1, slot: null },
  };
}

const readLines = (dir: string, name: string) =>
  readFileSync(path.join(dir, name), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
const readTable = (dir: string, name: string) => readLines(dir, name).map((line) => line.split('\t'));

/** Grades 3 are worth 1, grades 1 and 2 half of it; where the file already says 0, 0.5 and 1, so be it. */
function readGains(dir: string): SearchEval['gains'] {
  const rows = readTable(dir, 'qrels.tsv').map(([query = '', product = '', grade]) => ({
    query,
    product,
    grade: Number(grade),
  }));
  const areGrades = rows.some(({ grade }) => grade > 1);
  const gainOf = (grade: number) => (!areGrades ? grade : grade >= 3 ? 1 : grade > 0 ? 0.5 : 0);
  const gains: SearchEval['gains'] = new Map();
  for (const { query, product, grade } of rows) {
    const ofQuery = gains.get(query) ?? new Map<string, number>();
    gains.set(query, ofQuery.set(product, gainOf(grade)));
  }
  return gains;
}

export function readSearchEval(dir: string): SearchEval {
  return {
    products: readLines(dir, 'products.jsonl').map((line) => lineOf(JSON.parse(line))),
    queries: readTable(dir, 'queries.tsv').map(([id = '', text = '']) => ({ id, text })),
    misspelt: readTable(dir, 'queries_typo1.tsv').map(([id = '', text = '']) => ({
      id: id.replace(/\.\d+$/, ''),
      text,
    })),
    gains: readGains(dir),
  };
}

const discounted = (gains: readonly number[]) =>
  gains.slice(0, 10).reduce((sum, gain, place) => sum + gain / Math.log2(place + 2), 0);

/** NDCG@10 of one answer; undefined for a query without anything relevant. */
export function ndcg(found: readonly string[], gains: ReadonlyMap<string, number> | undefined): number | undefined {
  const ideal = discounted([...(gains?.values() ?? [])].sort((a, b) => b - a));
  return ideal === 0 ? undefined : discounted(found.map((id) => gains?.get(id) ?? 0)) / ideal;
}

/** A generator of numbers from 0 to 1, the same ones for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** As many products as asked for: the real ones, then new ones with one's name, another's make and a third's description. */
export function recombine(products: readonly CatalogueLine[], total: number): CatalogueLine[] {
  const random = seeded(1);
  const pick = () => products[Math.floor(random() * products.length)] as CatalogueLine;
  const made = Array.from({ length: Math.max(0, total - products.length) }, (_, index): CatalogueLine => {
    const [named, branded, described] = [pick(), pick(), pick()];
    const label = named.label.replace(named.brand, () => branded.brand);
    return { ...named, sku: `M${index}`, label, brand: branded.brand, description: described.description };
  });
  return [...products, ...made];
}
