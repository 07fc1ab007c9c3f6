import { expect, test } from '@jest/globals';
import { hoursIn } from '../../src/domain/opening-hours.ts';

test.each([
  [
    'Lundi à vendredi 7 h 30 - 17 h 30, samedi 8 h - 13 h',
    'Monday to Friday 7:30 - 17:30, Saturday 8:00 - 13:00',
    'Lunes a viernes 7:30 - 17:30, sábado 8:00 - 13:00',
  ],
  [
    'Mardi à samedi 8 h - 12 h 30 et 14 h - 18 h',
    'Tuesday to Saturday 8:00 - 12:30 and 14:00 - 18:00',
    'Martes a sábado 8:00 - 12:30 y 14:00 - 18:00',
  ],
  ['Lun-Sam 8h-18h', 'Monday to Saturday 8:00 - 18:00', 'Lunes a sábado 8:00 - 18:00'],
  [
    'du lundi au vendredi de 9h à 19h, dimanche fermé',
    'Monday to Friday 9:00 - 19:00, Sunday closed',
    'Lunes a viernes 9:00 - 19:00, domingo cerrado',
  ],
])('the opening hours "%s" reach English and Spanish customers in their language', (hours, english, spanish) => {
  expect(hoursIn(hours, 'en')).toBe(english);
  expect(hoursIn(hours, 'es')).toBe(spanish);
});

test.each([
  ['Mon-Fri 9am - 5:30pm', 'Lundi à vendredi 9 h - 17 h 30'],
  ['De lunes a sábado, de 8 a 18 h', 'Lundi à samedi 8 h - 18 h'],
  ['Tue, Thu and Sat 12:15 - 24:00', 'Mardi, jeudi et samedi 12 h 15 - 24 h'],
])('a shop that writes its hours as "%s" is read as well', (hours, french) => {
  expect(hoursIn(hours, 'fr')).toBe(french);
});

test.each([
  'Sur rendez-vous',
  '',
  'Lundi à vendredi 8 h - 18 h, sauf jours fériés',
  'Lun-Ven 18h-8h',
  'Lundi 8 h',
  '8 h - 18 h',
  'lundi à 8 h - 18 h',
  'Lun-Ven 8h-18h +590 690 00 00 01',
  'Mon-Fri 25:00 - 26:00',
])('hours that do not read like days with their times stay as the shop wrote them: "%s"', (hours) => {
  for (const locale of ['fr', 'en', 'es'] as const) expect(hoursIn(hours, locale)).toBe(hours);
});

test('what is in the customer’s language already stays word for word', () => {
  expect(hoursIn('Lun-Sam 8h-18h', 'fr')).toBe('Lun-Sam 8h-18h');
  expect(hoursIn('Mon to Fri, 9am to 5pm', 'en')).toBe('Mon to Fri, 9am to 5pm');
});
