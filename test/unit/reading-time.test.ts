import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, test } from '@jest/globals';

// A customer's message is read by hundreds of patterns, in a process that serves everybody else meanwhile. One that tries every way to
// part "confirme confirme ..." stands still for longer than anybody lives.
const ROOT = path.resolve(import.meta.dirname, '../..');
/** What takes microseconds takes no such time on any machine. */
const STANDS_STILL_MS = 10_000;

type Task = { name: string; words: string[] };

/** Reads everything; answers what was read, and what it was at when it stood still, if it did. */
function readAll(): Promise<{ tasks: Task[]; stuckAt: string | null }> {
  const place = new Int32Array(new SharedArrayBuffer(8));
  const script = path.join(ROOT, 'test/support/repeated-words.mjs');
  const worker = new Worker(script, { workerData: { root: ROOT, place } });
  let tasks: Task[] = [];
  return new Promise((resolve, reject) => {
    const end = (stuckAt: string | null) => {
      clearInterval(watch);
      worker.terminate().then(() => resolve({ tasks, stuckAt }), reject);
    };
    let before = '';
    const watch = setInterval(() => {
      const task = tasks[place[0] ?? 0];
      const now = task ? `${task.name} of "${task.words[place[1] ?? 0]}" over and over` : '';
      if (now !== '' && now === before) end(now);
      before = now;
    }, STANDS_STILL_MS);
    worker.on('message', (message: Task[] | 'done') => {
      if (message === 'done') end(null);
      else tasks = message;
    });
    worker.once('error', (error) => {
      clearInterval(watch);
      reject(error);
    });
  });
}

test('whatever is repeated is read in time that grows with it', async () => {
  const { tasks, stuckAt } = await readAll();
  expect(stuckAt).toBeNull();
  const names = tasks.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['intents.looseIntent', 'assent.isPlainYes', 'rating.ratingOf']));
  expect(tasks.flatMap(({ words }) => words)).toEqual(expect.arrayContaining(['d', 'en fait', 'annuler', ' ']));
}, 300_000);
