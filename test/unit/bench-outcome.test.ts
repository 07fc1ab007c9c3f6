import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { handOver, isMet, ratioOf, wantedOf } from '../../bench/outcome.ts';
import { runBench } from '../../bench/run-bench.ts';

const posts = { what: 'posts', value: 900, unit: 'a second', bare: { what: 'bare', value: 1_000 } };

test('a line of the table has the ratio to its bare limit, the median of the rounds where there is one', () => {
  expect(ratioOf(posts)).toBe(0.9);
  expect(ratioOf({ ...posts, bare: { ...posts.bare, ratio: 0.85 } })).toBe(0.85);
  expect(ratioOf({ what: 'p95', value: 20, unit: 'ms' })).toBeUndefined();
});

test('a line is met when the value and the ratio are as wanted, and neither where nothing is wanted', () => {
  expect(isMet(posts)).toBeUndefined();
  expect(isMet({ ...posts, wanted: { atLeast: 900 } })).toBe(true);
  expect(isMet({ ...posts, wanted: { atMost: 899 } })).toBe(false);
  expect(isMet({ ...posts, wantedRatio: { atLeast: 0.95 } })).toBe(false);
  expect(isMet({ ...posts, wanted: { atLeast: 900 }, wantedRatio: { atMost: 0.8 } })).toBe(false);
  expect(isMet({ what: 'no limit was measured', value: 1, unit: '', wantedRatio: { atMost: 1 } })).toBe(false);
});

test('a line says what is wanted', () => {
  expect(wantedOf({ ...posts, wanted: { atLeast: 5_000 }, wantedRatio: { atLeast: 0.8 } })).toBe(
    'at least 5,000 a second, at least 0.8 of bare',
  );
});

test('what was not measured is not handed over', () => {
  expect(() => handOver([{ ...posts, value: Number.NaN }])).toThrow('posts: was not measured');
  expect(() => handOver([{ ...posts, bare: { what: 'bare', value: Number.NaN } }])).toThrow('posts: was not measured');
});

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'comptoir-benches-'));
});
afterAll(() => rm(dir, { recursive: true }));

const outcome = path.resolve('bench/outcome.ts');
const run = (name: string, then: string, limitSeconds = 60) => {
  const file = path.join(dir, `${name}.mts`);
  writeFileSync(file, `import { handOver } from '${outcome}';\n${then}\n`);
  return runBench(file, {}, { limitSeconds, stop: new AbortController().signal });
};

test('a bench that fails leaves what it had measured, and says that it failed', async () => {
  const { outcomes, failure } = await run('fails', `handOver([${JSON.stringify(posts)}]);\nprocess.exit(3);`);
  expect(outcomes).toEqual([posts]);
  expect(failure).toBe('ended with 3');
});

test('a bench fails when it hands nothing over', async () => {
  expect((await run('silent', 'void handOver;')).failure).toBe('handed nothing over');
});

test('a bench is told to end when it takes too long', async () => {
  expect((await run('hangs', 'void handOver; setInterval(() => {}, 1000);', 0.2)).failure).toBe('not over after 0.2 s');
});
