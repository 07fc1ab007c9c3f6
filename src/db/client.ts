import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { type Prisma, PrismaClient } from '../generated/prisma/client.ts';

export type Db = PrismaClient;
/** Plain SQL on the same connections, for the few statements where Prisma's work would cost more than the database's. */
export type SqlPool = pg.Pool;
/** A statement that fails when its connection says nothing for `query_timeout` ms: pg takes it, its types do not name it. */
export type TimedStatement = pg.QueryConfig & { query_timeout: number };
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

/** Opens a pool and Prisma on it. `onError` hears of connections lost while idle (a restart): the pool replaces them. */
export function openDatabase(
  databaseUrl: string,
  options: { maxConnections?: number; onError: (error: Error) => void },
): OpenDatabase {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: options.maxConnections ?? 10,
    ...(!keepsNames(databaseUrl) && { Client: NamelessClient }),
  });
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
