import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { INTAKE_CONNECTIONS } from '../domain/connections.ts';
import { type Prisma, PrismaClient } from '../generated/prisma/client.ts';

export type Db = PrismaClient;
/** Plain SQL on the same connections, for the few statements where Prisma's work would cost more than the database's. */
export type SqlPool = pg.Pool;
/** Inside `transact`: the same calls, one transaction. */
export type Tx = Prisma.TransactionClient;

export type OpenDatabase = { db: Db; pool: pg.Pool; close(): Promise<void> };

/** Prisma's lists make texts without end, and each connection keeps every named one: the first are the common ones. */
const MOST_NAMED = 300;

/** Names each statement by its text, so that a connection parses and plans it once and not each time. */
function nameStatements(): (query: { sql: string }) => string {
  const names = new Map<string, string>();
  return ({ sql }) => {
    const known = names.get(sql);
    if (known !== undefined || names.size >= MOST_NAMED) return known ?? '';
    const name = `comptoir_${names.size + 1}`;
    names.set(sql, name);
    return name;
  };
}

// What Prisma's users write into the address of a PgBouncer that shares connections and does not follow names (before 1.21).
const keepsNames = (databaseUrl: string) => new URL(databaseUrl).searchParams.get('pgbouncer') !== 'true';

/** Calls no statement by name, whoever asks for it: our plain SQL does. */
class NamelessClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    const query = this.query.bind(this) as (...args: unknown[]) => unknown;
    const withoutName = (first: unknown) =>
      first !== null && typeof first === 'object' && 'name' in first && 'text' in first
        ? { ...first, name: undefined }
        : first;
    this.query = ((first: unknown, ...rest: unknown[]) => query(withoutName(first), ...rest)) as typeof this.query;
  }
}

const poolOf = (databaseUrl: string, settings: pg.PoolConfig): pg.Pool =>
  new pg.Pool({
    connectionString: databaseUrl,
    ...settings,
    ...(!keepsNames(databaseUrl) && { Client: NamelessClient }),
  });

/** Opens a pool and Prisma on it. `onError` hears of connections lost while idle (a restart): the pool replaces them. */
export function openDatabase(
  databaseUrl: string,
  options: { maxConnections?: number; onError: (error: Error) => void },
): OpenDatabase {
  const pool = poolOf(databaseUrl, { max: options.maxConnections ?? 10 });
  pool.on('error', options.onError);
  const db = new PrismaClient({
    adapter: new PrismaPg(pool, keepsNames(databaseUrl) ? { statementNameGenerator: nameStatements() } : {}),
  });
  return {
    db,
    pool,
    async close() {
      await db.$disconnect();
      if (!pool.ended) await pool.end();
    },
  };
}

/**
 * Connections for what vendors post and nothing else, so that nobody holds them for long: one for each store of db/gather-writes. A
 * statement fails when its connection has said nothing for `silenceMs`, and its connection with it; so does a new connection.
 */
export function openIntake(
  databaseUrl: string,
  { onError, silenceMs = 4_000 }: { onError: (error: Error) => void; silenceMs?: number },
): pg.Pool {
  const pool = poolOf(databaseUrl, {
    max: INTAKE_CONNECTIONS,
    query_timeout: silenceMs,
    connectionTimeoutMillis: silenceMs,
  });
  pool.on('error', onError);
  return pool;
}
