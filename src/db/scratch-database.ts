import pg from 'pg';
import { AppError } from '../domain/errors.ts';
import type { SqlPool } from './client.ts';

/** Rewinding empties every table: only of databases that were made to be thrown away. */
const THROWN_AWAY = /^(?:scratch|test)_/;
/** Where the rows to return to are kept, beside `public`. */
const KEPT = 'rewind_to';

const NAME = /^scratch_\w{1,40}$/;

/**
 * Makes a database `name` (scratch_...) on the server of `serverUrl`, empty or a copy of the scratch database `like` that
 * nobody is connected to; answers its address.
 */
export async function createScratchDatabase(serverUrl: string, name: string, like?: string): Promise<string> {
  if (![name, like ?? name].every((each) => NAME.test(each)))
    throw new AppError('not_a_scratch_name', `${name} is no name of a scratch database`);
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${name}${like ? ` TEMPLATE ${like}` : ''}`);
  } finally {
    await client.end();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.toString();
}

async function checkScratch(pool: SqlPool): Promise<void> {
  const { rows } = await pool.query<{ name: string }>('SELECT current_database() AS name');
  const name = rows[0]?.name ?? '';
  if (!THROWN_AWAY.test(name))
    throw new AppError('not_a_scratch_database', `${name} holds data that stays: it is not rewound`);
}

type Table = { name: string; columns: string };

/** Every table of ours with its columns as SQL, but those that PostgreSQL computes itself. */
const TABLES = `
  SELECT table_name AS name, string_agg(quote_ident(column_name), ', ') AS columns
  FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
  WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> '_prisma_migrations'
    AND is_generated = 'NEVER'
  GROUP BY 1 ORDER BY 1`;

async function tablesOf(pool: SqlPool): Promise<Table[]> {
  return (await pool.query<Table>(TABLES)).rows;
}

// Of a sequence that was not used yet the last value is null.
const SEQUENCES = `SELECT format('public.%I', sequencename) AS name, COALESCE(last_value, start_value) AS value,
  last_value IS NOT NULL AS used FROM pg_sequences WHERE schemaname = 'public'`;

/** Keeps what is in every table now, for `rewind`. Throws AppError on any database but one made to be thrown away. */
export async function keepForRewind(pool: SqlPool): Promise<void> {
  await checkScratch(pool);
  const copies = (await tablesOf(pool)).map(({ name }) => `CREATE TABLE ${KEPT}."${name}" AS TABLE public."${name}"`);
  const numbers = `CREATE TABLE ${KEPT}.sequence_values AS ${SEQUENCES}`;
  await pool.query([`DROP SCHEMA IF EXISTS ${KEPT} CASCADE`, `CREATE SCHEMA ${KEPT}`, ...copies, numbers].join(';\n'));
}

/**
 * Puts every table back to what `keepForRewind` kept, numbers given out included: the next order has the same number
 * again. Needs a superuser, as the owner of a throw-away server is.
 */
export async function rewind(pool: SqlPool): Promise<void> {
  await checkScratch(pool);
  const tables = await tablesOf(pool);
  const client = await pool.connect();
  try {
    await client.query(
      [
        'BEGIN',
        // Rows come back whole: no trigger is to look at them, and no foreign key at their order.
        'SET LOCAL session_replication_role = replica',
        // Tables of a conversation's size: quicker than TRUNCATE.
        ...tables.map(({ name }) => `DELETE FROM public."${name}"`),
        ...tables.map(
          ({ name, columns }) => `INSERT INTO public."${name}" (${columns}) SELECT ${columns} FROM ${KEPT}."${name}"`,
        ),
        `SELECT setval(name::regclass, value, used) FROM ${KEPT}.sequence_values`,
        'COMMIT',
      ].join(';\n'),
    );
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}
