import { type Position, readPosition } from './distance.ts';
import { clip } from './storable.ts';

/** What a customer sent, as far as the counter tells one thing from another. */
export type InboundContent =
  | 'text'
  | 'picture'
  | 'voice'
  | 'sticker'
  | 'reaction'
  | 'video'
  | 'document'
  | 'contact'
  | 'location'
  | 'other';

/** A file at Twilio; nothing of it is here until it is fetched. */
export type InboundFile = { url: string; contentType: string };
/** The advertisement that a conversation was opened from: its words, which anybody may have written. */
export type Referral = { headline: string; body: string };

export type Sent = {
  content: InboundContent;
  files: InboundFile[];
  /** Of a location that is on earth. */
  position: Position | undefined;
  /** Twilio's SID of the message it replies to; a tap replies to the message with the button. */
  repliesToSid: string | undefined;
  referral: Referral | undefined;
};

/** More are never looked at: WhatsApp sends one per message. */
const MAX_FILES = 4;
const REFERRAL_CHARS = 300;

const baseType = (contentType: string) => contentType.split(';')[0]?.trim().toLowerCase() ?? '';

function filesIn(fields: Record<string, string>): InboundFile[] {
  const count = Math.min(Number(fields.NumMedia) || 0, MAX_FILES);
  return Array.from({ length: count }, (_, index) => ({
    url: fields[`MediaUrl${index}`] ?? '',
    contentType: baseType(fields[`MediaContentType${index}`] ?? ''),
  }));
}

function contentOfFile(contentType: string, messageType: string): InboundContent {
  if (messageType === 'sticker') return 'sticker';
  // Photos come as JPEG, stickers as WebP; older webhooks name no MessageType.
  if (contentType === 'image/webp' && messageType !== 'image') return 'sticker';
  if (contentType.startsWith('image/')) return 'picture';
  if (contentType.startsWith('audio/')) return 'voice';
  if (contentType.startsWith('video/')) return 'video';
  return /^text\/(?:x-)?vcard$|^text\/directory$/.test(contentType) ? 'contact' : 'document';
}

function contentOf(fields: Record<string, string>, files: InboundFile[], position: Position | undefined) {
  const messageType = (fields.MessageType ?? '').toLowerCase();
  const [file] = files;
  if (messageType === 'reaction') return 'reaction';
  if (file) return contentOfFile(file.contentType, messageType);
  if (messageType === 'contacts' || messageType === 'contact') return 'contact';
  if (position || fields.Latitude || messageType === 'location') return 'location';
  return fields.Body || fields.ButtonPayload || fields.ListId ? 'text' : 'other';
}

/**
 * Reads the fields of Twilio's webhook as they were stored:
 * https://www.twilio.com/docs/messaging/guides/webhook-request#whatsapp-specific-parameters
 */
export function readSent(stored: unknown): Sent {
  const entries = Object.entries(stored ?? {}).filter(([, value]) => typeof value === 'string');
  const fields = Object.fromEntries(entries) as Record<string, string>;
  const files = filesIn(fields);
  const position = readPosition(fields.Latitude, fields.Longitude);
  const { ReferralHeadline: headline = '', ReferralBody: body = '' } = fields;
  return {
    content: contentOf(fields, files, position),
    files,
    position,
    repliesToSid: fields.OriginalRepliedMessageSid || undefined,
    referral:
      headline || body ? { headline: clip(headline, REFERRAL_CHARS), body: clip(body, REFERRAL_CHARS) } : undefined,
  };
}

/** A document's name comes in place of a caption: "facture.pdf" says nothing. */
export const isFileName = (text: string): boolean => /^[^\n]{1,200}\.[a-z0-9]{2,5}$/i.test(text.trim());
