import { expect, test } from '@jest/globals';
import { quoted } from '../../src/http/quoted.ts';

test('what somebody said stands in the quotation marks of whoever reads it', () => {
  expect(quoted('Merci', 'fr')).toBe('«\u00a0Merci\u00a0»');
  expect(quoted('Gracias', 'es')).toBe('«Gracias»');
  expect(quoted('Thanks', 'en')).toBe('“Thanks”');
});
