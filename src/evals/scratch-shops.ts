import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Config } from '../config.ts';
import { migrateDeploy } from '../db/migrate.ts';
import { createScratchDatabase } from '../db/scratch-database.ts';
import { startEmbeddedPostgres } from '../embedded/postgres.ts';
import { type EvalShop, openEvalShop } from './eval-shop.ts';

// What is lost in a crash is played again.
const CARELESS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'];

const MIGRATED = 'scratch_migrated';

/**
 * So many shops on a PostgreSQL of their own, in a temporary folder, for as long as `work` runs: no other database is
 * touched, whatever DATABASE_URL says.
 */
export async function withScratchShops<T>(
  count: number,
  config: Config,
  work: (shops: EvalShop[]) => Promise<T>,
): Promise<T> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'comptoir-evals-'));
  // Root's temporary folders are closed to the user PostgreSQL runs as.
  chmodSync(dataDir, 0o755);
  const server = await startEmbeddedPostgres(dataDir, CARELESS);
  const shops: EvalShop[] = [];
  try {
    await migrateDeploy(await createScratchDatabase(server.url, MIGRATED));
    for (let index = 0; index < count; index++) {
      shops.push(await openEvalShop(await createScratchDatabase(server.url, `scratch_${index}`, MIGRATED), config));
    }
    return await work(shops);
  } finally {
    for (const shop of shops) await shop.close();
    await server.stop();
    rmSync(realpathSync(path.join(dataDir, 'postgres')), { recursive: true });
    rmSync(dataDir, { recursive: true });
  }
}
