import { expect, test } from '@jest/globals';
import { asksWhetherPerson, mayWantPerson } from '../../src/domain/wants-person.ts';

test.each([
  'Je voudrais qu’on me rappelle',
  'c’est compliqué, il me faut de l’aide',
  'passez-moi le responsable',
  'Ma roue vibre depuis le montage de la semaine dernière',
  'vous m’avez facturé deux fois, je veux être remboursé',
  'j’ai un problème avec ma commande',
  'le pneu est arrivé abîmé',
  'You fitted my tyres last week and the wheel shakes since',
  'I want my money back',
  'can I talk to the manager?',
  'quiero una devolución',
  'el neumático está dañado',
  'necesito hablar con alguien',
  'bande de voleurs',
])('"%s" may want a person', (text) => {
  expect(mayWantPerson(text)).toBe(true);
});

test.each([
  'vous avez des pneus 205/55 R16 pas chers ?',
  'quel est le plus silencieux sous la pluie',
  'une réparation de crevaison, c’est combien ?',
  'pas de problème, je prends le deuxième',
  'aucun souci, merci',
  'puis-je monter des 225 sur ma Clio ?',
  'four Michelin please, and balancing',
  'no problem, tomorrow is fine',
  'do you have winter tyres?',
  '¿cuánto cuesta el montaje?',
  'no hay problema, me llevo dos',
  'merci beaucoup',
])('"%s" wants none', (text) => {
  expect(mayWantPerson(text)).toBe(false);
});

test.each([
  [true, 'Voulez-vous que quelqu’un de l’équipe vous réponde ?'],
  [true, 'Shall someone of the shop answer you?'],
  [true, '¿Quiere que le responda alguien de la tienda?'],
  [false, 'L’équipe vous attend à Jarry.'],
  [false, 'Combien en voulez-vous ?'],
])('whether a person should answer is asked: %s of "%s"', (asks, text) => {
  expect(asksWhetherPerson(text)).toBe(asks);
});
