import { chmodSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '../../src/embedded/postgres.ts';
import { until } from './until.ts';

// Tests may lose everything on a crash, and are three times faster for it.
const CARELESS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'];

/** A throw-away PostgreSQL on a free port; `url(name)` addresses one of its databases as superuser. */
export async function startThrowAwayPostgres() {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'comptoir-pg-'));
  // Root's temporary folders are closed to the user PostgreSQL runs as.
  chmodSync(dataDir, 0o755);
  const server = await startEmbeddedPostgres(dataDir, CARELESS);
  const port = Number(new URL(server.url).port);
  return {
    url(database: string) {
      const url = new URL(server.url);
      url.pathname = `/${database}`;
      return url.toString();
    },
    /** Ends it and starts it again on its port: `fast` as an update does, `immediate` as a machine that loses its power. */
    async restart(how: 'fast' | 'immediate') {
      const file = path.join(dataDir, 'postgres', 'postmaster.pid');
      const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
      process.kill(pid, how === 'fast' ? 'SIGINT' : 'SIGQUIT');
      await until('PostgreSQL has ended', () => !existsSync(file), { everyMs: 20 });
      await startEmbeddedPostgres(dataDir, CARELESS, port);
    },
    async stop() {
      await server.stop();
      rmSync(realpathSync(path.join(dataDir, 'postgres')), { recursive: true });
      rmSync(dataDir, { recursive: true });
    },
  };
}
