/** Why the shop gives money back; refunds made in Stripe's Dashboard bring Stripe's own words instead. */
export const REFUND_REASONS = [
  /** Decided by settlement: paid too late, or twice. */
  'refund_late',
  'refund_duplicate',
  /** Decided by a person; the first three are Stripe's own reasons too. */
  'requested_by_customer',
  'duplicate',
  'fraudulent',
  'out_of_stock',
  'mismatch',
  /** Given back in cash or by transfer, after Stripe could not. */
  'another_way',
] as const;
export type RefundReason = (typeof REFUND_REASONS)[number];

/** What a person may choose from. */
export const STAFF_REFUND_REASONS = [
  'requested_by_customer',
  'out_of_stock',
  'duplicate',
  'fraudulent',
  'mismatch',
] as const satisfies readonly RefundReason[];
export type StaffRefundReason = (typeof STAFF_REFUND_REASONS)[number];

/** Money that went back or is on its way: https://docs.stripe.com/api/refunds/object#refund_object-status */
export const REFUND_UNDER_WAY: readonly string[] = ['pending', 'requires_action', 'succeeded'];

/**
 * Whether a refund known as `from` may become `to`. Two workers may have asked Stripe at different moments: the older
 * answer must not undo the newer. A refund that succeeded can still fail at the customer's bank.
 */
export function refundMayBecome(from: string, to: string): boolean {
  if (from === to || from === 'failed' || from === 'canceled') return false;
  return from !== 'succeeded' || to === 'failed';
}
