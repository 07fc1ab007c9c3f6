import { expect, test } from '@jest/globals';
import { LOCALES } from '../../src/domain/locale.ts';
import { STAFF_NOTICES } from '../../src/domain/notification.ts';
import { staffNoticeMail } from '../../src/domain/staff-notice-mail.ts';

const facts = {
  ...{ name: 'Inès', shopName: 'Pneus', at: new Date('2026-11-21T18:00:00Z'), timezone: 'America/Guadeloupe' },
  publicUrl: 'https://shop.example',
};

test('what was done to an account is said in each language, when it was, and what to do if it was somebody else', () => {
  const subjects = new Set<string>();
  for (const locale of LOCALES)
    for (const notice of STAFF_NOTICES) {
      const { subject, text } = staffNoticeMail(locale, notice, facts);
      subjects.add(subject);
      expect(subject).toMatch(/^Pneus ?: /);
      for (const fact of ['Inès', '14:00', 'https://shop.example/staff/forgot']) expect(text).toContain(fact);
    }
  expect(subjects.size).toBe(LOCALES.length * STAFF_NOTICES.length);
});

test('it reads as somebody would write it', () => {
  const first = (locale: (typeof LOCALES)[number]) =>
    staffNoticeMail(locale, 'second_factor_off', facts).text.split('\n\n').slice(0, 2).join(' ');
  expect(LOCALES.map(first)).toEqual([
    'Bonjour Inès, La double vérification de votre compte a été désactivée le samedi 21 novembre à 14:00.',
    'Hello Inès, The second factor of your account was turned off on Saturday 21 November at 14:00.',
    'Hola, Inès: La doble verificación de su cuenta se desactivó el sábado 21 de noviembre a las 14:00.',
  ]);
});
