import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PNG } from 'pngjs';

const WIDTH = 640;
const HEIGHT = 480;
const SIDE = 400;
const GREY = 110;

/** A camera that may be pointed at something after the browser has started, before it is switched on. */
export function cameraRoll() {
  const dir = mkdtempSync(path.join(tmpdir(), 'comptoir-camera-'));
  const file = path.join(dir, 'camera.y4m');
  return {
    file,
    shows: (png: Buffer): void => writeFileSync(file, filmOf(png)),
    forget: (): void => rmSync(dir, { recursive: true }),
  };
}

/**
 * A film of a picture held still in front of a grey wall, as Chromium's camera plays it: YUV4MPEG2, a frame of 4:2:0.
 * The picture is scaled to 400 pixels, nearest neighbour: near enough for a decoder, far from a perfect copy.
 */
function filmOf(png: Buffer): Buffer {
  const picture = PNG.sync.read(png);
  const luma = Buffer.alloc(WIDTH * HEIGHT, GREY);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const from =
        (Math.floor((y * picture.height) / SIDE) * picture.width + Math.floor((x * picture.width) / SIDE)) * 4;
      luma[(y + 40) * WIDTH + x + 120] = picture.data[from] ?? GREY;
    }
  }
  const chroma = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, chroma]);
  const head = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`);
  return Buffer.concat([head, frame, frame, frame]);
}
