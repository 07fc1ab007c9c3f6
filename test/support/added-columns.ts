import type { PoolClient } from 'pg';
import type { SqlPool } from '../../src/db/client.ts';

const TABLES = `SELECT format('%I', table_name) AS name FROM information_schema.tables
  WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1`;

/** What a later version's migration may do while this one runs, everywhere at once; answers to how many tables. */
export async function addColumnToEveryTable(pool: SqlPool, column = 'added_by_a_later_version'): Promise<number> {
  const { rows } = await pool.query<{ name: string }>(TABLES);
  await pool.query(rows.map(({ name }) => `ALTER TABLE ${name} ADD COLUMN ${column} text DEFAULT 'new'`).join(';\n'));
  return rows.length;
}

type Prepared = { name: string; statement: string; parameters: number };

/**
 * The statements this pool's idle connections call by name that PostgreSQL refuses to go on with, in its words. EXPLAIN makes a
 * statement's plan anew, as calling it would, and does not run it.
 */
export async function refusedStatements(pool: SqlPool): Promise<{ looked: number; refused: string[] }> {
  const clients: PoolClient[] = [];
  const refused: string[] = [];
  let looked = 0;
  for (let left = pool.idleCount; left > 0; left--) clients.push(await pool.connect());
  for (const client of clients) {
    const { rows } = await client.query<Prepared>(
      'SELECT name, statement, cardinality(parameter_types) AS parameters FROM pg_prepared_statements',
    );
    for (const { name, statement, parameters } of rows) {
      looked++;
      const given = parameters === 0 ? '' : `(${Array.from({ length: parameters }, () => 'NULL').join(', ')})`;
      await client
        .query(`EXPLAIN EXECUTE "${name}"${given}`)
        .catch((error) => refused.push(`${error.message}: ${statement}`));
    }
    client.release();
  }
  return { looked, refused };
}
