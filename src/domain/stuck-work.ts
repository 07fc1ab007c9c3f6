/** Work that its loop should have done long ago, or that keeps failing; docs/operations.md says what to do about each. */
export const STUCK_WORK = [
  /** Stripe events: nobody works, or the same error again and again. */
  'payment_events',
  /** Orders whose Checkout Session could not be made: their customers wait for a link. */
  'checkouts',
  /** Refunds that were decided and that Stripe has not accepted. */
  'refunds',
  /** Slack messages and mails to the team and customers. */
  'notifications',
  /** Claims of workers that are gone, taken up by nobody: no worker runs. */
  'leases',
] as const;
export type StuckWork = Record<(typeof STUCK_WORK)[number], number>;
