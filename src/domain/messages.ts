import type { PickupLocation } from './catalogue.ts';
import { declineText } from './decline.ts';
import type { Locale } from './locale.ts';
import { madeOnce } from './made-once.ts';
import { formatMoney } from './money.ts';
import { LIMITS, type OutboundContent, type TemplateKey, templateVariable } from './outbound-message.ts';
import type { Texts, TextVariables } from './texts.ts';

/** What the messages about an order are made of. */
export type OrderFacts = {
  id: string;
  number: string;
  locale: Locale;
  totalMinor: number;
  currency: string;
  expiresAt: Date;
  lines: { label: string; quantity: number; subtotalMinor: number }[];
  location: PickupLocation;
  customer: { firstName: string | null };
};

/** `key` also names the Content template that says the same outside the 24-hour window. */
function withTemplate(
  key: TemplateKey,
  order: OrderFacts,
  values: string[],
  content: OutboundContent,
): OutboundContent {
  const variables = Object.fromEntries(values.map((value, index) => [String(index + 1), templateVariable(value)]));
  return { ...content, template: { key, locale: order.locale, variables } };
}

const money = (order: OrderFacts, amountMinor: number) => formatMoney(amountMinor, order.currency, order.locale);
// French sets a space before "!", the others do not: the name brings its own leading space.
const nameOf = (order: OrderFacts) => (order.customer.firstName ? ` ${order.customer.firstName}` : '');
const placeOf = (order: OrderFacts) => `${order.location.name}, ${order.location.address}`;

/** `render` given as many items as fit its limit and how many more there are: what follows them is never cut off. */
function withItemsThatFit(
  texts: Texts,
  order: OrderFacts,
  input: { items: readonly string[]; separator: string; maxChars: number },
  render: (items: string) => string,
): string {
  const { items, separator, maxChars } = input;
  for (let shown = items.length; ; shown--) {
    const count = items.length - shown;
    const more = count > 0 ? [texts(order.locale, 'more_lines', { count })] : [];
    const text = render([...items.slice(0, shown), ...more].join(separator));
    if (text.length <= maxChars || shown === 0) return text;
  }
}

/** A message that lists the order's lines, all of them if WhatsApp has room. */
function bodyWithLines(texts: Texts, order: OrderFacts, key: string, variables: TextVariables): string {
  const items = order.lines.map(({ quantity, label, subtotalMinor }) =>
    texts(order.locale, 'line', { quantity, label, subtotal: money(order, subtotalMinor) }),
  );
  return withItemsThatFit(texts, order, { items, separator: '\n', maxChars: LIMITS.bodyChars }, (lines) =>
    texts(order.locale, key, { ...variables, lines }),
  );
}

const instantFormat = madeOnce(
  (locale: Locale, timeZone: string) =>
    new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
      ...{ weekday: 'long', day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
      timeZone,
    }),
);

/**
 * `2026-11-21T18:00Z` -> "samedi 21 novembre à 14:00" in the shop's time zone. Put together here: what Intl puts between
 * day and time differs between versions of Node, and in Spanish reads like a form ("sábado, 21 de noviembre, 14:00").
 */
export function formatInstant(at: Date, locale: Locale, timezone: string): string {
  const parts = instantFormat(locale, timezone).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((each) => each.type === type)?.value ?? '';
  const [weekday, day, month, hour] = [part('weekday'), part('day'), part('month'), part('hour')];
  const time = `${hour}:${part('minute')}`;
  if (locale === 'fr') return `${weekday} ${day} ${month} à ${time}`;
  if (locale === 'en') return `${weekday} ${day} ${month} at ${time}`;
  return `${weekday} ${day} de ${month} ${hour === '01' ? 'a la' : 'a las'} ${time}`;
}

function timeLeft(texts: Texts, order: Pick<OrderFacts, 'locale' | 'expiresAt'>, now: Date): string {
  const minutes = Math.max(1, Math.floor((order.expiresAt.getTime() - now.getTime()) / 60_000));
  return minutes < 60
    ? texts(order.locale, 'minutes_left', { minutes })
    : texts(order.locale, 'hours_left', { hours: Math.floor(minutes / 60) });
}

