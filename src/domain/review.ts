/** What Stripe took does not match what we asked for: nothing is fulfilled (fault 19). */
export const MISMATCHES = ['livemode_differs', 'order_differs', 'currency_differs', 'amount_differs'] as const;
export type Mismatch = (typeof MISMATCHES)[number];

/** Why a person must look at an order's money before anything else happens to it. */
export const REVIEW_REASONS = [
  ...MISMATCHES,
  /** Stripe could not give the money back: it is ours although it should not be. */
  'refund_failed',
  /** The customer's bank suspects fraud: most of these become disputes. */
  'fraud_warning',
  /** A dispute took a part of the money: whether the goods are still owed is not ours to guess (fault 27). */
  'dispute_lost_in_part',
] as const;
export type ReviewReason = (typeof REVIEW_REASONS)[number];

/**
 * Whether a person may simply let the order go on. Money that differs from what was asked for is never taken for it
 * (fault 19): it can only go back.
 */
export const mayBeReleased = (reason: ReviewReason): boolean =>
  reason === 'livemode_differs' || !(MISMATCHES as readonly string[]).includes(reason);
