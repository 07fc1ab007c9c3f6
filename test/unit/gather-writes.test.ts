import { expect, test } from '@jest/globals';
import { gatherWrites } from '../../src/db/gather-writes.ts';

/** A write that ends when it is told to, and what each call was given. */
function heldWrite() {
  const calls: { items: string[]; end(): void; fail(error: Error): void }[] = [];
  const write = (items: string[]) =>
    new Promise<string[]>((resolve, fail) => {
      calls.push({ items, end: () => resolve(items.map((item) => `${item} written`)), fail });
    });
  return { calls, write };
}
const turnOfTheLoop = () => new Promise((resolve) => setImmediate(resolve));

test('who comes alone goes at once; who comes meanwhile goes together, in order, each with its own answer', async () => {
  const { calls, write } = heldWrite();
  const store = gatherWrites(write, { maxItems: 3 });
  const answers = ['a', 'b', 'c', 'd', 'e'].map(store);
  expect(calls.map(({ items }) => items)).toEqual([['a']]);
  calls[0]?.end();
  expect(await answers[0]).toBe('a written');
  await turnOfTheLoop();
  expect(calls.map(({ items }) => items)).toEqual([['a'], ['b', 'c', 'd']]);
  calls[1]?.end();
  expect(await Promise.all(answers.slice(1, 4))).toEqual(['b written', 'c written', 'd written']);
  await turnOfTheLoop();
  calls[2]?.end();
  expect(await answers[4]).toBe('e written');
  void store('f');
  await turnOfTheLoop();
  expect(calls[3]?.items).toEqual(['f']);
});

test('one that cannot be written fails alone, and the next are written, all in the order they came', async () => {
  const written: string[] = [];
  const write = async (items: string[]) => {
    await turnOfTheLoop();
    if (items.includes('poison')) throw new Error('refused');
    written.push(...items);
    return items;
  };
  const store = gatherWrites(write, { maxItems: 10 });
  const outcomes = await Promise.allSettled(['a', 'b', 'poison', 'c'].map(store));
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  expect(await store('d')).toBe('d');
  expect(written).toEqual(['a', 'b', 'c', 'd']);
});

test('while the database is cut off all of a write are told so at once, and what comes later is written', async () => {
  let isAway = true;
  let calls = 0;
  const write = async (items: string[]) => {
    calls++;
    await turnOfTheLoop();
    if (isAway) throw Object.assign(new Error('terminating connection'), { code: '57P01' });
    return items;
  };
  const store = gatherWrites(write, { maxItems: 10 });
  const outcomes = await Promise.allSettled(['a', 'b', 'c'].map(store));
  expect(outcomes).toEqual(
    outcomes.map(() => ({ status: 'rejected', reason: expect.objectContaining({ code: 'database_away' }) })),
  );
  // Of each write five tries: the first alone, then the two that came meanwhile.
  expect(calls).toBe(10);
  isAway = false;
  expect(await store('d')).toBe('d');
});
