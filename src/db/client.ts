import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { type Prisma, PrismaClient } from '../generated/prisma/client.ts';

export type Db = PrismaClient;
/** Plain SQL on the same connections, for the few statements where Prisma's work would cost more than the database's. */
export type SqlPool = pg.Pool;
/** Inside `transact`: the same calls, one transaction. */
export type Tx = Prisma.TransactionClient;

export type OpenDatabase = { db: Db; pool: pg.Pool; close(): Promise<void> };

/** Opens a pool and Prisma on it. `onError` hears of connections lost while idle (a restart): the pool replaces them. */
export function openDatabase(
  databaseUrl: string,
  options: { maxConnections?: number; onError: (error: Error) => void },
): OpenDatabase {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: options.maxConnections ?? 10 });
  pool.on('error', options.onError);
  const db = new PrismaClient({ adapter: new PrismaPg(pool) });
  return {
    db,
    pool,
    async close() {
      await db.$disconnect();
      if (!pool.ended) await pool.end();
    },
  };
}
