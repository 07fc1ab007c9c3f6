import { expect, test } from '@jest/globals';
import { decodeTap, encodeTap, readFocus, refocus, type Tap } from '../../src/domain/conversation.ts';

const id = '3f0e6a52-6a52-4b6e-9d6e-3f0e6a526a52';
const taps: Tap[] = [
  { kind: 'product', productId: id },
  { kind: 'add', productId: id, quantity: 4 },
  { kind: 'location', locationId: id },
  { kind: 'confirm', proposalId: id },
  { kind: 'change', proposalId: id },
  { kind: 'again', orderId: id },
  { kind: 'link', orderId: id },
  { kind: 'order' },
  { kind: 'cart' },
  { kind: 'human' },
  { kind: 'resume' },
];

test.each(taps)('the button $kind is read as it was written', (tap) => {
  expect(decodeTap(encodeTap(tap))).toEqual(tap);
  expect(encodeTap(tap).length).toBeLessThanOrEqual(200);
});

test.each([
  '',
  'product',
  'product:1',
  `product:${id}:1`,
  `add:${id}`,
  `add:${id}:0`,
  `add:${id}:-1`,
  `add:${id}:2.5`,
  `add:${id}:1e1`,
  `add:${id}:100`,
  `add:${id}:4:5`,
  'order:1',
  `delete:${id}`,
  "confirm:' OR 1=1",
  '__proto__',
])('the forged payload %p is not ours', (payload) => {
  expect(decodeTap(payload)).toBeUndefined();
});

test('a focus that cannot be read is forgotten', () => {
  expect(readFocus({ offer: 'x' })).toEqual({ seen: [] });
  expect(readFocus(null)).toEqual({ seen: [] });
  expect(readFocus({ offer: [id], seen: [id] })).toEqual({ offer: [id], seen: [id] });
});

test('what was shown stays known while what was open is closed', () => {
  expect(refocus({ offer: [id], seen: [id] }, { ask: 'location' }, ['b'])).toEqual({
    ask: 'location',
    seen: [id, 'b'],
  });
});
