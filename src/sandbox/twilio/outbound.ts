import type { SandboxClock } from '../clock.ts';
import type { Deliveries } from '../deliveries.ts';
import type { Customer, Phones } from '../phones.ts';
import { addressInQr } from '../qr-reader.ts';
import type { Collection, SandboxStore } from '../store.ts';
import type { Callbacks } from './callbacks.ts';
import { parseVariables, type Rendered, render, whatsappErrorOf } from './content-types.ts';
import type { Contents } from './contents.ts';
import { TwilioError } from './errors.ts';
import type { MessageStatus, Messages, TwilioMessage } from './messages.ts';
import type { TwilioAccount } from './twilio.ts';

export type StoredMedia = { type: string; base64: string };

type Parts = {
  messages: Messages;
  contents: Contents;
  phones: Phones;
  callbacks: Callbacks;
  deliveries: Deliveries;
  clock: SandboxClock;
  store: SandboxStore;
  account: Pick<TwilioAccount, 'from' | 'smsFrom'>;
};
type Prepared = { rendered: Rendered; approved: boolean };

const MEDIA_LIMIT_BYTES = 16 * 1024 * 1024;
const IMAGE_LIMIT_BYTES = 5 * 1024 * 1024;
const MEDIA_TYPES = /^(image\/(png|jpeg|webp)|audio\/|video\/(mp4|3gpp)|application\/pdf)/;

