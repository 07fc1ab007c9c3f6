import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { LOCALES } from '../../src/domain/locale.ts';
import { TEMPLATE_KEYS } from '../../src/domain/outbound-message.ts';
import { CONCERN_WORDS, wordOfMessage } from '../../src/http/staff/words/concern-words.ts';

const SOURCE = path.resolve(import.meta.dirname, '../../src');
const DECIDING = [...readdirSync(path.join(SOURCE, 'flows')).map((file) => `flows/${file}`), 'db/ratings.ts'];

/** Where a message is given the key that makes it exist once, its kind stands before the colon. */
const KINDS = DECIDING.flatMap((file) => {
  const source = readFileSync(path.join(SOURCE, file), 'utf8');
  return [...source.matchAll(/(?:businessKey(?::| =)|reviewKey = .*=>) `([a-z-]+):/g)].map(([, kind = '']) => kind);
});

test.each(LOCALES)('every kind of message that may fail is named in %s where it is listed', (locale) => {
  expect(KINDS).toEqual(expect.arrayContaining(['thank-you', 'reminder', 'review', 'collected', 'slowed', 'staff']));
  const named = [
    ...new Set([...KINDS, ...TEMPLATE_KEYS, 'person-here', 'bot-back', 'payment-link-again', 'code-again']),
  ];
  const words = CONCERN_WORDS[locale];
  expect(named.filter((kind) => wordOfMessage(words, kind) === words.otherMessage)).toEqual([]);
});
