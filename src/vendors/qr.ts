import QRCode from 'qrcode';
import type { QrCode } from '../ports.ts';

const MARGIN = 4;

/** A picture a phone shows and a counter's camera reads: quiet zone of 4 modules, 15 % of it may be unreadable. */
export function createQrCode(): QrCode {
  return {
    path(text) {
      const { modules } = QRCode.create(text, { errorCorrectionLevel: 'M' });
      const rows = Array.from({ length: modules.size }, (_, y) => y);
      const dark = rows.flatMap((y) =>
        rows.filter((x) => modules.get(y, x)).map((x) => `M${x + MARGIN} ${y + MARGIN}h1v1h-1z`),
      );
      return { size: modules.size + 2 * MARGIN, path: dark.join('') };
    },
    png: (text) => QRCode.toBuffer(text, { type: 'png', errorCorrectionLevel: 'M', margin: MARGIN, width: 720 }),
  };
}
