import { Prisma } from '../generated/prisma/client.ts';
import type { Db, Tx } from './client.ts';

// 40001 serialization failure, 40P01 deadlock: the loser of a race tries again (fault 3). P2034 is Prisma's name for both.
const CONFLICT = /\b(40001|40P01)\b|deadlock detected|could not serialize/;
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

/** The constraint or unique index a write ran into, if that is what went wrong. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
}
