import { createHmac, randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { makeDataToken, readDataToken } from '../../src/domain/data-link.ts';

const SECRET = 'a session secret for tests, long enough';
const now = new Date('2026-11-21T18:00:00Z');

test('a data link is signed with a key of its own: whatever else is signed under SESSION_SECRET opens nobody’s data', () => {
  const id = randomUUID();
  const token = makeDataToken(SECRET, id, now);
  expect(readDataToken(SECRET, token, now)).toBe(id);
  const [, until] = token.split('.');
  for (const signed of [`${id}:${until}`, `personal data:${id}:${until}`]) {
    const signature = createHmac('sha256', SECRET).update(signed).digest('base64url');
    expect(readDataToken(SECRET, `${id}.${until}.${signature}`, now)).toBeUndefined();
  }
});
