import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../../src/embedded/free-port.ts';
import type { Through } from './many-machines.ts';
import { until } from './until.ts';

// Debian's is not on everybody's PATH.
const FOLDERS = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin'];
/** Where pgbouncer is; undefined: not installed. */
export const findPgbouncer = () => FOLDERS.map((each) => path.join(each, 'pgbouncer')).find(existsSync);

/** It refuses to run as root, as PostgreSQL does: there the user who runs PostgreSQL runs it. */
function identity(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const ask = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: ask('-u'), gid: ask('-g') };
}

/** How PostgreSQL tells what comes through PgBouncer from the rest (pg_stat_activity). */
export const POOLED_CONNECTIONS = 'through_pgbouncer';
export const DIRECT_CONNECTIONS = 'past_pgbouncer';
/** Fewer connections to the database than the shop opens to the pooler, so that they really are shared. */
export const SERVER_CONNECTIONS = 8;

const settings = (database: URL, port: number) => `[databases]
${database.pathname.slice(1)} = host=${database.hostname} port=${database.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = plain
auth_file = users.txt
pool_mode = transaction
max_client_conn = 500
default_pool_size = ${SERVER_CONNECTIONS}
`;

const takesConnections = (port: number) =>
  new Promise<boolean>((resolve) => {
    const probe = connect(port, '127.0.0.1', () => resolve(true));
    probe.on('connect', () => probe.destroy());
    probe.on('error', () => resolve(false));
  });

/** Puts a PgBouncer in transaction mode between the shop and its database; it follows no statement's name. */
export const throughPgbouncer =
  (program: string): Through =>
  async (databaseUrl) => {
    const database = new URL(databaseUrl);
    const port = await freePort();
    const folder = mkdtempSync(path.join(tmpdir(), 'comptoir-pgbouncer-'));
    const who = identity();
    const file = (name: string, text: string) => {
      writeFileSync(path.join(folder, name), text, { mode: 0o600 });
      if (who.uid !== undefined && who.gid !== undefined) chownSync(path.join(folder, name), who.uid, who.gid);
    };
    file('pgbouncer.ini', settings(database, port));
    file('users.txt', `"${database.username}" "${decodeURIComponent(database.password)}"\n`);
    chmodSync(folder, 0o755);
    const child = spawn(program, ['pgbouncer.ini'], { cwd: folder, ...who, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += String(chunk);
    });
    await until('PgBouncer takes connections', () => takesConnections(port)).catch((error) => {
      throw new Error(`${error.message}\n${said}`);
    });
    const pooled = new URL(databaseUrl);
    pooled.port = String(port);
    pooled.search = `?pgbouncer=true&application_name=${POOLED_CONNECTIONS}`;
    return {
      env: {
        DATABASE_URL: pooled.toString(),
        DIRECT_DATABASE_URL: `${databaseUrl}?application_name=${DIRECT_CONNECTIONS}`,
      },
      async stop() {
        const hasEnded = once(child, 'exit');
        child.kill('SIGKILL');
        await hasEnded;
        rmSync(folder, { recursive: true });
      },
    };
  };
