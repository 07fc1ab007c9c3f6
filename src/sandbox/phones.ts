import { randomInt, randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { SandboxClock } from './clock.ts';
import type { Collection, SandboxStore } from './store.ts';

export type Customer = { id: string; name: string; phone: string };
export type ListItem = { id: string; title: string; description: string };
export type ChatKind = 'text' | 'media' | 'quick_reply' | 'list' | 'button_reply' | 'list_reply' | 'location';
export type Position = { latitude: number; longitude: number };
export type Tick = 'queued' | 'sent' | 'delivered' | 'read' | 'failed';

/** A bubble on a customer's phone; `out` is what the customer wrote, `in` what came from the shop. */
export type ChatMessage = {
  id: string;
  customerId: string;
  direction: 'in' | 'out';
  kind: ChatKind;
  body: string;
  at: string;
  mediaUrl?: string;
  mediaType?: string;
  location?: Position;
  /** What the QR code in the picture opens. */
  mediaLink?: string;
  buttons?: { id: string; title: string }[];
  list?: { button: string; items: ListItem[] };
  replyToTitle?: string;
  isTemplate?: boolean;
  status: Tick;
  answeredId?: string;
};

/**
 * What a tap or a message tells the network; `repliesTo` is the shop's message that carried the button or the list, `quotes`
 * the one that words reply to.
 */
export type Spoken = {
  message: ChatMessage;
  customer: Customer;
  quotes?: ChatMessage;
  reply?: { kind: 'button' | 'list'; id: string; title: string; description: string; repliesTo: ChatMessage };
};

export type PhoneEvents = {
  message: [ChatMessage];
  status: [{ customerId: string; messageId: string; status: Tick }];
  typing: [{ customerId: string; typing: boolean }];
  customer: [Customer];
  spoken: [Spoken];
  seen: [ChatMessage[]];
};

export const WINDOW_MINUTES = 24 * 60;
const TYPING_SHOWN_MS = 25_000;
const TICK_ORDER: readonly Tick[] = ['queued', 'sent', 'delivered', 'read'];

/** The customers' phones: who they are, what their chats hold, and what they do. Knows nothing of Twilio. */
export class Phones {
  readonly #events = new EventEmitter<PhoneEvents>();
  readonly #clock: SandboxClock;
  readonly #customers: Collection<Customer>;
  readonly #messages: Collection<ChatMessage>;
  readonly #typing = new Map<string, NodeJS.Timeout>();

  constructor(store: SandboxStore, clock: SandboxClock) {
    this.#clock = clock;
    this.#customers = store.collection('customers');
    this.#messages = store.collection('chat_messages');
    this.#events.setMaxListeners(0);
  }

  /** Listens to what happens on the phones. Returns the way out. */
  on<K extends keyof PhoneEvents>(event: K, listener: (payload: PhoneEvents[K][0]) => void): () => void {
    const wrapped = (...payload: unknown[]): void => listener(payload[0] as PhoneEvents[K][0]);
    const emitter: EventEmitter = this.#events;
    emitter.on(event, wrapped);
    return () => {
      emitter.off(event, wrapped);
    };
  }

  customers(): Customer[] {
    return this.#customers.all();
  }

  customer(id: string): Customer | undefined {
    return this.#customers.get(id);
  }

  customerByPhone(phone: string): Customer | undefined {
    return this.customers().find((customer) => customer.phone === phone);
  }

  /** A new phone; without a number it gets one of those that ARCEP keeps for fiction (06 39 98 xx xx). */
  addCustomer(input: { name: string; phone?: string }): Customer {
    const customer = { id: randomUUID(), name: input.name, phone: input.phone ?? this.#unusedNumber() };
    this.#customers.put(customer.id, customer);
    this.#events.emit('customer', customer);
    return customer;
  }

  messages(customerId: string): ChatMessage[] {
    return this.#messages.all().filter((message) => message.customerId === customerId);
  }

  message(id: string): ChatMessage | undefined {
    return this.#messages.get(id);
  }

  isTyping(customerId: string): boolean {
    return this.#typing.has(customerId);
  }

  /** Until when the shop may write freely: 24 hours after the customer's last message, null if there was none. */
  windowOpenUntil(customerId: string): Date | null {
    const last = this.messages(customerId).findLast((message) => message.direction === 'out');
    return last ? new Date(Date.parse(last.at) + WINDOW_MINUTES * 60_000) : null;
  }

  /** `quoted`: the id of a message in this chat that the words reply to. */
  sendText(customerId: string, text: string, messageId: string, quoted?: string): ChatMessage {
    const quotes = this.messages(customerId).find(({ id }) => id === quoted);
    const spoken = { id: messageId, kind: 'text', body: text } as const;
    if (!quotes) return this.#speak(customerId, spoken);
    return this.#speak(customerId, { ...spoken, replyToTitle: quotes.body }, { quotes });
  }

  sendFile(customerId: string, file: { caption: string; mediaType: string; mediaUrl: string }, messageId: string) {
    const { caption, mediaType, mediaUrl } = file;
    return this.#speak(customerId, { id: messageId, kind: 'media', body: caption, mediaType, mediaUrl });
  }

  sendLocation(customerId: string, location: Position, messageId: string): ChatMessage {
    return this.#speak(customerId, { id: messageId, kind: 'location', body: '', location });
  }

  /** A tap on a button or a list item of one of the shop's messages; null when there is no such thing to tap. */
  tap(customerId: string, shopMessageId: string, optionId: string, messageId: string): ChatMessage | null {
    const repliesTo = this.#messages.get(shopMessageId);
    if (!repliesTo || repliesTo.customerId !== customerId || repliesTo.direction !== 'in') return null;
    const button = repliesTo.buttons?.find((option) => option.id === optionId);
    const item = repliesTo.list?.items.find((option) => option.id === optionId);
    const option = button ?? item;
    if (!option) return null;
    this.#messages.put(repliesTo.id, { ...repliesTo, answeredId: option.id });
    const kind = button ? 'button' : 'list';
    const spoken = { id: messageId, kind: `${kind}_reply` as const, body: option.title, replyToTitle: repliesTo.body };
    const description = item?.description ?? '';
    return this.#speak(customerId, spoken, {
      reply: { kind, id: option.id, title: option.title, description, repliesTo },
    });
  }

  /** A message of the shop reaches the phone. */
  receive(customerId: string, message: Omit<ChatMessage, 'customerId' | 'direction' | 'at' | 'status'>): void {
    this.setTyping(customerId, false);
    const at = this.#clock.now().toISOString();
    const arrived: ChatMessage = { ...message, customerId, direction: 'in', at, status: 'delivered' };
    this.#messages.put(arrived.id, arrived);
    this.shopRead(customerId);
    this.#events.emit('message', arrived);
  }

  /** The customer looks at the chat: everything from the shop is read. */
  open(customerId: string): void {
    const unread = this.unread(customerId);
    for (const message of unread) this.setStatus(message.id, 'read');
    if (unread.length > 0) this.#events.emit('seen', unread);
  }

  unread(customerId: string): ChatMessage[] {
    return this.messages(customerId).filter((message) => message.direction === 'in' && message.status === 'delivered');
  }

  /** The shop shows that it read the customer, by typing or by answering. */
  shopRead(customerId: string): void {
    for (const message of this.messages(customerId)) {
      if (message.direction === 'out' && message.status === 'delivered') this.setStatus(message.id, 'read');
    }
  }

  setStatus(messageId: string, status: Tick): void {
    const message = this.#messages.get(messageId);
    if (!message || message.status === 'failed') return;
    if (status !== 'failed' && TICK_ORDER.indexOf(status) <= TICK_ORDER.indexOf(message.status)) return;
    this.#messages.put(messageId, { ...message, status });
    this.#events.emit('status', { customerId: message.customerId, messageId, status });
  }

  /** WhatsApp shows "typing" for 25 seconds or until the answer comes, whichever is first. */
  setTyping(customerId: string, typing: boolean): void {
    const before = this.#typing.get(customerId);
    clearTimeout(before);
    this.#typing.delete(customerId);
    if (typing) {
      const timer = setTimeout(() => this.setTyping(customerId, false), TYPING_SHOWN_MS);
      timer.unref();
      this.#typing.set(customerId, timer);
    }
    if (typing !== (before !== undefined)) this.#events.emit('typing', { customerId, typing });
  }

  stop(): void {
    for (const timer of this.#typing.values()) clearTimeout(timer);
    this.#typing.clear();
    this.#events.removeAllListeners();
  }

  #speak(
    customerId: string,
    spoken: Omit<ChatMessage, 'customerId' | 'direction' | 'at' | 'status'>,
    about: Pick<Spoken, 'reply' | 'quotes'> = {},
  ): ChatMessage {
    const customer = this.#customers.get(customerId);
    if (!customer) throw new Error(`no customer ${customerId}`);
    this.open(customerId);
    const at = this.#clock.now().toISOString();
    const message: ChatMessage = { ...spoken, customerId, direction: 'out', at, status: 'sent' };
    this.#messages.put(message.id, message);
    this.#events.emit('message', message);
    this.#events.emit('spoken', { message, customer, ...about });
    return message;
  }

  #unusedNumber(): string {
    const taken = new Set(this.customers().map((customer) => customer.phone));
    for (;;) {
      const phone = `+3363998${randomInt(0, 10_000).toString().padStart(4, '0')}`;
      if (!taken.has(phone)) return phone;
    }
  }
}
