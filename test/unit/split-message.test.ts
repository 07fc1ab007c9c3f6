import { describe, expect, test } from '@jest/globals';
import { splitMessage, splitText } from '../../src/domain/split-message.ts';

const sentence = (n: number) => `Le pneu numéro ${n} tient la route sous la pluie comme au sec. `;
const prose = (count: number) =>
  Array.from({ length: count }, (_, n) => sentence(n + 1))
    .join('')
    .trim();

describe('a reply over 1,600 characters', () => {
  test('is split at a sentence’s end, and nothing of it is lost', () => {
    const text = prose(50);
    const parts = splitText(text, 1600);
    expect(parts).toHaveLength(2);
    for (const part of parts) {
      expect(part.length).toBeLessThanOrEqual(1600);
      expect(part).toMatch(/\.$/);
    }
    expect(parts.join(' ')).toBe(text);
  });

  test('is split between paragraphs rather than between sentences', () => {
    const first = prose(20);
    const parts = splitText(`${first}\n\n${prose(12)}`, 1600);
    expect(parts[0]).toBe(first);
  });

  test('is at most three messages, the last cut at a word with an ellipsis', () => {
    const parts = splitText(prose(200), 1600);
    expect(parts).toHaveLength(3);
    expect(parts[2]).toMatch(/[\p{L}.]…$/u);
    expect(parts[2]?.length).toBeLessThanOrEqual(1600);
  });

  test('is never split inside a link, even one that stands where the cut would fall', () => {
    const link = `https://checkout.stripe.com/c/pay/cs_live_${'x'.repeat(300)}`;
    const text = `${'mot '.repeat(350)}${link} ${'mot '.repeat(200)}`;
    const parts = splitText(text, 1600);
    expect(parts.filter((part) => part.includes(link))).toHaveLength(1);
    expect(parts.filter((part) => part.includes('https'))).toHaveLength(1);
  });

  test('is never cut inside the link that its end falls into', () => {
    const link = `https://shop.example/${'x'.repeat(300)}`;
    const parts = splitText(`${'mot '.repeat(1130)}${link} ${'mot '.repeat(400)}`, 1600);
    expect(parts).toHaveLength(3);
    expect(parts.join(' ')).not.toContain('https');
  });

  test('is never split inside an emoji, even without a single space', () => {
    const family = '👨‍👩‍👧‍👦';
    const parts = splitText(family.repeat(200), 1600);
    for (const part of parts.slice(0, -1)) expect(part).toMatch(/^(?:👨‍👩‍👧‍👦)+$/u);
    expect(parts.join('').replace('…', '')).toBe(family.repeat(200));
  });

  test('keeps the number of a list with its line', () => {
    const lines = Array.from({ length: 60 }, (_, n) => `${n + 1}. Pneu de la ligne ${n + 1} à bon prix`).join('\n');
    for (const part of splitText(lines, 1600)) expect(part).not.toMatch(/\n\d+\.$/);
  });

  test('carries its picture first and its buttons last', () => {
    const buttons = [{ id: 'order', title: 'Commander' }];
    const media = { kind: 'image' as const, url: '/catalogue/x.png' };
    const parts = splitMessage({ body: prose(50), buttons, media });
    expect(parts[0]).toMatchObject({ media });
    expect(parts[0]?.buttons).toBeUndefined();
    expect(parts.at(-1)).toMatchObject({ buttons });
    expect(parts.at(-1)?.media).toBeUndefined();
  });

  test('keeps its last part short enough for buttons', () => {
    const parts = splitMessage({ body: prose(50), buttons: [{ id: 'order', title: 'Commander' }] });
    expect(parts.at(-1)?.body.length).toBeLessThanOrEqual(1024);
    expect(parts.map(({ body }) => body).join(' ')).toBe(prose(50));
  });
});

test('a short message is left as it is', () => {
  const content = { body: 'Bonjour !', buttons: [{ id: 'order', title: 'Commander' }] };
  expect(splitMessage(content)).toEqual([content]);
});
