/** What customers' files are taken for, and how large they may be; anything else is declined (platform-facts). */
export type MediaPurpose = 'picture' | 'voice';

const MEBIBYTE = 1024 * 1024;
export const MEDIA_RULES: Record<MediaPurpose, { types: readonly string[]; maxBytes: number }> = {
  picture: { types: ['image/jpeg', 'image/png', 'image/webp'], maxBytes: 5 * MEBIBYTE },
  // Five minutes as WhatsApp records them, with room: most kinds do not tell how long they are, and none can be believed.
  voice: { types: ['audio/ogg', 'audio/amr', 'audio/mp4', 'audio/mpeg'], maxBytes: MEBIBYTE },
};

/** A longer one is a speech: nobody's order, and paid for by the minute. */
const MAX_VOICE_SECONDS = 300;

const startsWith = (bytes: Uint8Array, text: string, at = 0): boolean =>
  bytes.length >= at + text.length && [...text].every((char, index) => bytes[at + index] === char.charCodeAt(0));

/** What the first bytes say a file is, whatever it is called; undefined for all we do not take. */
export function sniffMediaType(bytes: Uint8Array): string | undefined {
  const [first = 0, second = 0, third = 0] = bytes;
  if (first === 0xff && second === 0xd8 && third === 0xff) return 'image/jpeg';
  if (startsWith(bytes, '\x89PNG\r\n\x1a\n')) return 'image/png';
  if (startsWith(bytes, 'RIFF') && startsWith(bytes, 'WEBP', 8)) return 'image/webp';
  if (startsWith(bytes, 'OggS')) return 'audio/ogg';
  if (startsWith(bytes, '#!AMR')) return 'audio/amr';
  if (startsWith(bytes, 'ftyp', 4)) return 'audio/mp4';
  // An ID3 tag, or the sync word of an MPEG frame of layer I to III (layer 0 is AAC's).
  const isFrame = first === 0xff && (second & 0xe0) === 0xe0 && (second & 0x06) !== 0;
  return startsWith(bytes, 'ID3') || isFrame ? 'audio/mpeg' : undefined;
}

// https://www.rfc-editor.org/rfc/rfc7845 section 4: the granule position counts samples at 48 kHz.
const OPUS_SAMPLES_PER_SECOND = 48_000;
const PAGE_HEADER_BYTES = 27;

/** How long an Ogg Opus recording is, by its last page; undefined when it has none. */
export function oggSeconds(bytes: Uint8Array): number | undefined {
  for (let at = bytes.length - PAGE_HEADER_BYTES; at >= 0; at--) {
    if (bytes[at] !== 0x4f || !startsWith(bytes, 'OggS', at)) continue;
    const granule = new DataView(bytes.buffer, bytes.byteOffset + at + 6, 8).getBigInt64(0, true);
    return granule < 0n ? undefined : Number(granule) / OPUS_SAMPLES_PER_SECOND;
  }
  return undefined;
}

// What telephones record speech with takes at least this (8 kbit/s).
const LEAST_BYTES_PER_SECOND = 1_000;

/** How long a voice note is taken to be by whoever pays for it: what it says of itself may make it longer, never shorter. */
export const voiceSeconds = (bytes: Uint8Array): number =>
  Math.max(oggSeconds(bytes) ?? 0, bytes.length / LEAST_BYTES_PER_SECOND);

/** Whether a voice note is not listened to: it is larger than five minutes of speech, or says that it is longer. */
export const isTooLongToHear = (bytes: Uint8Array): boolean =>
  bytes.length > MEDIA_RULES.voice.maxBytes || (oggSeconds(bytes) ?? 0) > MAX_VOICE_SECONDS;
