import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { AppError } from '../domain/errors.ts';
import { watchWhoIsInTheWay } from './in-the-way.ts';

const TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`;

type Migration = { name: string; sql: string; checksum: string };
type Applied = { migration_name: string; checksum: string; finished_at: Date | null };

export type MigrateOptions = {
  dir?: string;
  /** Hears, before each further try, what a migration waits for. */
  onWait?: (reason: string) => void;
  /** How long a migration may wait for a table at a time: whoever asks for that table meanwhile waits behind it. */
  lockWaitMs?: number;
  /** Between its tries, when everybody goes on; after the last one it is given up. */
  pausesMs?: readonly number[];
};

/** Four minutes with the waits: longer than what the shop itself does, shorter than a platform waits for a release. */
const PAUSES_MS = [1_000, 2_000, 5_000, ...Array.from({ length: 18 }, () => 10_000)];

/**
 * `prisma migrate deploy` in plain pg: same table, same checksums, same lock, no engine binary (docs/adr/0003).
 * Safe to run from several processes at once, and while a shop serves; answers the names applied now. Throws when a
 * migration failed earlier, was changed after it was applied, or did not get its tables.
 */
export async function migrateDeploy(connectionString: string, options: MigrateOptions = {}): Promise<string[]> {
  const dir = options.dir ?? path.resolve(import.meta.dirname, '../../prisma/migrations');
  const client = new pg.Client({ connectionString });
  // Cut off: the statement that runs is told.
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock(72707369)'); // the lock that prisma takes
    await client.query(TABLE);
    const done = await client.query<Applied>(
      'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
    );
    const applied = new Map(done.rows.map((row) => [row.migration_name, row]));
    const waiting = readMigrations(dir).filter((migration) => isWaiting(migration, applied.get(migration.name)));
    for (const migration of waiting) await applyPatiently(client, connectionString, migration, options);
    return waiting.map(({ name }) => name);
  } finally {
    await client.end(); // frees the lock
  }
}

/** In the order of their names, which begin with when they were made. */
function readMigrations(dir: string): Migration[] {
  const folders = readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders
    .map(({ name }) => name)
    .sort()
    .map((name) => {
      const sql = readFileSync(path.join(dir, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    });
}

function isWaiting({ name, checksum }: Migration, row: Applied | undefined): boolean {
  if (!row) return true;
  if (!row.finished_at) {
    throw new AppError('migration_failed', `migration ${name} failed earlier: mend it, then delete its row`);
  }
  if (row.checksum !== checksum) {
    throw new AppError('migration_changed', `migration ${name} was changed after it was applied`);
  }
  return false;
}

// 55P03: lock_timeout. 40P01: it and the shop waited for each other, and it was the one to give way.
const isInTheWay = (error: unknown) => ['55P03', '40P01'].includes(String((error as { code?: unknown }).code));

/**
 * A table that somebody reads in a long transaction (a backup, a forgotten console) is not to be had; and while one waits for it,
 * every customer's statement queues behind. So it is tried for a moment, again and again, and everybody goes on between.
 */
async function applyPatiently(
  client: pg.Client,
  connectionString: string,
  migration: Migration,
  { onWait = () => {}, lockWaitMs = 2_000, pausesMs = PAUSES_MS }: MigrateOptions,
): Promise<void> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const watch = watchWhoIsInTheWay(connectionString, rows[0]?.pid ?? 0, lockWaitMs / 4);
  try {
    for (let tries = 0; ; tries++) {
      const error = await apply(client, migration, lockWaitMs).catch((failed: Error) => failed);
      if (error === undefined) return;
      if (!isInTheWay(error)) {
        // Cut off: nothing is noted, as nothing was done.
        await noteFailure(client, migration, error).catch(() => {});
        throw error;
      }
      const pauseMs = pausesMs[tries];
      const reason = `migration ${migration.name} waits for a table that is in use${await watch.seen()}`;
      if (pauseMs === undefined) throw givenUp(reason, tries + 1, error);
      onWait(`${reason}; tried again in ${pauseMs / 1_000} s, the shop goes on meanwhile`);
      await delay(pauseMs);
    }
  } finally {
    await watch.stop();
  }
}

const givenUp = (reason: string, tries: number, cause: unknown) =>
  new AppError(
    'tables_in_use',
    `${reason}: given up after ${tries} tries, nothing of it was done. Let that end (a backup, a console; SELECT pg_terminate_backend(PROCESS) ends one), then migrate again.`,
    { retryable: true, cause },
  );

/** All of it and its row, or nothing, whenever the process ends. */
async function apply(client: pg.Client, { name, sql, checksum }: Migration, lockWaitMs: number): Promise<void> {
  await client.query(`BEGIN; SET LOCAL lock_timeout = ${Math.ceil(lockWaitMs)}`);
  try {
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (error) {
    // A connection that is gone has done so by itself.
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

/** Stops further ones until somebody has looked (docs/upgrading.md). */
async function noteFailure(client: pg.Client, { name, checksum }: Migration, error: unknown): Promise<void> {
  await client.query('INSERT INTO _prisma_migrations (id, checksum, migration_name, logs) VALUES ($1, $2, $3, $4)', [
    randomUUID(),
    checksum,
    name,
    String(error),
  ]);
}
