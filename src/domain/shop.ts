import type { Locale } from './locale.ts';

/** Who we are, as configured: the constants customers and the model are told. */
export type Shop = {
  name: string;
  address: string;
  hours: string;
  /** ISO 4217, upper case. */
  currency: string;
  locale: Locale;
  timezone: string;
};
