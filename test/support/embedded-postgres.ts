import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '../../src/embedded/postgres.ts';

// Tests may lose everything on a crash, and are three times faster for it.
const CARELESS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'];

/** A throw-away PostgreSQL on a free port; `url(name)` addresses one of its databases as superuser. */
export async function startThrowAwayPostgres() {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'comptoir-pg-'));
  // Root's temporary folders are closed to the user PostgreSQL runs as.
  chmodSync(dataDir, 0o755);
  const server = await startEmbeddedPostgres(dataDir, CARELESS);
  return {
    url(database: string) {
      const url = new URL(server.url);
      url.pathname = `/${database}`;
      return url.toString();
    },
    async stop() {
      await server.stop();
      rmSync(realpathSync(path.join(dataDir, 'postgres')), { recursive: true });
      rmSync(dataDir, { recursive: true });
    },
  };
}
