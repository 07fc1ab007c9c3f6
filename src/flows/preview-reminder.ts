import type { Locale } from '../domain/locale.ts';
import { reminderMessage } from '../domain/messages.ts';
import type { OrderFacts } from '../domain/order-message.ts';
import type { Shop } from '../domain/shop.ts';
import type { Texts } from '../domain/texts.ts';
import type { Clock } from '../ports.ts';

const LABELS: Record<Locale, string> = { fr: 'Article d’exemple', en: 'Example item', es: 'Artículo de ejemplo' };

/** What a customer would read, of an order that never was; without `ownText` our own words. WhatsApp's stars and all. */
export function previewReminder(
  { texts, clock, shop }: { texts: Texts; clock: Clock; shop: Shop },
  { locale, ownText }: { locale: Locale; ownText?: string | undefined },
): string {
  const now = clock.now();
  const order: OrderFacts = {
    ...{ id: 'example', number: 'C-1001', locale, totalMinor: 35_960, currency: shop.currency },
    expiresAt: new Date(now.getTime() + 5 * 3600_000 + 60_000),
    lines: [{ label: LABELS[locale], quantity: 4, subtotalMinor: 35_960 }],
    location: { ...shop, id: 'example', code: 'example', latitude: null, longitude: null },
    customer: { firstName: 'Alex' },
  };
  return reminderMessage(texts, order, { url: 'https://checkout.stripe.com/c/pay/…', now, ownText }).body;
}
