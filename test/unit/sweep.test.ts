import { expect, test } from '@jest/globals';
import { sweepEach } from '../../src/flows/sweep.ts';
import { type LogLine, recordingLog } from '../support/recording-log.ts';

/** Numbers of which the odd ones fail. */
async function sweepNumbers(numbers: Iterable<number> | AsyncIterable<number>, isTimeOver = () => false) {
  const lines: LogLine[] = [];
  const tried: number[] = [];
  const result = await sweepEach(numbers, {
    log: recordingLog(lines),
    act: async (number) => {
      tried.push(number);
      if (number % 2) throw new TypeError('odd');
      return number > 0;
    },
    facts: (number) => ({ number: String(number) }),
    ...{ complaint: 'a number was odd', code: 'odd_numbers', isTimeOver },
  }).catch((error: unknown) => error);
  return { result, lines, tried };
}

test('counts those for which something was done', async () => {
  expect(await sweepNumbers([0, 2, 4])).toEqual({ result: { processed: 2 }, lines: [], tried: [0, 2, 4] });
});

test('tries every one, logs each that failed, and fails at the end', async () => {
  const { result, lines, tried } = await sweepNumbers([1, 2, 3]);
  expect(tried).toEqual([1, 2, 3]);
  expect(result).toMatchObject({
    ...{ code: 'odd_numbers', retryable: true, cause: new TypeError('odd') },
    message: '2 of 3 failed, the others are done: 1, 3',
  });
  expect(lines).toEqual(
    ['1', '3'].map((number) => ({
      ...{ level: 'error', message: 'a number was odd' },
      fields: { number, error: 'TypeError: odd' },
    })),
  );
});

test('what was counted before it failed is counted, of a sweep within a sweep as well', async () => {
  const inner = (fails: boolean) =>
    sweepEach([1, 2, 3], {
      act: async (number, count) => {
        count(10);
        if (fails && number === 2) throw new TypeError('two');
        return true;
      },
      ...{ log: recordingLog([]), facts: (number) => ({ number: String(number) }), complaint: '', code: 'inner' },
    });
  const outer = sweepEach([false, true], {
    act: async (fails) => (await inner(fails)).processed,
    ...{ log: recordingLog([]), facts: (fails: boolean) => ({ fails: String(fails) }), complaint: '', code: 'outer' },
  });
  // 3 times 10 and one, and again but for the one that failed after its 10.
  await expect(outer).rejects.toMatchObject({ code: 'outer', processed: 33 + 32 });
});

test('names five of many', async () => {
  const { result } = await sweepNumbers([1, 3, 5, 7, 9, 11, 13]);
  expect(result).toMatchObject({ message: '7 of 7 failed, the others are done: 1, 3, 5, 7, 9, ...' });
});

test('begins nothing when the time is over, and asks for no more of them', async () => {
  let given = 0;
  async function* forEver() {
    for (;;) yield ++given * 2;
  }
  const { result, tried } = await sweepNumbers(forEver(), () => given > 2);
  expect([result, tried, given]).toEqual([{ processed: 2 }, [2, 4], 3]);
});

test('not to find out what there is to do fails at once', async () => {
  async function* broken() {
    yield 1;
    throw new Error('no database');
  }
  expect((await sweepNumbers(broken())).result).toEqual(new Error('no database'));
});