/** Sends what the shop posts to Messages.json: refused at once, or accepted and then told by status callbacks. */
export class Outbound {
  readonly #parts: Parts;
  readonly #media: Collection<StoredMedia>;
  readonly #turns = new Map<string, Promise<void>>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#media = parts.store.collection('media');
  }

  media(sid: string): StoredMedia | undefined {
    return this.#media.get(sid);
  }

  create(form: URLSearchParams): TwilioMessage {
    const isSms = form.get('From')?.startsWith('+') ?? false;
    const to = this.#recipient(form, isSms);
    const from = this.#sender(form, isSms);
    const prepared = this.#content(form);
    const serviceSid = form.get('MessagingServiceSid');
    const message = this.#parts.messages.add({
      direction: 'outbound-api',
      from,
      to,
      body: prepared.rendered.body,
      status: serviceSid ? 'accepted' : 'queued',
      numMedia: prepared.rendered.mediaUrl ? 1 : 0,
      messagingServiceSid: serviceSid,
      statusCallback: form.get('StatusCallback'),
    });
    const before = this.#turns.get(to) ?? Promise.resolve();
    const turn = before.then(() => (isSms ? this.#deliverSms(message) : this.#deliver(message, prepared)));
    this.#turns.set(to, turn);
    void this.#parts.deliveries.track(turn);
    return message;
  }

  #recipient(form: URLSearchParams, isSms: boolean): string {
    const to = form.get('To');
    if (!to) throw new TwilioError(400, 21604, "A 'To' phone number is required.");
    if (!(isSms ? /^\+[1-9]\d{6,14}$/ : /^whatsapp:\+[1-9]\d{6,14}$/).test(to)) {
      throw new TwilioError(400, 21211, `The 'To' number ${to} is not a valid phone number.`);
    }
    return to;
  }

  #sender(form: URLSearchParams, isSms: boolean): string {
    const from = form.get('From');
    if (!from && form.get('MessagingServiceSid')) return this.#parts.account.from;
    if (!from) throw new TwilioError(400, 21603, "A 'From' phone number is required.");
    if (isSms && from !== this.#parts.account.smsFrom) {
      throw new TwilioError(
        400,
        21606,
        `The 'From' phone number provided (${from}) is not a valid SMS-capable number.`,
      );
    }
    if (!isSms && from !== this.#parts.account.from) {
      throw new TwilioError(400, 63007, 'Twilio could not find a Channel with the specified From address');
    }
    return from;
  }

  #content(form: URLSearchParams): Prepared {
    const contentSid = form.get('ContentSid');
    if (contentSid) {
      const content = this.#parts.contents.find(contentSid);
      if (!content) throw new TwilioError(400, 21655, 'The ContentSid is Invalid');
      const variables = { ...content.variables, ...parseVariables(form.get('ContentVariables') ?? undefined) };
      return { rendered: render(content.types, variables), approved: content.approval?.status === 'approved' };
    }
    if (form.get('ContentVariables')) throw new TwilioError(400, 21654, 'ContentSid Required');
    const body = form.get('Body') ?? '';
    const mediaUrl = form.get('MediaUrl') ?? undefined;
    if (body.trim() === '' && !mediaUrl) {
      throw new TwilioError(400, 21619, 'A text message body or media urls must be specified.');
    }
    if (body.length > 1600) {
      throw new TwilioError(400, 21617, 'The concatenated message body exceeds the 1600 character limit');
    }
    if (mediaUrl && !URL.canParse(mediaUrl)) throw new TwilioError(400, 21620, `Invalid media URL(s): ${mediaUrl}`);
    return { rendered: { kind: mediaUrl ? 'media' : 'text', body, ...(mediaUrl && { mediaUrl }) }, approved: false };
  }

  /** An SMS knows no window and no template; the chat page shows WhatsApp alone. */
  async #deliverSms(message: TwilioMessage): Promise<void> {
    for (const status of ['queued', 'sent', 'delivered'] as const) this.#move(message.sid, status);
  }

  async #deliver(message: TwilioMessage, { rendered, approved }: Prepared): Promise<void> {
    this.#move(message.sid, 'queued');
    const customer = this.#parts.phones.customerByPhone(message.to.slice('whatsapp:'.length));
    if (!customer) return this.#move(message.sid, 'undelivered', 63024);
    if (!approved && !this.#windowIsOpen(customer)) return this.#move(message.sid, 'failed', 63016);
    const refused = whatsappErrorOf(rendered, approved);
    if (refused) return this.#move(message.sid, 'undelivered', refused);
    const media = rendered.mediaUrl === undefined ? undefined : await this.#download(rendered.mediaUrl);
    if (media === null) return this.#move(message.sid, 'undelivered', 63019);
    if (media) this.#media.put(message.sid, media);
    const mediaLink = media?.type === 'image/png' ? await addressInQr(Buffer.from(media.base64, 'base64')) : null;
    this.#move(message.sid, 'sent');
    this.#move(message.sid, 'delivered');
    this.#parts.phones.receive(customer.id, {
      id: message.sid,
      kind: rendered.kind,
      body: rendered.body,
      isTemplate: approved,
      ...(rendered.buttons && { buttons: rendered.buttons }),
      ...(rendered.list && { list: rendered.list }),
      ...(media && { mediaUrl: `/sandbox/media/${message.sid}`, mediaType: media.type }),
      ...(mediaLink && { mediaLink }),
    });
  }

  #windowIsOpen(customer: Customer): boolean {
    const until = this.#parts.phones.windowOpenUntil(customer.id);
    return until !== null && until > this.#parts.clock.now();
  }

  /** Fetches the media as Twilio would; null when it is not there, too large, or of another type than it says. */
  async #download(url: string): Promise<StoredMedia | null> {
    try {
      const response = await this.#parts.deliveries.fetch(url);
      const bytes = Buffer.from(await response.arrayBuffer());
      const type = (response.headers.get('content-type') ?? '').split(';')[0]?.trim() ?? '';
      const limit = type.startsWith('image/') ? IMAGE_LIMIT_BYTES : MEDIA_LIMIT_BYTES;
      if (!response.ok || !MEDIA_TYPES.test(type) || bytes.length === 0 || bytes.length > limit) return null;
      return matchesItsType(type, bytes) ? { type, base64: bytes.toString('base64') } : null;
    } catch {
      // An unreachable address is Twilio's 63019 like any other failed download; the caller reports it.
      return null;
    }
  }

  #move(sid: string, status: MessageStatus, errorCode: number | null = null): void {
    this.#parts.callbacks.status(this.#parts.messages.setStatus(sid, status, errorCode));
  }
}

function matchesItsType(type: string, bytes: Buffer): boolean {
  if (type === 'image/png') return bytes.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex'));
  if (type === 'image/jpeg') return bytes.subarray(0, 3).equals(Buffer.from('ffd8ff', 'hex'));
  return true;
}
