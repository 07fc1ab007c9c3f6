import { madeOnce } from './made-once.ts';

/**
 * Amounts are integers in the currency's minor unit, as Stripe counts them.
 * Stripe's own list, not Intl's (they differ, e.g. for ISK and UGX): https://docs.stripe.com/currencies#zero-decimal
 */
const ZERO_DECIMAL = new Set('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' '));
const THREE_DECIMAL = new Set('BHD JOD KWD OMR TND'.split(' '));

/** How many decimals the minor unit of `currency` (ISO 4217, upper case) stands for. */
export function minorUnitDigits(currency: string): number {
  if (ZERO_DECIMAL.has(currency)) return 0;
  return THREE_DECIMAL.has(currency) ? 3 : 2;
}

/**
 * The most that one payment may take: Stripe counts in eight digits, rupiahs in twelve, of which a column of the database
 * (an int4) holds fewer: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
 */
export const mostPayableMinor = (currency: string): number => (currency === 'IDR' ? 2_147_483_647 : 99_999_999);

const currencyFormat = madeOnce((currency: string, locale: string) => {
  const digits = minorUnitDigits(currency);
  const decimals = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(locale, { style: 'currency', currency, ...decimals });
});

/** `8990, 'EUR', 'fr'` -> "89,90 €". */
export const formatMoney = (amountMinor: number, currency: string, locale: string): string =>
  currencyFormat(currency, locale).format(amountMinor / 10 ** minorUnitDigits(currency));

const SPACED_THOUSANDS = /^(\d{1,3})((?:[ \u00a0\u202f]\d{3})+)(?=$|[.,])/;

/**
 * "12,50", "12.5", "12" or "1 234,50" in `currency` as integer minor units; undefined for anything that is not one plain
 * amount above zero. Only spaces group thousands: "1,234" would mean two different amounts in two languages.
 */
export function parseMoney(text: string, currency: string): number | undefined {
  const match = /^(\d{1,7})(?:[.,](\d{1,3}))?$/.exec(
    text.trim().replace(SPACED_THOUSANDS, (thousands) => thousands.replace(/\D/g, '')),
  );
  const digits = minorUnitDigits(currency);
  const [, whole = '', decimals = ''] = match ?? [];
  if (!match || decimals.length > digits) return undefined;
  const amountMinor = Number(whole) * 10 ** digits + Number(decimals.padEnd(digits, '0') || 0);
  return amountMinor > 0 ? amountMinor : undefined;
}
