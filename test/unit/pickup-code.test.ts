import { expect, test } from '@jest/globals';
import { readPickupCode } from '../../src/domain/pickup.ts';

const TOKEN = 'Ab-_'.repeat(10).concat('xyz');

test.each([
  ['the address in the QR code', `https://shop.example/pickup/${TOKEN}`, { token: TOKEN }],
  ['an address with a path before it', `http://127.0.0.1:3000/shop/pickup/${TOKEN}`, { token: TOKEN }],
  ['a bare token', ` ${TOKEN} `, { token: TOKEN }],
  ['a number as it is printed', 'C-1001', { orderNumber: 'C-1001' }],
  ['a number as it is typed in a hurry', 'c 1001', { orderNumber: 'C-1001' }],
  ['a number alone', '01001', { orderNumber: 'C-1001' }],
])('%s is read', (_what, text, code) => {
  expect(readPickupCode(text)).toEqual(code);
});

test.each(
  [
    ['', 'C-', 'C-12x', '-5', '1.5', '1'.repeat(13), `${TOKEN}x`, TOKEN.slice(1), 'https://shop.example/pickup/x'],
    ['javascript:alert(1)', `https://shop.example/other/${TOKEN}`, "C-1' OR 1=1", 'WIFI:S:shop;T:WPA;P:secret;;'],
  ].flat(),
)('%j is no code of ours', (text) => {
  expect(readPickupCode(text)).toBeUndefined();
});
