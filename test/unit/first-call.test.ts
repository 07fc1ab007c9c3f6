import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, jest, test } from '@jest/globals';
import { openMessenger } from '../../src/vendors/deferred.ts';
import { loadLate, once, onFirstCall } from '../../src/vendors/first-call.ts';

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

test('a part of the program that cannot be loaded stops the process, and what was asked for may be asked again', async () => {
  const stop = jest.fn();
  await expect(loadLate(async () => 'loaded', stop)).resolves.toBe('loaded');
  expect(stop).not.toHaveBeenCalled();
  const tooMany = async () => {
    throw Object.assign(new Error('EMFILE: too many open files, open /app/openai.js'), { code: 'EMFILE' });
  };
  const failed = { code: 'program_not_loaded', retryable: true, message: expect.stringContaining('(EMFILE)') };
  await expect(loadLate(tooMany, stop)).rejects.toMatchObject(failed);
  expect(stop).toHaveBeenCalledTimes(1);
});

// Node would go on failing, long after the files are there again.
test('a process without a part of its program finishes what it began, and ends as failed', async () => {
  const program = `
    const { stopOnSignals } = await import('./dist/roles.js');
    const { loadLate } = await import('./dist/vendors/first-call.js');
    stopOnSignals({ info() {}, error() {} }, [[async () => console.log('finished')]]);
    setInterval(() => {}, 1000);
    await loadLate(() => import('./dist/nowhere.js')).catch(() => {});`;
  const args = ['--input-type=module', '--eval', program];
  const ended = promisify(execFile)(process.execPath, args, { cwd: path.dirname(SRC), timeout: 10_000 });
  await expect(ended).rejects.toMatchObject({ code: 1, stdout: 'finished\n' });
});

test('“typing…” never throws, though there be nothing to show it with', async () => {
  const account = { accountSid: 'none of Twilio', authToken: 'x', from: 'whatsapp:+590690000000' };
  const settings = { ...account, apiBaseUrl: undefined, messagingServiceSid: undefined };
  const { messenger } = openMessenger(settings, { warn() {} });
  await expect(messenger.findSent({ to: '', forms: [], since: new Date() })).rejects.toThrow('accountSid');
  await expect(messenger.showTyping('SM1')).resolves.toBeUndefined();
});

test('every vendor that is loaded late is loaded so', () => {
  const deferred = readFileSync(path.join(SRC, 'vendors/deferred.ts'), 'utf8');
  const imports = deferred.match(/\bimport\(/g) ?? [];
  expect(imports.length).toBeGreaterThan(5);
  expect(deferred.match(/loadLate\(\(\) => import\(/g)).toHaveLength(imports.length);
});

test('a web that starts loads no model, no log-in, no list of passwords, no mail, no clock and no seller', () => {
  const loaded = [...loadedWith(path.join(SRC, 'server.ts'))];
  // It sees what is there: the vendors that are needed from the first request on.
  expect(loaded).toEqual(expect.arrayContaining(['express', 'pg', 'stripe', path.join(SRC, 'vendors/deferred.ts')]));
  const unwanted = ['openai', 'better-auth', 'nodemailer', 'agenda', 'mongodb', 'twilio', '@zxcvbn-ts'];
  expect(loaded.filter((target) => unwanted.some((name) => target === name || target.startsWith(`${name}/`)))).toEqual([
    // Its check of signatures alone.
    'twilio/lib/webhooks/webhooks.js',
  ]);
  expect(loaded.filter((target) => target.startsWith(path.join(SRC, 'agent/')))).toEqual([]);
});
