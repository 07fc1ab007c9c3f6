import { AppError } from '../domain/errors.ts';
import { despiteCuts, isCut } from './transact.ts';

type Waiting<Item, Result> = { item: Item; done(result: Result): void; failed(error: unknown): void };

// A silent connection, 4 s (db/client.ts, openIntake), leaves time for another to come about and be silent as well: 12 s. A vendor
// waits 15 for its answer.
const GIVE_UP_AFTER_MS = 5_000;

/**
 * Writes what many bring at the same moment in few statements, as PostgreSQL itself gathers commits: while a write is
 * under way, what comes meanwhile waits and goes together, in its order. Who comes alone goes at once, and an item that cannot be
 * written fails alone. `write` answers for each item in its order. It must be one that may be repeated: it is called again
 * when the database was cut off for a moment, and for each item of a write that was refused. Throws AppError `database_away`,
 * retryable, when it stays cut off; an item may have been written all the same, and is a duplicate when it comes again.
 */
export function gatherWrites<Item, Result>(
  write: (items: Item[]) => Promise<Result[]>,
  { maxItems }: { maxItems: number },
): (item: Item) => Promise<Result> {
  const waiting: Waiting<Item, Result>[] = [];
  let isWriting = false;

  async function settle(group: Waiting<Item, Result>[]): Promise<void> {
    const items = group.map(({ item }) => item);
    try {
      const results = await despiteCuts(() => write(items), { giveUpAfterMs: GIVE_UP_AFTER_MS });
      for (const [index, { done }] of group.entries()) done(results[index] as Result);
    } catch (error) {
      if (isCut(error)) {
        const away = new AppError('database_away', 'PostgreSQL does not answer: look at it, and at DATABASE_URL', {
          ...{ retryable: true, cause: error },
        });
        for (const { failed } of group) failed(away);
      } else if (group.length === 1) group[0]?.failed(error);
      else for (const each of group) await settle([each]);
    }
  }

  async function writeNext(): Promise<void> {
    isWriting = true;
    while (waiting.length > 0) await settle(waiting.splice(0, maxItems));
    isWriting = false;
  }

  return (item) =>
    new Promise((done, failed) => {
      waiting.push({ item, done, failed });
      if (!isWriting) void writeNext();
    });
}
