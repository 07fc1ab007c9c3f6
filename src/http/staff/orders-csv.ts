import { stringify } from 'csv-stringify';
import type { Locale } from '../../domain/locale.ts';
import { minorUnitDigits } from '../../domain/money.ts';
import type { ExportedOrder } from '../../flows/export-orders.ts';

/** Excel reads commas or semicolons, points or commas, as the country of its computer has them. */
const MARKS: Record<Locale, { delimiter: string; decimal: string }> = {
  fr: { delimiter: ';', decimal: ',' },
  en: { delimiter: ',', decimal: '.' },
  es: { delimiter: ';', decimal: ',' },
};

const COLUMNS = [
  ...['number', 'ordered_at', 'paid_at', 'status', 'customer', 'phone', 'location', 'items', 'currency'],
  ...['total_minor', 'total', 'received_minor', 'received', 'refunded_minor', 'refunded'],
];

/** "2026-11-21 14:05" where the shop is, which every spreadsheet takes for a time. */
const timeFormat = (timezone: string) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'short' });

/** Takes `ordersCsvRow`s and gives UTF-8 that Excel opens: cells that would be formulas begin with an apostrophe. */
export const ordersCsv = (locale: Locale) =>
  stringify({
    header: true,
    columns: COLUMNS,
    bom: true,
    delimiter: MARKS[locale].delimiter,
    record_delimiter: 'windows',
    escape_formulas: true,
  });

/** An order as the row of `ordersCsv`. */
export function ordersCsvRow(locale: Locale, timezone: string): (order: ExportedOrder) => (string | number)[] {
  const time = timeFormat(timezone);
  const { decimal } = MARKS[locale];
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
