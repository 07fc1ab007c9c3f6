import type { Locale } from './locale.ts';
import { COLLECTABLE, type OrderStatus } from './order.ts';
import { clip } from './storable.ts';

/** WhatsApp's limits as Twilio enforces them (platform-facts; https://www.twilio.com/docs/content). */
export const LIMITS = {
  bodyChars: 1600,
  templateChars: 1024,
  /** Of those, what the wording in prompts/templates may take; the rest is for its variables. */
  templateOwnChars: 250,
  buttons: 3,
  buttonTitleChars: 20,
  listItems: 10,
  listTitleChars: 24,
  listDescriptionChars: 72,
  listButtonChars: 20,
  payloadChars: 200,
} as const;

export type Button = { id: string; title: string };
export type ListItem = { id: string; title: string; description?: string };
export type Media = { kind: 'image'; url: string } | { kind: 'pickup_qr'; pickupId: string };

/** How a message to a customer may leave by Twilio. */
export const SENT_FORMS = ['text', 'media', 'interactive', 'template', 'sms'] as const;

/** The messages that may have to leave outside the 24-hour window, each with a Content template per language. */
export const TEMPLATE_KEYS = [
  'thank_you',
  'ready',
  'payment_link',
  'reminder',
  'expired',
  'payment_failed',
  'action_required',
  'cancelled',
  'refunded',
  'disputed',
  'dispute_over',
  'review_request',
  'invite_back',
] as const;
export type TemplateKey = (typeof TEMPLATE_KEYS)[number];

/** Variables "1", "2" ... of a Content template. */
export type TemplateUse = { key: TemplateKey; locale: Locale; variables: Record<string, string> };

/** One message to a customer, as decided; how it leaves is decided when it leaves (window, templates). */
export type OutboundContent = {
  body: string;
  buttons?: Button[];
  list?: { button: string; items: ListItem[] };
  media?: Media;
  template?: TemplateUse;
  /** Ends in the address of all that is kept of them, which is made when it leaves (flows/message-forms.ts). */
  withDataLink?: true;
  /** The product it shows, where no button says so: what a reply to it means. */
  about?: string;
  /** Words in it that were true when it was decided: how long there is to pay. */
  timeLeft?: string;
};

/** What a message about an order is checked against at the moment it leaves. */
export type OrderAtSending = {
  status: OrderStatus;
  expiresAt: Date;
  inReview: boolean;
  /** A bank works on the customer's payment. */
  processing: boolean;
};

// Business keys of messages that carry the payment link: useless once it is paid or closed.
const CARRY_LINK = new Set(['payment-link', 'payment-link-again', 'payment-failed', 'action-required', 'reminder']);

// What else is true of an order in these states only: it may be collected, refunded or paid after all while a message waits.
const TRUE_WHILE = new Map<string, readonly OrderStatus[]>([
  ['review', ['collected']],
  ['ready', ['ready']],
  ['code-again', COLLECTABLE],
  ['expired', ['expired']],
]);

// Sent without anything the customer did just before: STOP ends them.
const UNASKED = new Set(['reminder', 'review', 'expired']);

/** What a message is, from the key that makes it exist once: `reminder` of `reminder:<order id>:1`. */
const kindOf = (businessKey: string): string => businessKey.slice(0, businessKey.indexOf(':'));

/** An answer of a chat, as opposed to what the shop tells of its own accord. */
export const isAnswer = ({ businessKey }: { businessKey: string }): boolean => kindOf(businessKey) === 'turn';

/** Nobody waits for it: never at night. */
export const mayNotWake = ({ businessKey }: { businessKey: string }): boolean =>
  ['reminder', 'review'].includes(kindOf(businessKey));

// What the customer has just asked for: it is tried although nothing reached them lately.
const ASKED_FOR = new Set([
  'turn',
  'payment-link',
  'payment-link-again',
  'thank-you',
  'code-again',
  'processing',
  'collected',
]);

/** Why WhatsApp itself keeps a message from this customer for now; it ends as a failure that an operator sees. */
export function withheldBecause(message: {
  businessKey: string;
  unreachable: boolean;
  unwanted: boolean;
}): string | undefined {
  const kind = kindOf(message.businessKey);
  if (message.unreachable && !ASKED_FOR.has(kind))
    return 'WhatsApp cannot reach the customer, who has not written since';
  if (message.unwanted && kind !== 'turn') return 'WhatsApp judged one of this kind marketing within the last day';
  return undefined;
}

/**
 * Why a message that waited in the outbox must not leave any more, for the operator to read; undefined when it may.
 * No reminder after payment, expiry or opt-out, however long the queue was (invariant 3).
 */
export function supersededBecause(
  message: { businessKey: string; optedOut: boolean; order: OrderAtSending | null },
  now: Date,
): string | undefined {
  const { order } = message;
  const kind = kindOf(message.businessKey);
  if (!order) return undefined;
  if (UNASKED.has(kind) && message.optedOut) return 'the customer opted out';
  const states = TRUE_WHILE.get(kind);
  if (states && !states.includes(order.status)) return `the order is ${order.status}`;
  if (!CARRY_LINK.has(kind)) return undefined;
  if (order.status !== 'pending_payment') return `the order is ${order.status}`;
  if (order.expiresAt <= now) return 'the payment link has expired';
  if (kind === 'reminder' && order.processing) return 'the bank is processing the payment';
  if (kind === 'reminder' && order.inReview) return 'the order is in review';
  return undefined;
}

/** Twilio refuses variables that are empty or hold newlines, tabs or more than four spaces (21656). */
export function templateVariable(text: string): string {
  return text.replace(/\s+/g, ' ').trim() || '-';
}

/** The same message with titles and lists cut to what WhatsApp shows. */
export function fitToWhatsApp(content: OutboundContent): OutboundContent {
  return {
    ...content,
    body: clip(content.body, LIMITS.bodyChars),
    ...(content.buttons && {
      buttons: content.buttons
        .slice(0, LIMITS.buttons)
        .map(({ id, title }) => ({ id, title: clip(title, LIMITS.buttonTitleChars) })),
    }),
    ...(content.list && {
      list: {
        button: clip(content.list.button, LIMITS.listButtonChars),
        items: content.list.items.slice(0, LIMITS.listItems).map((item) => ({
          id: item.id,
          title: clip(item.title, LIMITS.listTitleChars),
          ...(item.description && { description: clip(item.description, LIMITS.listDescriptionChars) }),
        })),
      },
    }),
  };
}

/** What parts a body from the choices written out below it. */
const CHOICES = '\n\n👉 ';

/** The words as they stand outside WhatsApp, where *stars* make nothing bold. */
export const withoutMarkup = (text: string): string => text.replace(/\*([^*\n]+)\*/g, '$1');

/**
 * Where buttons and lists are not possible: the same choices in words that the counter understands when they are typed.
 * A body that numbers its choices itself needs no more.
 */
export function asPlainText({ body, buttons, list }: OutboundContent): string {
  const titles = (buttons ?? list?.items ?? []).map((choice) => choice.title);
  const untold = titles.filter((title) => !body.includes(title));
  if (untold.length === 0 || (list && /^1\. /m.test(body))) return clip(body, LIMITS.bodyChars);
  const choices = `${CHOICES}${titles.join(' / ')}`;
  return `${clip(body, LIMITS.bodyChars - choices.length)}${choices}`;
}
