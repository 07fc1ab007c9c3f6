import { chmodSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '../../src/embedded/postgres.ts';
import { until } from './until.ts';

// Tests may lose everything with the machine, and are three times faster for it.
const CARELESS = ['fsync=off', 'full_page_writes=off', 'max_connections=200'];
/** Loses the last commits when it is killed. */
const FORGETFUL = [...CARELESS, 'synchronous_commit=off'];

/**
 * A throw-away PostgreSQL on a free port; `url(name)` addresses one of its databases as superuser. `isKilled`: it is started again
 * meanwhile, and what was committed must be there.
 */
export async function startThrowAwayPostgres({ isKilled = false } = {}) {
  const settings = isKilled ? CARELESS : FORGETFUL;
  const dataDir = mkdtempSync(path.join(tmpdir(), 'comptoir-pg-'));
  // Root's temporary folders are closed to the user PostgreSQL runs as.
  chmodSync(dataDir, 0o755);
  const server = await startEmbeddedPostgres(dataDir, settings);
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
      await startEmbeddedPostgres(dataDir, settings, port);
    },
    async stop() {
      await server.stop();
      rmSync(realpathSync(path.join(dataDir, 'postgres')), { recursive: true });
      rmSync(dataDir, { recursive: true });
    },
  };
}
