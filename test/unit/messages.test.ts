import { describe, expect, test } from '@jest/globals';
import { declineText } from '../../src/domain/decline.ts';
import { formatInstant } from '../../src/domain/instant.ts';
import { LOCALES } from '../../src/domain/locale.ts';
import {
  codeAgainMessage,
  readyMessage,
  reminderMessage,
  reviewRequestMessage,
  thankYouMessage,
} from '../../src/domain/messages.ts';
import type { OrderFacts } from '../../src/domain/order-message.ts';
import { LIMITS, type OrderAtSending, supersededBecause } from '../../src/domain/outbound-message.ts';
import { paymentFailedMessage, paymentLinkMessage } from '../../src/domain/payment-messages.ts';
import { spokenName } from '../../src/domain/spoken-name.ts';
import { loadPrompts } from '../../src/prompts.ts';

const { texts, templates } = loadPrompts();
const now = new Date('2026-11-21T10:00:00Z');
const url = `https://checkout.stripe.com/c/pay/cs_live_${'x'.repeat(400)}`;
const orderOf = (lineCount: number, locale: OrderFacts['locale'] = 'fr'): OrderFacts => ({
  id: 'o1',
  number: 'C-1001',
  locale,
  totalMinor: 1_234_500,
  currency: 'EUR',
  expiresAt: new Date('2026-11-21T15:00:00Z'),
  lines: Array.from({ length: lineCount }, (_line, index) => ({
    label: `Michelin Primacy 4+ 205/55 R16 91V numéro ${index + 1}`,
    quantity: 4,
    subtotalMinor: 35_960,
  })),
  location: { id: 'l1', code: 'JAR', name: 'Jarry', address: '12 rue', hours: '8 h - 18 h' },
  customer: { firstName: 'Camille' },
});

describe.each(LOCALES)('an order of 40 lines, in %s,', (locale) => {
  const order = orderOf(40, locale);
  const total = locale === 'en' ? '12,345' : '12';

  test('keeps total, link and deadline in its payment link', () => {
    const { body } = paymentLinkMessage(texts, order, url, 'UTC');
    expect(body.length).toBeLessThanOrEqual(LIMITS.bodyChars);
    expect(body).toContain(url);
    expect(body).toContain(total);
    expect(body).toMatch(/15:00|3:00/);
    expect(body).toMatch(/numéro 1 /);
    expect(body).toMatch(/… .*\d+/);
  });

  test('keeps total, link and time left in its reminder, and in the template that says the same', () => {
    const { body, template } = reminderMessage(texts, order, { url, now });
    expect(body.length).toBeLessThanOrEqual(LIMITS.bodyChars);
    expect(body).toContain(url);
    expect(body).toContain(texts(locale, 'hours_left', { hours: 5 }));
    const wording = templates[locale].reminder.body.replace(
      /\{\{(\d)\}\}/g,
      (_placeholder, n) => template?.variables[n] ?? '',
    );
    expect(wording.length).toBeLessThanOrEqual(LIMITS.templateChars);
    expect(template?.variables['2']).toMatch(/^4 × Michelin.*… .*\d+/);
  });
});

test('a short order is listed whole', () => {
  const { body } = paymentLinkMessage(texts, orderOf(3), url, 'UTC');
  expect(body).toContain('numéro 3');
  expect(body).not.toContain('…');
});

test.each([
  ['fr', 'expired_card', 'n’est pas passé. La carte a expiré.\n'],
  ['en', 'insufficient_funds', 'did not go through. There are not enough funds available.\n'],
  ['es', 'stolen_card', 'no se ha realizado. El banco ha rechazado la tarjeta.\n'],
  ['en', 'a_code_of_tomorrow', 'did not go through.\n'],
  ['fr', null, 'n’est pas passé.\n'],
] as const)('a failed payment tells in %s what %j means', (locale, code, expected) => {
  expect(paymentFailedMessage(texts, orderOf(1, locale), url, code).body).toContain(expected);
});

