import type { Locale } from './locale.ts';

/** Who we are, as customers and the model are told: the present facts, which the shop may change (domain/shop-settings.ts). */
export type Shop = {
  name: string;
  address: string;
  hours: string;
  /** ISO 4217, upper case. */
  currency: string;
  locale: Locale;
  timezone: string;
  /** Where "Return to WhatsApp" leads (https://wa.me/590690000001, or the sandbox's chat). Absent: words only. */
  chatUrl?: string;
};
