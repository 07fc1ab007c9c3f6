import { describe, expect, test } from '@jest/globals';
import { type DailyReport, isWorthTelling } from '../../src/domain/daily-report.ts';
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

const QUIET: DailyReport = {
  ...{ placed: 0, paid: 0, unpaid: 0, cancelled: 0, expired: 0, sales: [], refunded: [] },
  ...{ conversations: 0, waiting: 0, needs: 0, modelCalls: 0, modelMicroUsd: 0 },
};
const BUSY: DailyReport = {
  ...{ placed: 1234, paid: 1000, unpaid: 200, cancelled: 34, expired: 1 },
  sales: [
    { amountMinor: 4_500_000, currency: 'EUR' },
    { amountMinor: 10_000, currency: 'USD' },
  ],
  refunded: [{ amountMinor: 9000, currency: 'EUR' }],
  ...{ conversations: 2000, waiting: 2, needs: 100, modelCalls: 5000, modelMicroUsd: 1_000 },
};
const reportIn = (locale: (typeof LOCALES)[number], report: DailyReport) =>
  words({ kind: 'daily_report', values: { day: '2026-11-26' }, report }, locale);

test('a busy day and a quiet one are told in each language, and what was not is left out', () => {
  expect(reportIn('en', BUSY)).toEqual({
    title: 'Your shop on 26 November 2026: 1,234 orders, €45,000.00 + $100.00',
    text: `Orders placed: 1,234
– paid: 1,000
– not paid yet: 200
– cancelled: 34
Orders that expired unpaid: 1
Money in: €45,000.00 + $100.00
Refunded: €90.00
Conversations: 2,000
Model: $0.01 for 5,000 calls

Right now 2 customers wait for someone to answer. What to do: more than 99 things are on the list “What needs you”.`,
  });
  expect(reportIn('es', { ...QUIET, conversations: 1, modelCalls: 1, needs: 1 })).toEqual({
    title: 'Su tienda el 26 de noviembre de 2026: ningún pedido',
    text: `Pedidos hechos: 0
Cobrado: nada
Conversaciones: 1
Modelo: 1 llamada

Qué hacer: una cosa le espera en «Por atender».`,
  });
  expect(reportIn('fr', { ...QUIET, expired: 1 }).text).toBe(`Commandes passées : 0
Commandes expirées sans paiement : 1
Encaissé : rien
Conversations : 0

Rien ne vous attend : bonne journée !`);
});

test.each(LOCALES)('however busy the day, its title in %s fits a phone', (locale) => {
  expect(reportIn(locale, BUSY).title).toMatch(/^[^\n{}]{10,90}$/);
});

test('any one thing that happened makes a day worth telling of; what waits today does not', () => {
  const amounts = [{ amountMinor: 1, currency: 'EUR' }];
  const happened = [{ placed: 1 }, { expired: 1 }, { conversations: 1 }, { modelCalls: 1 }, { sales: amounts }];
  for (const one of [...happened, { refunded: amounts }]) expect(isWorthTelling({ ...QUIET, ...one })).toBe(true);
  const waits = { ...QUIET, waiting: 3, needs: 3 };
  expect(isWorthTelling(waits)).toBe(false);
});
