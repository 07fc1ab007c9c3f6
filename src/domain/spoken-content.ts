/** What a message is when it is no text: pictures, voice, places ... */
export const NON_TEXTS = [
  'picture',
  'sticker',
  'voice',
  'video',
  'contact',
  'document',
  'location',
  'pickup_qr',
  'other',
] as const;
export type NonText = (typeof NON_TEXTS)[number];

const SPOKEN = new Set(['text', 'button', 'list']);

/** What a customer's message is; null when it is words, typed or tapped. `mediaType` is Twilio's MediaContentType0. */
export function nonTextOf(message: { kind: string; mediaType: string | null }): NonText | null {
  if (SPOKEN.has(message.kind)) return null;
  if (message.kind === 'location') return 'location';
  const mediaType = message.mediaType ?? '';
  if (mediaType === 'image/webp') return 'sticker';
  if (mediaType.startsWith('image/')) return 'picture';
  if (mediaType.startsWith('audio/')) return 'voice';
  if (mediaType.startsWith('video/')) return 'video';
  if (/^text\/(x-)?vcard/.test(mediaType)) return 'contact';
  return mediaType ? 'document' : 'other';
}
