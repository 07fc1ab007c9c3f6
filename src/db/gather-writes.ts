import { despiteCuts } from './transact.ts';

/** Of one write: all that comes waits for it. A vendor waits 15 s for its answer, so that another connection may still do. */
export const GATHERED_WRITE_MS = 5_000;

type Waiting<Item, Result> = { item: Item; done(result: Result): void; failed(error: unknown): void };

/**
 * Writes what many bring at the same moment in few statements, as PostgreSQL itself gathers commits: while a write is
 * under way, what comes meanwhile waits and goes together. Who comes alone goes at once, and an item that cannot be
 * written fails alone. `write` answers for each item in its order. It must be one that may be repeated: it is called again
 * when the database was cut off for a moment, and for each item of a write that failed.
 */
export function gatherWrites<Item, Result>(
  write: (items: Item[]) => Promise<Result[]>,
  { maxItems }: { maxItems: number },
): (item: Item) => Promise<Result> {
  const waiting: Waiting<Item, Result>[] = [];
  let isWriting = false;

  async function settle(group: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await despiteCuts(() => write(group.map(({ item }) => item)));
      for (const [index, { done }] of group.entries()) done(results[index] as Result);
    } catch (error) {
      const [first] = group;
      if (group.length === 1) first?.failed(error);
      else await Promise.all(group.map((each) => settle([each])));
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
