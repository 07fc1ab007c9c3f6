import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type DueReminder, dueReminder, type Reminded } from '../../src/domain/reminder.ts';

const createdAt = new Date('2026-11-21T10:00:00Z');
const expiresAt = new Date('2026-11-22T09:55:00Z');
const NOTHING: Reminded = { remindersSent: 0, remindedMinutes: null };
const after = (minutes: number) => new Date(createdAt.getTime() + minutes * 60_000);
const dueAt = (
  minutes: number,
  { delays = [60], since, ...reminded }: Partial<Reminded> & { delays?: readonly number[]; since?: number | undefined },
): DueReminder | undefined =>
  dueReminder({
    ...{ createdAt, expiresAt, delaysMinutes: delays, quietHours: null, now: after(minutes) },
    ...{ ...NOTHING, ...reminded, delaysSince: since === undefined ? null : after(since) },
  });

describe('a reminder', () => {
  test('is due an hour after the order, once', () => {
    const once = { remindersSent: 1, remindedMinutes: 60 };
    expect([dueAt(59, {}), dueAt(60, {}), dueAt(61, once)]).toEqual([undefined, { index: 0, step: 1 }, undefined]);
  });
  test('that was missed is skipped for the latest', () => {
    expect(dueAt(800, { delays: [60, 360, 720] })).toEqual({ index: 2, step: 3 });
  });
  test('is never due once the link is over', () => {
    expect(dueAt(1435, {})).toBeUndefined();
  });
  test('is not due again because a shorter one came before it', () => {
    const once = { delays: [30, 60, 720], remindersSent: 1, remindedMinutes: 60 };
    expect([dueAt(120, once), dueAt(720, once)]).toEqual([undefined, { index: 2, step: 3 }]);
  });
  test('is due though one that left was taken off the list, under a step of its own', () => {
    const once = { delays: [720], remindersSent: 1, remindedMinutes: 60 };
    expect([dueAt(719, once), dueAt(720, once)]).toEqual([undefined, { index: 0, step: 2 }]);
  });
  test('goes by its number where a build from before did not say how long after the order the last one was', () => {
    const once = { delays: [60, 720], remindersSent: 1, remindedMinutes: null };
    expect([dueAt(719, once), dueAt(720, once)]).toEqual([undefined, { index: 1, step: 2 }]);
  });
});

describe('however the list changes under an order', () => {
  const list = fc
    .uniqueArray(fc.integer({ min: 1, max: 1434 }), { maxLength: 6 })
    .map((all) => all.sort((a, b) => a - b));
  const change = fc.record({ at: fc.nat(1434), delays: list, inBrowser: fc.boolean() });
  /** Minutes after the order at which the sweep runs; in between the shop is down. */
  const runs = fc.uniqueArray(fc.nat(1434), { maxLength: 60 }).map((all) => all.sort((a, b) => a - b));

  test('nobody is reminded twice of one delay, nor misses a longer one, and each has a step of its own', () => {
    fc.assert(
      fc.property(list, fc.array(change, { maxLength: 5 }), runs, (first, changes, minutes) => {
        let reminded = NOTHING;
        for (const minute of minutes) {
          const made = changes.filter(({ at }) => at < minute).sort((a, b) => a.at - b.at);
          const delays = made.at(-1)?.delays ?? first;
          const since = made.findLast(({ inBrowser }) => inBrowser)?.at;
          const due = dueAt(minute, { delays, since, ...reminded });
          const wanted = delays.findLast((delay) => delay <= minute && delay > (since ?? -1));
          const last = reminded.remindedMinutes ?? 0;
          const told = due && delays[due.index];
          expect(told).toBe(wanted !== undefined && wanted > last ? wanted : undefined);
          if (!due || told === undefined) continue;
          expect([told > last, due.step > reminded.remindersSent]).toEqual([true, true]);
          reminded = { remindersSent: due.step, remindedMinutes: told };
        }
      }),
    );
  });
});
