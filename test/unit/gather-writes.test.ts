import { expect, test } from '@jest/globals';
import { gatherWrites } from '../../src/db/gather-writes.ts';
import { until } from '../support/until.ts';

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

const cut = () => Object.assign(new Error('terminating connection'), { code: '57P01' });
const away = { code: 'database_away', retryable: true };

test('a database cut off for a moment is outlasted: all are written, in the order they came', async () => {
  const { calls, write } = heldWrite();
  const store = gatherWrites(write, { maxItems: 2 });
  const answers = ['a', 'b', 'c'].map(store);
  for (const isCutOff of [true, true, false, false]) {
    const call = await until('it is tried', () => calls.shift());
    if (isCutOff) call.fail(cut());
    else call.end();
  }
  expect(await Promise.all(answers)).toEqual(['a written', 'b written', 'c written']);
});

test('while it stays cut off all are told so, and what comes later is written', async () => {
  let isAway = true;
  const write = async (items: string[]) => {
    await turnOfTheLoop();
    if (isAway) throw cut();
    return items;
  };
  const store = gatherWrites(write, { maxItems: 2, giveUpAfterMs: 200 });
  for (const outcome of await Promise.allSettled(['a', 'b', 'c', 'd'].map(store))) {
    expect(outcome).toEqual({ status: 'rejected', reason: expect.objectContaining(away) });
  }
  isAway = false;
  expect(await store('e')).toBe('e');
});

test('who waits behind a write that takes long is told with it; who has only come has a time of their own', async () => {
  const { calls, write } = heldWrite();
  const startedAtMs = performance.now();
  const store = gatherWrites(write, { maxItems: 1, giveUpAfterMs: 1_000 });
  const [first, behind] = [store('first'), store('behind')];
  await until('they have waited long enough', () => performance.now() - startedAtMs > 1_200);
  const late = store('late');
  calls.shift()?.fail(cut());
  await expect(first).rejects.toMatchObject(away);
  await expect(behind).rejects.toMatchObject(away);
  (await until('the last is tried', () => calls.shift())).end();
  expect(await late).toBe('late written');
});

test('a database cut off while they go one by one changes nothing of their order', async () => {
  const written: string[] = [];
  let cuts = 1;
  const write = async (items: string[]) => {
    await turnOfTheLoop();
    if (items.includes('poison')) throw new Error('refused');
    if (items.length === 1 && items[0] === 'b' && cuts-- > 0) throw cut();
    written.push(...items);
    return items;
  };
  const store = gatherWrites(write, { maxItems: 10 });
  await Promise.allSettled(['a', 'b', 'poison', 'c', 'd'].map(store));
  expect(written).toEqual(['a', 'b', 'c', 'd']);
});
