import { expect, test } from '@jest/globals';
import jsqr from 'jsqr';
import { PNG } from 'pngjs';
import { createQrCode } from '../../src/vendors/qr.ts';

test('a reader finds in the picture exactly the address it was made of', async () => {
  const url = `https://shop.example/pickup/${'x'.repeat(43)}`;
  const { data, width, height } = PNG.sync.read(await createQrCode().png(url));
  expect(width).toBe(720);
  const read = jsqr as unknown as typeof jsqr.default;
  expect(read(new Uint8ClampedArray(data), width, height)?.data).toBe(url);
});
