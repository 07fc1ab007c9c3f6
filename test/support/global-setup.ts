import pg from 'pg';
import { migrateDeploy } from '../../src/db/migrate.ts';
import { startThrowAwayPostgres } from './embedded-postgres.ts';

/** One PostgreSQL for the whole run; each test file clones its own database from the migrated template. */
export default async function globalSetup() {
  const postgres = await startThrowAwayPostgres();
  const client = new pg.Client({ connectionString: postgres.url('postgres') });
  await client.connect();
  await client.query('CREATE DATABASE template_comptoir');
  await client.end();
  await migrateDeploy(postgres.url('template_comptoir'));
  process.env.TEST_POSTGRES_URL = postgres.url('postgres');
  (globalThis as Record<string, unknown>).__stopPostgres = postgres.stop;
}
