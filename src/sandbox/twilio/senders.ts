import { TwilioError } from './errors.ts';
import type { TwilioAccount } from './twilio.ts';

const WEBHOOK_FIELDS = [
  'callback_url',
  'callback_method',
  'fallback_url',
  'fallback_method',
  'status_callback_url',
  'status_callback_method',
] as const;
type Webhook = Record<(typeof WEBHOOK_FIELDS)[number], string | null>;

export type Sender = {
  sid: string;
  sender_id: string;
  /** ONLINE, OFFLINE, CREATING, VERIFYING ... */
  status: string;
  webhook: Webhook;
  offline_reasons: { code: string; message: string; more_info: string }[] | null;
};

/** Twilio's number for trying WhatsApp, shared by all accounts: among the senders of none. */
const SHARED_NUMBER = 'whatsapp:+14155238886';
// Twilio's default for WhatsApp, https://www.twilio.com/docs/whatsapp/api/senders
const PAGE_SIZE = 20;

/** The account's WhatsApp senders as Twilio's Senders API v2 has them: the shop's one, ONLINE, with no webhooks until they are set. */
export class Senders {
  readonly #senders: Sender[] = [];

  constructor({ from }: TwilioAccount) {
    if (from !== SHARED_NUMBER) this.add(from);
  }

  /** What is done in Twilio's console: another number. */
  add(senderId: string): void {
    const sid = `XE${String(this.#senders.length + 1).padStart(32, '0')}`;
    const webhook = Object.fromEntries(WEBHOOK_FIELDS.map((field) => [field, null])) as Webhook;
    this.#senders.push({ sid, sender_id: senderId, status: 'ONLINE', webhook, offline_reasons: null });
  }

  /** What happens to a sender outside the API: Meta takes it offline, somebody types a webhook in the console. */
  change(
    senderId: string,
    change: Partial<Pick<Sender, 'status' | 'offline_reasons'>> & { webhook?: Partial<Webhook> },
  ) {
    const sender = this.#senders.find(({ sender_id }) => sender_id === senderId);
    if (!sender) throw new Error(`no sender ${senderId}`);
    Object.assign(sender, change, { webhook: { ...sender.webhook, ...change.webhook } });
  }

  fetch(sid: string): Sender {
    const sender = this.#senders.find((one) => one.sid === sid);
    if (!sender) throw new TwilioError(404, 20404, `The requested resource /Channels/Senders/${sid} was not found`);
    return sender;
  }

  /** Fields by the names of the wire only: the SDK sends what it is given. */
  update(sid: string, body: unknown): Sender {
    const sender = this.fetch(sid);
    const wanted = Object((body as { webhook?: unknown } | undefined)?.webhook) as Partial<Webhook>;
    const method = wanted.callback_method ?? 'POST';
    if (!['POST', 'PUT'].includes(method))
      throw new TwilioError(400, 20001, `callback_method ${method} is not supported`);
    for (const field of WEBHOOK_FIELDS) sender.webhook[field] = wanted[field] ?? sender.webhook[field];
    return sender;
  }

  list(query: URLSearchParams): { found: Sender[]; page: number; size: number; isLast: boolean } {
    if (query.get('Channel') !== 'whatsapp') throw new TwilioError(400, 20001, 'Channel must be whatsapp');
    const size = Math.min(Math.max(Number(query.get('PageSize') ?? PAGE_SIZE), 1), 1000);
    const page = Math.max(Number(query.get('Page') ?? 0), 0);
    const found = this.#senders.slice(page * size, (page + 1) * size);
    return { found, page, size, isLast: (page + 1) * size >= this.#senders.length };
  }
}
