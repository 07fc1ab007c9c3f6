import { expect, test } from '@jest/globals';
import { daysToReport } from '../../src/domain/daily-report.ts';

const due = (at: string, timezone = 'Europe/Paris') => daysToReport(new Date(at), timezone);

test('from 8:00 on where the shop is, the last three days may be told of, the oldest first; before that none', () => {
  expect(due('2026-11-22T06:59:59Z')).toEqual([]);
  expect(due('2026-11-22T07:00:00Z')).toEqual(['2026-11-19', '2026-11-20', '2026-11-21']);
  expect(due('2026-11-22T22:59:59Z')).toEqual(['2026-11-19', '2026-11-20', '2026-11-21']);
  // Midnight in Paris.
  expect(due('2026-11-22T23:00:00Z')).toEqual([]);
});

test.each([
  ['the night clocks go forward', '2026-03-29T06:00:00Z', ['2026-03-26', '2026-03-27', '2026-03-28']],
  ['the day after, of the day of 23 hours', '2026-03-30T06:00:00Z', ['2026-03-27', '2026-03-28', '2026-03-29']],
  ['the night clocks go back', '2026-10-25T07:00:00Z', ['2026-10-22', '2026-10-23', '2026-10-24']],
  ['the day after, of the day of 25 hours', '2026-10-26T07:00:00Z', ['2026-10-23', '2026-10-24', '2026-10-25']],
])('%s no day is left out or named twice, and 8:00 is 8:00', (_name, eight, days) => {
  expect(due(eight)).toEqual(days);
  expect(due(new Date(Date.parse(eight) - 1000).toISOString())).toEqual([]);
});

test('where a day begins at 1:00, since clocks go forward at midnight, it is told of all the same', () => {
  // 24 April 2026 in Cairo; 8:00 is at 5:00 UTC from then on.
  expect(due('2026-04-25T05:00:00Z', 'Africa/Cairo')).toEqual(['2026-04-22', '2026-04-23', '2026-04-24']);
  expect(due('2026-04-25T04:59:59Z', 'Africa/Cairo')).toEqual([]);
});

test('over the end of a month and of a year', () => {
  expect(due('2027-01-02T12:00:00Z')).toEqual(['2026-12-30', '2026-12-31', '2027-01-01']);
  expect(due('2028-03-01T12:00:00Z')).toEqual(['2028-02-27', '2028-02-28', '2028-02-29']);
});
