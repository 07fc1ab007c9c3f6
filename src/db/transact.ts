import { setTimeout as delay } from 'node:timers/promises';
import { Prisma } from '../generated/prisma/client.ts';
import type { Db, Tx } from './client.ts';

// 40001 serialization failure, 40P01 deadlock: the loser of a race tries again (fault 3). P2034 is Prisma's name for both.
// TransactionWriteConflict is the adapter's for one found at the commit, where deferred triggers run.
const CONFLICT = /\b(40001|40P01)\b|deadlock detected|could not serialize|TransactionWriteConflict/;
const MAX_TRIES = 4;

function isConflict(error: unknown): boolean {
  if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2034') return true;
  return error instanceof Error && CONFLICT.test(error.message);
}

/** Runs `work` in one transaction, again when it lost a conflict. `work` must have no effect outside the database. */
export async function transact<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await db.$transaction(work, { maxWait: 5_000, timeout: 15_000 });
    } catch (error) {
      if (tries >= MAX_TRIES || !isConflict(error)) throw error;
    }
  }
}

// 57P01-57P03 the server ends or starts, 53300 it has no connection to give, class 08 the connection, P1xxx and P2037 Prisma's names
// for the same; then the words of Node, pg and Prisma's raw queries, the last two for a connection that says nothing.
const CUT =
  /\b(57P0[1-3]|53300|08[0-9]{3}|P1001|P1002|P1017|P2037)\b|ECONNREFUSED|ECONNRESET|EPIPE|Connection terminated|server closed|Can't reach database server|Query read timeout|timeout exceeded when trying to connect/i;
const PAUSES_MS = [20, 100, 500, 2_000];

/** Whether the database could not be asked, or did not say what became of it: what may be repeated may be tried again. */
export function isCut(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return CUT.test(`${code} ${message}`);
}

/**
 * Runs one write that may be repeated, again when the database was cut off for a moment. For what cannot wait for a later try of
 * the whole: a claim not given back keeps its customer waiting until the lease ends.
 */
export async function despiteCuts<T>(write: () => Promise<T>): Promise<T> {
  for (const pauseMs of PAUSES_MS) {
    try {
      return await write();
    } catch (error) {
      if (!isCut(error)) throw error;
    }
    await delay(pauseMs);
  }
  return write();
}
