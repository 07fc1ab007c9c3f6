import type { Phones, Spoken } from '../phones.ts';
import type { Callbacks } from './callbacks.ts';
import type { InboundFiles } from './inbound-media.ts';
import type { Messages } from './messages.ts';

type Parts = {
  messages: Messages;
  phones: Phones;
  callbacks: Callbacks;
  files: InboundFiles;
  accountSid: string;
  from: string;
};

/** What customers write and tap, brought to the shop's webhook with the fields that Twilio sends for WhatsApp. */
export class Inbound {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
    parts.phones.on('spoken', (spoken) => void this.#forward(spoken));
  }

  /** Twilio gives the message its SID before the phone shows it. */
  register(phone: string, body: string, numMedia = 0): string {
    const { messages, from } = this.#parts;
    const address = { from: `whatsapp:${phone}`, to: from };
    const record = { direction: 'inbound', body, status: 'received', numMedia } as const;
    return messages.add({ ...address, ...record, messagingServiceSid: null, statusCallback: null }).sid;
  }

  async #forward(spoken: Spoken): Promise<void> {
    const { callbacks, phones } = this.#parts;
    const outcome = await callbacks.inbound(this.fields(spoken));
    phones.setStatus(spoken.message.id, outcome.delivered ? 'delivered' : 'failed');
  }

  /** The form fields of the webhook request. */
  fields({ message, customer, reply, quotes }: Spoken): Record<string, string> {
    const file = this.#parts.files.ofMessage(message.id);
    const waId = customer.phone.slice(1);
    const context: Record<string, string> = { ProfileName: customer.name, WaId: waId };
    if (reply) context.ButtonText = reply.title;
    return {
      SmsMessageSid: message.id,
      NumMedia: file ? '1' : '0',
      ProfileName: customer.name,
      MessageType: reply ? messageType(reply) : contentType(message),
      SmsSid: message.id,
      WaId: waId,
      SmsStatus: 'received',
      Body: message.body,
      To: this.#parts.from,
      NumSegments: '1',
      ReferralNumMedia: '0',
      MessageSid: message.id,
      AccountSid: this.#parts.accountSid,
      From: `whatsapp:${customer.phone}`,
      ChannelMetadata: JSON.stringify({ type: 'whatsapp', data: { context } }),
      ApiVersion: '2010-04-01',
      ...(file && { MediaUrl0: this.#parts.files.urlOf(file), MediaContentType0: file.type }),
      ...(message.location && {
        Latitude: String(message.location.latitude),
        Longitude: String(message.location.longitude),
      }),
      ...(quotes && {
        OriginalRepliedMessageSid: quotes.id,
        OriginalRepliedMessageSender: quotes.direction === 'in' ? this.#parts.from : `whatsapp:${customer.phone}`,
      }),
      ...(reply && this.#replyFields(reply)),
    };
  }

  #replyFields(reply: NonNullable<Spoken['reply']>): Record<string, string> {
    const replied = {
      OriginalRepliedMessageSid: reply.repliesTo.id,
      OriginalRepliedMessageSender: this.#parts.from,
    };
    if (reply.kind === 'button') return { ...replied, ButtonText: reply.title, ButtonPayload: reply.id };
    const described: Record<string, string> = reply.description ? { ListDescription: reply.description } : {};
    return { ...replied, ListId: reply.id, ListTitle: reply.title, ...described };
  }
}

/** A button of an approved template is a `button`; buttons and lists sent in a session are `interactive`. */
function messageType(reply: NonNullable<Spoken['reply']>): string {
  return reply.kind === 'button' && reply.repliesTo.isTemplate ? 'button' : 'interactive';
}

/** Stickers are the WebP files on WhatsApp; photos are sent as JPEG. */
function contentType({ mediaType, location }: Spoken['message']): string {
  if (location) return 'location';
  if (mediaType === undefined) return 'text';
  if (mediaType === 'image/webp') return 'sticker';
  const kind = /^(image|audio|video)\//.exec(mediaType)?.[1];
  return kind ?? (/vcard/.test(mediaType) ? 'contacts' : 'document');
}
