import type { TestDatabase } from './test-database.ts';

/** A worker that dies at the end of its next turn, before anything of it is written. */
export function dyingOnce() {
  let dies = false;
  return {
    dieNext: () => {
      dies = true;
    },
    newId() {
      if (!dies) return crypto.randomUUID();
      dies = false;
      throw new Error('the worker died at the end of its turn');
    },
  };
}

/** What such a worker left behind is due at once, not when it would be tried again. */
export const runTurnsAgain = ({ db }: TestDatabase) =>
  db.conversation.updateMany({ data: { turnDueAt: new Date(0) }, where: { turnDueAt: { not: null } } });
