type Waiting<Item, Result> = { item: Item; done(result: Result): void; failed(error: unknown): void };

/**
 * Writes what many bring at the same moment in few statements, as PostgreSQL itself gathers commits: while a write is
 * under way, what comes meanwhile waits and goes together. Who comes alone goes at once, and an item that cannot be
 * written fails alone. `write` answers for each item in its order, and is called again for each item of a write that
 * failed: it must be one that may be repeated.
 */
export function gatherWrites<Item, Result>(
  write: (items: Item[]) => Promise<Result[]>,
  { atOnce, maxItems }: { atOnce: number; maxItems: number },
): (item: Item) => Promise<Result> {
  const waiting: Waiting<Item, Result>[] = [];
  let underWay = 0;

  async function settle(group: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await write(group.map(({ item }) => item));
      for (const [index, { done }] of group.entries()) done(results[index] as Result);
    } catch (error) {
      const [first] = group;
      if (group.length === 1) first?.failed(error);
      else await Promise.all(group.map((each) => settle([each])));
    }
  }

  async function writeNext(): Promise<void> {
    underWay++;
    while (waiting.length > 0) await settle(waiting.splice(0, maxItems));
    underWay--;
  }

  return (item) =>
    new Promise((done, failed) => {
      waiting.push({ item, done, failed });
      if (underWay < atOnce) void writeNext();
    });
}
