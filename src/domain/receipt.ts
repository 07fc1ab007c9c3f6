import type { PickupLocation } from './catalogue.ts';
import type { Locale } from './locale.ts';

/** What the confirmation mail of a paid order says. */
export type Receipt = {
  orderNumber: string;
  locale: Locale;
  firstName: string | null;
  /** ISO 4217, upper case. */
  currency: string;
  lines: { label: string; quantity: number; unitPriceMinor: number; subtotalMinor: number }[];
  totalMinor: number;
  location: Pick<PickupLocation, 'name' | 'address' | 'hours'>;
  paidAt: Date;
  /** Stripe's own receipt, where it made one. */
  receiptUrl: string | null;
};

/** A mail's words, without whom it goes to. */
export type MailWords = { subject: string; text: string; html: string };
