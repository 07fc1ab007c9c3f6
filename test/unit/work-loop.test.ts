import { expect, test } from '@jest/globals';
import { startWorkLoop } from '../../src/jobs/work-loop.ts';
import type { Log } from '../../src/ports.ts';
import { until } from '../support/until.ts';

const errors: string[] = [];
const log: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: (_fields, message) => errors.push(message),
  child: () => log,
};
const HOUR_MS = 3600_000;

test('a nudge is answered at once although the poll is an hour away', async () => {
  const queue: string[] = [];
  const done: string[] = [];
  const step = async () => {
    const next = queue.shift();
    if (next) done.push(next);
    return next !== undefined;
  };
  const loop = startWorkLoop({ name: 'test', step, lanes: 2, pollMs: HOUR_MS, log });
  queue.push('a', 'b', 'c');
  await until('everything is done', () => {
    loop.nudge();
    return done.length === 3;
  });
  await loop.stop();
});

test('a step that throws is logged and the loop goes on', async () => {
  let calls = 0;
  const step = async () => {
    calls++;
    if (calls === 1) throw new Error('the database is away');
    return false;
  };
  const loop = startWorkLoop({ name: 'test', step, lanes: 1, pollMs: 5, log });
  await until('the loop tried again', () => calls > 1);
  await loop.stop();
  expect(errors).toContain('work step failed');
});

test('stop waits for the step that was begun', async () => {
  let finish = () => {};
  let finished = false;
  const begun = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let isBegun = false;
  const step = async () => {
    isBegun = true;
    await begun;
    finished = true;
    return false;
  };
  const loop = startWorkLoop({ name: 'test', step, lanes: 1, pollMs: HOUR_MS, log });
  await until('the step has begun', () => isBegun);
  const stopped = loop.stop();
  expect(finished).toBe(false);
  finish();
  await stopped;
  expect(finished).toBe(true);
});
