import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { openDatabase } from '../../src/db/client.ts';
import { until } from './until.ts';

/** A database of this test file's own, cloned from the migrated template. Call `close` in afterAll. */
export async function createTestDatabase() {
  const adminUrl = process.env.TEST_POSTGRES_URL;
  if (!adminUrl) throw new Error('TEST_POSTGRES_URL is not set: run through jest with its globalSetup');
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  const name = `test_${randomBytes(6).toString('hex')}`;
  await admin.query(`CREATE DATABASE ${name} TEMPLATE template_comptoir STRATEGY file_copy`);
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
