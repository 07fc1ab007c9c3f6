import type { SandboxClock } from '../clock.ts';
import { twilioSid } from '../ids.ts';
import type { Collection, SandboxStore } from '../store.ts';

export type MessageStatus =
  | 'accepted'
  | 'queued'
  | 'sent'
  | 'delivered'
  | 'read'
  | 'undelivered'
  | 'failed'
  | 'receiving'
  | 'received';

/** Twilio's record of one message in either direction; `to` and `from` are channel addresses, `whatsapp:+33...`. */
export type TwilioMessage = {
  sid: string;
  direction: 'inbound' | 'outbound-api';
  from: string;
  to: string;
  body: string;
  status: MessageStatus;
  errorCode: number | null;
  numMedia: number;
  messagingServiceSid: string | null;
  statusCallback: string | null;
  createdAt: string;
  updatedAt: string;
  sentAt: string | null;
};

export type MessageFilter = { to?: string; from?: string; sentOn?: string; sentFrom?: string; sentUntil?: string };

const ERROR_MESSAGES: Record<number, string> = {
  63013: 'This message send failed because it violates Channel provider policy',
  63016: 'Failed to send freeform message because you are outside the allowed window',
  63019: 'Media failed to download',
  63021: 'Channel invalid content error',
  63024: 'Invalid message recipient',
};

/** The 2010-04-01 Messages resource. */
export class Messages {
  readonly #clock: SandboxClock;
  readonly #accountSid: string;
  readonly #messages: Collection<TwilioMessage>;

  constructor(store: SandboxStore, clock: SandboxClock, accountSid: string) {
    this.#messages = store.collection('twilio_messages');
    this.#clock = clock;
    this.#accountSid = accountSid;
  }

  add(message: Omit<TwilioMessage, 'sid' | 'createdAt' | 'updatedAt' | 'sentAt' | 'errorCode'>): TwilioMessage {
    const at = this.#clock.now().toISOString();
    const sid = twilioSid(message.numMedia > 0 ? 'MM' : 'SM');
    const sentAt = message.direction === 'inbound' ? at : null;
    return this.#messages.put(sid, { ...message, sid, errorCode: null, createdAt: at, updatedAt: at, sentAt });
  }

  find(sid: string): TwilioMessage | undefined {
    return this.#messages.get(sid);
  }

  /** Newest first, as Twilio lists them. */
  list(filter: MessageFilter): TwilioMessage[] {
    const day = (message: TwilioMessage) => (message.sentAt ?? message.createdAt).slice(0, 10);
    return this.#messages
      .all()
      .filter(
        (message) =>
          (!filter.to || message.to === filter.to) &&
          (!filter.from || message.from === filter.from) &&
          (!filter.sentOn || day(message) === filter.sentOn.slice(0, 10)) &&
          (!filter.sentFrom || (message.sentAt ?? message.createdAt) >= filter.sentFrom) &&
          (!filter.sentUntil || (message.sentAt ?? message.createdAt) <= filter.sentUntil),
      )
      .reverse();
  }

  setStatus(sid: string, status: MessageStatus, errorCode: number | null = null): TwilioMessage {
    const message = this.#messages.get(sid);
    if (!message) throw new Error(`no message ${sid}`);
    const at = this.#clock.now().toISOString();
    const sentAt = message.sentAt ?? (status === 'queued' ? null : at);
    return this.#messages.put(sid, { ...message, status, errorCode, updatedAt: at, sentAt });
  }

  /** The JSON that the API answers with. */
  resource(message: TwilioMessage): Record<string, unknown> {
    const uri = `/2010-04-01/Accounts/${this.#accountSid}/Messages/${message.sid}`;
    return {
      account_sid: this.#accountSid,
      api_version: '2010-04-01',
      body: message.body,
      date_created: rfc2822(message.createdAt),
      date_sent: message.sentAt && rfc2822(message.sentAt),
      date_updated: rfc2822(message.updatedAt),
      direction: message.direction,
      error_code: message.errorCode,
      error_message: message.errorCode && (ERROR_MESSAGES[message.errorCode] ?? 'Unknown error'),
      from: message.from,
      messaging_service_sid: message.messagingServiceSid,
      num_media: String(message.numMedia),
      num_segments: '1',
      price: null,
      price_unit: null,
      sid: message.sid,
      status: message.status,
      subresource_uris: { media: `${uri}/Media.json` },
      to: message.to,
      uri: `${uri}.json`,
    };
  }
}

function rfc2822(iso: string): string {
  return new Date(iso).toUTCString().replace('GMT', '+0000');
}