export function paymentLinkMessage(texts: Texts, order: OrderFacts, url: string, timezone: string): OutboundContent {
  const expiresAt = formatInstant(order.expiresAt, order.locale, timezone);
  const total = money(order, order.totalMinor);
  const body = bodyWithLines(texts, order, 'payment_link', {
    orderNumber: order.number,
    total,
    locationName: order.location.name,
    url,
    expiresAt,
  });
  return withTemplate('payment_link', order, [order.number, total, url, expiresAt], { body });
}

/** The thank-you: amount, number, next steps, address, hours, where the receipt went, and the QR code. */
export function thankYouMessage(
  texts: Texts,
  order: OrderFacts,
  pickupId: string,
  options: { revived: boolean; receiptEmail: string | null },
): OutboundContent {
  const total = money(order, order.totalMinor);
  const thanks = texts(order.locale, 'thank_you', {
    firstName: nameOf(order),
    orderNumber: order.number,
    total,
    locationName: order.location.name,
    locationAddress: order.location.address,
    locationHours: order.location.hours,
    receipt: options.receiptEmail ? texts(order.locale, 'receipt_to', { email: options.receiptEmail }) : '',
  });
  const body = options.revived ? `${texts(order.locale, 'revived')}\n\n${thanks}` : thanks;
  return withTemplate('thank_you', order, [total, order.number, placeOf(order), order.location.hours], {
    body,
    media: { kind: 'pickup_qr', pickupId },
  });
}

/** The QR code once more, for who lost it. Outside the window the thank-you's template carries it. */
export function codeAgainMessage(texts: Texts, order: OrderFacts, pickupId: string): OutboundContent {
  const { name: locationName, address: locationAddress, hours: locationHours } = order.location;
  const body = texts(order.locale, 'code_again', {
    ...{ orderNumber: order.number, locationName, locationAddress, locationHours },
  });
  const values = [money(order, order.totalMinor), order.number, placeOf(order), locationHours];
  return withTemplate('thank_you', order, values, { body, media: { kind: 'pickup_qr', pickupId } });
}

/** It is packed and waits at the counter. */
export function readyMessage(texts: Texts, order: OrderFacts): OutboundContent {
  const { name: locationName, address: locationAddress, hours: locationHours } = order.location;
  const body = texts(order.locale, 'ready', {
    ...{ firstName: nameOf(order), orderNumber: order.number, locationName, locationAddress, locationHours },
  });
  return withTemplate('ready', order, [order.number, placeOf(order), locationHours], { body });
}

/** The shop cancelled an order that was not paid. */
export function cancelledByShopMessage(texts: Texts, order: OrderFacts): OutboundContent {
  const body = texts(order.locale, 'cancelled_by_shop', { orderNumber: order.number });
  return withTemplate('cancelled', order, [order.number], { body, ...againButton(texts, order) });
}

export function reminderMessage(texts: Texts, order: OrderFacts, url: string, now: Date): OutboundContent {
  const left = timeLeft(texts, order, now);
  const total = money(order, order.totalMinor);
  const body = bodyWithLines(texts, order, 'reminder', {
    firstName: nameOf(order),
    orderNumber: order.number,
    total,
    url,
    timeLeft: left,
  });
  const items = order.lines.map((line) => `${line.quantity} × ${line.label}`);
  const takenChars = LIMITS.templateOwnChars + [order.number, total, url, left].join('').length;
  const maxChars = LIMITS.templateChars - takenChars;
  const cart = withItemsThatFit(texts, order, { items, separator: ', ', maxChars }, (list) => list);
  return withTemplate('reminder', order, [order.number, cart, total, url, left], { body, timeLeft: left });
}

