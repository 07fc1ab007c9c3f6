import MiniSearch from 'minisearch';
import type pg from 'pg';
import type { CatalogueLine } from '../src/domain/catalogue-line.ts';

/** A way to search: SKUs for a customer's words, the best first. */
export type Engine = { name: string; find(text: string): Promise<string[]> };

/** What PostgreSQL does by itself: one vector, any of the words, ts_rank over the length. */
export async function openFullText(pool: pg.Pool): Promise<Engine> {
  await pool.query(`
    CREATE TABLE bench_full_text AS SELECT sku, to_tsvector('english',
      concat_ws(' ', label, brand, category, attributes->>'features', description)) AS words FROM products;
    CREATE INDEX ON bench_full_text USING gin (words);
    ANALYZE bench_full_text`);
  const sql = `
    SELECT sku FROM bench_full_text, (
      SELECT replace(plainto_tsquery('english', $1)::text, '&', '|')::tsquery AS asked) query
    WHERE words @@ asked ORDER BY ts_rank(words, asked, 1) DESC, sku LIMIT 10`;
  return { name: 'full text, any word, ts_rank', find: async (text) => skusOf(await pool.query(sql, [text])) };
}

/** pg_trgm on names. */
export async function openTrigrams(pool: pg.Pool): Promise<Engine> {
  await pool.query(`
    CREATE TABLE bench_trigrams AS SELECT sku, lower(label) AS label FROM products;
    CREATE INDEX ON bench_trigrams USING gin (label gin_trgm_ops);
    ANALYZE bench_trigrams`);
  const sql = `SELECT sku FROM bench_trigrams WHERE $1 <% label ORDER BY word_similarity($1, label) DESC, sku LIMIT 10`;
  return { name: 'trigrams on names', find: async (text) => skusOf(await pool.query(sql, [text.toLowerCase()])) };
}

const skusOf = ({ rows }: pg.QueryResult<{ sku: string }>) => rows.map(({ sku }) => sku);

/** minisearch in this process, one edit in five letters forgiven. */
export function openMiniSearch(products: readonly CatalogueLine[]): Engine {
  const fields = ['label', 'brand', 'category', 'features', 'description'];
  const index = new MiniSearch({ fields, idField: 'sku', searchOptions: { fuzzy: 0.2, boost: { label: 2 } } });
  index.addAll(products.map((product) => ({ ...product, features: product.attributes.features })));
  return {
    name: 'minisearch, fuzzy, in memory',
    find: async (text) =>
      index
        .search(text)
        .slice(0, 10)
        .map(({ id }) => id),
  };
}
