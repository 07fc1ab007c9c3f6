import jsQR from 'jsqr';
import { PNG } from 'pngjs';

const readQr = jsQR as unknown as (pixels: Uint8ClampedArray, width: number, height: number) => { data: string } | null;

/** What a QR reader sees in a PNG. */
export function decodeQr(png: Buffer): string | undefined {
  const { data, width, height } = PNG.sync.read(png);
  return readQr(new Uint8ClampedArray(data), width, height)?.data;
}
