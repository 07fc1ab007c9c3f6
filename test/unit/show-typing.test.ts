import { expect, test } from '@jest/globals';
import { typingWhile } from '../../src/agent/show-typing.ts';
import { until } from '../support/until.ts';

test('"typing…" is shown again for as long as a turn lasts, and not after it', async () => {
  let shown = 0;
  const show = async () => void shown++;
  const lasted = await typingWhile(show, () => until('it was shown three times', async () => shown >= 3 && 'done'), 5);
  const atEnd = shown;
  expect(lasted).toBe('done');
  const later = Date.now() + 30;
  await until('it would have been shown again', () => Date.now() > later);
  expect(shown).toBe(atEnd);
});

test('a turn that fails shows nothing any more either', async () => {
  let shown = 0;
  const failing = () => Promise.reject(new Error('no'));
  await expect(typingWhile(async () => void shown++, failing, 5)).rejects.toThrow('no');
  const later = Date.now() + 30;
  await until('it would have been shown again', () => Date.now() > later);
  expect(shown).toBe(1);
});
