/** The beginnings of real files, which is what they are told by. */
export const JPEG = Buffer.concat([Buffer.from('ffd8ffe000104a464946', 'hex'), Buffer.alloc(64)]);
export const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(64)]);
export const WEBP = Buffer.concat([Buffer.from('RIFF\x40\0\0\0WEBPVP8 ', 'latin1'), Buffer.alloc(64)]);
export const AMR = Buffer.from('#!AMR\n0000');
export const M4A = Buffer.from('\0\0\0\x20ftypM4A 0000', 'latin1');
export const MP3 = Buffer.concat([Buffer.from('fffb9064', 'hex'), Buffer.alloc(64)]);

/** An Ogg Opus recording of that length: its first page and its last. */
export function oggOf(seconds: number): Buffer {
  const page = (granule: bigint) => {
    const header = Buffer.alloc(27);
    header.write('OggS');
    header.writeBigInt64LE(granule, 6);
    return Buffer.concat([header, Buffer.alloc(40, 1)]);
  };
  return Buffer.concat([page(0n), page(BigInt(Math.round(seconds * 48_000)))]);
}

const MEDIA_SIDS = { message: `MM${'a'.repeat(32)}`, media: `ME${'b'.repeat(32)}` };
/** The path of a file at Twilio. */
export const mediaPath = (accountSid: string): string =>
  `/2010-04-01/Accounts/${accountSid}/Messages/${MEDIA_SIDS.message}/Media/${MEDIA_SIDS.media}`;
