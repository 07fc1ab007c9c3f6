import { expect, test } from '@jest/globals';
import { LOCALES } from '../../src/domain/locale.ts';
import type { Receipt } from '../../src/domain/receipt.ts';
import { renderReceipt } from '../../src/mail/receipt.tsx';
import { loadPrompts } from '../../src/prompts.ts';

const { texts } = loadPrompts();
const receipt: Receipt = {
  orderNumber: 'C-1001',
  locale: 'fr',
  firstName: 'Camille',
  currency: 'EUR',
  lines: [
    { label: 'Michelin Primacy 4+', quantity: 4, unitPriceMinor: 8990, subtotalMinor: 35_960 },
    { label: 'Montage', quantity: 4, unitPriceMinor: 1200, subtotalMinor: 4800 },
  ],
  totalMinor: 40_760,
  location: { name: 'Jarry', address: '12 rue de l’Industrie', hours: '' },
  paidAt: new Date('2026-11-26T02:30:00Z'),
  receiptUrl: 'https://pay.stripe.com/receipts/x?a=1&b=2',
};
const rendered = (more: Partial<Receipt> = {}) => {
  const context = { shopName: 'Pneus Caraïbes', timezone: 'America/Guadeloupe' };
  const { subject, text, html } = renderReceipt(texts, { ...receipt, ...more }, context);
  return { subject, text: text.replace(/[\u00a0\u202f]/g, ' '), html: html.replace(/[\u00a0\u202f]/g, ' ') };
};

test.each(LOCALES)('the confirmation in %s says the same in its text and its HTML', (locale) => {
  const { subject, text, html } = rendered({ locale });
  expect(subject).toContain('C-1001');
  expect(html).toContain(`<html lang="${locale}">`);
  const total = locale === 'en' ? '€407.60' : '407,60 €';
  for (const fact of ['Camille', 'Michelin Primacy 4+', 'Montage', total, 'Jarry', '12 rue', 'Pneus Caraïbes']) {
    expect(text).toContain(fact);
    expect(html).toContain(fact);
  }
  expect(text).toContain('https://pay.stripe.com/receipts/x?a=1&b=2');
  expect(html).toContain('href="https://pay.stripe.com/receipts/x?a=1&amp;b=2"');
  expect(`${text}${html}`).not.toMatch(/undefined|null|\{|\bmail_/);
});

test('the text, whole: the day is the shop’s own, what is not known leaves no gap', () => {
  expect(rendered({ firstName: null, receiptUrl: null }).text).toBe(`Merci !

Nous avons bien reçu votre paiement de 407,60 € le 25 novembre 2026. Votre commande C-1001 est confirmée.

Commande C-1001
Michelin Primacy 4+
  4 × 89,90 € = 359,60 €
Montage
  4 × 12,00 € = 48,00 €
Total payé : 407,60 €

Où la retirer
Jarry
12 rue de l’Industrie

Nous préparons vos articles. Présentez au comptoir le QR code que vous avez reçu sur WhatsApp.

Une question ? Écrivez-nous sur WhatsApp, dans la même conversation. Ce message est envoyé automatiquement.

Pneus Caraïbes
`);
});

test('the HTML loads nothing from elsewhere and needs no style sheet', () => {
  const { html } = rendered();
  expect(html).toMatch(/^<!doctype html><html/);
  expect(html).not.toMatch(/<(img|link|style|script)|class=|url\(/);
});
