import type { PickupLocation } from './catalogue.ts';
import type { Locale } from './locale.ts';
import { formatMoney } from './money.ts';
import { hoursIn } from './opening-hours.ts';
import { LIMITS, type OutboundContent, type TemplateKey, templateVariable } from './outbound-message.ts';
import type { Texts } from './texts.ts';

/** What is said of an order wherever it is collected. */
export type OrderSummary = {
  id: string;
  number: string;
  locale: Locale;
  totalMinor: number;
  currency: string;
  expiresAt: Date;
  lines: { label: string; quantity: number; subtotalMinor: number }[];
  customer: { firstName: string | null };
};

/** What the messages about an order are made of. */
export type OrderFacts = OrderSummary & { location: PickupLocation };

/** `key` also names the Content template that says the same outside the 24-hour window. */
export function withTemplate(
  key: TemplateKey,
  order: OrderSummary,
  values: string[],
  content: OutboundContent,
): OutboundContent {
  const variables = Object.fromEntries(values.map((value, index) => [String(index + 1), templateVariable(value)]));
  return { ...content, template: { key, locale: order.locale, variables } };
}

export const money = (order: OrderSummary, amountMinor: number) =>
  formatMoney(amountMinor, order.currency, order.locale);
/** For `select`: whether a comma stands before a name is each language's own custom. */
export const nameOf = (order: OrderSummary) => order.customer.firstName || 'none';
export const placeOf = (order: OrderFacts) => `${order.location.name}, ${order.location.address}`;
export const hoursOf = (order: OrderFacts) => hoursIn(order.location.hours, order.locale);
/** Where it is collected, as the texts name it. */
export const placeVariables = (order: OrderFacts) => ({
  locationName: order.location.name,
  locationAddress: order.location.address,
  locationHours: hoursOf(order),
});

/** `render` given as many items as fit its limit and how many more there are: what follows them is never cut off. */
export function withItemsThatFit(
  texts: Texts,
  order: OrderSummary,
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
export function bodyWithLines(texts: Texts, order: OrderSummary, render: (lines: string) => string): string {
  const items = order.lines.map(({ quantity, label, subtotalMinor }) =>
    texts(order.locale, 'line', { quantity, label, subtotal: money(order, subtotalMinor) }),
  );
  return withItemsThatFit(texts, order, { items, separator: '\n', maxChars: LIMITS.bodyChars }, render);
}

export function againButton(texts: Texts, order: OrderSummary) {
  return { buttons: [{ id: `again:${order.id}`, title: texts(order.locale, 'again_button') }] };
}
