import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { freePort } from '../../src/embedded/free-port.ts';

const majorIn = (text: string) => Number(/(\d+)(?:\.\d+)?/.exec(text)?.[1]);

/** Of the pg_dump in PATH; undefined where there is none. */
function pgDumpMajor(): number | undefined {
  try {
    return majorIn(execFileSync('pg_dump', ['--version'], { encoding: 'utf8', stdio: 'pipe' }));
  } catch {
    return undefined;
  }
}

/** Debian's server of the same version as pg_dump, run as the user "postgres" where we are root. */
async function startServerOf(bin: string) {
  const dir = mkdtempSync(path.join(tmpdir(), 'comptoir-dump-'));
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  const who = process.getuid?.() === 0 ? { uid: id('-u'), gid: id('-g') } : {};
  if (who.uid !== undefined) chownSync(dir, who.uid, who.gid);
  const port = await freePort();
  const run = (program: string, ...args: string[]) =>
    execFileSync(path.join(bin, program), ['-D', `${dir}/data`, ...args], { ...who, cwd: '/', stdio: 'ignore' });
  run('initdb', '--auth=trust', '--username=comptoir', '--encoding=UTF8', '--locale=C', '--no-sync');
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off`;
  run('pg_ctl', '-w', '-l', `${dir}/log`, '-o', settings, 'start');
  return {
    url: `postgresql://comptoir@127.0.0.1:${port}/postgres`,
    stop() {
      run('pg_ctl', '-m', 'fast', '-w', 'stop');
      rmSync(dir, { recursive: true });
    },
  };
}

/**
 * A PostgreSQL that the pg_dump at hand can read: it reads servers up to its own version. The suite's own where that is so, else one
 * of its version; undefined where there is neither.
 */
export async function startDumpablePostgres(): Promise<{ url: string; stop(): void } | undefined> {
  const major = pgDumpMajor();
  const suitesOwn = process.env.TEST_POSTGRES_URL;
  if (major === undefined || !suitesOwn) return undefined;
  const client = new pg.Client({ connectionString: suitesOwn });
  await client.connect();
  const { rows } = await client.query('SHOW server_version');
  await client.end();
  if (majorIn(rows[0].server_version) <= major) return { url: suitesOwn, stop: () => {} };
  const bin = `/usr/lib/postgresql/${major}/bin`;
  return existsSync(path.join(bin, 'initdb')) ? startServerOf(bin) : undefined;
}
