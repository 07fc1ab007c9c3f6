import { expect, test } from '@jest/globals';
import { createAside } from '../../src/flows/begin-aside.ts';
import { recordingLog } from '../support/recording-log.ts';

test('work begun aside is waited for at the end, and its faults are logged and nobody’s', async () => {
  const lines: Parameters<typeof recordingLog>[0] = [];
  const aside = createAside(recordingLog(lines));
  const done: string[] = [];
  aside.begin('fails', async () => Promise.reject(new Error('out of reach')));
  aside.begin('takes a while', async () => {
    await new Promise(setImmediate);
    done.push('done');
  });
  await aside.isOver();
  expect(done).toEqual(['done']);
  expect(lines).toMatchObject([{ level: 'error', fields: { what: 'fails' } }]);
});
