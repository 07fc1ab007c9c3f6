import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { looseIntent, plainIntent } from '../../src/domain/intents.ts';
import { LOCALES } from '../../src/domain/locale.ts';

const PROMPTS = path.resolve(import.meta.dirname, '../../prompts');

describe.each(LOCALES)('a button written out instead of tapped, in %s', (locale) => {
  const read = (folder: string) =>
    JSON.parse(readFileSync(path.join(PROMPTS, folder, `${locale}.json`), 'utf8')) as Record<string, string>;
  const counter = read('counter');
  const messages = read('messages');

  test.each([
    ['order_button', 'order'],
    ['cart_button', 'cart'],
    ['human_button', 'human'],
    ['resume_button', 'resume'],
    ['confirm_button', 'yes'],
    ['change_button', 'no'],
    ['again_button', 'again'],
  ])('%s means %s', (key, kind) => {
    expect(plainIntent(counter[key] ?? messages[key] ?? '')).toEqual({ kind });
  });

  test('link_button means link', () => {
    expect(looseIntent(counter.link_button ?? '')).toEqual({ kind: 'link' });
  });

  test('add_some_button means the quantity', () => {
    expect(plainIntent((counter.add_some_button ?? '').replace('{count}', '4'))).toEqual({
      kind: 'quantity',
      value: 4,
    });
  });
});
