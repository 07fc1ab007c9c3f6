import { declineText } from './decline.ts';
import { formatInstant } from './instant.ts';
import { formatMoney } from './money.ts';
import { againButton, bodyWithLines, money, type OrderFacts, withTemplate } from './order-message.ts';
import type { OutboundContent } from './outbound-message.ts';
import type { Texts } from './texts.ts';

/** The messages about an order's payment: the link, what went wrong with it, and money that goes back. */

export function paymentLinkMessage(texts: Texts, order: OrderFacts, url: string, timezone: string): OutboundContent {
  const expiresAt = formatInstant(order.expiresAt, order.locale, timezone);
  const total = money(order, order.totalMinor);
  const body = bodyWithLines(texts, order, (lines) =>
    texts(order.locale, 'payment_link', {
      ...{ orderNumber: order.number, total, locationName: order.location.name, url, expiresAt, lines },
    }),
  );
  return withTemplate('payment_link', order, [order.number, total, url, expiresAt], { body });
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

/** `money` is what went back: of a payment in another currency than the order's it is in that one (fault 28). */
export function refundMessage(
  texts: Texts,
  order: OrderFacts,
  money: { amountMinor: number; currency: string },
  why: 'refunded' | 'refund_late' | 'refund_place_closed' | 'refund_duplicate',
): OutboundContent {
  const amount = formatMoney(money.amountMinor, money.currency, order.locale);
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
