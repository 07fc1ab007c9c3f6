import { encodeTap } from './conversation.ts';
import {
  againButton,
  bodyWithLines,
  hoursOf,
  money,
  nameOf,
  type OrderFacts,
  type OrderSummary,
  placeOf,
  placeVariables,
  withItemsThatFit,
  withTemplate,
} from './order-message.ts';
import { LIMITS, type OutboundContent } from './outbound-message.ts';
import { RATINGS } from './rating.ts';
import { renderReminderText } from './reminder-text.ts';
import type { Texts } from './texts.ts';

/** The messages about an order and its goods; about its payment: payment-messages.ts. */

function timeLeft(texts: Texts, order: Pick<OrderFacts, 'locale' | 'expiresAt'>, now: Date): string {
  const minutes = Math.max(1, Math.floor((order.expiresAt.getTime() - now.getTime()) / 60_000));
  return minutes < 60
    ? texts(order.locale, 'minutes_left', { minutes })
    : texts(order.locale, 'hours_left', { hours: Math.floor(minutes / 60) });
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
    ...placeVariables(order),
    receipt: options.receiptEmail ? texts(order.locale, 'receipt_to', { email: options.receiptEmail }) : '',
  });
  const body = options.revived ? `${texts(order.locale, 'revived')}\n\n${thanks}` : thanks;
  return withTemplate('thank_you', order, [total, order.number, placeOf(order), hoursOf(order)], {
    body,
    media: { kind: 'pickup_qr', pickupId },
  });
}

/** The QR code once more, for who lost it. Outside the window the thank-you's template carries it. */
export function codeAgainMessage(texts: Texts, order: OrderFacts, pickupId: string): OutboundContent {
  const body = texts(order.locale, 'code_again', { orderNumber: order.number, ...placeVariables(order) });
  const values = [money(order, order.totalMinor), order.number, placeOf(order), hoursOf(order)];
  return withTemplate('thank_you', order, values, { body, media: { kind: 'pickup_qr', pickupId } });
}

/** It is packed and waits at the counter. */
export function readyMessage(texts: Texts, order: OrderFacts): OutboundContent {
  const named = { firstName: nameOf(order), orderNumber: order.number };
  const body = texts(order.locale, 'ready', { ...named, ...placeVariables(order) });
  return withTemplate('ready', order, [order.number, placeOf(order), hoursOf(order)], { body });
}

/** The shop cancelled an order that was not paid. */
export function cancelledByShopMessage(texts: Texts, order: OrderFacts): OutboundContent {
  const body = texts(order.locale, 'cancelled_by_shop', { orderNumber: order.number });
  return withTemplate('cancelled', order, [order.number], { body, ...againButton(texts, order) });
}

/** `ownText`: the shop's own words (domain/reminder-text.ts) in place of ours; its template stays ours, Meta approved it. */
export function reminderMessage(
  texts: Texts,
  order: OrderSummary,
  { url, now, ownText }: { url: string; now: Date; ownText?: string | undefined },
): OutboundContent {
  const left = timeLeft(texts, order, now);
  const total = money(order, order.totalMinor);
  const facts = { orderNumber: order.number, total, url, timeLeft: left };
  const firstName = order.customer.firstName ?? '';
  const body = bodyWithLines(texts, order, (lines) =>
    ownText === undefined
      ? texts(order.locale, 'reminder', { ...facts, firstName: nameOf(order), lines })
      : renderReminderText(ownText, { ...facts, firstName, lines }),
  );
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
  // Below the lines and the link: whatever a product is called, the last one is it. A shop's own text may not say it.
  const at = body.lastIndexOf(said);
  const variables = Object.entries(template?.variables ?? {}).map(([name, value]) => [
    name,
    value === said ? left : value,
  ]);
  return {
    ...rest,
    body: at < 0 ? body : `${body.slice(0, at)}${left}${body.slice(at + said.length)}`,
    ...(template && { template: { ...template, variables: Object.fromEntries(variables) } }),
    timeLeft: left,
  };
}

export function expiredMessage(texts: Texts, order: OrderFacts): OutboundContent {
  const body = texts(order.locale, 'expired', { orderNumber: order.number });
  return withTemplate('expired', order, [order.number], { body, ...againButton(texts, order) });
}

/** Texts that only ever follow something the customer just did: no template needed. */
export function plainOrderMessage(texts: Texts, order: OrderFacts, key: 'processing' | 'collected'): OutboundContent {
  return { body: texts(order.locale, key, { orderNumber: order.number }) };
}

export function reviewRequestMessage(texts: Texts, order: OrderFacts): OutboundContent {
  const body = texts(order.locale, 'review_request', { firstName: nameOf(order), orderNumber: order.number });
  const buttons = RATINGS.map((rating) => ({
    id: encodeTap({ kind: 'rate', orderId: order.id, rating }),
    title: texts(order.locale, `rating_${rating}_button`),
  }));
  return withTemplate('review_request', order, [order.number], { body, buttons });
}
