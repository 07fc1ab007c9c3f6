import { expect, test } from '@jest/globals';
import { startWorkLoop } from '../../src/jobs/work-loop.ts';
import type { Log } from '../../src/ports.ts';
import { deferred } from '../support/deferred.ts';
import { until } from '../support/until.ts';

const errors: string[] = [];
const log: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: (_fields, message) => errors.push(message),
  child: () => log,
  within: (_, act) => act(),
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

test('as many lanes as there is work for are woken, one by the other, although a nudge wakes a few', async () => {
  let waiting = 0;
  let [underWay, most] = [0, 0];
  const held = deferred();
  const step = async () => {
    if (waiting === 0) return false;
    const isLate = --waiting < 30;
    underWay++;
    most = Math.max(most, underWay);
    if (isLate) await held.promise;
    underWay--;
    return true;
  };
  const loop = startWorkLoop({ name: 'test', step, lanes: 16, pollMs: HOUR_MS, log });
  waiting = 60;
  await until('every lane works', () => {
    // Lanes that are still falling asleep hear no nudge.
    if (underWay === 0) loop.nudge();
    return underWay === 16;
  });
  held.resolve();
  await until('everything is done', () => waiting === 0 && underWay === 0);
  await loop.stop();
  expect(most).toBe(16);
});

test('an idle loop looks with one lane only', async () => {
  let [calls, underWay, most] = [0, 0, 0];
  const step = async () => {
    calls++;
    underWay++;
    // The first look of each lane is at the start.
    if (calls > 20) most = Math.max(most, underWay);
    await new Promise((resolve) => setImmediate(resolve));
    underWay--;
    return false;
  };
  const loop = startWorkLoop({ name: 'test', step, lanes: 20, pollMs: 5, log });
  await until('it has polled for a while', () => calls >= 20 + 5);
  await loop.stop();
  expect(most).toBe(1);
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
  const held = deferred();
  let finished = false;
  let isBegun = false;
  const step = async () => {
    isBegun = true;
    await held.promise;
    finished = true;
    return false;
  };
  const loop = startWorkLoop({ name: 'test', step, lanes: 1, pollMs: HOUR_MS, log });
  await until('the step has begun', () => isBegun);
  const stopped = loop.stop();
  expect(finished).toBe(false);
  held.resolve();
  await stopped;
  expect(finished).toBe(true);
});

test('a lane kept busy for long keeps no other from looking: what becomes due without a nudge is found', async () => {
  const held = deferred();
  const queue = [() => held.promise];
  const done: string[] = [];
  const step = async () => {
    const next = queue.shift();
    await next?.();
    return next !== undefined;
  };
  const loop = startWorkLoop({ name: 'test', step, lanes: 2, pollMs: 5, log });
  await until('a lane is busy', () => queue.length === 0);
  queue.push(async () => void done.push('due later'));
  await until('another finds it', () => done.length === 1);
  held.resolve();
  await loop.stop();
});
