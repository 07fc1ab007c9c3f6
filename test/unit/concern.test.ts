import { describe, expect, test } from '@jest/globals';
import {
  badgeText,
  CONCERN_KINDS,
  type ConcernCounts,
  concernsOf,
  countFor,
  decideTelling,
  FAILURE_MATTERS_WHILE,
  type Subjects,
  TELL_EVERY_MINUTES,
  TOLD_TOGETHER,
} from '../../src/domain/concern.ts';
import { LOCALES } from '../../src/domain/locale.ts';
import { TEMPLATE_KEYS } from '../../src/domain/outbound-message.ts';
import { teamNoticeWords } from '../../src/domain/team-notice.ts';
import { CONCERN_WORDS, wordOfMessage } from '../../src/http/staff/words/concern-words.ts';
import { loadPrompts } from '../../src/prompts.ts';

/** Nobody waits for these: no failure of theirs is on the list. */
const NEVER_SHOWN = ['review', 'collected'];
const NOW = new Date('2026-11-26T12:00:00Z');
const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);
const nothing = Object.fromEntries(TOLD_TOGETHER.map((kind) => [kind, []])) as unknown as Subjects;
const open = (some: Partial<Subjects>): Subjects => ({ ...nothing, ...some });
const none = Object.fromEntries(TOLD_TOGETHER.map((kind) => [kind, 0]));
const counts = (some: Partial<ConcernCounts>): ConcernCounts => ({
  ...(Object.fromEntries(CONCERN_KINDS.map((kind) => [kind, 0])) as ConcernCounts),
  ...some,
});

describe('the team is told of the list', () => {
  test('when something stands on it for the first time', () => {
    const list = open({ message_failed: ['a', 'b'], stock_low: ['s'] });
    expect(decideTelling({ told: {}, toldAt: null, open: list, now: NOW })).toEqual({
      news: { ...none, message_failed: 2, stock_low: 1 },
      told: list,
    });
  });

  test('of what is new only, an hour after the last time or later', () => {
    const told = open({ message_failed: ['a'] });
    const list = open({ message_failed: ['a', 'b'] });
    const at = (minutes: number) => decideTelling({ told, toldAt: minutesAgo(minutes), open: list, now: NOW });
    expect(at(TELL_EVERY_MINUTES - 1)).toEqual({ news: null, told });
    expect(at(TELL_EVERY_MINUTES)).toEqual({ news: { ...none, message_failed: 1 }, told: list });
  });

  test('of something new that took the place of something old, though there are no more of them', () => {
    const told = open({ template: ['HX1 rejected'] });
    const list = open({ template: ['HX2 paused'] });
    expect(decideTelling({ told, toldAt: minutesAgo(90), open: list, now: NOW }).news).toMatchObject({ template: 1 });
  });

  test('never when nothing is new, and again of what had left the list', () => {
    const told = open({ stock_low: ['s', 't'] });
    const shrunk = decideTelling({ told, toldAt: minutesAgo(90), open: open({ stock_low: ['t'] }), now: NOW });
    expect(shrunk).toEqual({ news: null, told: open({ stock_low: ['t'] }) });
    const back = decideTelling({ told: shrunk.told, toldAt: minutesAgo(90), open: told, now: NOW });
    expect(back.news).toMatchObject({ stock_low: 1 });
  });

  test('of nothing that a notice of its own tells at once', () => {
    for (const kind of ['dispute', 'review', 'refund_stuck', 'person_waiting', 'work_stuck'])
      expect(TOLD_TOGETHER).not.toContain(kind);
  });

  test.each(LOCALES)('in words that name each kind with its number, in %s', (locale) => {
    const { teamTexts } = loadPrompts();
    const values = { ...Object.fromEntries(TOLD_TOGETHER.map((kind, index) => [kind, index + 1])), count: 21 };
    const context = { locale, timezone: 'UTC', pageUrl: 'https://shop.example/staff/needs-you' };
    const { title, text } = teamNoticeWords(teamTexts, { kind: 'concerns_grew', values }, context);
    expect(title).toContain('21');
    expect(text.match(/^• /gm)).toHaveLength(TOLD_TOGETHER.length);
    for (const number of [2, 3, 4, 5, 6]) expect(text).toContain(`• ${number} `);
    const one = teamNoticeWords(teamTexts, { kind: 'concerns_grew', values: { template: 1, count: 1 } }, context);
    expect(one.text.match(/^• /gm)).toHaveLength(1);
  });
});

describe('the badge', () => {
  test('shows nothing when nothing is there, and no more than anyone reads', () => {
    expect([0, 1, 99, 100, 250].map(badgeText)).toEqual(['', '1', '99', '99+', '99+']);
  });

  test('counts for staff what they can see to', () => {
    expect(countFor(counts({ review: 3, message_failed: 2 }), 'staff')).toBe(2);
    expect(countFor(counts({ review: 3, message_failed: 2 }), 'manager')).toBe(5);
    expect(concernsOf('staff').every((kind) => concernsOf('manager').includes(kind))).toBe(true);
  });
});

test.each(LOCALES)(
  'every template, and every message whose failure depends on its order, has words in %s',
  (locale) => {
    const words = CONCERN_WORDS[locale];
    const kinds = [...TEMPLATE_KEYS, ...Object.keys(FAILURE_MATTERS_WHILE)].filter(
      (kind) => !NEVER_SHOWN.includes(kind),
    );
    expect(kinds.filter((kind) => wordOfMessage(words, kind) === words.otherMessage)).toEqual([]);
    expect(wordOfMessage(words, 'constructor')).toBe(words.otherMessage);
  },
);
