import { expect, test } from '@jest/globals';
import { integerOf, parseForm } from '../../src/sandbox/stripe/form.ts';

test('nested maps and lists are read as Stripe’s SDK writes them', () => {
  const form =
    'line_items[0][price_data][currency]=eur&line_items[1][quantity]=2&metadata[order id]=o%261&mode=payment';
  expect(parseForm(form)).toEqual({
    line_items: [{ price_data: { currency: 'eur' } }, { quantity: '2' }],
    metadata: { 'order id': 'o&1' },
    mode: 'payment',
  });
});

test('lists without numbers and lists of more than ten keep their order', () => {
  expect(parseForm('expand[]=a&expand[]=b')).toEqual({ expand: ['a', 'b'] });
  const numbered = Array.from({ length: 12 }, (_, index) => `types[${index}]=t${index}`).join('&');
  expect(parseForm(numbered).types).toEqual(Array.from({ length: 12 }, (_, index) => `t${index}`));
});

test('a form cannot reach into prototypes', () => {
  expect(() => parseForm('__proto__[polluted]=1')).toThrow();
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test.each(['2.5', '1e9', 'abc', '', '99999999999999999'])('%j is no whole number', (text) => {
  expect(() => integerOf({ amount: text }, 'amount')).toThrow();
});
