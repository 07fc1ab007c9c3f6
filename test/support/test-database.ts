import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { openDatabase } from '../../src/db/client.ts';
import { until } from './until.ts';

/** A database of this test file's own, cloned from the migrated template. Call `close` in afterAll. */
export const createTestDatabase = () => cloneDatabase('template_comptoir');

/** Another like the one at `url` as it is now. Whoever is connected to that one is cut off for a moment. */
export const copyDatabase = (url: string) => cloneDatabase(new URL(url).pathname.slice(1));

async function cloneDatabase(template: string) {
  const adminUrl = process.env.TEST_POSTGRES_URL;
  if (!adminUrl) throw new Error('TEST_POSTGRES_URL is not set: run through jest with its globalSetup');
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  const name = `test_${randomBytes(6).toString('hex')}`;
  const clone = async () => {
    if (template !== 'template_comptoir')
      await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [template]);
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`);
  };
  await clone();
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  const { db, pool, close } = openDatabase(url.toString(), { onError: () => {} });
  return {
    url: url.toString(),
    db,
    pool,
    async close() {
      await close();
      // pool.end() resolves before its sockets are gone: let them go, FORCE would log terminated connections.
      await until('connections are closed', async () => {
        const { rows } = await admin.query('SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = $1', [
          name,
        ]);
        return rows[0].n === 0;
      });
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.end();
    },
  };
}
export type TestDatabase = Awaited<ReturnType<typeof createTestDatabase>>;
