import { describe, expect, test } from '@jest/globals';
import { LOCALES } from '../../src/domain/locale.ts';
import { TEAM_NOTICES, type TeamNotice } from '../../src/domain/notification.ts';
import { MISMATCHES } from '../../src/domain/review.ts';
import { STUCK_WORK } from '../../src/domain/stuck-work.ts';
import { teamNoticeWords } from '../../src/domain/team-notice.ts';
import { loadPrompts } from '../../src/prompts.ts';

const { teamTexts } = loadPrompts();
const orderUrl = 'https://shop.example/staff/orders/1';
const words = (notice: TeamNotice, locale: (typeof LOCALES)[number] = 'fr', url: string | null = null) => {
  const { title, text } = teamNoticeWords(teamTexts, notice, { locale, timezone: 'UTC', pageUrl: url });
  return { title: title.replace(/[\u00a0\u202f]/g, ' '), text: text.replace(/[\u00a0\u202f]/g, ' ') };
};
const about = { orderNumber: 'C-1001', money: { amountMinor: 9000, currency: 'EUR' } };
// What each kind is given where it is written; and nothing at all.
const VALUES: Record<string, TeamNotice['values'][]> = {
  dispute_opened: [
    { reason: 'fraudulent', status: 'needs_response', dueBy: '2026-12-01T18:00:00.000Z' },
    { reason: 'general', status: 'warning_needs_response' },
    { reason: 'a_reason_of_tomorrow', status: 'a_status_of_tomorrow', dueBy: 'soon' },
  ],
  dispute_closed: ['won', 'lost', 'prevented', 'warning_closed'].map((status) => ({ reason: 'general', status })),
  fraud_warning: [{ reason: 'made_with_stolen_card' }, { reason: 'a_type_of_tomorrow' }],
  review: MISMATCHES.map((reason) => ({ reason })),
  event_failed: [{ id: 'a-row' }],
  webhooks_missed: [{ count: 1 }, { count: 3, day: '2026-11-25', details: 'checkout.session.completed' }],
  ledger_differs: [{ day: '2026-11-25', count: 2, not_at_stripe: 1, details: 'ch_1' }],
  work_stuck: [
    ...STUCK_WORK.map((work) => ({ work, count: 1 })),
    { work: 'a_work_of_tomorrow', count: 2 },
    { count: 'many' },
  ],
  human_called: [{ firstName: 'Camille', conversationId: 'a-row' }, { conversationId: 'a-row' }],
};

describe.each(LOCALES)('in %s', (locale) => {
  test.each(TEAM_NOTICES)('%s has a title and a text, whatever values it is given', (kind) => {
    for (const values of [undefined, {}, ...(VALUES[kind] ?? [])]) {
      const { title, text } = words({ kind, ...about, ...(values && { values }) }, locale, orderUrl);
      expect(title.length).toBeGreaterThan(10);
      // A mail's subject and a phone's notification: short, on one line.
      expect(title).toMatch(/^[^\n{}]{10,90}$/);
      expect(text).not.toMatch(/[{}]|\bnone\b|undefined|NaN|Invalid/);
      // What happened, what to do, where.
      expect(text.split('\n\n')).toHaveLength(3);
      expect(text.split('\n\n')[2]).toBe(orderUrl);
    }
  });
});

test('a dispute says why, until when to answer, in the shop’s time, and where', () => {
  const values = { reason: 'product_not_received', status: 'needs_response', dueBy: '2026-12-01T18:00:00.000Z' };
  const { title, text } = words({ kind: 'dispute_opened', ...about, values });
  expect(title).toBe('Litige à traiter : commande C-1001, 90,00 €');
  expect(text).toContain('Motif : article non reçu.');
  expect(text).toContain('avant le mardi 1 décembre à 18:00');
  const inquiry = words({ kind: 'dispute_opened', ...about, values: { status: 'warning_needs_response' } }, 'en');
  expect(inquiry.text).toContain('asking about this payment');
  expect(inquiry.text).toContain('as soon as you can');
});

test('counts are words, days are dates, and values of another name stand among the details', () => {
  const values = { day: '2026-11-25', count: 2, not_at_stripe: 1, only_here: 1 };
  expect(words({ kind: 'ledger_differs', values }, 'en')).toMatchObject({
    title: 'The books do not agree: 25 November 2026',
    text: expect.stringMatching(
      /^2 differences between Stripe and our books for 25 November 2026\. Details: not at stripe: 1, only here: 1\./,
    ),
  });
  expect(words({ kind: 'webhooks_missed', values: { count: 1 } }, 'es').text).toMatch(
    /^1 evento de Stripe no nos llegó; lo encontramos/,
  );
  expect(words({ kind: 'work_stuck', values: { work: 'refunds', count: 3, details: 'Stripe' } }).text).toMatch(
    /^3 tâches attendent depuis trop longtemps\. Des clients attendent leur argent\.[\s\S]*Détails : Stripe\.$/,
  );
});