test('a code that is no decline, even one every object has, tells nothing', () => {
  expect([declineText(null), declineText('constructor'), declineText('processing_error')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test.each([
  ['Camille Dupont', 'Camille'],
  ['  Élodie', 'Élodie'],
  ['🔥 King 971 🔥', undefined],
  ['TRX4000', undefined],
  ['', undefined],
  [null, undefined],
])('the profile name %j is spoken to as %j', (profileName, expected) => {
  expect(spokenName(profileName)).toBe(expected);
});

describe('a message that waited', () => {
  const open: OrderAtSending = {
    status: 'pending_payment',
    expiresAt: new Date(now.getTime() + 1),
    inReview: false,
    processing: false,
  };
  test.each<[string, Partial<OrderAtSending>, boolean, string | undefined]>([
    ['reminder:o1:1', {}, false, undefined],
    ['reminder:o1:1', {}, true, 'the customer opted out'],
    ['reminder:o1:1', { status: 'confirmed' }, false, 'the order is confirmed'],
    ['reminder:o1:1', { expiresAt: now }, false, 'the payment link has expired'],
    ['reminder:o1:1', { processing: true }, false, 'the bank is processing the payment'],
    ['reminder:o1:1', { inReview: true }, false, 'the order is in review'],
    ['payment-link:a1', {}, true, undefined],
    ['payment-link:a1', { status: 'cancelled' }, false, 'the order is cancelled'],
    ['payment-failed:e1', { status: 'confirmed' }, false, 'the order is confirmed'],
    ['payment-failed-final:a1', { status: 'cancelled' }, false, undefined],
    ['thank-you:o1', { status: 'confirmed' }, true, undefined],
    ['review:o1', { status: 'collected' }, false, undefined],
    ['ready:o1', { status: 'ready' }, true, undefined],
    ['ready:o1', { status: 'collected' }, false, 'the order is collected'],
    ['code-again:o1:f1', { status: 'ready' }, false, undefined],
    ['code-again:o1:f1', { status: 'refunded' }, false, 'the order is refunded'],
    ['expired:o1', { status: 'confirmed' }, false, 'the order is confirmed'],
    ['review:o1', { status: 'collected' }, true, 'the customer opted out'],
    ['expired:o1', { status: 'expired' }, true, 'the customer opted out'],
    ['expired:o1', { status: 'expired' }, false, undefined],
    ['review:o1', { status: 'refunded' }, false, 'the order is refunded'],
  ])('%s with %j, opted out: %j, is superseded: %j', (businessKey, order, optedOut, expected) => {
    expect(supersededBecause({ businessKey, optedOut, order: { ...open, ...order } }, now)).toBe(expected);
  });
});

test.each([
  ['fr', '2026-11-21T18:00:00Z', 'samedi 21 novembre à 14:00'],
  ['en', '2026-11-21T18:00:00Z', 'Saturday 21 November at 14:00'],
  ['es', '2026-11-21T18:00:00Z', 'sábado 21 de noviembre a las 14:00'],
  ['es', '2026-11-21T05:05:00Z', 'sábado 21 de noviembre a la 01:05'],
  ['fr', '2026-11-21T04:00:00Z', 'samedi 21 novembre à 00:00'],
] as const)('a moment is said in %s as people say it', (locale, at, said) => {
  expect(formatInstant(new Date(at), locale, 'America/Guadeloupe')).toBe(said);
});

test.each([
  ['fr', 'Merci, Camille !', 'Bonne nouvelle, Camille !', 'Bonjour Camille,', 'Lun-Ven 8h-18h'],
  ['en', 'Thank you, Camille!', 'Good news, Camille!', 'Hello Camille,', 'Monday to Friday 8:00 - 18:00'],
  ['es', '¡Gracias, Camille!', '¡Buenas noticias, Camille!', 'Hola, Camille,', 'Lunes a viernes 8:00 - 18:00'],
] as const)('in %s a name is set off as its language does, and the opening hours are in it', (locale, ...said) => {
  const [thanks, news, hello, hours] = said;
  const order = { ...orderOf(1, locale), location: { ...orderOf(1).location, hours: 'Lun-Ven 8h-18h' } };
  const thankYou = thankYouMessage(texts, order, 'p1', { revived: false, receiptEmail: null });
  const ready = readyMessage(texts, order);
  const again = codeAgainMessage(texts, order, 'p1');
  expect(thankYou.body).toContain(`*${thanks}*`);
  expect(ready.body).toContain(`*${news}*`);
  expect(reminderMessage(texts, order, { url, now }).body).toContain(hello);
  expect(reviewRequestMessage(texts, order).body).toContain(hello);
  for (const { body, template } of [thankYou, ready, again]) {
    expect(body).toContain(hours);
    expect(Object.values(template?.variables ?? {})).toContain(hours);
  }
});

test.each([
  ['fr', '*Merci !*', 'Bonjour,'],
  ['en', '*Thank you!*', 'Hello,'],
  ['es', '*¡Gracias!*', 'Hola,'],
] as const)('in %s nobody is called by a name that nobody gave', (locale, thanks, hello) => {
  const order = { ...orderOf(1, locale), customer: { firstName: null } };
  const { body } = thankYouMessage(texts, order, 'p1', { revived: false, receiptEmail: null });
  expect(body).toContain(thanks);
  expect(reminderMessage(texts, order, { url, now }).body).toContain(hello);
});
