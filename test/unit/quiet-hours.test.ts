import { describe, expect, test } from '@jest/globals';
import { quietHoursAt } from '../../src/domain/quiet-hours.ts';
import { dueReminder, reminderTime } from '../../src/domain/reminder.ts';

const GUADELOUPE = { timezone: 'America/Guadeloupe' }; // UTC-4, no summer time
const PARIS = { timezone: 'Europe/Paris' };
const at = (iso: string) => new Date(iso);
const spanOf = (iso: string, quietHours = GUADELOUPE) => {
  const quiet = quietHoursAt(at(iso), quietHours);
  return quiet && [quiet.begin.toISOString(), quiet.end.toISOString()];
};

describe('quiet hours, 21:00 to 8:00 where the shop is,', () => {
  const night = ['2026-11-22T01:00:00.000Z', '2026-11-22T12:00:00.000Z'];
  test.each([
    ['a second before nine in the evening', '2026-11-22T00:59:59Z', undefined],
    ['at nine in the evening', '2026-11-22T01:00:00Z', night],
    ['a second before midnight', '2026-11-22T03:59:59Z', night],
    ['at midnight', '2026-11-22T04:00:00Z', night],
    ['a second before eight', '2026-11-22T11:59:59.999Z', night],
    ['at eight', '2026-11-22T12:00:00Z', undefined],
  ])('%s', (_name, iso, expected) => expect(spanOf(iso)).toEqual(expected));

  test('over the end of a month and of a year', () => {
    expect(spanOf('2027-01-01T06:00:00Z')).toEqual(['2027-01-01T01:00:00.000Z', '2027-01-01T12:00:00.000Z']);
  });

  test('last twelve hours the night that summer time ends, ten when it begins', () => {
    // 25 October 2026, 3:00 becomes 2:00; 28 March 2027, 2:00 becomes 3:00.
    for (const iso of ['2026-10-24T19:00:00Z', '2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z', '2026-10-25T06:59:00Z'])
      expect(spanOf(iso, PARIS)).toEqual(['2026-10-24T19:00:00.000Z', '2026-10-25T07:00:00.000Z']);
    for (const iso of ['2027-03-27T20:00:00Z', '2027-03-28T00:30:00Z', '2027-03-28T01:30:00Z', '2027-03-28T05:59:00Z'])
      expect(spanOf(iso, PARIS)).toEqual(['2027-03-27T20:00:00.000Z', '2027-03-28T06:00:00.000Z']);
    expect(spanOf('2027-03-28T06:00:00Z', PARIS)).toBeUndefined();
  });
});

test('quiet hours end at eight on the clocks there, even where UTC’s eight is before the change', () => {
  // Los Angeles leaves summer time on 1 November 2026 at 9:00 UTC.
  const [, end] = spanOf('2026-11-01T12:00:00Z', { timezone: 'America/Los_Angeles' }) ?? [];
  expect(end).toBe('2026-11-01T16:00:00.000Z');
});

describe('a reminder that is due in the quiet hours', () => {
  const dueAt = at('2026-11-22T03:00:00Z'); // 23:00
  const order = (createdAt: string, expiresAt: string) => ({ createdAt: at(createdAt), expiresAt: at(expiresAt) });
  test.each([
    [
      'leaves in the morning if its link still lives',
      '2026-11-22T02:00:00Z',
      '2026-11-23T01:55:00Z',
      '2026-11-22T12:00:00.000Z',
    ],
    [
      'leaves before they begin if it does not',
      '2026-11-21T20:00:00Z',
      '2026-11-22T11:00:00Z',
      '2026-11-22T00:30:00.000Z',
    ],
    [
      'leaves before they begin if it would die at breakfast',
      '2026-11-21T20:00:00Z',
      '2026-11-22T12:10:00Z',
      '2026-11-22T00:30:00.000Z',
    ],
    [
      'does not leave at all if the order was made later than that',
      '2026-11-22T02:00:00Z',
      '2026-11-22T11:00:00Z',
      undefined,
    ],
  ])('%s', (_name, createdAt, expiresAt, expected) => {
    expect(reminderTime(order(createdAt, expiresAt), dueAt, GUADELOUPE)?.toISOString()).toBe(expected);
  });

  test('is left alone where no quiet hours are kept', () => {
    expect(reminderTime(order('2026-11-22T02:00:00Z', '2026-11-22T11:00:00Z'), dueAt, null)).toEqual(dueAt);
  });

  test('is due at eight, once, and never in between', () => {
    const input = {
      ...order('2026-11-22T00:30:00Z', '2026-11-23T00:25:00Z'),
      delaysMinutes: [60, 360],
      delaysSince: null,
    };
    const step = (now: string, remindersSent = 0) =>
      dueReminder({
        ...input,
        remindersSent,
        remindedMinutes: input.delaysMinutes[remindersSent - 1] ?? null,
        quietHours: GUADELOUPE,
        now: at(now),
      })?.step;
    expect([step('2026-11-22T01:30:00Z'), step('2026-11-22T06:30:00Z'), step('2026-11-22T11:59:00Z')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    // Both steps fell into the night: the latest alone.
    expect([step('2026-11-22T12:00:00Z'), step('2026-11-22T12:00:00Z', 2)]).toEqual([2, undefined]);
  });

  test('that the shop could not send before they began does not leave in them', () => {
    const input = {
      ...order('2026-11-21T23:30:00Z', '2026-11-22T23:25:00Z'),
      delaysMinutes: [60],
      delaysSince: null,
    };
    const step = (now: string) =>
      dueReminder({ ...input, remindersSent: 0, remindedMinutes: null, quietHours: GUADELOUPE, now: at(now) })?.step;
    expect([step('2026-11-22T00:30:00Z'), step('2026-11-22T01:05:00Z'), step('2026-11-22T12:00:00Z')]).toEqual([
      1,
      undefined,
      1,
    ]);
  });
});
