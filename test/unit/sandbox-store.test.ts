import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { SandboxStore } from '../../src/sandbox/store.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sandbox-store-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const journal = (): string => join(directory, 'sandbox.jsonl');

test('what was put is there at the next start, what was deleted is not, and the journal is compacted', () => {
  const first = new SandboxStore(directory);
  const things = first.collection<{ n: number }>('things');
  for (let n = 0; n < 50; n += 1) things.put('a', { n });
  things.put('b', { n: 1 });
  things.delete('b');
  first.close();
  const second = new SandboxStore(directory);
  expect(second.collection('things').all()).toEqual([{ n: 49 }]);
  second.close();
  expect(readFileSync(journal(), 'utf8').trim().split('\n')).toHaveLength(1);
});

test('a line cut short by a kill is dropped and the rest is kept', () => {
  const first = new SandboxStore(directory);
  first.collection('things').put('a', { n: 1 });
  first.close();
  appendFileSync(journal(), '{"collection":"things","id":"b","val');
  const second = new SandboxStore(directory);
  expect(second.collection('things').all()).toEqual([{ n: 1 }]);
  second.collection('things').put('c', { n: 3 });
  second.close();
  const third = new SandboxStore(directory);
  expect(third.collection('things').all()).toEqual([{ n: 1 }, { n: 3 }]);
  third.close();
});

test('without a directory everything is kept in memory only', () => {
  const store = new SandboxStore();
  store.collection('things').put('a', 1);
  expect(store.collection('things').get('a')).toBe(1);
  store.close();
});
