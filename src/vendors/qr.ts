import QRCode from 'qrcode';
import type { QrCode } from '../ports.ts';

/** A picture a phone shows and a counter's camera reads: quiet zone of 4 modules, 15 % of it may be unreadable. */
export function createQrCode(): QrCode {
  return {
    png: (text) => QRCode.toBuffer(text, { type: 'png', errorCorrectionLevel: 'M', margin: 4, width: 720 }),
  };
}
