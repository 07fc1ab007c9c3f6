import { createHash } from 'node:crypto';
import { REFUND_UNDER_WAY } from './refund.ts';
import { isUuid } from './uuid.ts';

/** Money Stripe took, or we recorded as taken; amounts in the currency's minor unit. */
export type LedgerCharge = { paymentIntentId: string; amountMinor: number; currency: string };
/** Money that goes back, by Stripe's refund id, with Stripe's status. */
export type LedgerRefund = {
  stripeRefundId: string;
  paymentIntentId: string;
  amountMinor: number;
  currency: string;
  status: string;
};
export type Ledger = { charges: readonly LedgerCharge[]; refunds: readonly LedgerRefund[] };

export type LedgerDifference = {
  what: 'charge' | 'refund';
  /** `payment_differs`: a refund that stands on another payment here than at Stripe. */
  kind: 'missing_here' | 'missing_at_stripe' | 'amount_differs' | 'payment_differs' | 'status_differs';
  /** Stripe's id: the payment intent of a charge, or the refund. */
  id: string;
  paymentIntentId: string;
  /** Absent where it is missing. */
  atStripe?: { amountMinor: number; currency: string; status?: string };
  here?: { amountMinor: number; currency: string; status?: string };
};

type Row = { paymentIntentId: string; amountMinor: number; currency: string; status?: string };
const sideOf = ({ amountMinor, currency, status }: Row) => ({ amountMinor, currency, ...(status && { status }) });

function differenceOf(atStripe: Row, here: Row): LedgerDifference['kind'] | undefined {
  if (atStripe.paymentIntentId !== here.paymentIntentId) return 'payment_differs';
  if (atStripe.amountMinor !== here.amountMinor || atStripe.currency !== here.currency) return 'amount_differs';
  return atStripe.status === here.status ? undefined : 'status_differs';
}

function compareRows<T extends Row>(
  what: LedgerDifference['what'],
  idOf: (row: T) => string,
  { atStripe, here }: { atStripe: readonly T[]; here: readonly T[] },
): LedgerDifference[] {
  const known = new Map(here.map((row) => [idOf(row), row]));
  const listed = new Set(atStripe.map(idOf));
  const named = (row: T) => ({ what, id: idOf(row), paymentIntentId: row.paymentIntentId });
  const ofStripes = atStripe.flatMap((row): LedgerDifference[] => {
    const ours = known.get(idOf(row));
    if (!ours) return [{ ...named(row), kind: 'missing_here', atStripe: sideOf(row) }];
    const kind = differenceOf(row, ours);
    return kind ? [{ ...named(row), kind, atStripe: sideOf(row), here: sideOf(ours) }] : [];
  });
  const ofOurs = here
    .filter((row) => !listed.has(idOf(row)))
    .map((row): LedgerDifference => ({ ...named(row), kind: 'missing_at_stripe', here: sideOf(row) }));
  return [...ofStripes, ...ofOurs];
}

/** What one side has and the other has not, or has otherwise. Both sides are of the same day and only about this shop. */
export function compareLedgers(atStripe: Ledger, here: Ledger): LedgerDifference[] {
  return [
    ...compareRows('charge', (row: LedgerCharge) => row.paymentIntentId, {
      atStripe: atStripe.charges,
      here: here.charges,
    }),
    ...compareRows('refund', (row: LedgerRefund) => row.stripeRefundId, {
      atStripe: atStripe.refunds,
      here: here.refunds,
    }),
  ];
}

/** Whether `orderId` in Stripe's metadata may be of this shop: other products of the account write what they like. */
export const mayBeOurOrder = (orderId: string | null): boolean => orderId !== null && isUuid(orderId);

export type LedgerTotals = Record<string, { chargedMinor: number; refundedMinor: number }>;

/** Per currency: what was taken, and of it what went or goes back. */
export function ledgerTotals({ charges, refunds }: Ledger): LedgerTotals {
  const totals: LedgerTotals = {};
  const of = (currency: string) => {
    totals[currency] ??= { chargedMinor: 0, refundedMinor: 0 };
    return totals[currency];
  };
  for (const { currency, amountMinor } of charges) of(currency).chargedMinor += amountMinor;
  for (const { currency, amountMinor, status } of refunds)
    if (REFUND_UNDER_WAY.includes(status)) of(currency).refundedMinor += amountMinor;
  return totals;
}

/** One difference in a few codes, without a word to translate: "charge pi_1 missing_here 9000 EUR". */
export function describeDifference({ what, id, kind, atStripe, here }: LedgerDifference): string {
  const side = (value: LedgerDifference['here']) =>
    value && [value.amountMinor, value.currency, value.status].filter(Boolean).join(' ');
  const values = [side(atStripe), side(here)].filter(Boolean).join(' / ');
  return `${what} ${id} ${kind} ${values}`;
}

/** The same for the same differences in whatever order: what has been told already is not told again. */
export function differencesDigest(differences: readonly LedgerDifference[]): string {
  const lines = differences.map(describeDifference).toSorted();
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16);
}
