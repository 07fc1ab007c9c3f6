import { plainText } from './plain-text.ts';

// 205/55 R16, 205 55 16, 205-55-r16, 205/55ZR16, 2055516
const FULL_SIZE = /(?<!\d)([1-3]\d{2})[^\da-wyz]{0,3}(\d{2})[^\da-qs-wy]{0,3}r?[^\da-z]{0,2}(\d{2})(?!\d)/;
const WIDTH_AND_HEIGHT = /(?<!\d)([1-3]\d{2})\s?\/\s?(\d{2})(?!\d)/;
const RIM = /\br\s?(\d{2})\b/;
// 16 pouces, 17 inches, 16"
const INCHES = /\b(\d{2})\s?(?:pouces?|inch(?:es)?|pulgadas?)\b|\b(1[2-9]|2[0-4])["”″]/;

export type TyreSize = {
  /** Numbers, width first; the rim alone is one. */
  size: string[];
  /** The text without it. */
  rest: string;
  /** "17 pouces" is a rim where tyres are sold, and a screen elsewhere. */
  mayBeOther: boolean;
};

/** Widths and heights go in fives: other digits in a row are a reference. */
const isTyre = ([, width, height]: readonly string[]) => /[05]$/.test(width ?? '') && /[05]$/.test(height ?? '');

/** The tyre size in a customer's words, however it is typed. */
export function readSize(text: string): TyreSize {
  const plain = plainText(text.replace(/''|’’/g, '"'));
  const full = FULL_SIZE.exec(plain);
  const sure = (full && isTyre(full) ? full : undefined) ?? WIDTH_AND_HEIGHT.exec(plain) ?? RIM.exec(plain);
  const match = sure ?? INCHES.exec(plain);
  if (!match) return { size: [], rest: plain, mayBeOther: false };
  return { size: match.slice(1).filter(Boolean), rest: plain.replace(match[0], ' '), mayBeOther: !sure };
}

/** One word for a size or a part of one, as the index keeps it: `205/55r16`, `205/55`, `r16`. */
export function sizeWord(size: readonly string[]): string | undefined {
  const [width, height, rim] = size;
  if (width === undefined) return undefined;
  if (height === undefined) return `r${width}`;
  return rim === undefined ? `${width}/${height}` : `${width}/${height}r${rim}`;
}

const SOLD_SIZE = new RegExp(FULL_SIZE.source, 'g');

/** Every word under which the sizes in a product's text are looked for. */
export function sizesIn(text: string): Set<string> {
  const words = new Set<string>();
  const plain = plainText(text);
  for (const match of plain.matchAll(SOLD_SIZE)) {
    if (!isTyre(match)) continue;
    const [, width = '', height = '', rim = ''] = match;
    for (const size of [[width, height, rim], [width, height], [rim]]) words.add(sizeWord(size) as string);
  }
  for (const [, rim = ''] of plain.matchAll(/\bz?r\s?(\d{2})\b/g)) words.add(`r${rim}`);
  for (const [, width, height] of plain.matchAll(/(?<!\d)([1-3]\d{2})\s?\/\s?(\d{2})(?!\d)/g))
    words.add(`${width}/${height}`);
  return words;
}

const SIZE_PARTS =
  /(?<!\d)[1-3]\d{2}\s?\/\s?\d{2}(?!\d)|\bz?r\s?\d{2}\b|\b\d{2}\s?(?:pouces?|inch(?:es)?|pulgadas?)\b/g;

/** A plain text without any size in it, nor a part of one that is written as such. */
export const withoutSizes = (plain: string): string =>
  plain
    .replace(SOLD_SIZE, (written, width, height) => (isTyre([written, width, height]) ? ' ' : written))
    .replace(SIZE_PARTS, ' ');
