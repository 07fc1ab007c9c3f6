/**
 * The address in a picture's QR code, for the chat page to offer what a scanner would open; null when there is none. The
 * reader is a development dependency: without it the page shows the picture and no link.
 */
export async function addressInQr(png: Buffer): Promise<string | null> {
  const reader = await loadReader();
  if (!reader) return null;
  try {
    const { data, width, height } = reader.PNG.sync.read(png);
    const text = reader.jsQR(new Uint8ClampedArray(data), width, height)?.data;
    return text !== undefined && /^https?:\/\//.test(text) ? text : null;
  } catch {
    // A picture that cannot be decoded is still a picture to show.
    return null;
  }
}

async function loadReader() {
  try {
    const [{ PNG }, jsqr] = await Promise.all([import('pngjs'), import('jsqr')]);
    // A CommonJS module whose function hides one or two defaults deep, depending on who loads it.
    const outer = jsqr.default as unknown as ReadQr & { default?: ReadQr };
    return { PNG, jsQR: typeof outer === 'function' ? outer : (outer as { default: ReadQr }).default };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return null;
    throw error;
  }
}

type ReadQr = (data: Uint8ClampedArray, width: number, height: number) => { data: string } | null;
