import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../domain/errors.ts';
import { isCut } from './transact.ts';

type Waiting<Item, Result> = {
  item: Item;
  sinceMs: number;
  done(result: Result): void;
  failed(error: unknown): void;
};

type GatherSettings = {
  /** Of one write. */
  maxItems: number;
  /**
   * 5 s unless told: a write takes at most 8, 4 to connect and 4 of silence (db/client.ts, openIntake), so that whoever waits has an
   * answer within 13. A vendor waits 15 for it.
   */
  giveUpAfterMs?: number;
};

const PAUSE_MS = 100;

/**
 * Writes what many bring at the same moment in few statements, as PostgreSQL itself gathers commits: while a write is
 * under way, what comes meanwhile waits and goes together, in its order. Who comes alone goes at once, and an item that cannot be
 * written fails alone. `write` answers for each item in its order. It must be one that may be repeated: it is called again
 * when the database was cut off, and for each item of a write that was refused. Throws AppError `database_away`, retryable, for
 * an item that has waited `giveUpAfterMs` for a database that stays cut off; it may have been written all the same, and is a
 * duplicate when it comes again.
 */
export function gatherWrites<Item, Result>(
  write: (items: Item[]) => Promise<Result[]>,
  { maxItems, giveUpAfterMs = 5_000 }: GatherSettings,
): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let isWriting = false;
  /** How many of the first go one by one: one of them cannot be written. */
  let alone = 0;

  async function writeFirst(): Promise<void> {
    const group = waiting.splice(0, alone > 0 ? 1 : maxItems);
    if (alone > 0) alone--;
    try {
      const results = await write(group.map(({ item }) => item));
      for (const [index, { done }] of group.entries()) done(results[index] as Result);
    } catch (error) {
      if (!isCut(error) && group.length === 1) return group[0]?.failed(error);
      waiting = [...group, ...waiting];
      if (!isCut(error)) alone = group.length;
      else await outlast(error);
    }
  }

  /** Tells all who have waited long enough, wherever they stand, and leaves the database a moment for the others. */
  async function outlast(cause: unknown): Promise<void> {
    const away = new AppError('database_away', 'PostgreSQL does not answer: look at it, and at DATABASE_URL', {
      ...{ retryable: true, cause },
    });
    const oldestMs = performance.now() - giveUpAfterMs;
    for (const { sinceMs, failed } of waiting) if (sinceMs <= oldestMs) failed(away);
    waiting = waiting.filter(({ sinceMs }) => sinceMs > oldestMs);
    await delay(PAUSE_MS);
  }

  async function writeAll(): Promise<void> {
    isWriting = true;
    while (waiting.length > 0) await writeFirst();
    isWriting = false;
  }

  return (item) =>
    new Promise((done, failed) => {
      waiting.push({ item, sinceMs: performance.now(), done, failed });
      if (!isWriting) void writeAll();
    });
}
