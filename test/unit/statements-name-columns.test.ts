import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';

// A statement called by name whose columns are a star is refused by PostgreSQL, until its process starts again, once a migration has
// added a column ("cached plan must not change result type", docs/adr/0014): what it answers must be named. What stands in parentheses
// is not its answer.

const SRC = path.resolve(import.meta.dirname, '../../src');
const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
  (name) => /\.tsx?$/.test(name) && !name.startsWith('generated'),
);

const STAR = /\b(?:SELECT|RETURNING)(?:\s+DISTINCT)?\s+(?:\w+\.)?\*|,(?:\s+\w+\.| )\*/g;

/** The stars that a file's SQL answers with. */
function starsIn(source: string): string[] {
  return [...source.matchAll(STAR)]
    .filter(({ index }) => {
      const statement = source.slice(source.lastIndexOf('`', index) + 1, index);
      const isOpen = (statement.match(/\(/g) ?? []).length !== (statement.match(/\)/g) ?? []).length;
      return /['"]$/.test(statement) || !isOpen;
    })
    .map(([text]) => text);
}

test.each([
  ['`SELECT * FROM orders`', 1],
  ['`SELECT o.* FROM orders o`', 1],
  ['`SELECT id, o.* FROM orders o`', 1],
  ['`WITH x AS (SELECT 1) SELECT * FROM orders, x`', 1],
  ["query('SELECT * FROM orders')", 1],
  ['`UPDATE orders SET status = 1 RETURNING *`', 1],
  ['`SELECT id FROM (SELECT * FROM orders) x`', 0],
  ['`SELECT count(*), 2 * 3, price * quantity FROM orders`', 0],
])('a star is seen where it is the answer: %s', (sql, stars) => {
  expect(starsIn(sql)).toHaveLength(stars);
});

test('no statement of ours answers with a star', () => {
  expect(sources.length).toBeGreaterThan(300);
  const found = sources.flatMap((name) =>
    starsIn(readFileSync(path.join(SRC, name), 'utf8')).map((star) => `${name}: ${star}`),
  );
  expect(found).toEqual([]);
});
