import type { Router } from 'express';
import type { SandboxClock } from '../clock.ts';
import type { Deliveries } from '../deliveries.ts';
import { Faults } from '../faults.ts';
import type { ChatMessage, Phones, Position } from '../phones.ts';
import type { SandboxStore } from '../store.ts';
import { Callbacks } from './callbacks.ts';
import { Contents } from './contents.ts';
import { Inbound } from './inbound.ts';
import { InboundFiles } from './inbound-media.ts';
import { type MessageFilter, Messages, type TwilioMessage } from './messages.ts';
import { Outbound, type StoredMedia } from './outbound.ts';
import { twilioRouter } from './router.ts';
import { Senders } from './senders.ts';

/** `smsFrom`: a phone number of the account's that can send SMS. */
export type TwilioAccount = { accountSid: string; authToken: string; from: string; smsFrom?: string };

type Needs = {
  store: SandboxStore;
  clock: SandboxClock;
  phones: Phones;
  deliveries: Deliveries;
  account: TwilioAccount;
};

/** The stand-in for Twilio: its HTTP on one side, the customers' phones on the other. */
export class TwilioStandIn {
  readonly router: Router;
  readonly faults = new Faults();
  readonly senders: Senders;
  readonly #phones: Phones;
  readonly #messages: Messages;
  readonly #callbacks: Callbacks;
  readonly #files: InboundFiles;
  readonly #inbound: Inbound;
  readonly #outbound: Outbound;

  constructor({ store, clock, phones, deliveries, account }: Needs) {
    this.#phones = phones;
    this.#messages = new Messages(store, clock, account.accountSid);
    this.#callbacks = new Callbacks(deliveries, account);
    this.#files = new InboundFiles(store, account);
    this.senders = new Senders(account);
    const contents = new Contents(store, clock, account.accountSid);
    const parts = { messages: this.#messages, phones, callbacks: this.#callbacks };
    this.#inbound = new Inbound({ ...parts, files: this.#files, accountSid: account.accountSid, from: account.from });
    this.#outbound = new Outbound({ ...parts, contents, deliveries, clock, store, account });
    const routed = { messages: this.#messages, contents, outbound: this.#outbound, files: this.#files, phones };
    this.router = twilioRouter({ account, senders: this.senders, ...routed, faults: this.faults });
    phones.on('seen', (seen) => this.#tellRead(seen));
  }

  /** A customer writes; the shop's webhook is called in the background. */
  customerWrites(customerId: string, text: string, quoted?: string): ChatMessage {
    return this.#phones.sendText(customerId, text, this.#inbound.register(this.#phoneOf(customerId), text), quoted);
  }

  /** A customer sends a picture, a voice note or any other file. */
  customerSendsFile(customerId: string, file: { type: string; bytes: Buffer; caption: string }): ChatMessage {
    const { type: mediaType, caption } = file;
    const sid = this.#inbound.register(this.#phoneOf(customerId), caption, 1);
    this.#files.add(sid, file);
    return this.#phones.sendFile(customerId, { caption, mediaType, mediaUrl: `/sandbox/media/${sid}` }, sid);
  }

  customerSharesLocation(customerId: string, position: Position): ChatMessage {
    return this.#phones.sendLocation(customerId, position, this.#inbound.register(this.#phoneOf(customerId), ''));
  }

  /** A customer taps a button or a list item; null when that message has no such option. */
  customerTaps(customerId: string, shopMessageId: string, optionId: string): ChatMessage | null {
    const shown = this.#phones.message(shopMessageId);
    const options = [...(shown?.buttons ?? []), ...(shown?.list?.items ?? [])];
    const option = options.find((candidate) => candidate.id === optionId);
    if (!option) return null;
    const sid = this.#inbound.register(this.#phoneOf(customerId), option.title);
    return this.#phones.tap(customerId, shopMessageId, optionId, sid);
  }

  /** Twilio's own record of what went to and fro, newest first. */
  listMessages(filter: MessageFilter): TwilioMessage[] {
    return this.#messages.list(filter);
  }

  /** What was fetched for a message with media, or came with the customer's. */
  media(messageSid: string): StoredMedia | undefined {
    return this.#outbound.media(messageSid) ?? this.#files.ofMessage(messageSid);
  }

  #tellRead(seen: ChatMessage[]): void {
    for (const { id } of seen) {
      if (this.#messages.find(id)?.status === 'delivered') this.#callbacks.status(this.#messages.setStatus(id, 'read'));
    }
  }

  #phoneOf(customerId: string): string {
    const customer = this.#phones.customer(customerId);
    if (!customer) throw new Error(`no customer ${customerId}`);
    return customer.phone;
  }
}