/** The same message, where it tells how long there is to pay, as that is `now`. Undefined: it is true as it stands. */
export function withTimeLeftNow(
  texts: Texts,
  { body, template, timeLeft: said, ...rest }: OutboundContent,
  order: Pick<OrderFacts, 'locale' | 'expiresAt'>,
  now: Date,
): OutboundContent | undefined {
  const left = timeLeft(texts, order, now);
  if (said === undefined || said === left) return undefined;
  // Below the lines and the link: whatever a product is called, the last one is it.
  const at = body.lastIndexOf(said);
  const variables = Object.entries(template?.variables ?? {}).map(([name, value]) => [
    name,
    value === said ? left : value,
  ]);
  return {
    ...rest,
    body: `${body.slice(0, at)}${left}${body.slice(at + said.length)}`,
    ...(template && { template: { ...template, variables: Object.fromEntries(variables) } }),
    timeLeft: left,
  };
}

function againButton(texts: Texts, order: OrderFacts) {
  return { buttons: [{ id: `again:${order.id}`, title: texts(order.locale, 'again_button') }] };
}

export function expiredMessage(texts: Texts, order: OrderFacts): OutboundContent {
  const body = texts(order.locale, 'expired', { orderNumber: order.number });
  return withTemplate('expired', order, [order.number], { body, ...againButton(texts, order) });
}

/** Failed, but the session is open: the same link is still good (fault 13). `declineCode` is Stripe's. */
export function paymentFailedMessage(
  texts: Texts,
  order: OrderFacts,
  url: string,
  declineCode: string | null,
): OutboundContent {
  const reason = declineText(declineCode);
  const body = texts(order.locale, 'payment_failed', {
    orderNumber: order.number,
    reason: reason ? ` ${texts(order.locale, reason)}` : '',
    url,
  });
  return withTemplate('payment_failed', order, [order.number, url], { body });
}

/** A delayed method (bank debit) failed after the session was complete: the order is over. */
export function paymentFailedFinalMessage(texts: Texts, order: OrderFacts): OutboundContent {
  const body = texts(order.locale, 'payment_failed_final', { orderNumber: order.number });
  return withTemplate('cancelled', order, [order.number], { body, ...againButton(texts, order) });
}

export function actionRequiredMessage(texts: Texts, order: OrderFacts, url: string): OutboundContent {
  const body = texts(order.locale, 'action_required', { orderNumber: order.number, url });
  return withTemplate('action_required', order, [order.number, url], { body });
}

export function refundMessage(
  texts: Texts,
  order: OrderFacts,
  amountMinor: number,
  why: 'refunded' | 'refund_late' | 'refund_duplicate',
): OutboundContent {
  const amount = money(order, amountMinor);
  const body = texts(order.locale, why, { orderNumber: order.number, amount });
  return withTemplate('refunded', order, [amount, order.number], { body });
}

/** The customer's bank disputes the payment, or has stopped to: whether the goods can be fetched. */
export function disputeMessage(texts: Texts, order: OrderFacts, key: 'disputed' | 'dispute_over'): OutboundContent {
  const body = texts(order.locale, key, { orderNumber: order.number });
  return withTemplate(key, order, [order.number], { body });
}

/** Stripe could not be reached while the link could still have been made. */
export function checkoutUnavailableMessage(texts: Texts, order: OrderFacts): OutboundContent {
  const body = texts(order.locale, 'checkout_unavailable', { orderNumber: order.number });
  return withTemplate('cancelled', order, [order.number], { body, ...againButton(texts, order) });
}

/** Texts that only ever follow something the customer just did: no template needed. */
export function plainOrderMessage(texts: Texts, order: OrderFacts, key: 'processing' | 'collected'): OutboundContent {
  return { body: texts(order.locale, key, { orderNumber: order.number }) };
}

export function reviewRequestMessage(texts: Texts, order: OrderFacts): OutboundContent {
  const body = texts(order.locale, 'review_request', { firstName: nameOf(order), orderNumber: order.number });
  return withTemplate('review_request', order, [order.number], { body });
}
