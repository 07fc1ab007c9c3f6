import { knownIntents, readShopLedger } from '../db/ledger.ts';
import { AppError, describeError } from '../domain/errors.ts';
import {
  compareLedgers,
  type Ledger,
  type LedgerDifference,
  type LedgerTotals,
  ledgerTotals,
  mayBeOurOrder,
} from '../domain/ledger.ts';
import type { Payments, Period, StripeRefund } from '../ports.ts';
import { applyRefund, type RefundNeeds } from './record-refund.ts';
import { type SettleFirstNeeds, settleFirst } from './settle-first.ts';

export type LedgerNeeds = RefundNeeds & SettleFirstNeeds & { payments: Pick<Payments, 'listCharges'> };

export type LedgerReport = {
  totals: { atStripe: LedgerTotals; here: LedgerTotals };
  /** Charges and refunds of other products of the same Stripe account. */
  foreign: number;
  found: LedgerDifference[];
  /** What of it is still so; the same as `found` when nothing was to be repaired. */
  remaining: LedgerDifference[];
};

type StripeSide = { ledger: Ledger; foreign: number; refunds: Map<string, StripeRefund> };

// A period with more rows that Stripe does not list is not about single rows: the key may be another account's.
const MAX_LOOKED_UP = 50;

/**
 * Compares what Stripe took and gave back in a period with the payments and refunds on record, one by one, and repairs what
 * Stripe's own word is enough for: a payment that was not settled, a refund or its status that was not recorded. What
 * remains needs a person. Disputes are not compared: their money moves by the bank's calendar, and `disputes` holds what
 * Stripe says of each.
 *
 * Throws, after all was tried, when a repair failed for a reason that passes: then nothing is said about the period yet.
 */
export async function compareLedger(
  needs: LedgerNeeds,
  period: Period,
  { repair }: { repair: boolean },
): Promise<LedgerReport> {
  // Stripe's list first: whatever happens here meanwhile is then not taken for missing there.
  const stripe = await readStripeSide(needs, period);
  let here = await readOurSide(needs, period, stripe);
  const found = compareLedgers(stripe.ledger, here);
  if (repair && found.length > 0) {
    await repairAll(needs, found, stripe);
    here = await readOurSide(needs, period, stripe);
  }
  const totals = { atStripe: ledgerTotals(stripe.ledger), here: ledgerTotals(here) };
  return { totals, foreign: stripe.foreign, found, remaining: compareLedgers(stripe.ledger, here) };
}

async function readStripeSide({ db, payments }: LedgerNeeds, period: Period): Promise<StripeSide> {
  const charges = await payments.listCharges(period);
  const refunds = await payments.listRefunds(period);
  const intents = [...charges, ...refunds].flatMap(({ paymentIntentId }) => paymentIntentId ?? []);
  const known = await knownIntents(db, [...new Set(intents)]);
  const isOurs = <T extends { paymentIntentId: string | null; orderId: string | null }>(
    row: T,
  ): row is T & { paymentIntentId: string } =>
    row.paymentIntentId !== null && (known.has(row.paymentIntentId) || mayBeOurOrder(row.orderId));
  const ours = { charges: charges.filter(isOurs), refunds: refunds.filter(isOurs) };
  return {
    ledger: {
      charges: ours.charges,
      refunds: ours.refunds.map(({ id, ...rest }) => ({ ...rest, stripeRefundId: id })),
    },
    foreign: charges.length + refunds.length - ours.charges.length - ours.refunds.length,
    refunds: new Map(ours.refunds.map((refund) => [refund.id, refund])),
  };
}

/** Our rows of the period. What Stripe has on another day (a refund is dated here before Stripe makes it) is compared then. */
async function readOurSide(needs: LedgerNeeds, period: Period, { ledger }: StripeSide): Promise<Ledger> {
  const listed = new Set([
    ...ledger.charges.map(({ paymentIntentId }) => paymentIntentId),
    ...ledger.refunds.map(({ stripeRefundId }) => stripeRefundId),
  ]);
  const paymentIntentIds = ledger.charges.map(({ paymentIntentId }) => paymentIntentId);
  const stripeRefundIds = ledger.refunds.map(({ stripeRefundId }) => stripeRefundId);
  const here = await readShopLedger(needs.db, { ...period, paymentIntentIds, stripeRefundIds });
  let lookUps = 0;
  const keep = async (id: string, lookUp: () => Promise<unknown>) => {
    if (listed.has(id)) return true;
    return ++lookUps > MAX_LOOKED_UP || !(await isThere(lookUp));
  };
  const { payments } = needs;
  const charges: Ledger['charges'][number][] = [];
  for (const charge of here.charges) {
    const { paymentIntentId } = charge;
    if (await keep(paymentIntentId, async () => (await payments.listCharges({ paymentIntentId }))[0]))
      charges.push(charge);
  }
  const refunds: Ledger['refunds'][number][] = [];
  for (const refund of here.refunds) {
    const { stripeRefundId } = refund;
    if (await keep(stripeRefundId, () => payments.retrieveRefund(stripeRefundId))) refunds.push(refund);
  }
  return { charges, refunds };
}

async function isThere(lookUp: () => Promise<unknown>): Promise<boolean> {
  try {
    return (await lookUp()) !== undefined;
  } catch (error) {
    if (error instanceof AppError && error.vendorCode === 'resource_missing') return false;
    throw error;
  }
}

async function repairAll(needs: LedgerNeeds, found: readonly LedgerDifference[], stripe: StripeSide): Promise<void> {
  let passing: AppError | undefined;
  for (const difference of found) {
    try {
      await repairOne(needs, difference, stripe);
    } catch (error) {
      const { what, kind, id } = difference;
      needs.log.error({ what, kind, id, error: describeError(error) }, 'a difference to Stripe could not be repaired');
      if (error instanceof AppError && (error.retryable || error.ambiguous)) passing = error;
    }
  }
  if (passing) throw passing;
}

/** Only what Stripe has and we have not, or have in an older state: nothing of ours is taken away or rewritten. */
async function repairOne(needs: LedgerNeeds, difference: LedgerDifference, stripe: StripeSide): Promise<void> {
  const { what, kind, id, paymentIntentId } = difference;
  if (kind !== 'missing_here' && kind !== 'status_differs') return;
  await settleFirst(needs, paymentIntentId);
  const refund = what === 'refund' ? stripe.refunds.get(id) : undefined;
  if (refund) await applyRefund(needs, refund);
}
