import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { AppError } from '../domain/errors.ts';

const TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`;

type Migration = { name: string; sql: string; checksum: string };
type Applied = { migration_name: string; checksum: string; finished_at: Date | null };

/**
 * `prisma migrate deploy` in plain pg: same table, same checksums, same lock, no engine binary (docs/adr/0003).
 * Safe to run from several processes at once; answers the names applied now. Throws when a migration failed earlier or
 * was changed after it was applied.
 */
export async function migrateDeploy(
  connectionString: string,
  dir = path.resolve(import.meta.dirname, '../../prisma/migrations'),
): Promise<string[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock(72707369)'); // the lock that prisma takes
    await client.query(TABLE);
    const done = await client.query<Applied>(
      'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
    );
    const applied = new Map(done.rows.map((row) => [row.migration_name, row]));
    const waiting = readMigrations(dir).filter((migration) => isWaiting(migration, applied.get(migration.name)));
    for (const migration of waiting) await apply(client, migration);
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

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  const id = randomUUID();
  await client.query('INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ($1, $2, $3)', [
    id,
    checksum,
    name,
  ]);
  try {
    await client.query(sql); // simple protocol: the whole file, one implicit transaction
  } catch (error) {
    await client.query('UPDATE _prisma_migrations SET logs = $2 WHERE id = $1', [id, String(error)]);
    throw error;
  }
  await client.query('UPDATE _prisma_migrations SET finished_at = now(), applied_steps_count = 1 WHERE id = $1', [id]);
}
