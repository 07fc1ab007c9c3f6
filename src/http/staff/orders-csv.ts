import type { Locale } from '../../domain/locale.ts';
import { minorUnitDigits } from '../../domain/money.ts';
import type { ExportedOrder } from '../../flows/export-orders.ts';
import { CSV_MARKS, csvFor } from './csv.ts';

const COLUMNS = [
  ...['number', 'ordered_at', 'paid_at', 'status', 'customer', 'phone', 'location', 'items', 'currency'],
  ...['total_minor', 'total', 'received_minor', 'received', 'refunded_minor', 'refunded'],
];

/** "2026-11-21 14:05" where the shop is, which every spreadsheet takes for a time. */
const timeFormat = (timezone: string) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'short' });

/** Takes `ordersCsvRow`s. */
export const ordersCsv = (locale: Locale) => csvFor(locale, COLUMNS);

/** An order as the row of `ordersCsv`. */
export function ordersCsvRow(locale: Locale, timezone: string): (order: ExportedOrder) => (string | number)[] {
  const time = timeFormat(timezone);
  const { decimal } = CSV_MARKS[locale];
  return (order) => {
    const digits = minorUnitDigits(order.currency);
    const major = (amountMinor: number) => (amountMinor / 10 ** digits).toFixed(digits).replace('.', decimal);
    const both = (amountMinor: number) => [amountMinor, major(amountMinor)];
    return [
      ...[order.number, time.format(order.createdAt), order.paidAt ? time.format(order.paidAt) : '', order.status],
      ...[order.customerName ?? '', order.maskedPhone ?? '', order.locationName],
      order.items.map(({ quantity, label, sku }) => `${quantity} × ${label} (${sku})`).join(', '),
      order.currency,
      ...both(order.totalMinor),
      ...both(order.receivedMinor),
      ...both(order.refundedMinor),
    ];
  };
}
