import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { once, onFirstCall } from '../../src/vendors/first-call.ts';

const SRC = path.resolve(import.meta.dirname, '../../src');
const IMPORT = /^(?:import|export)\s(?!type\b)(?:[^'"]*?from\s)?'([^']+)'/gms;

/** All that is loaded with this file, types and what is imported later left out. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
    const target = specifier.startsWith('.') ? path.resolve(path.dirname(file), specifier) : specifier;
    if (seen.has(target)) continue;
    seen.add(target);
    if (target.startsWith(SRC) && !target.includes('/generated/')) loadedWith(target, seen);
  }
  return seen;
}

test('a vendor is opened with the first of its calls, and once for all that come at the same time', async () => {
  const open = jest.fn(async () => ({ add: async (a: number, b: number) => a + b, name: async () => 'adder' }));
  const vendor = onFirstCall<Awaited<ReturnType<typeof open>>>({ add: true, name: true }, open);
  expect(open).not.toHaveBeenCalled();
  await expect(Promise.all([vendor.add(1, 2), vendor.add(3, 4), vendor.name()])).resolves.toEqual([3, 7, 'adder']);
  expect(open).toHaveBeenCalledTimes(1);
});

test('an opening that failed is tried again with the next call', async () => {
  const open = jest.fn(async () => 'open').mockRejectedValueOnce(new Error('the database is starting'));
  const opened = once(open);
  await expect(opened()).rejects.toThrow('the database is starting');
  await expect(opened()).resolves.toBe('open');
});

test('a web that starts loads no model, no log-in, no mail, no clock and no seller', () => {
  const loaded = [...loadedWith(path.join(SRC, 'server.ts'))];
  // It sees what is there: the vendors that are needed from the first request on.
  expect(loaded).toEqual(expect.arrayContaining(['express', 'pg', 'stripe', path.join(SRC, 'vendors/deferred.ts')]));
  const unwanted = ['openai', 'better-auth', 'nodemailer', 'agenda', 'mongodb', 'twilio'];
  expect(loaded.filter((target) => unwanted.some((name) => target === name || target.startsWith(`${name}/`)))).toEqual([
    // Its check of signatures alone.
    'twilio/lib/webhooks/webhooks.js',
  ]);
  expect(loaded.filter((target) => target.startsWith(path.join(SRC, 'agent/')))).toEqual([]);
});
