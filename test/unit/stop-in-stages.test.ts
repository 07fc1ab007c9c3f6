import { expect, test } from '@jest/globals';
import { stopInStages } from '../../src/roles.ts';
import { deferred } from '../support/deferred.ts';
import { type LogLine, recordingLog } from '../support/recording-log.ts';
import { silentLog } from '../support/silent-log.ts';
import { until } from '../support/until.ts';

test('parts of one stage end side by side, and the next stage waits for all of them', async () => {
  const events: string[] = [];
  const web = deferred();
  const part = (name: string, until?: Promise<void>) => async () => {
    events.push(`${name} told`);
    await until;
    events.push(`${name} ended`);
  };
  const stopped = stopInStages(silentLog, [[part('web', web.promise), part('worker')], [part('database')]]);
  await until('the worker has ended, beside the web', () => events.includes('worker ended'));
  expect(events).toEqual(['web told', 'worker told', 'worker ended']);
  web.resolve();
  expect(await stopped).toBe(true);
  expect(events.slice(3)).toEqual(['web ended', 'database told', 'database ended']);
});

test('a part that fails to end is logged, holds up no other and makes the whole one that did not end well', async () => {
  const lines: LogLine[] = [];
  let isClosed = false;
  const broken = async () => {
    throw new Error('the queue is gone');
  };
  const close = async () => {
    isClosed = true;
  };
  expect(await stopInStages(recordingLog(lines), [[broken, close], [close]])).toBe(false);
  expect(isClosed).toBe(true);
  expect(JSON.stringify(lines)).toContain('the queue is gone');
});
